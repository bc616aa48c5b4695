"""The stack in the sandbox, a build that failed there, and the events that follow."""

import io
import json
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

from pullrescue_sandbox import paths
from pullrescue_sandbox.account import arn
from pullrescue_sandbox.demo import builds
from pullrescue_sandbox.harness.commands import create_docker_hub_secret, sandbox
from pullrescue_sandbox.hub import control, images
from pullrescue_sandbox.lambda_runtime import event_source, jvm

EVENTS = paths.EVENTS
IMAGE = "library/ruby:2.7"


def fail_a_build():
    """Runs the failing build of the demonstration."""
    create_docker_hub_secret()
    new_image()
    builds.create("shop")
    control.exhaust_anonymous_quota()
    build = sandbox("build", "start", "shop")
    subprocess.run([paths.COMMAND, "build", "wait", build], stdout=subprocess.DEVNULL)


def new_image():
    """Puts a new image at Docker Hub, because an existing one would not be copied again."""
    images.publish(IMAGE, layers=4, megabytes=1)


def receive(account, queue):
    """Returns the function event with the message that is waiting in this queue."""
    sqs = account.client("sqs")
    url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
    messages = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=20, AttributeNames=["All"]).get("Messages")
    if not messages:
        raise SystemExit(f"no message arrived in {queue}")
    return json.dumps({"Records": [event_source.record(messages[0], arn("sqs", queue), account.region)]}).encode()


def trivial(function):
    """Returns a function with a handler that does nothing."""
    classes = paths.mkdir(paths.state() / "trivial")
    source = Path(__file__).with_name("TrivialHandler.java")
    library = ":".join(map(str, jvm.runtime_client()))
    subprocess.run([f"{jvm.home()}/bin/javac", "-cp", library, "-d", classes, source], check=True)
    jar = io.BytesIO()
    with zipfile.ZipFile(jar, "w") as archive:
        archive.writestr(zipfile.ZipInfo("TrivialHandler.class"), (classes / "TrivialHandler.class").read_bytes())
    return replace(function, name="trivial", handler="TrivialHandler::handleRequest", code=paths.code(jar.getvalue()))


def wait_for_the_retry():
    """Waits for the builds that the rehearsal started: they must not run during the measurement."""
    for build in sandbox("build", "list", "shop").split("\n"):
        if build:
            subprocess.run([paths.COMMAND, "build", "wait", build.split()[0]], stdout=subprocess.DEVNULL)
