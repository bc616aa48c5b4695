"""The programs and the AWS APIs of the sandbox that the tests run in."""

import functools
import os
import subprocess
from pathlib import Path

import boto3

SANDBOX = Path(__file__).resolve().parent.parent.parent
ECR = "123456789012.dkr.ecr.us-east-1.amazonaws.com"
ECR_LOGIN = "AWS:123456789012-auth-token"
MANIFESTS = ", ".join((
    "application/vnd.oci.image.index.v1+json", "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json", "application/vnd.docker.distribution.manifest.v2+json"))


@functools.cache
def aws(service):
    assert os.environ["AWS_ENDPOINT_URL"] == "http://localhost:4566", "run this through scripts/sandbox/test"
    return boto3.client(service)


def program(name, *arguments):
    """Runs a program of scripts/sandbox; answers what it printed."""
    command = [str(SANDBOX / name), *map(str, arguments)]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


def hub(*arguments):
    return program("hub", *arguments)
