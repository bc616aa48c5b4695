"""A deployment of a service: its tasks, and how long it waits when they do not start."""

import random
import time

FIRST_DELAY_SECONDS = 8
MAX_DELAY_SECONDS = 60


class Deployment:
    """start(deployment) starts one more task of the deployment."""

    def __init__(self, definition, start):
        self.id = f"ecs-svc/{random.randrange(10 ** 18, 10 ** 19)}"
        self.definition = definition
        self.start = start
        self.state = "IN_PROGRESS"
        self.created = time.time()
        self.tasks = []
        self.failed = 0
        self.delay = 0
        self.not_before = 0

    def remove_stopped_tasks(self):
        """Removes stopped tasks. Returns whether tasks of this round failed to start, which increases the delay once."""
        stopped = [task for task in self.tasks if not task.is_alive()]
        self.tasks = [task for task in self.tasks if task.is_alive()]
        failed = sum(task.record.snapshot()["stopCode"] == "TaskFailedToStart" for task in stopped)
        self.failed += failed
        if failed and time.monotonic() >= self.not_before:
            self.delay = min(2 * self.delay or FIRST_DELAY_SECONDS, MAX_DELAY_SECONDS)
            self.not_before = time.monotonic() + self.delay
            return True
        return False

    def scale(self, count):
        for task in self.tasks[count:]:
            task.stop("ServiceSchedulerInitiated", f"Scaling activity initiated by (deployment {self.id})")
        if time.monotonic() >= self.not_before:
            self.tasks += [self.start(self) for _ in range(count - len(self.tasks))]

    def running(self):
        return [task for task in self.tasks if task.record.snapshot()["lastStatus"] == "RUNNING"]

    def pending(self):
        return [task for task in self.tasks if task.record.snapshot()["lastStatus"] in ("PROVISIONING", "PENDING")]

    def snapshot(self, status, desired):
        return {
            "id": self.id,
            "status": status,
            "taskDefinition": self.definition["taskDefinitionArn"],
            "desiredCount": desired if status == "PRIMARY" else 0,
            "runningCount": len(self.running()),
            "pendingCount": len(self.pending()),
            "failedTasks": self.failed,
            "createdAt": self.created,
            "rolloutState": self.state,
        }
