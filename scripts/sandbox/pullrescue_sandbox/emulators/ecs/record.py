"""A task as DescribeTasks returns it, and as its events contain it."""

import copy
import threading
import time
import uuid

from pullrescue_sandbox.account import REGION, arn


class TaskRecord:
    """Written by the thread of the task and read by others, who get copies."""

    def __init__(self, definition, cluster, parameters):
        self.lock = threading.RLock()
        self.id = uuid.uuid4().hex
        self.arn = arn("ecs", f"task/{cluster}/{self.id}")
        self.cluster = cluster
        self.content = {
            "taskArn": self.arn,
            "clusterArn": arn("ecs", f"cluster/{cluster}"),
            "taskDefinitionArn": definition["taskDefinitionArn"],
            "group": parameters.get("group") or f"family:{definition['family']}",
            "startedBy": parameters.get("startedBy"),
            "launchType": parameters["launchType"],
            "capacityProviderName": parameters.get("capacityProviderName"),
            "platformVersion": "1.4.0" if parameters["launchType"] == "FARGATE" else None,
            "cpu": definition.get("cpu"),
            "memory": definition.get("memory"),
            "availabilityZone": f"{REGION}a",
            "connectivity": "CONNECTED",
            "attachments": [],
            "attributes": [{"name": "ecs.cpu-architecture", "value": "x86_64"}],
            "enableExecuteCommand": parameters.get("enableExecuteCommand", False),
            "overrides": _overrides(definition, parameters.get("overrides") or {}),
            "tags": copy.deepcopy(parameters.get("tags") or []),
            "lastStatus": "PROVISIONING",
            "desiredStatus": "RUNNING",
            "version": 1,
            "createdAt": time.time(),
            "containers": [self._container(container, cluster) for container in definition["containerDefinitions"]],
        }
        self.content = {member: value for member, value in self.content.items() if value is not None}

    def _container(self, container, cluster):
        return {
            "containerArn": arn("ecs", f"container/{cluster}/{self.id}/{uuid.uuid4()}"),
            "taskArn": self.arn,
            "name": container["name"],
            "image": container["image"],
            "lastStatus": "PENDING",
            "networkInterfaces": [],
            "cpu": str(container.get("cpu", 0)),
        }

    def snapshot(self):
        with self.lock:
            return copy.deepcopy(self.content)

    def update(self, **members):
        with self.lock:
            self.content.update(members)
            self.content["version"] += 1

    def update_container(self, name, **members):
        with self.lock:
            next(container for container in self.content["containers"] if container["name"] == name).update(members)

    def stopped(self):
        with self.lock:
            for container in self.content["containers"]:
                container["lastStatus"] = "STOPPED"
            self.update(lastStatus="STOPPED", stoppedAt=time.time())


def _overrides(definition, given):
    """Lists every container, also those without overrides."""
    by_name = {override["name"]: override for override in given.get("containerOverrides", [])}
    names = [container["name"] for container in definition["containerDefinitions"]]
    return {
        **copy.deepcopy(given),
        "containerOverrides": [copy.deepcopy(by_name.get(name, {"name": name})) for name in names],
    }
