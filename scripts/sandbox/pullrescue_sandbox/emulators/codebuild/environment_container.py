"""The container in which the commands of a build run, from the image of its project."""

import json

from botocore.exceptions import BotoCoreError, ClientError

from pullrescue_sandbox.ecr import credentials as ecr
from pullrescue_sandbox.certificates import SYSTEM_BUNDLE
from pullrescue_sandbox.emulators.core.docker_host import DockerHostError, ImagePullError

from . import image_policy, variables

CONTAINER = "build-environment"
# As --privileged, but for a capability that the machine of the sandbox may lack itself.
PRIVILEGED = (
    "--cap-add=ALL",
    "--cap-drop=SYS_RESOURCE",
    "--security-opt=seccomp=unconfined",
    "--security-opt=apparmor=unconfined",
    "--security-opt=systempaths=unconfined",
    "--device-cgroup-rule=a *:* rwm",
)


def pull(host, aws, environment, project_arn):
    try:
        _configure_credentials(host, aws, environment, project_arn)
    except (ClientError, BotoCoreError, ValueError, KeyError, variables.VariableError) as error:
        raise ImagePullError(f"no credentials: {error}") from error
    host.pull(environment["image"])


def _configure_credentials(host, aws, environment, project_arn):
    image = environment["image"]
    credential = environment.get("registryCredential")
    if credential:
        secret = json.loads(variables.secret(aws, credential["credential"]))
        host.write_credentials(image, secret["username"], secret["password"])
    elif ecr.is_ecr_image(image):
        if environment["imagePullCredentialsType"] == "CODEBUILD" and not image_policy.codebuild_may_pull(
            aws, image, project_arn
        ):
            raise ImagePullError(image_policy.denied_message(image))
        ecr.configure(host, aws, image)


def start(host, image, mounts, data=None):
    """Starts the container, which runs as long as the build. data is the folder for the docker of a privileged build, which a command
    of the build has to start: https://docs.aws.amazon.com/codebuild/latest/userguide/sample-docker-custom-image.html"""
    options = ["--name", CONTAINER, "--detach", "--network", "host", "--entrypoint", "/bin/sh"]
    for folder, inside in mounts.items():
        options += ["--volume", f"{folder}:{inside}"]
    options += ["--volume", f"{SYSTEM_BUNDLE}:{SYSTEM_BUNDLE}:ro"]
    if data:
        options += [*PRIVILEGED, "--volume", f"{data}:/var/lib/docker", "--volume", "/sys/fs/cgroup:/sys/fs/cgroup"]
    started = host.docker("run", *options, image, "-c", "while :; do sleep 3600; done")
    if started.returncode:
        raise DockerHostError(" ".join(started.stderr.split()))


def exec_arguments(arguments, folder, variables_inside):
    options = [part for name, value in variables_inside.items() for part in ("--env", f"{name}={value}")]
    return ["docker", "exec", "--interactive", "--workdir", folder, *options, CONTAINER, *arguments]
