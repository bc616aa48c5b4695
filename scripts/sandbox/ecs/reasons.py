"""Why an image could not be pulled, in the words of AWS Fargate and of the ECS agent on EC2."""

from stand_in.docker_host import registry_of

from . import hub

# The agent cuts each reason there.
MAXIMUM_BYTES = 1024
DOCKER = "Error response from daemon: "
HUB = "https://index.docker.io/v1/"


def of(launch_type, image, refusal):
    """The reason of the container. refusal is what docker said."""
    reason = fargate(image, refusal) if launch_type == "FARGATE" else ec2(image, refusal)
    return reason.encode()[:MAXIMUM_BYTES].decode(errors="ignore")


def ec2(image, refusal):
    """The agent asks for the manifest behind a tag before it pulls."""
    error = "CannotPullContainerError" if "@" in image else "CannotPullImageManifestError"
    return f"{error}: {refusal}"


def fargate(image, refusal):
    refusal = refusal.removeprefix(DOCKER)
    begin = "CannotPullContainerError: pull image manifest has been retried 1 time(s): "
    if "toomanyrequests" in refusal and registry_of(image) == HUB:
        return (f"{begin}httpReadSeeker: failed open: unexpected status code {hub.manifest_url(image)}: "
                f"429 Too Many Requests - Server message: {refusal}")
    if "manifest unknown" in refusal or "name unknown" in refusal:
        return f"{begin}failed to resolve ref {image}: {image}: not found"
    return f"{begin}failed to resolve ref {image}: {refusal}"
