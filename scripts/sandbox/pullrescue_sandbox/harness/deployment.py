"""The deployed stack with running functions, and its observable results: log lines, queues and events."""

import json
import subprocess
import threading

from pullrescue_sandbox import paths
from pullrescue_sandbox.account import DOCKER_HUB_SECRET, arn
from pullrescue_sandbox.harness.commands import aws, sandbox
from pullrescue_sandbox.product import FAILURES_QUEUE, PREFIX, REPLICATION_QUEUE, RETRIES_QUEUE, Field, Setting
from pullrescue_sandbox.waiting import wait_for

EVENT_QUEUE = "pull-rescue-test-events"
QUEUES = (FAILURES_QUEUE, REPLICATION_QUEUE, RETRIES_QUEUE)
# A message that a crashed function leaves becomes visible again after this time; every invocation here is shorter.
VISIBILITY_SECONDS = 30


class RunningFunctions:
    """The runner of the deployed functions, from start to stop."""

    def __init__(self, *options):
        self._output = open(paths.log("functions.log"), "a")
        self._process = subprocess.Popen(
            [paths.COMMAND, "functions", "run", *options], stdout=subprocess.PIPE, stderr=self._output, text=True
        )
        if not any("polled" in line for line in self._process.stdout):
            raise AssertionError(f"the functions did not start; see {self._output.name}")
        self._copier = threading.Thread(target=self._output.writelines, args=(self._process.stdout,))
        self._copier.start()

    def stop(self):
        self._process.terminate()
        self._process.wait(30)
        self._copier.join()
        self._process.stdout.close()
        self._output.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


class Deployment:
    """Deploys the stack with these settings, and runs the functions until it is stopped."""

    def __init__(self, settings):
        self.settings = settings
        context = {Setting.CREDENTIALS: f"docker.io={DOCKER_HUB_SECRET}", **settings}
        sandbox("deploy", *(word for name, value in context.items() for word in ("-c", f"{name}={value}")))
        self._functions = RunningFunctions("--visibility-timeout", str(VISIBILITY_SECONDS))

    def stop(self):
        """Stops the functions, and checks that no call was denied and that no secret was written.

        A missing permission is found this way even if the function handles the error.
        """
        self._functions.stop()
        for check in (["iam", "denied"], ["secret-scan"]):
            found = subprocess.run([paths.COMMAND, *check], stdout=subprocess.PIPE, text=True)
            assert found.returncode == 0, found.stdout


class FunctionLog:
    """The log lines that a function has written since this was created."""

    def __init__(self, function):
        self._file = paths.function_log(f"{PREFIX}{function}")
        self._start = len(self._text())

    def _text(self):
        return self._file.read_text() if self._file.exists() else ""

    def lines(self):
        """Returns the messages of invocations, without those of starts. The last line may be incomplete and is left out."""
        text = self._text()[self._start :].rpartition("\n")[0]
        entries = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
        return [entry["message"] for entry in entries if entry.get("message") and entry.get("function_request_id")]


class EventBus:
    """Receives every event that pull-rescue publishes, through its own rule and queue on the default bus."""

    def __init__(self):
        self._queue = aws("sqs").create_queue(QueueName=EVENT_QUEUE)["QueueUrl"]
        aws("events").put_rule(Name=EVENT_QUEUE, EventPattern=json.dumps({"source": ["pull-rescue"]}))
        aws("events").put_targets(Rule=EVENT_QUEUE, Targets=[{"Id": "queue", "Arn": arn("sqs", EVENT_QUEUE)}])
        self._events = []

    def of(self, workload):
        """Returns the events about this build, task or job so far, in order, as (detail-type, detail)."""
        return self._select("id", workload)

    def of_trigger_type(self, trigger_type):
        """Returns the events so far whose trigger has this type."""
        return self._select(Field.TRIGGER_TYPE, trigger_type)

    def wait(self, workload, event_type):
        """Returns the detail of the first event of this type about the workload."""

        def first():
            return next((detail for detail_type, detail in self.of(workload) if detail_type == event_type), None)

        return wait_for(first, f"{event_type} for {workload}")

    def _select(self, field, value):
        self._receive()
        return [
            (event["detail-type"], event["detail"])
            for event in self._events
            if event["detail"][Field.TRIGGER][field] == value
        ]

    def _receive(self):
        sqs = aws("sqs")
        while messages := sqs.receive_message(QueueUrl=self._queue, MaxNumberOfMessages=10).get("Messages", []):
            for message in messages:
                sqs.delete_message(QueueUrl=self._queue, ReceiptHandle=message["ReceiptHandle"])
            self._events += sorted(
                (json.loads(message["Body"]) for message in messages), key=lambda event: event["time"]
            )


def send(queue, body, **parameters):
    aws("sqs").send_message(QueueUrl=_url(queue), MessageBody=body, **parameters)


def send_success(build):
    """Sends the event of a succeeded build: its rule matches a name in a list, which moto's bus does not support.
    EventRulesTest covers the rule."""
    detail = {"build-status": "SUCCEEDED", "build-id": build}
    event = {"source": "aws.codebuild", "detail-type": "CodeBuild Build State Change", "detail": detail}
    send(RETRIES_QUEUE, json.dumps(event), MessageGroupId="recoveries")


def message_counts():
    """Returns how many messages wait or are processed in each queue and dead-letter queue."""
    return {name: sum(_count(name)) for queue in QUEUES for name in (queue, _dead_letter_queue(queue))}


def queues_are_empty():
    return not any(message_counts().values())


def _dead_letter_queue(queue):
    name, fifo, _ = queue.partition(".fifo")
    return f"{name}-dead-letters{fifo}"


def _url(queue):
    return aws("sqs").get_queue_url(QueueName=queue)["QueueUrl"]


def _count(queue):
    names = [
        "ApproximateNumberOfMessages",
        "ApproximateNumberOfMessagesNotVisible",
        "ApproximateNumberOfMessagesDelayed",
    ]
    attributes = aws("sqs").get_queue_attributes(QueueUrl=_url(queue), AttributeNames=names)["Attributes"]
    return [int(attributes[name]) for name in names]
