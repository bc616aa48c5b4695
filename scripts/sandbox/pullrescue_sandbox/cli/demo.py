"""sandbox demo: runs demonstrations in a sandbox that is up."""

from pullrescue_sandbox.demo import scenarios


def add_arguments(parser):
    parser.add_argument(
        "--assembly", required=True, metavar="DIR", help="output of scripts/synth with credentials=docker.io=docker-hub"
    )
    parser.add_argument("scenarios", nargs="+", choices=scenarios.SCENARIOS, metavar="SCENARIO")
    parser.set_defaults(call=lambda options: scenarios.run(options.assembly, options.scenarios))
