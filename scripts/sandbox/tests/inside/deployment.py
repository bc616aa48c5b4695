"""The real stack in the sandbox, its functions running, and what they leave to be seen: log lines, queues, the bus."""

import json
import os
import subprocess
import threading
from pathlib import Path

from programs import SANDBOX, aws, program
from waiting import wait_for

STATE = Path(os.environ["PULL_RESCUE_SANDBOX"])
EVENTS = "pull-rescue-test-events"
QUEUES = ("pull-rescue-failures", "pull-rescue-replication-requests.fifo", "pull-rescue-retries")
# A message that a crashed function leaves is shown again after this; every invocation here is shorter.
VISIBILITY_SECONDS = 30


class Deployment:
    """Deploys and runs the functions, until it is ended."""

    def __init__(self, settings):
        self.settings = settings
        told = {"credentials": "docker.io=docker-hub", **settings}
        program("deploy", *(word for name, value in told.items() for word in ("-c", f"{name}={value}")))
        self._output = open(STATE / "log" / "functions.log", "a")
        self._process = subprocess.Popen(
            [SANDBOX / "functions", "run", "--visibility-timeout", str(VISIBILITY_SECONDS)],
            stdout=subprocess.PIPE, stderr=self._output, text=True)
        if not any("polled" in line for line in self._process.stdout):
            raise AssertionError(f"the functions did not start; see {STATE}/log/functions.log")
        self._copying = threading.Thread(target=self._output.writelines, args=(self._process.stdout,))
        self._copying.start()

    def end(self):
        self._process.terminate()
        self._process.wait(30)
        self._copying.join()
        self._process.stdout.close()
        self._output.close()
        # No function has asked for what its role does not allow. A right too few is so seen even where the function copes.
        # And none has written a secret anywhere.
        for complaints in (["iam", "denied"], ["leaks"]):
            found = subprocess.run([SANDBOX / complaints[0], *complaints[1:]], stdout=subprocess.PIPE, text=True)
            assert found.returncode == 0, found.stdout


class Log:
    """What a function has said since this was made."""

    def __init__(self, function):
        self._file = STATE / "log" / f"function-pull-rescue-{function}.log"
        self._start = len(self._text())

    def _text(self):
        return self._file.read_text() if self._file.exists() else ""

    def lines(self):
        """The messages of its invocations, without those of its start; the last line may still be in the writing."""
        whole = self._text()[self._start:].rpartition("\n")[0]
        entries = [json.loads(line) for line in whole.splitlines() if line.startswith("{")]
        return [entry["message"] for entry in entries if entry.get("message") and entry.get("function_request_id")]


class Bus:
    """Every event that pull-rescue publishes, by a rule and a queue of our own on the default bus."""

    def __init__(self):
        self._queue = aws("sqs").create_queue(QueueName=EVENTS)["QueueUrl"]
        aws("events").put_rule(Name=EVENTS, EventPattern=json.dumps({"source": ["pull-rescue"]}))
        aws("events").put_targets(Rule=EVENTS, Targets=[{"Id": "queue", "Arn": f"arn:aws:sqs:us-east-1:123456789012:{EVENTS}"}])
        self._seen = []

    def of(self, build):
        """The events of this build so far, in order: (detail-type, detail)."""
        self._receive()
        return [(event["detail-type"], event["detail"]) for event in self._seen if event["detail"]["origin"]["id"] == build]

    def of_kind(self, kind):
        """The events so far whose origin is of this kind."""
        self._receive()
        return [(event["detail-type"], event["detail"]) for event in self._seen if event["detail"]["origin"]["kind"] == kind]

    def wait(self, build, kind):
        """The detail of this build's first event of this kind."""
        return wait_for(lambda: next((detail for type, detail in self.of(build) if type == kind), None), f"{kind} for {build}")

    def _receive(self):
        while messages := aws("sqs").receive_message(QueueUrl=self._queue, MaxNumberOfMessages=10).get("Messages", []):
            for message in messages:
                aws("sqs").delete_message(QueueUrl=self._queue, ReceiptHandle=message["ReceiptHandle"])
            self._seen += sorted((json.loads(message["Body"]) for message in messages), key=lambda event: event["time"])


def send(queue, body, **parameters):
    aws("sqs").send_message(QueueUrl=_url(queue), MessageBody=body, **parameters)


def left():
    """How many messages wait or are worked on, by queue; the dead letters too."""
    return {name: sum(_count(name)) for queue in QUEUES for name in (queue, _dead_letters(queue))}


def idle():
    return {name: 0 for name in left()}


def _dead_letters(queue):
    name, fifo, _ = queue.partition(".fifo")
    return f"{name}-dead-letters{fifo}"


def _url(queue):
    return aws("sqs").get_queue_url(QueueName=queue)["QueueUrl"]


def _count(queue):
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesDelayed"]
    attributes = aws("sqs").get_queue_attributes(QueueUrl=_url(queue), AttributeNames=names)["Attributes"]
    return [int(attributes[name]) for name in names]
