"""sandbox images: puts images into a registry."""

from pullrescue_sandbox.hub import images

INDEX_IMAGE, DOCKER_IMAGE = "library/ruby:2.7", "library/alpine:3.19"


def add_arguments(parser):
    parser.description = (
        f"Without a name: {INDEX_IMAGE}, an OCI index with two platforms, an attestation, unusual white space and an unknown "
        f"field; and {DOCKER_IMAGE}, one Docker schema 2 manifest."
    )
    parser.add_argument("name", nargs="?", metavar="NAME:TAG")
    parser.add_argument(
        "--registry", default=images.DOCKER_HUB, help="default: the one behind Docker Hub's entry point"
    )
    parser.add_argument("--platforms", default="linux/amd64,linux/arm64")
    parser.add_argument("--layers", type=int, default=3)
    parser.add_argument("--megabytes", type=float, default=2.0, help="size of each layer beside the root file system")
    parser.set_defaults(call=_publish)


def _publish(options):
    name = options.name or INDEX_IMAGE
    digest = images.publish(name, options.registry, options.platforms.split(","), options.layers, options.megabytes)
    print(*name.rsplit(":", 1), digest)
    if not options.name:
        print(*DOCKER_IMAGE.rsplit(":", 1), images.publish_docker_manifest(DOCKER_IMAGE, options.registry))
