"""python3 -m pullrescue_bench.compatibility_matrix, inside a sandbox: see scripts/bench/compatibility-matrix."""

import argparse
import json
import sys
import time

from pullrescue_sandbox import container_images, docker_releases
from pullrescue_sandbox.errors import UserError
from pullrescue_sandbox.harness.commands import aws, create_docker_hub_secret
from pullrescue_sandbox.harness.deployment import Deployment, EventBus
from pullrescue_sandbox.hub import images

from . import build_shapes, table
from .cell import BUCKET, CURATED, rescue


def main():
    options = parser().parse_args()
    dockers = [options.docker] if options.docker else list(CURATED)
    selected = [
        (docker, shape)
        for docker in dockers
        for shape in build_shapes.for_docker(docker)
        if not options.shape or options.shape in shape.name
    ]
    if not selected:
        sys.exit(f"no shape has {options.shape!r} in its name")
    digest, bus = prepare(), EventBus()
    settings = dict(pair.split("=", 1) for pair in options.context)
    deployment = Deployment(settings)
    try:
        cells = [cell for docker, shape in selected if (cell := run(shape, docker, digest, bus))]
    finally:
        deployment.stop()
    if options.readme:
        table.write(cells)
    print(json.dumps(cells, indent=1) if options.json else "\n".join(table.lines(cells)))
    return 0 if len(cells) == len(selected) else 1


def parser():
    arguments = argparse.ArgumentParser(prog="scripts/bench/compatibility-matrix")
    arguments.add_argument("--docker", choices=CURATED)
    arguments.add_argument("--shape")
    arguments.add_argument("--json", action="store_true")
    arguments.add_argument("--readme", action="store_true")
    arguments.add_argument("-c", "--context", action="append", default=[])
    return arguments


def prepare():
    """Creates the images and the account at Docker Hub, and returns the digest of ruby:2.7."""
    aws("s3").create_bucket(Bucket=BUCKET)
    create_docker_hub_secret()
    digests = {name: publish(name) for name in build_shapes.IMAGES}
    publish_buildkit()
    return digests["library/ruby:2.7"]


def publish_buildkit():
    """Without BuildKit, the shapes with a builder in a container are not run."""
    try:
        layer = container_images.buildkit(docker_releases.folder("28.5"))
    except UserError as missing:
        print(f"bench/compatibility-matrix: {missing}", file=sys.stderr)
        return
    container_images.publish(layer, build_shapes.BUILDKIT, ["/usr/bin/buildkitd"])


def publish(name):
    platforms = ("linux/amd64", "linux/arm64") if "ruby" in name else ("linux/amd64",)
    return images.publish(name, platforms=platforms, layers=1, megabytes=0.2)


def run(shape, docker, digest, bus):
    """Returns one cell; None if the sandbox failed, so that the other shapes are still run."""
    began = time.monotonic()
    try:
        cell = rescue(shape, docker, digest, bus)
        outcome = "succeeded" if cell["succeeded"] else f"FAILED: {cell['reason']}"
    except AssertionError as fault:
        cell, outcome = None, f"NOT RUN: {fault}"
    print(
        f"{time.monotonic() - began:5.1f} s  {docker:5}  {shape.builder:8}  {shape.name}: {outcome}",
        file=sys.stderr,
        flush=True,
    )
    return cell


if __name__ == "__main__":
    sys.exit(main())
