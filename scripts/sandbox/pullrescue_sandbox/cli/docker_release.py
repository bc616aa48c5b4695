"""sandbox docker-release: prints the folder of a release of Docker, or fetches it."""

from pullrescue_sandbox import docker_releases


def add_arguments(parser):
    parser.add_argument("release", choices=docker_releases.SUITES)
    parser.add_argument("action", nargs="?", choices=("fetch",), help="fetch it first (needs root and the network)")
    parser.set_defaults(call=_call)


def _call(options):
    print((docker_releases.fetch if options.action else docker_releases.folder)(options.release))
