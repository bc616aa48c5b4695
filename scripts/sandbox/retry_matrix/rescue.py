"""One shape's whole way: a build that must fail, what the deployed functions make of it, and how the last build ended."""

import io
import re
import tempfile
import zipfile
from pathlib import Path

from deployment import STATE, wait_for
from programs import aws, hub, program

BUCKET = "retry-matrix"
CURATED = {"20.10": "aws/codebuild/standard:6.0", "26.1": "aws/codebuild/standard:8.0"}
ROLE = "arn:aws:iam::123456789012:role/builds"
BUILDSPEC = "ci/buildspec.yml"


def rescue(shape, docker, digest, bus):
    """What happened, as the array's element says it."""
    hub("quota", "anonymous", 0)
    hub("quota", "rescuer", 100000)
    first = _start(shape, docker, digest)
    # Otherwise its retry would show nothing.
    assert _limited(first), f"{shape.name} was to meet the rate limit:\n{program('build', 'log', first)}"
    last, refusal, requests = first, None, 0
    while refusal is None and _limited(last):
        outcome, detail = wait_for(lambda: _outcome(bus, last), f"what follows from {last}")
        if outcome == "Retry Refused":
            refusal = detail["why"]
        elif outcome == "Pull Failure Diagnosed":
            refusal = detail["next"]
        else:
            last = detail["started"]
            requests += _requests(_end(last))
    healed = last != first and _end(last)["buildStatus"] == "SUCCEEDED"
    told = {"shape": shape.name, "builder": shape.builder, "docker": docker, "healed": healed}
    if not healed:
        told["reason"] = _reason(last, refusal)
    return {**told, "hubRequests": requests}


def _start(shape, docker, digest):
    name = re.sub(r"\W+", "-", f"{docker}-{shape.builder}-{shape.name}").strip("-")
    fill = lambda text: text.replace("@RUBY@", digest)
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
        name=name, serviceRole=ROLE, artifacts={"type": "NO_ARTIFACTS"},
        source={"type": "S3", "location": f"{BUCKET}/{name}.zip", "buildspec": BUILDSPEC if shape.form == "source" else buildspec},
        environment={"type": "LINUX_CONTAINER", "computeType": "BUILD_GENERAL1_SMALL", "image": shape.image or CURATED[docker],
                     "privilegedMode": not shape.image, "imagePullCredentialsType": "SERVICE_ROLE" if shape.image else "CODEBUILD"})
    return aws("codebuild").start_build(projectName=name)["build"]["id"]


def _end(build):
    return wait_for(lambda: next(
        (it for it in aws("codebuild").batch_get_builds(ids=[build])["builds"] if it["buildComplete"]), None), f"the end of {build}")


def _limited(build):
    return _end(build)["buildStatus"] == "FAILED" and "toomanyrequests" in program("build", "log", build)


def _outcome(bus, build):
    """The last word on this build; a diagnosis is one where it names no image."""
    return next(((kind, detail) for kind, detail in bus.of(build) if kind in ("Workload Retried", "Retry Refused")
                 or kind == "Pull Failure Diagnosed" and not detail["images"]), None)


def _requests(build):
    """What Docker Hub was asked for by the build: manifests and blobs, with GET or HEAD. Builds are anonymous there, copying is not."""
    began, ended = build["startTime"].timestamp(), build["endTime"].timestamp()
    lines = (line.split() for line in (STATE / "log" / "hub.log").read_text().splitlines())
    return sum(1 for moment, account, _, path, *_ in lines
               if began <= float(moment) <= ended + 1 and account != "rescuer" and re.search("/(manifests|blobs)/", path))


def _reason(build, refusal):
    """The last words that docker said about it."""
    lines = [line for line in program("build", "log", build).splitlines() if re.search("toomanyrequests|error", line, re.IGNORECASE)]
    said = [line for line in lines if not line.startswith("[Container]")]
    if not said and not refusal:
        said = [context["message"] for phase in _end(build)["phases"] for context in phase.get("contexts", []) if context.get("message")]
    return " | ".join(filter(None, [refusal, *said[-1:]])).strip()
