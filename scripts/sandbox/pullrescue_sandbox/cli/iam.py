"""sandbox iam: reviews which permissions the functions needed."""

from pullrescue_sandbox.iam import review


def add_arguments(parser):
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    denied = commands.add_parser("denied", help="print every call that was denied; fails if there is one")
    denied.set_defaults(call=lambda _: review.report(review.denied))
    unused = commands.add_parser(
        "unused",
        help="print every action that could be taken away from a function without any call being denied, except the ones "
        "explained in iam/unused_permissions.json; fails if there is one. Needs the record of everything that scripts/test runs",
    )
    unused.set_defaults(call=lambda _: review.report(review.unexpected))
    violations = commands.add_parser(
        "violations",
        help="print what the service models of AWS do not allow in the calls of functions and in the answers to them; "
        "fails if there is any",
    )
    violations.set_defaults(call=lambda _: review.report_violations())
    parser.epilog = "The record is in $PULL_RESCUE_IAM_RECORD, or in the sandbox's log folder."
