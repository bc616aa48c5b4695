"""Tests of the function runner with a real JVM, the real Lambda runtime client, and moto's SQS, Lambda, S3 and STS."""

import io
import json
import logging
import os
import signal
import subprocess
import tempfile
import time
import unittest
import urllib.request
import zipfile
from pathlib import Path

import boto3
from pullrescue_sandbox import paths
from pullrescue_sandbox.lambda_runtime import jvm
from pullrescue_sandbox.lambda_runtime.event_source import failures
from pullrescue_sandbox.lambda_runtime.runtime_api import InvocationResult
from moto.server import ThreadedMotoServer

KEY = "echo-handler.jar"
TIMEOUT_SECONDS = 60


def setUpModule():
    jvm.runtime_client(fetch=True)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)


class DeployedFunctionTestCase(unittest.TestCase):
    """Deploys a function `echo` with a queue, a FIFO queue and a dead-letter queue into its own account."""

    @classmethod
    def setUpClass(cls):
        cls.folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.moto = ThreadedMotoServer(port=0, verbose=False)
        cls.moto.start()
        cls.addClassCleanup(cls.moto.stop)
        cls.environment = {
            **os.environ,
            "AWS_ENDPOINT_URL": f"http://localhost:{cls.moto.get_host_and_port()[1]}",
            "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "PULL_RESCUE_SANDBOX": str(cls.folder / "state"),
        }
        cls.environment.pop("PULL_RESCUE_TRUSTSTORE", None)
        cls.sqs = cls.client("sqs")
        cls.jar = build_handler_jar(cls.folder)
        cls.deploy()
        cls.runner = cls.run_functions()
        cls.addClassCleanup(stop, cls.runner)

    @classmethod
    def client(cls, service):
        return boto3.client(
            service,
            endpoint_url=cls.environment["AWS_ENDPOINT_URL"],
            region_name="us-east-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )

    @classmethod
    def deploy(cls):
        # All servers in one process share their state.
        urllib.request.urlopen(cls.environment["AWS_ENDPOINT_URL"] + "/moto-api/reset", b"").close()
        cls.client("s3").create_bucket(Bucket="staging")
        cls.client("s3").put_object(Bucket="staging", Key=KEY, Body=cls.jar)
        role = cls.client("iam").create_role(RoleName="echo", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
        cls.client("lambda").create_function(
            FunctionName="echo",
            Runtime="java25",
            Role=role,
            Handler="EchoHandler::handleRequest",
            Code={"S3Bucket": "staging", "S3Key": KEY},
            Timeout=3,
            MemorySize=256,
            Environment={"Variables": {"GREETING": "hello"}},
        )
        cls.queue, cls.ordered = cls.queue_named("work"), cls.queue_named("work.fifo", FifoQueue="true")
        cls.mapping = [cls.feed("work"), cls.feed("work.fifo")]

    @classmethod
    def queue_named(cls, name, **attributes):
        attributes |= {"VisibilityTimeout": "2"}
        if not attributes.get("FifoQueue"):
            cls.dead_letters = cls.sqs.create_queue(QueueName="dead-letters")["QueueUrl"]
            redrive = {"deadLetterTargetArn": "arn:aws:sqs:us-east-1:123456789012:dead-letters", "maxReceiveCount": 2}
            attributes["RedrivePolicy"] = json.dumps(redrive)
        return cls.sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]

    @classmethod
    def feed(cls, queue):
        return cls.client("lambda").create_event_source_mapping(
            EventSourceArn=f"arn:aws:sqs:us-east-1:123456789012:{queue}",
            FunctionName="echo",
            BatchSize=1,
            FunctionResponseTypes=["ReportBatchItemFailures"],
        )["UUID"]

    @classmethod
    def run_functions(cls):
        runner = subprocess.Popen(
            [paths.COMMAND, "functions", "run"], env=cls.environment, stdout=subprocess.PIPE, text=True, bufsize=1
        )
        next_line(runner, "functions ready")
        return runner

    def invoke(self, event):
        return subprocess.run(
            [paths.COMMAND, "functions", "invoke", "echo", "-"],
            env=self.environment,
            input=json.dumps(event),
            capture_output=True,
            text=True,
            timeout=TIMEOUT_SECONDS,
        )

    def left(self, queue):
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        counts = self.sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=names)["Attributes"]
        return [int(counts[name]) for name in names]


class Invoke(DeployedFunctionTestCase):
    def test_invokes_deployed_handler(self):
        called = self.invoke({"wish": "echo", "text": "Grüße"})

        self.assertEqual(0, called.returncode, called.stderr)
        response = json.loads(called.stdout)
        self.assertEqual({"wish": "echo", "text": "Grüße"}, response["event"])
        self.assertEqual("echo", response["name"])
        self.assertTrue(0 < response["milliseconds"] <= 3000, response["milliseconds"])

    def test_isolates_environment_from_the_shell(self):
        seen = json.loads(self.invoke({}).stdout)["environment"]

        self.assertEqual("hello", seen["GREETING"])
        self.assertEqual(self.environment["AWS_ENDPOINT_URL"], seen["AWS_ENDPOINT_URL"])
        self.assertTrue(seen["AWS_SESSION_TOKEN"])
        self.assertNotIn("HOME", seen)

    def test_keeps_jvm_between_invocations(self):
        first, second = (json.loads(self.invoke({}).stdout)["invocations"] for _ in range(2))

        self.assertEqual(first + 1, second)

    def test_reports_exception_of_the_function(self):
        called = self.invoke({"wish": "throw"})

        self.assertEqual(1, called.returncode)
        self.assertEqual("as requested", json.loads(called.stderr)["errorMessage"])

    def test_restarts_function_after_timeout(self):
        called = self.invoke({"wish": "hang"})

        self.assertEqual(1, called.returncode)
        self.assertIn("Task timed out after 3.00 seconds", called.stderr)
        self.assertEqual(1, json.loads(self.invoke({}).stdout)["invocations"])

    def test_survives_exit_of_the_jvm(self):
        called = self.invoke({"wish": "exit"})

        self.assertEqual(1, called.returncode)
        self.assertIn("Runtime exited with status 7", called.stderr)
        self.assertEqual(0, self.invoke({}).returncode)

    def test_lists_known_functions(self):
        called = subprocess.run(
            [paths.COMMAND, "functions", "invoke", "ecko", "-"],
            env=self.environment,
            input="{}",
            capture_output=True,
            text=True,
        )

        self.assertEqual(1, called.returncode)
        self.assertIn("unknown function ecko; known functions: echo", called.stderr)

    def test_rejects_second_runner(self):
        second = subprocess.run(
            [paths.COMMAND, "functions", "run"], env=self.environment, capture_output=True, text=True
        )

        self.assertEqual(2, second.returncode)
        self.assertIn("functions are already running here", second.stderr)


class EventSources(DeployedFunctionTestCase):
    def test_disables_mappings_in_moto(self):
        for mapping in self.mapping:
            self.assertEqual("Disabled", self.client("lambda").get_event_source_mapping(UUID=mapping)["State"])

    def test_deletes_processed_message(self):
        self.sqs.send_message(QueueUrl=self.queue, MessageBody="echo")

        self.assertIn(" ok", next_line(self.runner, "echo "))
        self.assertEqual([0, 0], self.left(self.queue))

    def test_keeps_order_of_message_group(self):
        sent = [
            self.sqs.send_message(
                QueueUrl=self.ordered, MessageBody="echo", MessageGroupId="ruby", MessageDeduplicationId=number
            )["MessageId"]
            for number in "123"
        ]
        for _ in sent:
            next_line(self.runner, "echo ")

        log = (self.folder / "state/log/function-echo.log").read_text()
        places = [log.index(f"message {message}") for message in sent]
        self.assertEqual(sorted(places), places)

    def test_moves_failed_message_to_dead_letter_queue(self):
        for wish in ("refuse", "throw", "exit"):
            with self.subTest(wish):
                self.sqs.send_message(QueueUrl=self.queue, MessageBody=wish)

                self.assertIn("1 of 1 stay queued (receive 1)", next_line(self.runner, "echo "))
                self.assertIn("1 of 1 stay queued (receive 2)", next_line(self.runner, "echo "))
                dead = self.sqs.receive_message(QueueUrl=self.dead_letters, WaitTimeSeconds=10)["Messages"][0]
                self.assertEqual(wish, dead["Body"])
                self.sqs.delete_message(QueueUrl=self.dead_letters, ReceiptHandle=dead["ReceiptHandle"])
                self.assertEqual([0, 0], self.left(self.queue))


class Stop(DeployedFunctionTestCase):
    def test_stop_ends_busy_jvm(self):
        self.sqs.send_message(QueueUrl=self.queue, MessageBody="hang")
        pid = self.jvm_pid()
        os.kill(self.runner.pid, signal.SIGTERM)

        self.assertEqual(0, self.runner.wait(10))
        self.assertFalse(Path(f"/proc/{pid}").exists())
        self.assertFalse((self.folder / "state/functions.socket").exists())

    def jvm_pid(self):
        children = Path(f"/proc/{self.runner.pid}/task")
        for _ in range(TIMEOUT_SECONDS * 10):
            found = [pid for task in children.iterdir() for pid in (task / "children").read_text().split()]
            if found:
                return found[0]
            time.sleep(0.1)
        self.fail("no JVM was started")


class ItemFailures(unittest.TestCase):
    """Which messages stay in the queue after a response of the function."""

    def left(self, payload, succeeded=True, reports=True):
        return failures(InvocationResult(succeeded, payload), ["a", "b"], reports)

    def test_error_keeps_all_messages(self):
        self.assertEqual({"a", "b"}, self.left(b"{}", succeeded=False))

    def test_no_failures_keep_no_message(self):
        for payload in (b"", b"null", b"{}", b'{"batchItemFailures":null}', b'{"batchItemFailures":[]}'):
            self.assertEqual(set(), self.left(payload), payload)

    def test_listed_failure_keeps_that_message(self):
        self.assertEqual({"b"}, self.left(b'{"batchItemFailures":[{"itemIdentifier":"b"}]}'))

    def test_invalid_response_keeps_all_messages(self):
        for payload in (
            b"done",
            b'"done"',
            b'{"batchItemFailures":[{"itemIdentifier":"c"}]}',
            b'{"batchItemFailures":[{}]}',
            b'{"batchItemFailures":[7]}',
            b'{"batchItemFailures":7}',
        ):
            self.assertEqual({"a", "b"}, self.left(payload), payload)

    def test_ignores_item_failures_if_not_enabled(self):
        self.assertEqual(set(), self.left(b'{"batchItemFailures":[{"itemIdentifier":"b"}]}', reports=False))


def build_handler_jar(folder):
    classes = folder / "classes"
    library = ":".join(map(str, jvm.runtime_client()))
    source = Path(__file__).with_name("EchoHandler.java")
    subprocess.run([f"{jvm.home()}/bin/javac", "--release", "21", "-cp", library, "-d", classes, source], check=True)
    jar = io.BytesIO()
    with zipfile.ZipFile(jar, "w") as archive:
        for file in classes.iterdir():
            archive.write(file, file.name)
    return jar.getvalue()


def next_line(runner, text):
    """Returns the next line of the runner that contains this text."""
    for line in runner.stdout:
        if text in line:
            return line.strip()
    raise AssertionError(f"the runner ended without a line with '{text}'")


def stop(runner):
    runner.terminate()
    runner.wait(15)
    runner.stdout.close()
