"""The commands and the AWS APIs of the sandbox, for tests, demonstrations and benchmarks that run inside."""

import contextlib
import functools
import json
import os
import subprocess

import boto3

from pullrescue_sandbox import account, paths

MANIFEST_TYPES = ", ".join(
    (
        "application/vnd.oci.image.index.v1+json",
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
        "application/vnd.docker.distribution.manifest.v2+json",
    )
)


@functools.cache
def aws(service):
    assert os.environ.get(paths.INSIDE_VARIABLE), "run this inside of a sandbox: scripts/sandbox/sandbox test or exec"
    return boto3.client(service)


def sandbox(*arguments):
    """Runs a command of scripts/sandbox/sandbox and returns its output."""
    command = [str(paths.COMMAND), *map(str, arguments)]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


def create_docker_hub_secret():
    """Creates the secret with the account at Docker Hub that the functions may use, unless it exists."""
    secrets = aws("secretsmanager")
    content = json.dumps({"username": account.DOCKER_HUB_USER, "password": account.DOCKER_HUB_PASSWORD})
    with contextlib.suppress(secrets.exceptions.ResourceExistsException):
        secrets.create_secret(Name=account.DOCKER_HUB_SECRET, SecretString=content)


def inspect_raw(reference, credentials):
    """Returns the bytes of a manifest, read by skopeo."""
    command = ["skopeo", "inspect", "--raw", "--creds", credentials, f"docker://{reference}"]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
