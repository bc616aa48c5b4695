"""A task on Amazon ECS that belongs to no service: it cannot pull, and runs a second time."""

import time

import workloads

from . import claims
from .claims import IMAGE, MIRROR, TAG
from .programs import hub, mark, publish, refuse_strangers, strangers_are_refused
from .telling import Telling

COMMAND = ["sh", "-c", "ruby --version; echo orders of $DAY"]
OVERRIDES = {"containerOverrides": [{"name": "container-0", "environment": [{"name": "DAY", "value": "Monday"}]}]}
TAGS = [{"key": "team", "value": "orders"}]


def show():
    publish(f"library/{IMAGE}", 6)
    workloads.make_cluster()
    definition = workloads.define("report", {"image": IMAGE, "command": COMMAND})
    refuse_strangers()
    print("\nDocker Hub refuses anonymous pulls from now on. A task on AWS Fargate whose task definition says ruby:2.7,\n"
          "started by a person, with a variable and a tag of its own:")
    watch = Watch(workloads.run(definition, overrides=OVERRIDES, tags=TAGS))
    watch.follow(lambda: watch.failed)
    watch.follow(lambda: watch.second)
    watch.follow(lambda: watch.second["lastStatus"] == "STOPPED")
    watch.ended = time.monotonic()
    check(watch)


class Watch(Telling):
    """The states of both tasks."""

    def __init__(self, arn):
        super().__init__()
        self.mark = mark()
        self.changes = workloads.Changes()
        self.first = workloads.task(arn)
        self.failed = self.second = None

    def look(self):
        self.first = workloads.task(self.first["taskArn"])
        if self.first["lastStatus"] == "STOPPED":
            self.failed = self.failed or time.monotonic()
        self.second = next(iter(workloads.tasks_started_by(f"pull-rescue/{self.first['taskArn'].rpartition('/')[2]}")), None)
        for name, task in (("task 1", self.first), ("task 2", self.second)):
            if task:
                self.say(name, f"{task['lastStatus']} {task.get('stoppedReason', '')}")


def check(watch):
    container = watch.second["containers"][0]
    said = [line.strip() for line in workloads.log(watch.second["taskArn"])]
    print(f"\nTask 2 is of {watch.second['taskDefinitionArn'].rpartition('/')[2]}, which says {container['image']}.")
    print(f"It says: {', '.join(said)}")
    same = claims.same_bytes()
    digest = claims.digest_of(claims.at_the_hub(TAG, ":"))
    print(f"Docker Hub counted {hub('counted', watch.mark)} manifest requests, all of them for the copy; it refused {hub('refused', watch.mark)}.")
    print(f"From failure to the end of the second task: {watch.ended - watch.failed:.1f} s.")
    claims.hold({
        "the first task failed of the rate limit": "toomanyrequests" in watch.first["stoppedReason"],
        "the second task ran to its end": container.get("exitCode") == 0,
        "it ran the copy": (container["image"], container["imageDigest"]) == (f"{MIRROR}@{digest}", digest),
        "it had the variable of the first": said[-1:] == ["orders of Monday"],
        "it had the tag of the first": workloads.task(watch.second["taskArn"])["tags"] == TAGS,
        "one task was started": sorted(watch.changes.made()) == ["RegisterTaskDefinition", "RunTask"],
        "the hub still refuses strangers": strangers_are_refused(),
        "the copy is the same, byte for byte": same,
    })
