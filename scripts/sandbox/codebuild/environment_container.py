"""The container that the commands of a build run in, from the image that its project names."""

import json

from botocore.exceptions import BotoCoreError, ClientError

from stand_in import ecr
from stand_in.docker_host import CERTIFICATES, HostRefused, ImageRefused

from . import image_policy, variables

CONTAINER = "build-environment"


def pull(host, aws, environment, project_arn):
    try:
        _log_in(host, aws, environment, project_arn)
    except (ClientError, BotoCoreError, ValueError, KeyError, variables.VariableRefused) as refusal:
        raise ImageRefused(f"no credentials: {refusal}") from refusal
    host.pull(environment["image"])


def _log_in(host, aws, environment, project_arn):
    image = environment["image"]
    credential = environment.get("registryCredential")
    if credential:
        secret = json.loads(variables.secret(aws, credential["credential"]))
        host.log_in(image, secret["username"], secret["password"])
    elif ecr.holds(image):
        if environment["imagePullCredentialsType"] == "CODEBUILD" and not image_policy.allows(aws, image, project_arn):
            raise ImageRefused(image_policy.denial(image))
        ecr.log_in(host, aws, image)


def start(host, image, mounts, inner=None):
    """The container lives as long as the build; commands are executed in it. inner is the docker host that a privileged
    build may use: another one than this, which has the environment image."""
    options = ["--name", CONTAINER, "--detach", "--network", "host", "--entrypoint", "/bin/sh"]
    for folder, inside in mounts.items():
        options += ["--volume", f"{folder}:{inside}"]
    options += ["--volume", f"{CERTIFICATES}:{CERTIFICATES}:ro"]
    if inner:
        options += ["--volume", f"{inner.socket}:/var/run/docker.sock"]
    started = host.docker("run", *options, image, "-c", "while :; do sleep 3600; done")
    if started.returncode:
        raise HostRefused(" ".join(started.stderr.split()))


def exec_arguments(arguments, folder, variables_inside):
    options = [part for name, value in variables_inside.items() for part in ("--env", f"{name}={value}")]
    return ["docker", "exec", "--interactive", "--workdir", folder, *options, CONTAINER, *arguments]
