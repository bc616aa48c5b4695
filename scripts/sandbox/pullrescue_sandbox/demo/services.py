"""A service on Amazon ECS whose tasks cannot pull, until they use the mirrored image."""

import time

from pullrescue_sandbox.harness import ecs
from pullrescue_sandbox.hub import control as hub
from pullrescue_sandbox.product import Event

from . import assertions, report
from .assertions import IMAGE, MIRROR, TAG, publish_image
from .narrator import Narrator

TASKS = 2


def show_update():
    """Shows the setting ecsRetry=all: the service gets a revision of its task definition with the mirrored image."""
    watch = _run("web", IMAGE, "whose task definition names ruby:2.7")
    before, after = (ecs.describe_definition(name) for name in ("web:1", watch.definition()))
    print("\nChanges of the task definition:")
    for old, new in zip(before["containerDefinitions"], after["containerDefinitions"]):
        print(f"  {old['name']}: {old['image']} -> {new['image']}")
    digest = _check(
        watch,
        {
            "there is one new revision": len(ecs.list_revisions("web")) == 2,
            "only its image differs": _without_image(before) == _without_image(after),
            "nothing else was changed": set(watch.changes.names()) == {"RegisterTaskDefinition", "UpdateService"},
        },
    )
    assertions.check(
        {
            "the revision names the mirrored image by digest": after["containerDefinitions"][0]["image"]
            == f"{MIRROR}@{digest}"
        }
    )
    report.show(watch.first_failed_task, Event.REPLICATED)


def show_lazy_mirror():
    """Shows the default settings: the service names the mirror before it contains the image."""
    watch = _run("lazy", f"{MIRROR}:{TAG}", f"whose task definition names {MIRROR}:{TAG}, which does not exist yet")
    _check(
        watch,
        {
            "the service has the same task definition as before": watch.definition() == "lazy:1",
            "pull-rescue changed nothing at ECS": watch.changes.names() == [],
        },
    )
    report.show(watch.first_failed_task, Event.REPLICATED)


def _run(name, image, description):
    publish_image()
    ecs.create_cluster()
    definition = ecs.define(name, image)
    hub.exhaust_anonymous_quota()
    print(
        f"\nDocker Hub rejects anonymous pulls from now on. A service '{name}' of {TASKS} tasks on AWS Fargate,\n{description}:"
    )
    watch = Watch(name)
    ecs.create_service(name, definition, TASKS)
    watch.follow(lambda: watch.failed)
    watch.follow(watch.is_steady)
    watch.ended = time.monotonic()
    watch.follow(lambda: len(_output(name)) == TASKS)
    return watch


class Watch(Narrator):
    """Prints the states of a service and of its failed tasks."""

    def __init__(self, name):
        super().__init__()
        self.name = name
        self.start = hub.timestamp()
        self.changes = ecs.MutatingCalls()
        self.failed = None
        self.first_failed_task = None
        self.service = None

    def observe(self):
        self.service = ecs.describe_service(self.name)
        for task in sorted(ecs.tasks_of(self.name, "STOPPED"), key=lambda task: task["createdAt"]):
            self.failed = self.failed or time.monotonic()
            self.first_failed_task = self.first_failed_task or task["taskArn"]
            self.report(f"task {task['taskArn'][-4:]}", f"STOPPED  {task['stoppedReason']}")
        self.report("service", f"{self.definition()}: {self.service['runningCount']} of {TASKS} tasks run")

    def definition(self):
        return self.service["taskDefinition"].rpartition("/")[2]

    def is_steady(self):
        return self.service["runningCount"] == TASKS and len(self.service["deployments"]) == 1


def _check(watch, more):
    """Checks the running tasks, and returns the digest of their image."""
    tasks = ecs.tasks_of(watch.name)
    print(f"\nOutput of the running tasks: {', '.join(_output(watch.name))}")
    same = assertions.same_bytes()
    digest = assertions.digest_of(assertions.manifest_at_docker_hub(TAG, ":"))
    counted, rejected = hub.counted_requests(watch.start), hub.rejected_requests(watch.start)
    print(f"Docker Hub counted {counted} manifest requests, all of them for the replication; it rejected {rejected}.")
    print(f"From the first failure to {TASKS} running tasks: {watch.ended - watch.failed:.1f} s.")
    assertions.check(
        {
            "the tasks run the mirrored image": {task["containers"][0]["imageDigest"] for task in tasks} == {digest},
            "Docker Hub still rejects anonymous pulls": hub.anonymous_quota_exhausted(),
            "the mirrored image has the same bytes": same,
            **more,
        }
    )
    ecs.delete_service(watch.name)
    return digest


def _output(name):
    """Returns what the running tasks have written so far to CloudWatch Logs."""
    return [line.strip() for task in ecs.tasks_of(name) for line in ecs.task_log(task["taskArn"])]


def _without_image(definition):
    members = {member: value for member, value in definition.items() if member not in ("taskDefinitionArn", "revision")}
    return {
        **members,
        "containerDefinitions": [{**container, "image": ""} for container in members["containerDefinitions"]],
    }
