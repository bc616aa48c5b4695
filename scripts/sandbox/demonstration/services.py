"""A service on Amazon ECS whose tasks cannot pull, and that comes to run all the same."""

import time

import workloads

from . import claims
from .claims import IMAGE, MIRROR, TAG
from .programs import hub, mark, publish, refuse_strangers, strangers_are_refused
from .telling import Telling

TASKS = 2


def show_update():
    """What ecs=all does: the service gets a revision of its task definition that names the copy."""
    watch = _rescued("web", IMAGE, "whose task definition says ruby:2.7")
    before, after = (workloads.definition(name) for name in ("web:1", watch.definition()))
    print("\nOf the task definition, this is new:")
    for old, new in zip(before["containerDefinitions"], after["containerDefinitions"]):
        print(f"  {old['name']}: {old['image']} -> {new['image']}")
    digest = _check(watch, {
        "there is one new revision": len(workloads.revisions("web")) == 2,
        "only its image is another": _without_image(before) == _without_image(after),
        "nothing more was changed": set(watch.changes.made()) == {"RegisterTaskDefinition", "UpdateService"},
    })
    claims.hold({"the revision names the copy by digest": after["containerDefinitions"][0]["image"] == f"{MIRROR}@{digest}"})


def show_lazy_mirror():
    """What needs no setting: the service names the mirror before anything is there."""
    watch = _rescued("lazy", f"{MIRROR}:{TAG}", f"whose task definition says {MIRROR}:{TAG}, where nothing is yet")
    _check(watch, {
        "the service has the task definition that it had": watch.definition() == "lazy:1",
        "pull-rescue changed nothing at ECS": watch.changes.made() == [],
    })


def _rescued(name, image, told):
    publish(f"library/{IMAGE}", 6)
    workloads.make_cluster()
    definition = workloads.define(name, image)
    refuse_strangers()
    print(f"\nDocker Hub refuses anonymous pulls from now on. A service '{name}' of {TASKS} tasks on AWS Fargate,\n{told}:")
    watch = Watch(name)
    workloads.serve(name, definition, TASKS)
    watch.follow(lambda: watch.failed)
    watch.follow(watch.is_steady)
    watch.ended = time.monotonic()
    watch.follow(lambda: len(_said(name)) == TASKS)
    return watch


class Watch(Telling):
    """The states of a service and of its first tasks."""

    def __init__(self, name):
        super().__init__()
        self.name = name
        self.mark = mark()
        self.changes = workloads.Changes()
        self.failed = None
        self.service = None

    def look(self):
        self.service = workloads.service(self.name)
        for task in sorted(workloads.tasks_of(self.name, "STOPPED"), key=lambda it: it["createdAt"]):
            self.failed = self.failed or time.monotonic()
            self.say(f"task {task['taskArn'][-4:]}", f"STOPPED  {task['stoppedReason']}")
        self.say("service", f"{self.definition()}: {self.service['runningCount']} of {TASKS} tasks run")

    def definition(self):
        return self.service["taskDefinition"].rpartition("/")[2]

    def is_steady(self):
        return self.service["runningCount"] == TASKS and len(self.service["deployments"]) == 1


def _check(watch, more):
    """Looks at the tasks that run now; answers the digest that they run."""
    tasks = workloads.tasks_of(watch.name)
    print(f"\nThe tasks that run now say: {', '.join(_said(watch.name))}")
    same = claims.same_bytes()
    digest = claims.digest_of(claims.at_the_hub(TAG, ":"))
    print(f"Docker Hub counted {hub('counted', watch.mark)} manifest requests, all of them for the copy; it refused {hub('refused', watch.mark)}.")
    print(f"From the first failure to {TASKS} tasks that run: {watch.ended - watch.failed:.1f} s.")
    claims.hold({
        "the tasks run the copy": {task["containers"][0]["imageDigest"] for task in tasks} == {digest},
        "the hub still refuses strangers": strangers_are_refused(),
        "the copy is the same, byte for byte": same,
        **more,
    })
    workloads.end(watch.name)
    return digest


def _said(name):
    """What the tasks that run have written; it comes to CloudWatch Logs a moment later."""
    return [line.strip() for task in workloads.tasks_of(name) for line in workloads.log(task["taskArn"])]


def _without_image(definition):
    left = {member: value for member, value in definition.items() if member not in ("taskDefinitionArn", "revision")}
    return {**left, "containerDefinitions": [{**it, "image": ""} for it in left["containerDefinitions"]]}
