"""Receives events of the run: those that pull-rescue publishes, and those of AWS about the run's own workloads.

The ones of AWS are saved with account numbers and names of people masked, and compared with the samples in events/.
"""

import json
import re
import threading
from pathlib import Path

from acceptance import naming
from acceptance.claim import Refuted

SAMPLES = Path(__file__).resolve().parents[3] / "events"
SAMPLE_ACCOUNT = "123456789012"
# Members that the rules and functions of pull-rescue read, by source of the event.
READ_MEMBERS = {
    "aws.codebuild": ("detail.build-id", "detail.build-status", "detail.project-name"),
    "aws.ecs": ("detail.taskArn", "detail.clusterArn", "detail.lastStatus", "detail.containers[].name"),
    "aws.batch": ("detail.jobId", "detail.status", "detail.jobQueue", "detail.jobDefinition"),
}
# How these events say that the workload has ended.
ENDED = {
    "aws.codebuild": ("build-status", ("FAILED", "SUCCEEDED")),
    "aws.ecs": ("lastStatus", ("STOPPED",)),
    "aws.batch": ("status", ("FAILED",)),
}


class Events:
    def __init__(self, account):
        self.account = account
        self.published = []
        self.of_aws = []
        self._seen = set()
        self._lock = threading.Lock()

    def of(self, workload):
        """Returns the published events about this build, task or job so far, as (detail-type, detail)."""
        self._receive()
        with self._lock:
            return [
                (event["detail-type"], event["detail"])
                for event in self.published
                if event["detail"].get("trigger", {}).get("id") == workload
            ]

    def wait(self, workload, kind, minutes):
        """Returns the detail of the first event of this kind; fails at once where pull-rescue says that it gives up."""

        def found():
            events = self.of(workload)
            detail = next((detail for name, detail in events if name == kind), None)
            if detail is None:
                for name, given_up in events:
                    if name in (naming.SKIPPED, naming.REPLICATION_FAILED):
                        raise Refuted(f"{name}: {given_up.get('reason')}")
            return detail

        try:
            return self.account.wait(found, f"the event {kind} for {workload}", minutes)
        except Refuted as late:
            came = [f"{name} {detail.get('nextAction', '')}".strip() for name, detail in self.of(workload)]
            raise Refuted(f"{late}; events so far: {'; '.join(came) or 'none'}") from None

    def of_workload(self, source, text):
        """Returns the events of AWS that contain this text, such as an ARN."""
        self._receive()
        with self._lock:
            return [event for event in self.of_aws if event["source"] == source and text in json.dumps(event)]

    def _receive(self):
        sqs = self.account.client("sqs")
        with self._lock:
            url = sqs.get_queue_url(QueueName=naming.EVENT_QUEUE)["QueueUrl"]
            while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
                for message in messages:
                    self._add(json.loads(message["Body"]))
                    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            self.published.sort(key=lambda event: event["time"])

    def _add(self, event):
        """EventBridge delivers at least once."""
        if event["id"] in self._seen:
            return
        self._seen.add(event["id"])
        (self.published if event["source"] == naming.PRODUCT else self.of_aws).append(event)

    def ended(self):
        """Returns one event of AWS for each source and end of a workload."""
        self._receive()
        chosen = {}
        with self._lock:
            for event in self.of_aws:
                member, ends = ENDED.get(event["source"], ("", ()))
                end = event["detail"].get(member)
                if end in ends:
                    chosen.setdefault((event["source"], end), event)
        return list(chosen.values())

    def save(self, folder):
        """Saves masked events of AWS, one file for each source and end; returns the files."""
        files = []
        for event in self.ended():
            member, _ = ENDED[event["source"]]
            name = f"{event['source'].removeprefix('aws.')}-{event['detail'][member].lower()}.json"
            folder.mkdir(parents=True, exist_ok=True)
            file = folder / name
            file.write_text(json.dumps(mask(event, self.account.id), indent=2) + "\n", encoding="utf-8")
            files.append(file)
        return files


def mask(event, account_id):
    """Replaces what names the account or a person: account numbers, access keys, mail addresses, who started a build."""

    def masked(value, name=""):
        if isinstance(value, dict):
            return {masked(key): masked(item, key) for key, item in value.items()}
        if isinstance(value, list):
            return [masked(item, name) for item in value]
        if not isinstance(value, str):
            return value
        if name in ("initiator", "startedBy") and not value.startswith(("codepipeline/", "pull-rescue")):
            return "person"
        value = value.replace(account_id, SAMPLE_ACCOUNT)
        # Numbers of other accounts: in ARNs and in the names of registries.
        value = re.sub(r"(?<![0-9])[0-9]{12}(?=:|\.dkr\.ecr\.)", SAMPLE_ACCOUNT, value)
        value = re.sub(r"\b(AKIA|ASIA|AROA|AIDA)[A-Z0-9]{12,}\b", r"\1EXAMPLE", value)
        return re.sub(r"[\w.+-]+@[\w-]+\.[\w.-]+[a-z]\b", "person@example.com", value)

    return masked(event)


def members(value, path=""):
    """Returns the paths of all members with the type of each value: detail.containers[].name -> string."""
    if isinstance(value, dict):
        found = {path: "object"} if path else {}
        for name, item in value.items():
            found |= members(item, f"{path}.{name}" if path else name)
        return found
    if isinstance(value, list):
        found = {path: "array"}
        for item in value:
            found |= members(item, f"{path}[]")
        return found
    if value is None:
        return {path: "null"}
    return {path: {bool: "boolean", int: "number", float: "number", str: "string"}[type(value)]}


def samples(source, folder=SAMPLES):
    """Returns the sample events of a source."""
    found = [json.loads(file.read_text(encoding="utf-8")) for file in sorted(folder.glob("*/*.json"))]
    return [event for event in found if isinstance(event, dict) and event.get("source") == source]


def compare(event, folder=SAMPLES):
    """Compares the members of an event with the most similar sample.

    Returns (read members that are missing or have another type, members of the sample only, of the event only).
    """
    found = members(event)
    # The sample with most members in common, and of those the one with fewest others.
    known = max(
        map(members, samples(event["source"], folder)),
        key=lambda sample: (len(sample.keys() & found.keys()), -len(sample)),
    )
    read = READ_MEMBERS[event["source"]]
    wrong = [name for name in read if found.get(name) != known.get(name, "string")]
    of_another_type = sorted(
        f"{name} ({known[name]} in the sample, {found[name]} here)"
        for name in known.keys() & found.keys()
        if known[name] != found[name] and "null" not in (known[name], found[name]) and name not in wrong
    )
    return wrong + of_another_type, sorted(known.keys() - found.keys()), sorted(found.keys() - known.keys())
