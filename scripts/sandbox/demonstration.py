"""The demonstration, inside a sandbox that is up: deploys, starts one build that must fail, and watches.

usage: scripts/sandbox/sandbox exec scripts/sandbox/python scripts/sandbox/demonstration.py --assembly DIR [--provisioning]

It starts that one build and does nothing else; what follows is done by the deployed functions. It then checks what
it claims, and fails when any of it is not so.
"""
import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import boto3

HERE = Path(__file__).resolve().parent
STATE = Path(os.environ["PULL_RESCUE_SANDBOX"])
HUB = "docker.io/library/ruby"
MIRROR = "123456789012.dkr.ecr.us-east-1.amazonaws.com/docker-hub/library/ruby"
TAG = "2.7"
FUNCTIONS = ("diagnose", "replicate", "retry")
PATIENCE = 240

DOCKERFILE = """FROM ruby:2.7
RUN ruby --version > /version
CMD ["cat", "/version"]
"""
BUILDSPECS = {
    "shop": "version: 0.2\nphases:\n  build:\n    commands:\n      - docker build -t shop .\n      - docker run --rm shop\n",
    "shop-tests": "version: 0.2\nphases:\n  build:\n    commands:\n      - ruby --version\n",
}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--assembly", required=True, help="what scripts/synth wrote, with the credentials docker.io=docker-hub")
    parser.add_argument("--provisioning", action="store_true")
    arguments = parser.parse_args()
    project = "shop-tests" if arguments.provisioning else "shop"
    began = time.monotonic()
    run(HERE / "deploy", "--assembly", arguments.assembly, quiet=False)
    print(f"deployed: {time.monotonic() - began:.1f} s")
    with Functions():
        prepare(project)
        watch = Watch(project)
        rescue(watch)
        check(watch)


def prepare(project):
    """A project as anybody has it, an image of some size, and a hub that refuses strangers."""
    run(HERE / "images", "--registry", "http://127.0.0.1:5501", f"library/ruby:{TAG}", "--layers", "4", "--megabytes", "6")
    boto3.client("secretsmanager").create_secret(
        Name="docker-hub", SecretString=json.dumps({"username": "rescuer", "password": "correct-horse"}))
    with tempfile.TemporaryDirectory() as folder:
        source, buildspec = Path(folder, "source"), Path(folder, "buildspec.yml")
        source.mkdir()
        (source / "Dockerfile").write_text(DOCKERFILE)
        buildspec.write_text(BUILDSPECS[project])
        image = ["--image", "ruby:2.7"] if project == "shop-tests" else ["--privileged"]
        run(HERE / "build", "create", project, "--source", source, "--buildspec", buildspec, *image)
    run(HERE / "hub", "quota", "anonymous", "0")
    told = {"shop": "whose Dockerfile says FROM ruby:2.7", "shop-tests": "that runs in the image ruby:2.7"}[project]
    print(f"\nDocker Hub refuses anonymous pulls from now on. A build of project '{project}', {told}:")


def rescue(watch):
    watch.follow(lambda: watch.first and watch.first["buildComplete"])
    watch.failed = time.monotonic()
    watch.mark = run(HERE / "hub", "mark").strip()
    watch.follow(lambda: watch.second)
    watch.restarted = time.monotonic()
    watch.counted_before = hub("counted")
    watch.follow(lambda: watch.second["buildComplete"])
    watch.ended = time.monotonic()


class Watch:
    """Tells what happens, while it happens: the builds' states, the functions' log lines, the bytes that arrive."""

    def __init__(self, project):
        self.codebuild = boto3.client("codebuild")
        self.started = time.monotonic()
        self.said = {}
        self.bar = Bar()
        self.first = self.codebuild.start_build(projectName=project)["build"]
        self.second = None

    def follow(self, done):
        end = time.monotonic() + PATIENCE
        while not done():
            if time.monotonic() > end:
                sys.exit(f"nothing more happened for {PATIENCE} s; the functions' logs are in {STATE}/log")
            time.sleep(0.2)
            self._builds()
            self._functions()
            self.bar.draw()
        self._functions()

    def _builds(self):
        ids = self.codebuild.list_builds_for_project(projectName=self.first["projectName"])["ids"]
        builds = {build["id"]: build for build in self.codebuild.batch_get_builds(ids=ids)["builds"]}
        self.first = builds.pop(self.first["id"])
        self.second = next(iter(builds.values()), None)
        for name, build in (("build 1", self.first), ("build 2", self.second)):
            if build:
                self._say(name, f"{build['currentPhase']} {build['buildStatus']}")

    def _functions(self):
        for name in FUNCTIONS:
            file = STATE / "log" / f"function-pull-rescue-{name}.log"
            lines = file.read_text().splitlines() if file.exists() else []
            for line in lines[self.said.get(name, 0):]:
                self._line(name, line)
            self.said[name] = len(lines)

    def _line(self, name, line):
        try:
            message = json.loads(line).get("message", "")
        except ValueError:
            return
        if message.startswith("copying") and "blobs" in message:
            self.bar.begin(int(message.split(": ")[1].split()[0]))
        if message:
            self._print(name, message)

    def _say(self, name, words):
        if self.said.get(name) != words:
            self.said[name] = words
            if words.split()[-1] != "IN_PROGRESS" or "PROVISIONING" in words:
                self._print(name, words.replace("COMPLETED ", ""))

    def _print(self, name, words):
        self.bar.clear()
        print(f"{time.monotonic() - self.started:6.1f} s  {name:9}  {words[:230]}", flush=True)


class Bar:
    """How much of the image has arrived in the registry's own storage; drawn on a terminal only."""

    def __init__(self):
        self.whole = self.before = 0

    def begin(self, whole):
        self.whole, self.before = whole, 0

    def draw(self):
        if not self.whole or not sys.stdout.isatty():
            return
        share = min(1.0, stored() / self.whole)
        print(f"\r          {'#' * int(40 * share):40} {share:4.0%}", end="", flush=True)
        if share == 1.0:
            self.whole = 0
            print()

    def clear(self):
        if self.whole and sys.stdout.isatty():
            print("\r" + " " * 60, end="\r")


def stored():
    return sum(file.stat().st_size for file in (STATE / "registry" / "ecr").rglob("data") if file.is_file())


def check(watch):
    counted, refused = hub("counted", watch.mark) , hub("refused", watch.mark)
    during = hub("counted") - watch.counted_before
    print()
    side_by_side(watch.first, watch.second)
    source, copy = raw(f"{HUB}:{TAG}", "rescuer:correct-horse"), raw(f"{MIRROR}:{TAG}", "AWS:123456789012-auth-token")
    children = [entry["digest"] for entry in json.loads(source)["manifests"]]
    same = [raw(f"{HUB}@{digest}", "rescuer:correct-horse") == raw(f"{MIRROR}@{digest}", "AWS:123456789012-auth-token") for digest in children]
    print(f"\ndigest at Docker Hub  sha256:{hashlib.sha256(source).hexdigest()}")
    print(f"digest in the mirror  sha256:{hashlib.sha256(copy).hexdigest()}   (skopeo; {sum(same)} of {len(same)} children are equal too)")
    print(f"Docker Hub counted {counted} manifest requests for the copy, and {during} during the second build; it refused {refused} meanwhile.")
    print(f"From failure to the next build started: {watch.restarted - watch.failed:.1f} s; to green: {watch.ended - watch.failed:.1f} s.")
    claims = {
        "the first build failed of the rate limit": watch.first["buildStatus"] == "FAILED" and "toomanyrequests" in log(watch.first),
        "the second build is green": watch.second["buildStatus"] == "SUCCEEDED",
        "the hub still refuses strangers": run(HERE / "hub", "quota", "anonymous").strip() == "0",
        "the hub counted nothing during the second build": during == 0,
        "every call of a function was allowed by its role": not run(HERE / "iam", "denied"),
        "no secret was written anywhere": not run(HERE / "leaks"),
        "the copy is the same, byte for byte": source == copy and all(same) and len(children) > 1,
    }
    wrong = [claim for claim, holds in claims.items() if not holds]
    if wrong:
        sys.exit("NOT SHOWN: " + "; ".join(wrong))


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
    return run(HERE / "build", "log", build["id"])


def raw(reference, credentials):
    return subprocess.run(
        ["skopeo", "inspect", "--raw", "--creds", credentials, f"docker://{reference}"], check=True, stdout=subprocess.PIPE).stdout


def hub(word, since="0"):
    return int(run(HERE / "hub", word, "--since", since))


def run(*command, quiet=True):
    result = subprocess.run(list(map(str, command)), stdout=subprocess.PIPE if quiet else None, text=True)
    if result.returncode:
        sys.exit(f"{Path(str(command[0])).name} failed")
    return result.stdout or ""


class Functions:
    """The runner of the functions, for as long as the demonstration takes."""

    def __enter__(self):
        self._output = open(STATE / "log" / "functions.log", "w")
        self._process = subprocess.Popen(
            [str(HERE / "functions"), "run"], stdout=subprocess.PIPE, stderr=self._output, text=True)
        if not any("polled" in line for line in self._process.stdout):
            sys.exit(f"the functions did not start; see {STATE}/log/functions.log")
        threading.Thread(target=self._drain, daemon=True).start()

    def _drain(self):
        for line in self._process.stdout:
            self._output.write(line)

    def __exit__(self, *_):
        self._process.terminate()
        self._process.wait(30)


if __name__ == "__main__":
    main()
