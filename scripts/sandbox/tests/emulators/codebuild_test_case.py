"""Test case with a CodeBuild emulator in front of moto, without docker: builds run in curated images, on this machine."""

import functools
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import unittest

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from pullrescue_sandbox import paths

IMAGE = "aws/codebuild/standard:7.0"
ROLE = "arn:aws:iam::123456789012:role/builds"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(condition, seconds=15):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        result = condition()
        if result:
            return result
        time.sleep(0.1)
    raise AssertionError(f"timed out after {seconds} s")


def start(*arguments, **environment):
    return subprocess.Popen(
        [sys.executable, *arguments],
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def start_codebuild(address, state, endpoint):
    module, port = "pullrescue_sandbox.emulators.codebuild", address.rpartition(":")[2]
    return start(
        "-m", module, "--port", port, "--state", state, PYTHONPATH=str(paths.SANDBOX), AWS_ENDPOINT_URL=endpoint
    )


def stop(process):
    process.terminate()
    process.wait()


def listens(address):
    with socket.socket() as probe:
        return probe.connect_ex(("localhost", int(address.rpartition(":")[2]))) == 0


def run_servers():
    """Runs one moto and one emulator for all tests; every test has its own project."""
    with tempfile.TemporaryDirectory() as folder:
        endpoint, address = (f"http://localhost:{free_port()}" for _ in range(2))
        main = "from moto.server import main; main()"
        moto = start("-c", main, "-H", "127.0.0.1", "-p", endpoint.rpartition(":")[2])
        emulator = start_codebuild(address, folder, endpoint)
        try:
            for server in (endpoint, address):
                wait_for(lambda server=server: listens(server))
            (CodeBuildTestCase.folder, CodeBuildTestCase.endpoint, CodeBuildTestCase.address) = (
                folder,
                endpoint,
                address,
            )
            CodeBuildTestCase.codebuild = client_of("codebuild", address)
            yield
        finally:
            stop(emulator)
            stop(moto)


@functools.cache
def client_of(service, endpoint):
    return boto3.client(
        service,
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}),
    )


@pytest.mark.usefixtures("codebuild_servers")
class CodeBuildTestCase(unittest.TestCase):
    maxDiff = None

    @classmethod
    def client(cls, service, endpoint=None):
        return client_of(service, endpoint or cls.endpoint)

    def project(self, buildspec, source=None, **parameters):
        name = re.sub(r"\W+", "-", self.id().rpartition(".")[2]) + f"-{time.monotonic_ns()}"
        environment = {
            "type": "LINUX_CONTAINER",
            "image": IMAGE,
            "computeType": "BUILD_GENERAL1_SMALL",
            **parameters.pop("environment", {}),
        }
        source = {"type": "NO_SOURCE", **(source or {}), **({"buildspec": buildspec} if buildspec else {})}
        return self.codebuild.create_project(
            name=name,
            source=source,
            artifacts={"type": "NO_ARTIFACTS"},
            environment=environment,
            serviceRole=ROLE,
            **parameters,
        )["project"]["name"]

    def finish(self, identifier):
        def complete():
            build = self.codebuild.batch_get_builds(ids=[identifier])["builds"][0]
            return build if build["buildComplete"] else None

        return wait_for(complete)

    def build(self, project, **overrides):
        return self.finish(self.codebuild.start_build(projectName=project, **overrides)["build"]["id"])

    def log(self, build):
        events = self.client("logs").get_log_events(
            logGroupName=build["logs"]["groupName"], logStreamName=build["logs"]["streamName"], startFromHead=True
        )["events"]
        return "".join(event["message"] for event in events)

    def layout(self, build):
        return re.sub(r"(?m)^\[Container\] \d{4}/\d\d/\d\d \d\d:\d\d:\d\d\.\d{6} ", "[Container] ", self.log(build))

    def output(self, build):
        return [line for line in self.log(build).splitlines() if line and not line.startswith("[Container]")]

    def phases(self, build):
        return {phase["phaseType"]: phase.get("phaseStatus") for phase in build["phases"]}

    def listen_to_events(self):
        """Subscribes to events; not for all tests, because moto delivers slowly."""
        events = self.client("events")
        self.queue = self.client("sqs").create_queue(QueueName="build-events")["QueueUrl"]
        events.put_rule(Name="builds", EventPattern=json.dumps({"source": ["aws.codebuild"]}))
        events.put_targets(
            Rule="builds", Targets=[{"Id": "queue", "Arn": "arn:aws:sqs:us-east-1:123456789012:build-events"}]
        )
        self.addCleanup(events.delete_rule, Name="builds")
        self.addCleanup(events.remove_targets, Rule="builds", Ids=["queue"])

    def events(self, build, count=2):
        found = []

        def arrived():
            for message in (
                self.client("sqs").receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10).get("Messages", [])
            ):
                body = json.loads(message["Body"])
                self.client("sqs").delete_message(QueueUrl=self.queue, ReceiptHandle=message["ReceiptHandle"])
                if body["detail"]["build-id"] == build["arn"]:
                    found.append(body)
            return len(found) >= count

        wait_for(arrived)
        return found

    def assertError(self, code, call, **parameters):
        with self.assertRaises(ClientError) as caught:
            call(**parameters)
        self.assertEqual(code, caught.exception.response["Error"]["Code"], caught.exception)
        return str(caught.exception)
