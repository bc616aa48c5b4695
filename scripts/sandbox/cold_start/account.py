"""The stack in the sandbox, a build that failed there, and the events that follow from it."""

import io
import json
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

from demonstration import builds
from demonstration.programs import SANDBOX, make_account, publish, refuse_strangers, run
from functions_runner import event_source, folders, java

EVENTS = folders.PROJECT / "events"
IMAGE = "library/ruby:2.7"


def fail_a_build():
    """As in the demonstration."""
    make_account()
    new_image()
    builds.create("shop")
    refuse_strangers()
    build = run(SANDBOX / "build", "start", "shop").strip()
    subprocess.run([SANDBOX / "build", "wait", build], stdout=subprocess.DEVNULL)


def new_image():
    """What is there already would not be copied again."""
    publish(IMAGE, 1)


def taken(account, queue):
    """The event of the message that lies in this queue: from the bus, or left for the next function."""
    sqs = account.client("sqs")
    url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
    messages = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=20, AttributeNames=["All"]).get("Messages")
    if not messages:
        raise SystemExit(f"nothing came into {queue}")
    arn = f"arn:aws:sqs:{account.region}:123456789012:{queue}"
    return json.dumps({"Records": [event_source.record(messages[0], arn, account.region)]}).encode()


def trivial(function):
    """The handler that does nothing, in the place of this one."""
    classes = folders.made(folders.state() / "trivial")
    source = Path(__file__).with_name("TrivialHandler.java")
    library = ":".join(map(str, java.runtime_client()))
    subprocess.run([f"{java.home()}/bin/javac", "-cp", library, "-d", classes, source], check=True)
    jar = io.BytesIO()
    with zipfile.ZipFile(jar, "w") as archive:
        archive.writestr(zipfile.ZipInfo("TrivialHandler.class"), (classes / "TrivialHandler.class").read_bytes())
    return replace(function, name="trivial", handler="TrivialHandler::handleRequest", code=folders.code(jar.getvalue()))


def wait_for_the_retry():
    """The rehearsal has started a build: it must not run beside what is measured."""
    for build in run(SANDBOX / "build", "list", "shop").split("\n"):
        if build:
            subprocess.run([SANDBOX / "build", "wait", build.split()[0]], stdout=subprocess.DEVNULL)
