"""One cell of the matrix: a build that must fail, its rescue by the deployed functions, and the end of the last build."""

import io
import re
import zipfile

from pullrescue_sandbox import paths
from pullrescue_sandbox.account import DOCKER_HUB_USER
from pullrescue_sandbox.harness.commands import aws, sandbox
from pullrescue_sandbox.hub import control as hub
from pullrescue_sandbox.product import Event, Field
from pullrescue_sandbox.waiting import wait_for

BUCKET = "compatibility-matrix"
CURATED = {"20.10": "aws/codebuild/standard:6.0", "26.1": "aws/codebuild/standard:8.0"}
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
            requests += _requests(_end(last))
    succeeded = last != first and _end(last)["buildStatus"] == "SUCCEEDED"
    result = {"shape": shape.name, "builder": shape.builder, "docker": docker, "succeeded": succeeded}
    if not succeeded:
        result["reason"] = _reason(last, reason)
    return {**result, "hubRequests": requests}


def _start(shape, docker, digest):
    name = re.sub(r"\W+", "-", f"{docker}-{shape.builder}-{shape.name}").strip("-")

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
            "image": shape.image or CURATED[docker],
            "privilegedMode": not shape.image,
            "imagePullCredentialsType": "SERVICE_ROLE" if shape.image else "CODEBUILD",
        },
    )
    return aws("codebuild").start_build(projectName=name)["build"]["id"]


def _end(build):
    return wait_for(
        lambda: next(
            (found for found in aws("codebuild").batch_get_builds(ids=[build])["builds"] if found["buildComplete"]),
            None,
        ),
        f"the end of {build}",
    )


def _limited(build):
    return _end(build)["buildStatus"] == "FAILED" and "toomanyrequests" in sandbox("build", "log", build)


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
            for phase in _end(build)["phases"]
            for context in phase.get("contexts", [])
            if context.get("message")
        ]
    return " | ".join(filter(None, [reason, *output[-1:]])).strip()
