"""A build that fails, and its retry."""

import tempfile
import time
from pathlib import Path

from pullrescue_sandbox.harness.commands import aws, sandbox
from pullrescue_sandbox.harness.deployment import send_success
from pullrescue_sandbox.hub import control as hub
from pullrescue_sandbox.product import Event

from . import assertions, report
from .assertions import IMAGE, publish_image
from .narrator import Narrator

DOCKERFILE = """FROM ruby:2.7
RUN ruby --version > /version
CMD ["cat", "/version"]
"""
BUILDSPECS = {
    "shop": "version: 0.2\nphases:\n  build:\n    commands:\n      - docker build -t shop .\n      - docker run --rm shop\n",
    "shop-tests": "version: 0.2\nphases:\n  build:\n    commands:\n      - ruby --version\n",
}


def show(project):
    """Runs an ordinary project, whose image Docker Hub does not return to anonymous clients."""
    publish_image()
    create(project)
    hub.exhaust_anonymous_quota()
    description = {"shop": "whose Dockerfile contains FROM ruby:2.7", "shop-tests": "that runs in the image ruby:2.7"}[
        project
    ]
    print(f"\nDocker Hub rejects anonymous pulls from now on. A build of project '{project}', {description}:")
    watch = Watch(project)
    follow_rescue(watch)
    check(watch)
    send_success(watch.second["id"])
    report.show(watch.first["id"], Event.RECOVERED)


def create(project):
    with tempfile.TemporaryDirectory() as folder:
        source, buildspec = Path(folder, "source"), Path(folder, "buildspec.yml")
        source.mkdir()
        (source / "Dockerfile").write_text(DOCKERFILE)
        buildspec.write_text(BUILDSPECS[project])
        image = ["--image", IMAGE] if project == "shop-tests" else ["--privileged"]
        sandbox("build", "create", project, "--source", source, "--buildspec", buildspec, *image)


def follow_rescue(watch):
    watch.follow(lambda: watch.first and watch.first["buildComplete"])
    watch.failed = time.monotonic()
    watch.start = hub.timestamp()
    watch.follow(lambda: watch.second)
    watch.restarted = time.monotonic()
    watch.counted_before = hub.counted_requests()
    watch.follow(lambda: watch.second["buildComplete"])
    watch.ended = time.monotonic()


class Watch(Narrator):
    """The states of both builds."""

    def __init__(self, project):
        super().__init__()
        self.codebuild = aws("codebuild")
        self.first = self.codebuild.start_build(projectName=project)["build"]
        self.second = None

    def observe(self):
        ids = self.codebuild.list_builds_for_project(projectName=self.first["projectName"])["ids"]
        builds = {build["id"]: build for build in self.codebuild.batch_get_builds(ids=ids)["builds"]}
        self.first = builds.pop(self.first["id"])
        self.second = next(iter(builds.values()), None)
        for name, build in (("build 1", self.first), ("build 2", self.second)):
            if build and (build["buildComplete"] or build["currentPhase"] == "PROVISIONING"):
                self.report(name, f"{build['currentPhase']} {build['buildStatus']}".replace("COMPLETED ", ""))


def check(watch):
    counted, rejected = hub.counted_requests(watch.start), hub.rejected_requests(watch.start)
    during = hub.counted_requests() - watch.counted_before
    print()
    side_by_side(watch.first, watch.second)
    same = assertions.same_bytes()
    print(
        f"Docker Hub counted {counted} manifest requests for the replication, and {during} during the second build; it rejected {rejected}."
    )
    print(
        f"From failure to the next build started: {watch.restarted - watch.failed:.1f} s; to success: {watch.ended - watch.failed:.1f} s."
    )
    assertions.check(
        {
            "the first build failed because of the rate limit": watch.first["buildStatus"] == "FAILED"
            and "toomanyrequests" in log(watch.first),
            "the second build succeeded": watch.second["buildStatus"] == "SUCCEEDED",
            "Docker Hub still rejects anonymous pulls": hub.anonymous_quota_exhausted(),
            "Docker Hub counted no request during the second build": during == 0,
            "the mirrored image has the same bytes": same,
        }
    )


def side_by_side(first, second):
    """Prints the ends of both logs in two columns."""
    width = 74
    left, right = (tail(build, width) for build in (first, second))
    print(f"{'build 1: ' + first['buildStatus']:{width}} | build 2: {second['buildStatus']}")
    print("-" * width + "-+-" + "-" * width)
    for number in range(max(len(left), len(right))):
        cells = [column[number] if number < len(column) else "" for column in (left, right)]
        print(f"{cells[0]:{width}} | {cells[1]}".rstrip())


def tail(build, width):
    skipped = ("Phase context status code:  ", "Entering phase", "Phase complete: UPLOAD", "Phase complete: FINAL")
    lines = []
    for line in log(build).splitlines():
        text = line.split(" ", 3)[-1] if line.startswith("[Container] ") else line
        if text.strip() and not any(skip in text for skip in skipped):
            lines.append(text[:width])
    start = next((i for i, line in enumerate(lines) if line.startswith("Running command")), 0)
    commands = [
        i
        for i, line in enumerate(lines)
        if line.startswith(("Running command docker", "Running command ruby", "pull-rescue:"))
    ]
    return lines[min(commands, default=start) :][:16]


def log(build):
    return sandbox("build", "log", build["id"])
