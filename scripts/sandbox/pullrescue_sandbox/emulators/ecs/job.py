"""A job of AWS Batch: a task in the cluster that Batch has for the job queue."""

import copy
import re
import threading
import time
import traceback
import uuid

from pullrescue_sandbox.account import arn

from . import event

POLL_SECONDS = 0.1
# "A short (255 max characters) human-readable string": ContainerDetail.reason of the model.
MAX_REASON = 255
QUEUE_ID = uuid.uuid4()
TASK_CONTAINER_FIELDS = ("command", "environment", "entryPoint", "repositoryCredentials", "logConfiguration")


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
            "jobArn": self.arn,
            "jobName": parameters["jobName"],
            "jobId": self.id,
            "status": "SUBMITTED",
            "attempts": [],
            "jobQueue": arn("batch", f"job-queue/{self.queue}"),
            "jobDefinition": definition["jobDefinitionArn"],
            "retryStrategy": {"attempts": 1, "evaluateOnExit": []},
            "createdAt": _now(),
            "dependsOn": [],
            "parameters": {**definition.get("parameters", {}), **parameters.get("parameters", {})},
            "container": copy.deepcopy(self.container),
            "platformCapabilities": [self.platform],
            "tags": parameters.get("tags", {}),
            "propagateTags": parameters.get("propagateTags", False),
        }

    def snapshot(self):
        with self.lock:
            return copy.deepcopy(self.content)

    def run(self):
        try:
            self._update(status="RUNNABLE")
            task = self._start()
            while task.is_alive():
                if task.record.snapshot()["lastStatus"] == "RUNNING" and self.content["status"] != "RUNNING":
                    self._update(status="RUNNING", startedAt=_now())
                task.join(POLL_SECONDS)
            self._end(task.record.snapshot())
        except Exception as defect:  # A defect of the emulator, or moto has ended: the job must end all the same.
            traceback.print_exc()
            self._update(status="FAILED", statusReason=str(defect), stoppedAt=_now())

    def _start(self):
        """Starts the task. Batch names its only container 'default'."""
        container = {member: value for member, value in self.container.items() if member in TASK_CONTAINER_FIELDS}
        definition = {
            "taskDefinitionArn": arn("ecs", f"task-definition/{self.content['jobName']}:1"),
            "family": self.content["jobName"],
            "status": "ACTIVE",
            "containerDefinitions": [{**container, "name": "default", "image": self.container["image"]}],
        }
        self._update(status="STARTING")
        return self.tasks.start(definition, f"AWSBatch-{self.queue}-{QUEUE_ID}", {"launchType": self.platform})

    def _end(self, task):
        ended = task["containers"][0]
        result = {member: ended[member] for member in ("reason", "exitCode") if member in ended}
        if "reason" in result:
            result["reason"] = result["reason"][:MAX_REASON]
        self.content["container"].update(result, taskArn=task["taskArn"], networkInterfaces=[])
        attempt = {
            "container": {**result, "taskArn": task["taskArn"], "networkInterfaces": []},
            "statusReason": task["stoppedReason"],
            "startedAt": self.content.get("startedAt", _now()),
            "stoppedAt": _now(),
        }
        # For a container that did not start, Batch's reason says only that; the container has its own reason.
        reason = "Task failed to start" if task["stopCode"] == "TaskFailedToStart" else task["stoppedReason"]
        self._update(
            status="SUCCEEDED" if ended.get("exitCode") == 0 else "FAILED",
            statusReason=reason,
            attempts=[attempt],
            startedAt=attempt["startedAt"],
            stoppedAt=attempt["stoppedAt"],
        )

    def _update(self, **members):
        with self.lock:
            self.content.update(members)
        event.publish_job(self.tasks.aws, self.snapshot())


def _container(definition, parameters):
    """Returns the container properties of the definition with the overrides of this job."""
    container = copy.deepcopy(definition["containerProperties"])
    overrides = parameters.get("containerOverrides") or {}
    values = {**definition.get("parameters", {}), **parameters.get("parameters", {})}
    command = overrides.get("command") or container.get("command", [])
    variables = {
        variable["name"]: variable
        for variable in [*container.get("environment", []), *overrides.get("environment", [])]
    }
    return {
        **container,
        "command": [_substitute(word, values) for word in command],
        "environment": list(variables.values()),
    }


def _substitute(word, values):
    return re.sub(r"Ref::(\w+)", lambda name: values.get(name.group(1), name.group()), word)


def _now():
    return int(time.time() * 1000)
