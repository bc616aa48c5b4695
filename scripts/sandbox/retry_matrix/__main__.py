"""python3 -m retry_matrix [--docker VERSION] [--shape WORDS] [--json] [--readme FILE], inside a sandbox: see scripts/retry-matrix."""

import argparse
import json
import sys
import time
from pathlib import Path

from deployment import Bus, Deployment
from programs import aws, program

from . import shapes, table
from .rescue import BUCKET, CURATED, rescue

HUB = "http://127.0.0.1:5501"


def main():
    options = parser().parse_args()
    dockers = [options.docker] if options.docker else list(CURATED)
    wanted = [(docker, shape) for docker in dockers for shape in shapes.of(docker) if not options.shape or options.shape in shape.name]
    if not wanted:
        sys.exit(f"no shape has {options.shape!r} in its name")
    digest, bus = prepare(), Bus()
    settings = dict(pair.split("=", 1) for pair in options.context)
    deployment = Deployment(settings)
    try:
        cells = [cell for docker, shape in wanted if (cell := run(shape, docker, digest, bus))]
    finally:
        deployment.end()
    if options.readme:
        table.write(options.readme, cells)
    print(json.dumps(cells, indent=1) if options.json else "\n".join(table.lines(cells)))
    return 0 if len(cells) == len(wanted) else 1


def parser():
    whole = argparse.ArgumentParser(prog="retry-matrix")
    whole.add_argument("--docker", choices=CURATED)
    whole.add_argument("--shape")
    whole.add_argument("--json", action="store_true")
    whole.add_argument("--readme", type=Path)
    whole.add_argument("-c", "--context", action="append", default=[])
    return whole


def prepare():
    """The images at Docker Hub, and whose account copies them; answers the digest of ruby:2.7."""
    aws("s3").create_bucket(Bucket=BUCKET)
    aws("secretsmanager").create_secret(
        Name="docker-hub", SecretString=json.dumps({"username": "rescuer", "password": "correct-horse"}))
    digests = {name: publish(name) for name in shapes.IMAGES}
    return digests["library/ruby:2.7"]


def publish(name):
    options = ["--layers", "1", "--megabytes", "0.2"] + ([] if "ruby" in name else ["--platforms", "linux/amd64"])
    return program("images", "--registry", HUB, name, *options).split()[-1]


def run(shape, docker, digest, bus):
    """One cell; None where the sandbox itself is at fault, so that the other shapes are still tried."""
    began = time.monotonic()
    try:
        cell = rescue(shape, docker, digest, bus)
        word = "green" if cell["healed"] else f"RED: {cell['reason']}"
    except AssertionError as fault:
        cell, word = None, f"NOT TRIED: {fault}"
    print(f"{time.monotonic() - began:5.1f} s  {docker:5}  {shape.builder:8}  {shape.name}: {word}", file=sys.stderr, flush=True)
    return cell


if __name__ == "__main__":
    sys.exit(main())
