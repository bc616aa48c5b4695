"""One deployment of a service: its tasks, and how long it waits when they do not start."""

import random
import time

FIRST_DELAY_SECONDS = 8
LONGEST_DELAY_SECONDS = 60


class Deployment:
    """start(deployment) starts one more task of it."""

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

    def take_stock(self):
        """Forgets the tasks that have stopped; answers whether some of them never started. All that fail in one round are
        one reason to wait longer."""
        stopped = [task for task in self.tasks if not task.is_alive()]
        self.tasks = [task for task in self.tasks if task.is_alive()]
        unstarted = sum(task.record.look()["stopCode"] == "TaskFailedToStart" for task in stopped)
        self.failed += unstarted
        if unstarted and time.monotonic() >= self.not_before:
            self.delay = min(2 * self.delay or FIRST_DELAY_SECONDS, LONGEST_DELAY_SECONDS)
            self.not_before = time.monotonic() + self.delay
            return True
        return False

    def scale(self, wanted):
        for task in self.tasks[wanted:]:
            task.stop("ServiceSchedulerInitiated", f"Scaling activity initiated by (deployment {self.id})")
        if time.monotonic() >= self.not_before:
            self.tasks += [self.start(self) for _ in range(wanted - len(self.tasks))]

    def running(self):
        return [task for task in self.tasks if task.record.look()["lastStatus"] == "RUNNING"]

    def pending(self):
        return [task for task in self.tasks if task.record.look()["lastStatus"] in ("PROVISIONING", "PENDING")]

    def look(self, status, desired):
        return {"id": self.id, "status": status, "taskDefinition": self.definition["taskDefinitionArn"],
                "desiredCount": desired if status == "PRIMARY" else 0, "runningCount": len(self.running()),
                "pendingCount": len(self.pending()), "failedTasks": self.failed, "createdAt": self.created,
                "rolloutState": self.state}
