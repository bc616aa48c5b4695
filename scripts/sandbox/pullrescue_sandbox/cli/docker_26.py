"""sandbox docker-26: prints the folder of Docker 26.1, or fetches it."""

from pullrescue_sandbox import docker_26


def add_arguments(parser):
    parser.add_argument("action", nargs="?", choices=("fetch",), help="fetch it first (needs root and the network)")
    parser.set_defaults(call=lambda options: print(docker_26.fetch() if options.action else docker_26.folder()))
