"""sandbox hub: shows and changes the state of Docker Hub."""

from pullrescue_sandbox.hub import control


def add_arguments(parser):
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    quota = commands.add_parser("quota", help="print or set how many manifest requests an account has left")
    quota.add_argument("account", help="a user name, or 'anonymous' for all clients without credentials together")
    quota.add_argument("requests", nargs="?", type=int)
    quota.set_defaults(call=_quota)
    commands.add_parser("timestamp", help="print the current time, for --since").set_defaults(
        call=lambda _: print(control.timestamp())
    )
    for name, count, text in (
        ("counted", control.counted_requests, "print how many manifest requests were counted"),
        ("rejected", control.rejected_requests, "print how many manifest requests were answered with 429"),
    ):
        counting = commands.add_parser(name, help=text)
        counting.add_argument("--since", default="0", metavar="TIMESTAMP")
        counting.set_defaults(call=lambda options, count=count: print(count(options.since)))
    ecr_public = commands.add_parser("ecr-public", help="switch the official images on public.ecr.aws on or off")
    ecr_public.add_argument("state", choices=("on", "off"))
    ecr_public.set_defaults(call=lambda options: control.serve_ecr_public(options.state == "on"))


def _quota(options):
    if options.requests is None:
        print(control.quota(options.account))
    else:
        control.set_quota(options.account, options.requests)
