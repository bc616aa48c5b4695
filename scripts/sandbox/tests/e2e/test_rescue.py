"""End-to-end tests of rescues by the deployed functions, and of failures that must not be rescued. Runs inside a sandbox."""

import json
import random
import re
import uuid

from rescue_test_case import MIRROR, RATE_LIMIT, RescueTestCase, digest, mirrored, publish

from pullrescue_sandbox import paths
from pullrescue_sandbox.account import arn
from pullrescue_sandbox.harness.commands import aws
from pullrescue_sandbox.harness.deployment import FunctionLog, send
from pullrescue_sandbox.hub import control as hub
from pullrescue_sandbox.hub import images
from pullrescue_sandbox.product import (
    BUILD_TRIGGER,
    CHAT_TOPIC,
    DIAGNOSE,
    FAILURES_QUEUE,
    MANUAL,
    REPLICATE,
    REPLICATION_QUEUE,
    RETRIES_QUEUE,
    RETRY,
    Event,
    Field,
    Setting,
    Variable,
)
from pullrescue_sandbox.waiting import wait_for

UNKNOWN_BUILD = "nobody:00000000-0000-4000-8000-000000000000"
IMAGE_REQUEST = paths.EVENTS / "manual/image.json"


class RescuedBuilds(RescueTestCase):
    """Builds that are rescued, also repeatedly, and the limits of that."""

    def test_skips_second_retry_for_the_same_image(self):
        # This build stops the registry mirror of the retry; the variable contains the folder of its files.
        stop_mirror = 'pkill -f "${pull_rescue:-none}/mirror.py" || true'
        first = self.start([stop_mirror, "DOCKER_BUILDKIT=1 docker build ."], {"Dockerfile": "FROM ruby:2.7\n"})
        second = self.retry_of(first)

        skipped = self.bus.wait(second, Event.RETRY_SKIPPED)

        self.assertRegex(
            skipped[Field.REASON],
            "^it is a retry that already used the mirrored image of ruby:2.7 and failed on it again; ",
        )
        self.assertIdle()
        self.assertEqual([first, second], self.builds(first))
        self.assertEqual(
            ["FAILED", "FAILED", "1"], [*map(self.status, (first, second)), self.variable(second, Variable.ATTEMPT)]
        )

    def test_rescues_two_images_one_after_the_other(self):
        stages = "FROM ruby:2.7 AS tools\nRUN ruby --version\nFROM alpine:3.19\nCOPY --from=tools /usr/bin/ruby /usr/bin/ruby\nRUN ruby\n"
        first = self.start(["DOCKER_BUILDKIT=0 docker build ."], {"Dockerfile": stages})

        second = self.retry_of(first)
        third = self.retry_of(second)

        self.assertEqual(
            ["FAILED", "FAILED", "SUCCEEDED"], [self.status(item) for item in (first, second, third)], self.text(third)
        )
        self.assertEqual(
            ["docker.io/library/ruby:2.7", "docker.io/library/alpine:3.19"],
            [pair.partition("=")[0] for pair in self.variable(third, Variable.IMAGES).split(",")],
        )
        self.assertEqual(
            [first, "2"], [self.variable(third, name) for name in (Variable.ORIGINAL_BUILD, Variable.ATTEMPT)]
        )
        self.assertIdle()
        self.assertEqual([first, second, third], self.builds(first))

    def test_rescues_buildkit(self):
        self.rescue(
            "DOCKER_BUILDKIT=1 docker build --progress plain -t app .",
            "FROM ruby:2.7\nRUN ruby --version\n",
            expected_output="ruby 2.7.8",
        )

    def test_rescues_pinned_digest(self):
        pinned = digest("library/ruby", "2.7")
        self.rescue(
            "DOCKER_BUILDKIT=0 docker build -t app .", f"FROM ruby@{pinned}\nRUN echo built\n", expected_output="built"
        )

    def rescue(self, command, dockerfile, expected_output):
        first = self.start([command, "docker run --rm app true"], {"Dockerfile": dockerfile})

        second = self.retry_of(first)

        self.assertIn("toomanyrequests", self.text(first))
        self.assertEqual(["FAILED", "SUCCEEDED"], [self.status(item) for item in (first, second)], self.text(second))
        self.assertIn(expected_output, self.text(second))
        self.assertEqual(0, hub.quota("anonymous"))


class RepeatedEvents(RescueTestCase):
    """The same failures reported many times."""

    def test_repeated_events_cause_one_replication_and_retry(self):
        images.publish("storm/app:1", layers=1, megabytes=0.1)
        first = self.start(["DOCKER_BUILDKIT=0 docker build ."], {"Dockerfile": "FROM storm/app:1\n"})
        builds = [first, aws("codebuild").start_build(projectName=first.partition(":")[0])["build"]["id"]]
        self.assertEqual(["FAILED", "FAILED"], [self.status(build) for build in builds])
        sample = json.loads((paths.EVENTS / "codebuild/build-failed-rate-limit.json").read_text())
        events = [
            {**sample, "id": str(uuid.uuid4()), "detail": {**sample["detail"], "build-id": build}}
            for build in builds * 50
        ] * 2
        random.Random(7).shuffle(events)

        for event in events:
            send(FAILURES_QUEUE, json.dumps(event))

        retries = [self.retry_of(build) for build in builds]
        self.assertIdle(seconds=300)
        self.assertCountEqual([*builds, *retries], self.builds(first))
        self.assertEqual(["SUCCEEDED", "SUCCEEDED"], [self.status(build) for build in retries])
        of = {build: [kind for kind, _ in self.bus.of(build)] for build in builds}
        self.assertEqual([1, 1], [of[build].count(Event.RETRIED) for build in builds])
        replications = [detail for build in builds for kind, detail in self.bus.of(build) if kind == Event.REPLICATED]
        self.assertEqual(1, sum(detail[Field.STATS]["bytes"] > 0 for detail in replications))


class IgnoredFailures(RescueTestCase):
    """Failures without a pull, or with a registry that is not allowed."""

    def setUp(self):
        super().setUp()
        self.log = FunctionLog(DIAGNOSE)
        self.mirrored = mirrored()

    def assertNothingFollows(self, build):
        self.assertIdle()
        self.assertEqual([build], self.builds(build))
        self.assertEqual(self.mirrored, mirrored())
        self.assertEqual(0, self.counted())

    def test_ignores_failure_without_pull(self):
        build = self.fail_with("shop_test.rb:7: Failure: expected 3, was 4\n")

        wait_for(lambda: f"{build} did not fail because of an image pull" in self.log.lines(), "the diagnosis")

        self.assertNothingFollows(build)
        self.assertEqual([], self.bus.of(build))

    def test_rejects_registry_that_is_not_allowed(self):
        shown = "https://ci:canary-in-the-log@evil.example.com/v2/?X-Amz-Signature=canary-in-the-log DEPLOY_TOKEN=canary-in-the-log"
        build = self.fail_with(f"Step 1/2 : FROM evil.example.com/app:1\n{RATE_LIMIT} {shown}\n")

        diagnosed = self.bus.wait(build, Event.DIAGNOSED)

        self.assertEqual(("RATE_LIMITED", ["evil.example.com/app:1"]), (diagnosed["cause"], diagnosed["images"]))
        self.assertEqual(
            f"{RATE_LIMIT} https://(hidden)@evil.example.com/v2/?X-Amz-Signature=(hidden) DEPLOY_TOKEN=(hidden)",
            diagnosed["evidence"][Field.EVIDENCE_TEXT],
        )
        self.assertRegex(
            diagnosed[Field.NEXT_ACTION],
            r"^evil\.example\.com/app:1: its registry is not an allowed upstream \(`upstreams`: .*docker\.io, ",
        )
        self.assertNothingFollows(build)
        self.assertEqual(1, len(self.bus.of(build)))


class InvalidMessages(RescueTestCase):
    """Messages that pull-rescue did not write, sent directly to the deployed queues."""

    DEEP = "[" * 5000

    def event(self, source, kind, **detail):
        return json.dumps({"version": "0", "source": source, "detail-type": kind, "detail": detail})

    def send_invalid(self, function, queue, messages, **parameters):
        """Sends messages, each of which must cause one log line of the function and be deleted."""
        log = FunctionLog(function)
        for number, (body, _) in enumerate(messages):
            send(queue, body, **{name: f"{value}{number}" for name, value in parameters.items()})
        wait_for(lambda: len(log.lines()) >= len(messages), f"{len(messages)} log lines of {function}")
        self.assertIdle()
        self.assertCountEqual(
            [expected for _, expected in messages], [self.start_of(line, messages) for line in log.lines()]
        )

    def start_of(self, line, messages):
        return next((expected for _, expected in messages if line.startswith(expected)), line)

    def test_diagnose_ignores_invalid_messages_once(self):
        self.send_invalid(
            DIAGNOSE,
            FAILURES_QUEUE,
            [
                ("no JSON\u2028at all", "ignored: not JSON: Unrecognized token 'no'"),
                (self.DEEP, "ignored: not JSON: Document nesting depth"),
                ("[]", "ignored: not an EventBridge event"),
                (
                    self.event("aws.ec2", "EC2 Spot Instance Interruption Warning"),
                    "ignored: an unknown event: aws.ec2 / EC2 Spot",
                ),
                (
                    self.event(
                        "aws.codebuild",
                        "CodeBuild Build State Change",
                        **{"build-status": "FAILED", "build-id": "../../shop"},
                    ),
                    "ignored: a CodeBuild event without a valid build-id",
                ),
            ],
        )

    def test_diagnose_waits_for_build_before_ignoring_it(self):
        log = FunctionLog(DIAGNOSE)
        detail = {"build-status": "FAILED", "build-id": UNKNOWN_BUILD}
        send(FAILURES_QUEUE, self.event("aws.codebuild", "CodeBuild Build State Change", **detail))

        reason = f"CodeBuild has no build {UNKNOWN_BUILD} in this region"
        wait_for(lambda: f"ignored: {reason}" in log.lines(), "the last receive")
        self.assertEqual([f"trying again in 10 seconds: {reason}"] * 3, log.lines()[:-1])
        self.assertIdle()

    def test_replicate_ignores_invalid_messages_once(self):
        self.send_invalid(
            REPLICATE,
            REPLICATION_QUEUE,
            [
                ("no JSON", "ignored: not a replication request: no JSON"),
                (self.DEEP, "ignored: not a replication request: [[["),
                ("null", "ignored: not a replication request: null"),
                ('{"image": "Ruby:2.7; reboot"}', 'ignored: not a replication request: {"image": "Ruby:2.7; reboot"}'),
                ('{"image": "ruby:2.7", "trigger": {"type": "moon"}}', "ignored: not a replication request: "),
            ],
            MessageGroupId="bad",
            MessageDeduplicationId=self.id(),
        )

    def test_retry_ignores_invalid_messages_once(self):
        mirrored_image = f"{MIRROR}:2.7@sha256:{'0' * 64}"
        trigger = {Field.TRIGGER_TYPE: BUILD_TRIGGER, "id": UNKNOWN_BUILD}
        replicated = {"image": "ruby:2.7", Field.MIRRORED_IMAGE: mirrored_image, Field.CAUSED_FAILURE: True}
        self.send_invalid(
            RETRY,
            RETRIES_QUEUE,
            [
                ("no JSON", "ignored: not a retry request: no JSON"),
                (self.DEEP, "ignored: not a retry request: [[["),
                (
                    self.event("pull-rescue", Event.REPLICATED, **replicated, **{Field.TRIGGER: trigger}),
                    'ignored: not a retry request: {"version": "0", "source": "pull-rescue"',
                ),
                (json.dumps({Field.TRIGGER: trigger, **replicated}), "ignored: not a retry request: "),
            ],
            MessageGroupId="bad",
            MessageDeduplicationId=self.id(),
        )

    def test_retry_ignores_unknown_build(self):
        log = FunctionLog(RETRY)
        trigger = {Field.TRIGGER_TYPE: BUILD_TRIGGER, "id": UNKNOWN_BUILD}
        body = json.dumps({Field.TRIGGER: trigger, "image": "docker.io/library/ruby:2.7"})
        send(RETRIES_QUEUE, body, MessageGroupId="elsewhere")

        reason = f"CodeBuild has no build {UNKNOWN_BUILD} in this Region any more"
        wait_for(lambda: f"sent again: {reason}" in log.lines(), "the answer of the function")
        self.assertEqual(["sent on into the message group build:nobody", f"sent again: {reason}"], log.lines()[:2])
        skipped = self.bus.wait(UNKNOWN_BUILD, Event.RETRY_SKIPPED)
        self.assertEqual(reason, skipped[Field.REASON])
        self.assertIdle()

    def test_event_of_another_principal_starts_nothing(self):
        """Everybody in the account who may call PutEvents can publish with the source of pull-rescue."""
        build = self.fail_with("shop_test.rb:7: Failure: expected 3, was 4\n")
        self.assertIdle()
        detail = {
            Field.TRIGGER: {Field.TRIGGER_TYPE: BUILD_TRIGGER, "id": build, "project": build.partition(":")[0]},
            "image": "docker.io/library/ruby:2.7",
            "images": ["docker.io/library/ruby:2.7"],
            Field.MIRRORED_IMAGE: f"{MIRROR}:2.7@sha256:{'0' * 64}",
            Field.CAUSED_FAILURE: True,
        }
        entry = {"Source": "pull-rescue", "DetailType": Event.REPLICATED, "Detail": json.dumps(detail)}
        log = FunctionLog(RETRY)

        self.assertEqual(0, aws("events").put_events(Entries=[entry])["FailedEntryCount"])

        self.bus.wait(build, Event.REPLICATED)
        self.assertIdle()
        self.assertEqual(([], [build]), (log.lines(), self.builds(build)))


class ManualInvocation(RescueTestCase):
    """The function for manual invocation."""

    def test_second_replication_copies_nothing(self):
        digest = publish()

        first = self.invoke(MANUAL, IMAGE_REQUEST.read_text())
        counted, self.start_time = self.counted(), hub.timestamp()
        second = self.invoke(MANUAL, IMAGE_REQUEST.read_text())

        self.assertRegex(
            first[0], rf"^mirrored ruby:2\.7 as {re.escape(MIRROR)}:2\.7@{digest}: .* in \d+ blobs from docker\.io"
        )
        self.assertEqual([f"ruby:2.7 is already mirrored as {MIRROR}:2.7@{digest}, nothing was copied"], second)
        self.assertEqual((True, 0), (counted > 0, self.counted()))

    def test_explains_invalid_requests(self):
        for event, message in (
            (
                '{"image": "Ruby:2.7; reboot"}',
                r"nothing was done: not an image reference: 'Ruby:2\.7; reboot'; .*such as ruby:2\.7",
            ),
            ("{}", r'nothing was done: send \{"image": "ruby:2\.7"\}'),
            ("no JSON", "nothing was done: the input is not JSON"),
            (
                '{"image": "evil.example.com/app:1"}',
                r"could not mirror evil\.example\.com/app:1: .*not an allowed upstream",
            ),
        ):
            with self.subTest(event):
                self.assertRegex(" ".join(self.invoke(MANUAL, event)), f"^{message}")
        self.assertEqual(0, self.counted())


class ObserveMode(RescueTestCase):
    """In the mode observe, failures are only reported."""

    settings = {Setting.MODE: "observe", Setting.CHAT_NOTIFICATIONS: "true"}

    def subscribe_to_chat(self):
        """Returns a function that returns the messages that the topic of the chat client has sent since."""
        queue = aws("sqs").create_queue(QueueName="pull-rescue-test-chat")["QueueUrl"]
        aws("sns").subscribe(
            TopicArn=arn("sns", CHAT_TOPIC),
            Protocol="sqs",
            Endpoint=arn("sqs", "pull-rescue-test-chat"),
            Attributes={"RawMessageDelivery": "true"},
        )
        messages = []

        def receive():
            for message in aws("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", []):
                aws("sqs").delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
                messages.append(json.loads(message["Body"]))
            return messages

        return receive

    def test_only_the_functions_notify_people(self):
        received = self.subscribe_to_chat()
        forged = {
            Field.TRIGGER: {Field.TRIGGER_TYPE: BUILD_TRIGGER, "id": UNKNOWN_BUILD, "project": "nobody"},
            "summary": "log in at https://evil.example.com",
            Field.REASON: "log in at https://evil.example.com",
        }
        entry = {"Source": "pull-rescue", "DetailType": Event.RETRY_SKIPPED, "Detail": json.dumps(forged)}
        aws("events").put_events(Entries=[entry])
        self.bus.wait(UNKNOWN_BUILD, Event.RETRY_SKIPPED)
        build = self.fail_with(f"Step 1/2 : FROM ruby:2.7\n{RATE_LIMIT}\n")

        messages = wait_for(received, "a notification")

        self.assertEqual([(Event.DIAGNOSED, build)], [self.type_and_thread(message) for message in messages])
        self.assertIn("could not pull ruby:2.7", messages[0]["content"]["description"])
        self.assertIdle()

        (answer,) = self.invoke(MANUAL, '{"image": "ruby:0.0"}')
        messages.clear()
        (message,) = wait_for(received, "a notification of the manual request")
        self.assertTrue(answer.startswith("could not mirror ruby:0.0"), answer)
        self.assertEqual(Event.REPLICATION_FAILED, message["metadata"]["eventType"])

    def type_and_thread(self, message):
        return message["metadata"]["eventType"], message["metadata"]["threadId"]

    def test_reports_failed_pull_without_replication(self):
        publish()
        before = mirrored()
        build = self.fail_with(f"Step 1/2 : FROM ruby:2.7\n{RATE_LIMIT}\n")

        diagnosed = self.bus.wait(build, Event.DIAGNOSED)

        self.assertEqual(
            (["docker.io/library/ruby:2.7"], "nothing is mirrored because the mode is `observe`"),
            (diagnosed["images"], diagnosed[Field.NEXT_ACTION]),
        )
        self.assertIdle()
        self.assertEqual(
            (1, [build], before, 0), (len(self.bus.of(build)), self.builds(build), mirrored(), self.counted())
        )
