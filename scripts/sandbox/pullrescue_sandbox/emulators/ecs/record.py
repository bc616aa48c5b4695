"""A task as DescribeTasks returns it, and as its events contain it."""

import copy
import threading
import time
import uuid

from pullrescue_sandbox.account import REGION, arn


class TaskRecord:
    """Written by the thread of the task and read by others, who get copies."""

    def __init__(self, definition, cluster, parameters, instance):
        self.lock = threading.RLock()
        self.id = uuid.uuid4().hex
        self.arn = arn("ecs", f"task/{cluster}/{self.id}")
        self.cluster = cluster
        # The name as in https://docs.aws.amazon.com/guardduty/latest/ug/prereq-runtime-monitoring-ecs-support.html
        added = [f"aws-guardduty-agent-{uuid.uuid4().hex[:7]}"] if instance.guardduty else []
        self.content = {
            "taskArn": self.arn,
            "clusterArn": arn("ecs", f"cluster/{cluster}"),
            "taskDefinitionArn": definition["taskDefinitionArn"],
            "containerInstanceArn": instance.arn if parameters["launchType"] == "EC2" else None,
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
            "overrides": _overrides(definition, parameters.get("overrides") or {}, added),
            "tags": copy.deepcopy(parameters.get("tags") or []),
            "lastStatus": "PROVISIONING",
            "desiredStatus": "RUNNING",
            "version": 1,
            "createdAt": time.time(),
            "containers": [
                *(self._container(container, cluster) for container in definition["containerDefinitions"]),
                *(self._added_container(name, cluster, instance) for name in added),
            ],
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

    def _added_container(self, name, cluster, instance):
        """A container that AWS adds has no image here. Its failure does not stop the task:
        https://github.com/aws/aws-cdk/issues/32877"""
        reason = "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref"
        failed = {"reason": reason} if instance.guardduty == "cannot-pull" else {"runtimeId": f"{self.id}-{name[-7:]}"}
        shown = {
            member: value for member, value in self._container({"name": name, "image": ""}, cluster).items() if value
        }
        return {**shown, **failed, "networkInterfaces": []}

    def stop_added_containers(self):
        with self.lock:
            for container in self.content["containers"]:
                if "image" not in container and "runtimeId" in container:
                    container["exitCode"] = 137

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


def _overrides(definition, given, added):
    """Lists every container, also those without overrides and those that AWS adds."""
    by_name = {override["name"]: override for override in given.get("containerOverrides", [])}
    names = [*(container["name"] for container in definition["containerDefinitions"]), *added]
    return {
        **copy.deepcopy(given),
        "containerOverrides": [copy.deepcopy(by_name.get(name, {"name": name})) for name in names],
    }
