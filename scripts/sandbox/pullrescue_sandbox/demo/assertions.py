"""Verifies what a demonstration claims."""

import hashlib
import json
import subprocess
import sys

from pullrescue_sandbox import paths
from pullrescue_sandbox.account import DOCKER_HUB_PASSWORD, DOCKER_HUB_USER, ECR_CREDENTIALS, ECR_REGISTRY
from pullrescue_sandbox.harness.commands import inspect_raw
from pullrescue_sandbox.hub import images

IMAGE = "ruby:2.7"
HUB = "docker.io/library/ruby"
MIRROR = f"{ECR_REGISTRY}/pull-rescue/docker-hub/library/ruby"
TAG = "2.7"


def publish_image():
    """Puts a new image of some size at Docker Hub under the name that the demonstrations use."""
    images.publish(f"library/{IMAGE}", layers=4, megabytes=6)


def check(claims):
    """Exits if a claim is false; claims are given as text -> truth."""
    failed = [claim for claim, true in claims.items() if not true]
    if failed:
        sys.exit("FAILED: " + "; ".join(failed))


def check_functions():
    """Verifies what must hold for the functions in every scenario; violations are printed."""
    check(
        {
            "every call of a function was allowed by its role": _succeeds("iam", "denied"),
            "no secret was written anywhere": _succeeds("secret-scan"),
        }
    )


def _succeeds(*command):
    return subprocess.run([paths.COMMAND, *command]).returncode == 0


def same_bytes():
    """Compares the image at Docker Hub and in the mirror with all children, and prints both digests."""
    source = manifest_at_docker_hub(TAG, ":")
    # By digest: a failed workload does not move the tag of an earlier demonstration.
    mirrored = inspect_raw(f"{MIRROR}@{digest_of(source)}", ECR_CREDENTIALS)
    children = [entry["digest"] for entry in json.loads(source)["manifests"]]
    same = [
        manifest_at_docker_hub(digest, "@") == inspect_raw(f"{MIRROR}@{digest}", ECR_CREDENTIALS) for digest in children
    ]
    print(f"\ndigest at Docker Hub  {digest_of(source)}")
    print(f"digest in the mirror  {digest_of(mirrored)}   (skopeo; {sum(same)} of {len(same)} children are equal, too)")
    return source == mirrored and all(same) and len(children) > 1


def manifest_at_docker_hub(name, sign):
    return inspect_raw(f"{HUB}{sign}{name}", f"{DOCKER_HUB_USER}:{DOCKER_HUB_PASSWORD}")


def digest_of(manifest):
    return f"sha256:{hashlib.sha256(manifest).hexdigest()}"
