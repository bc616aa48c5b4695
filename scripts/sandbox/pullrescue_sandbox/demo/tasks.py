"""A task on Amazon ECS without a service: it cannot pull, and is retried."""

import time

from pullrescue_sandbox.harness import ecs
from pullrescue_sandbox.hub import control as hub
from pullrescue_sandbox.product import Event

from . import assertions, report
from .assertions import IMAGE, MIRROR, TAG, publish_image
from .narrator import Narrator

COMMAND = ["sh", "-c", "ruby --version; echo orders of $DAY"]
OVERRIDES = {"containerOverrides": [{"name": "container-0", "environment": [{"name": "DAY", "value": "Monday"}]}]}
TAGS = [{"key": "team", "value": "orders"}]
# Nothing starts the task again by itself, so pull-rescue may.
OPTED_IN = [{"key": "pull-rescue", "value": "on"}]


def show():
    publish_image()
    ecs.create_cluster()
    definition = ecs.define("report", {"image": IMAGE, "command": COMMAND}, tags=OPTED_IN)
    hub.exhaust_anonymous_quota()
    print(
        "\nDocker Hub rejects anonymous pulls from now on. A task on AWS Fargate whose task definition names ruby:2.7 and has\n"
        "the tag pull-rescue = on, started by a person, with a variable and a tag of its own:"
    )
    watch = Watch(ecs.run_task(definition, overrides=OVERRIDES, tags=TAGS))
    watch.follow(lambda: watch.failed)
    watch.follow(lambda: watch.second)
    watch.follow(lambda: watch.second["lastStatus"] == "STOPPED")
    watch.ended = time.monotonic()
    check(watch)
    report.show(watch.first["taskArn"], Event.RETRIED)


class Watch(Narrator):
    """The states of both tasks."""

    def __init__(self, arn):
        super().__init__()
        self.start = hub.timestamp()
        self.changes = ecs.MutatingCalls()
        self.first = ecs.describe_task(arn)
        self.failed = self.second = None

    def observe(self):
        self.first = ecs.describe_task(self.first["taskArn"])
        if self.first["lastStatus"] == "STOPPED":
            self.failed = self.failed or time.monotonic()
        self.second = next(iter(ecs.tasks_started_by(f"pull-rescue/{self.first['taskArn'].rpartition('/')[2]}")), None)
        for name, task in (("task 1", self.first), ("task 2", self.second)):
            if task:
                self.report(name, f"{task['lastStatus']} {task.get('stoppedReason', '')}")


def check(watch):
    container = watch.second["containers"][0]
    output = [line.strip() for line in ecs.task_log(watch.second["taskArn"])]
    print(f"\nTask 2 uses {watch.second['taskDefinitionArn'].rpartition('/')[2]}, which names {container['image']}.")
    print(f"Its output: {', '.join(output)}")
    same = assertions.same_bytes()
    digest = assertions.digest_of(assertions.manifest_at_docker_hub(TAG, ":"))
    counted, rejected = hub.counted_requests(watch.start), hub.rejected_requests(watch.start)
    print(f"Docker Hub counted {counted} manifest requests, all of them for the replication; it rejected {rejected}.")
    print(f"From failure to the end of the second task: {watch.ended - watch.failed:.1f} s.")
    assertions.check(
        {
            "the first task failed because of the rate limit": "toomanyrequests" in watch.first["stoppedReason"],
            "the second task succeeded": container.get("exitCode") == 0,
            "it ran the mirrored image": (container["image"], container["imageDigest"])
            == (f"{MIRROR}@{digest}", digest),
            "it had the variable of the first": output[-1:] == ["orders of Monday"],
            "it had the tag of the first": ecs.describe_task(watch.second["taskArn"])["tags"] == TAGS,
            "one task was started": sorted(watch.changes.names()) == ["RegisterTaskDefinition", "RunTask"],
            "Docker Hub still rejects anonymous pulls": hub.anonymous_quota_exhausted(),
            "the mirrored image has the same bytes": same,
        }
    )
