"""One job of AWS Batch: a task of a cluster that Batch has for its queue."""

import copy
import re
import threading
import time
import traceback
import uuid

from stand_in.aws import arn

from . import event

LOOK_SECONDS = 0.1
QUEUE = uuid.uuid4()
OF_THE_TASK = ("command", "environment", "entryPoint", "repositoryCredentials", "logConfiguration")


class Job(threading.Thread):
    def __init__(self, tasks, definition, parameters):
        self.id = str(uuid.uuid4())
        super().__init__(daemon=True, name=self.id)
        self.tasks = tasks
        self.lock = threading.RLock()
        self.arn = arn("batch", f"job/{self.id}")
        self.queue = parameters["jobQueue"].rpartition("/")[2]
        self.container = _container(definition, parameters)
        self.platform = (definition.get("platformCapabilities") or ["EC2"])[0]
        self.content = {
            "jobArn": self.arn, "jobName": parameters["jobName"], "jobId": self.id, "status": "SUBMITTED", "attempts": [],
            "jobQueue": arn("batch", f"job-queue/{self.queue}"), "jobDefinition": definition["jobDefinitionArn"],
            "retryStrategy": {"attempts": 1, "evaluateOnExit": []}, "createdAt": _now(), "dependsOn": [],
            "parameters": {**definition.get("parameters", {}), **parameters.get("parameters", {})},
            "container": copy.deepcopy(self.container), "platformCapabilities": [self.platform],
            "tags": parameters.get("tags", {}), "propagateTags": parameters.get("propagateTags", False),
        }

    def look(self):
        with self.lock:
            return copy.deepcopy(self.content)

    def run(self):
        try:
            self._tell(status="RUNNABLE")
            task = self._start()
            while task.is_alive():
                if task.record.look()["lastStatus"] == "RUNNING" and self.content["status"] != "RUNNING":
                    self._tell(status="RUNNING", startedAt=_now())
                task.join(LOOK_SECONDS)
            self._end(task.record.look())
        except Exception as defect:  # A defect of the stand-in, or moto is gone: the job must still come to an end.
            traceback.print_exc()
            self._tell(status="FAILED", statusReason=str(defect), stoppedAt=_now())

    def _start(self):
        """Batch has a container of one name only."""
        container = {member: value for member, value in self.container.items() if member in OF_THE_TASK}
        definition = {
            "taskDefinitionArn": arn("ecs", f"task-definition/{self.content['jobName']}:1"), "family": self.content["jobName"],
            "status": "ACTIVE", "containerDefinitions": [{**container, "name": "default", "image": self.container["image"]}]}
        self._tell(status="STARTING")
        return self.tasks.start(definition, f"AWSBatch-{self.queue}-{QUEUE}", {"launchType": self.platform})

    def _end(self, task):
        ended = task["containers"][0]
        left = {member: ended[member] for member in ("reason", "exitCode") if member in ended}
        self.content["container"].update(left, taskArn=task["taskArn"], networkInterfaces=[])
        attempt = {"container": {**left, "taskArn": task["taskArn"], "networkInterfaces": []}, "statusReason": task["stoppedReason"],
                   "startedAt": self.content.get("startedAt", _now()), "stoppedAt": _now()}
        # Batch says of a container that did not start only that; the container's own reason says more.
        reason = "Task failed to start" if task["stopCode"] == "TaskFailedToStart" else task["stoppedReason"]
        self._tell(status="SUCCEEDED" if ended.get("exitCode") == 0 else "FAILED", statusReason=reason, attempts=[attempt],
                   startedAt=attempt["startedAt"], stoppedAt=attempt["stoppedAt"])

    def _tell(self, **members):
        with self.lock:
            self.content.update(members)
        event.publish_job(self.tasks.aws, self.look())


def _container(definition, parameters):
    """What the definition says of the container, with the overrides of this job in it."""
    container = copy.deepcopy(definition["containerProperties"])
    overrides = parameters.get("containerOverrides") or {}
    values = {**definition.get("parameters", {}), **parameters.get("parameters", {})}
    command = overrides.get("command") or container.get("command", [])
    variables = {it["name"]: it for it in [*container.get("environment", []), *overrides.get("environment", [])]}
    return {**container, "command": [_filled(word, values) for word in command], "environment": list(variables.values())}


def _filled(word, values):
    return re.sub(r"Ref::(\w+)", lambda name: values.get(name.group(1), name.group()), word)


def _now():
    return int(time.time() * 1000)
