"""Reasons of failed pulls in the words of AWS Fargate and of the ECS agent on EC2."""

from pullrescue_sandbox.emulators.core.docker_host import registry_of

from pullrescue_sandbox.hub import manifests

# The agent cuts reasons at this length (older ones at 255): ecsMaxContainerReasonLength in
# https://github.com/aws/amazon-ecs-agent/blob/master/ecs-agent/api/ecs/client/ecs_client.go
MAX_BYTES = 1024
DOCKER = "Error response from daemon: "
HUB = "https://index.docker.io/v1/"


def pull_failure(launch_type, image, error):
    """Returns the reason of the container; error is docker's message."""
    reason = fargate(image, error) if launch_type == "FARGATE" else ec2(image, error)
    return reason.encode()[:MAX_BYTES].decode(errors="ignore")


def ec2(image, error):
    """The agent resolves a tag to a manifest before it pulls."""
    code = "CannotPullContainerError" if "@" in image else "CannotPullImageManifestError"
    return f"{code}: {error}"


def fargate(image, error):
    error = error.removeprefix(DOCKER)
    begin = "CannotPullContainerError: pull image manifest has been retried 1 time(s): "
    if "toomanyrequests" in error and registry_of(image) == HUB:
        return (
            f"{begin}httpReadSeeker: failed open: unexpected status code {manifests.manifest_url(image)}: "
            f"429 Too Many Requests - Server message: {error}"
        )
    if "manifest unknown" in error or "name unknown" in error:
        return f"{begin}failed to resolve ref {image}: {image}: not found"
    return f"{begin}failed to resolve ref {image}: {error}"
