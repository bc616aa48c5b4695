"""A build that fails, and the one that follows it."""

import tempfile
import time
from pathlib import Path

import boto3

from . import claims
from .claims import IMAGE
from .programs import SANDBOX, hub, mark, publish, refuse_strangers, run, strangers_are_refused
from .telling import Telling

DOCKERFILE = """FROM ruby:2.7
RUN ruby --version > /version
CMD ["cat", "/version"]
"""
BUILDSPECS = {
    "shop": "version: 0.2\nphases:\n  build:\n    commands:\n      - docker build -t shop .\n      - docker run --rm shop\n",
    "shop-tests": "version: 0.2\nphases:\n  build:\n    commands:\n      - ruby --version\n",
}


def show(project):
    """A project as anybody has it, an image of some size, and a hub that refuses strangers."""
    publish(f"library/{IMAGE}", 6)
    create(project)
    refuse_strangers()
    told = {"shop": "whose Dockerfile says FROM ruby:2.7", "shop-tests": "that runs in the image ruby:2.7"}[project]
    print(f"\nDocker Hub refuses anonymous pulls from now on. A build of project '{project}', {told}:")
    watch = Watch(project)
    rescue(watch)
    check(watch)


def create(project):
    with tempfile.TemporaryDirectory() as folder:
        source, buildspec = Path(folder, "source"), Path(folder, "buildspec.yml")
        source.mkdir()
        (source / "Dockerfile").write_text(DOCKERFILE)
        buildspec.write_text(BUILDSPECS[project])
        image = ["--image", IMAGE] if project == "shop-tests" else ["--privileged"]
        run(SANDBOX / "build", "create", project, "--source", source, "--buildspec", buildspec, *image)


def rescue(watch):
    watch.follow(lambda: watch.first and watch.first["buildComplete"])
    watch.failed = time.monotonic()
    watch.mark = mark()
    watch.follow(lambda: watch.second)
    watch.restarted = time.monotonic()
    watch.counted_before = hub("counted")
    watch.follow(lambda: watch.second["buildComplete"])
    watch.ended = time.monotonic()


class Watch(Telling):
    """The states of both builds."""

    def __init__(self, project):
        super().__init__()
        self.codebuild = boto3.client("codebuild")
        self.first = self.codebuild.start_build(projectName=project)["build"]
        self.second = None

    def look(self):
        ids = self.codebuild.list_builds_for_project(projectName=self.first["projectName"])["ids"]
        builds = {build["id"]: build for build in self.codebuild.batch_get_builds(ids=ids)["builds"]}
        self.first = builds.pop(self.first["id"])
        self.second = next(iter(builds.values()), None)
        for name, build in (("build 1", self.first), ("build 2", self.second)):
            if build and (build["buildComplete"] or build["currentPhase"] == "PROVISIONING"):
                self.say(name, f"{build['currentPhase']} {build['buildStatus']}".replace("COMPLETED ", ""))


def check(watch):
    counted, refused = hub("counted", watch.mark), hub("refused", watch.mark)
    during = hub("counted") - watch.counted_before
    print()
    side_by_side(watch.first, watch.second)
    same = claims.same_bytes()
    print(f"Docker Hub counted {counted} manifest requests for the copy, and {during} during the second build; it refused {refused} meanwhile.")
    print(f"From failure to the next build started: {watch.restarted - watch.failed:.1f} s; to green: {watch.ended - watch.failed:.1f} s.")
    claims.hold({
        "the first build failed of the rate limit": watch.first["buildStatus"] == "FAILED" and "toomanyrequests" in log(watch.first),
        "the second build is green": watch.second["buildStatus"] == "SUCCEEDED",
        "the hub still refuses strangers": strangers_are_refused(),
        "the hub counted nothing during the second build": during == 0,
        "the copy is the same, byte for byte": same,
    })


def side_by_side(first, second):
    """The ends of both logs, in two columns."""
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
        words = line.split(" ", 3)[-1] if line.startswith("[Container] ") else line
        if words.strip() and not any(skip in words for skip in skipped):
            lines.append(words[:width])
    start = next((i for i, line in enumerate(lines) if line.startswith("Running command")), 0)
    commands = [i for i, line in enumerate(lines) if line.startswith(("Running command docker", "Running command ruby", "pull-rescue:"))]
    return lines[min(commands, default=start):][:16]


def log(build):
    return run(SANDBOX / "build", "log", build["id"])
