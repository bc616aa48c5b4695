"""One cell of the matrix: a build that must fail, its rescue by the deployed functions, and the end of the last build."""

import io
import re
import subprocess
import sys
import zipfile

from pullrescue_sandbox import container_images, docker_releases, paths
from pullrescue_sandbox.account import DOCKER_HUB_PASSWORD, DOCKER_HUB_USER, ECR_CREDENTIALS, ECR_REGISTRY
from pullrescue_sandbox.harness.commands import aws, sandbox
from pullrescue_sandbox.hub import control as hub
from pullrescue_sandbox.product import Event, Field
from pullrescue_sandbox.waiting import wait_for

from .build_shapes import DIND

BUCKET = "compatibility-matrix"
CURATED = {
    "20.10": "aws/codebuild/standard:6.0",
    "26.1": "aws/codebuild/standard:8.0",
    "28.5": "aws/codebuild/amazonlinux-x86_64-standard:6.0",
}
ROLE = "arn:aws:iam::123456789012:role/builds"
BUILDSPEC = "ci/buildspec.yml"


def rescue(shape, docker, digest, bus):
    """Returns the result as one element of the JSON output."""
    hub.exhaust_anonymous_quota()
    hub.set_quota(DOCKER_HUB_USER, 100000)
    first = _start(shape, docker, digest)
    # Otherwise its retry would prove nothing.
    assert _limited(
        first
    ), f"{shape.name} should have failed because of the rate limit:\n{sandbox('build', 'log', first)}"
    last, reason, requests = first, None, 0
    while reason is None and _limited(last):
        outcome, detail = wait_for(lambda: _outcome(bus, last), f"the outcome of {last}")
        if outcome == Event.RETRY_SKIPPED:
            reason = detail[Field.REASON]
        elif outcome == Event.DIAGNOSED:
            reason = detail[Field.NEXT_ACTION]
        else:
            last = detail["started"]
            requests += _requests(end(last))
    succeeded = last != first and end(last)["buildStatus"] == "SUCCEEDED"
    result = {"shape": shape.name, "builder": shape.builder, "docker": docker, "succeeded": succeeded}
    if not succeeded:
        result["reason"] = _reason(last, reason)
        print(sandbox("build", "log", last), file=sys.stderr)
    return {**result, "hubRequests": requests}


def project(docker, builder, name):
    """Returns the name of the project of a shape."""
    return re.sub(r"\W+", "-", f"{docker}-{builder}-{name}").strip("-")


def _start(shape, docker, digest):
    name = project(docker, shape.builder, shape.name)

    def fill(text):
        return text.replace("@RUBY@", digest)

    files = {path: fill(text) for path, text in shape.files.items()}
    buildspec = fill(shape.buildspec())
    if shape.form == "source":
        files[BUILDSPEC] = buildspec
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for path, text in {"README": "", **files}.items():
            archive.writestr(path, text)
    image = environment_image(shape.image, docker)
    aws("s3").put_object(Bucket=BUCKET, Key=f"{name}.zip", Body=data.getvalue())
    aws("codebuild").create_project(
        name=name,
        serviceRole=ROLE,
        artifacts={"type": "NO_ARTIFACTS"},
        source={
            "type": "S3",
            "location": f"{BUCKET}/{name}.zip",
            "buildspec": BUILDSPEC if shape.form == "source" else buildspec,
        },
        environment={
            "type": "LINUX_CONTAINER",
            "computeType": "BUILD_GENERAL1_SMALL",
            "image": image,
            "privilegedMode": shape.image != "ruby:2.7" and not shape.server,
            "imagePullCredentialsType": "CODEBUILD" if image.startswith("aws/") else "SERVICE_ROLE",
            **({"dockerServer": {"computeType": "BUILD_GENERAL1_SMALL"}} if shape.server else {}),
        },
    )
    return aws("codebuild").start_build(projectName=name)["build"]["id"]


def environment_image(name, docker):
    """Returns the environment image. That of a build with its own Docker is in Amazon ECR, so that only its build is rate-limited."""
    if name != DIND:
        return name or CURATED[docker]
    repository, tag = "build/docker", f"{docker}-dind"
    try:
        aws("ecr").create_repository(repositoryName=repository)
    except aws("ecr").exceptions.RepositoryAlreadyExistsException:
        pass
    layer = container_images.docker_in_docker(docker_releases.folder(docker))
    container_images.publish(layer, f"library/docker:{tag}")
    subprocess.run(
        [
            "skopeo",
            "copy",
            "--quiet",
            "--src-creds",
            f"{DOCKER_HUB_USER}:{DOCKER_HUB_PASSWORD}",
            "--dest-creds",
            ECR_CREDENTIALS,
            f"docker://docker.io/library/docker:{tag}",
            f"docker://{ECR_REGISTRY}/{repository}:{tag}",
        ],
        check=True,
    )
    return f"{ECR_REGISTRY}/{repository}:{tag}"


def end(build):
    return wait_for(
        lambda: next(
            (found for found in aws("codebuild").batch_get_builds(ids=[build])["builds"] if found["buildComplete"]),
            None,
        ),
        f"the end of {build}",
    )


def _limited(build):
    return end(build)["buildStatus"] == "FAILED" and "toomanyrequests" in sandbox("build", "log", build)


def _outcome(bus, build):
    """Returns the final event about this build. A diagnosis is final if it names no image."""
    return next(
        (
            (kind, detail)
            for kind, detail in bus.of(build)
            if kind in (Event.RETRIED, Event.RETRY_SKIPPED) or kind == Event.DIAGNOSED and not detail["images"]
        ),
        None,
    )


def _requests(build):
    """Returns how many manifests and blobs the build requested from Docker Hub, by GET or HEAD. Builds are anonymous there,
    replications are not."""
    began, ended = build["startTime"].timestamp(), build["endTime"].timestamp()
    lines = (line.split() for line in paths.log("hub.log").read_text().splitlines())
    return sum(
        1
        for moment, account, _, path, *_ in lines
        if began <= float(moment) <= ended + 1 and account != DOCKER_HUB_USER and re.search("/(manifests|blobs)/", path)
    )


def _reason(build, reason):
    """Returns the last error message of docker."""
    lines = [
        line
        for line in sandbox("build", "log", build).splitlines()
        if re.search("toomanyrequests|error", line, re.IGNORECASE)
    ]
    output = [line for line in lines if not line.startswith("[Container]")]
    if not output and not reason:
        output = [
            context["message"]
            for phase in end(build)["phases"]
            for context in phase.get("contexts", [])
            if context.get("message")
        ]
    return " | ".join(filter(None, [reason, *output[-1:]])).strip()
