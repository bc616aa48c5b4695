"""A service: keeps the desired count of tasks of a task definition."""

import time
import uuid

from pullrescue_sandbox.account import arn

from .deployment import Deployment

MAX_EVENTS = 100


class Service:
    """Not thread-safe: callers hold a lock."""

    def __init__(self, tasks, cluster, parameters):
        self.tasks = tasks
        self.cluster = cluster
        self.parameters = parameters
        self.name = parameters["serviceName"]
        self.arn = arn("ecs", f"service/{cluster}/{self.name}")
        self.desired = parameters.get("desiredCount", 1)
        self.controller = parameters.get("deploymentController", {}).get("type", "ECS")
        self.status = "ACTIVE"
        self.created = time.time()
        self.deployments = []
        self.events = []

    @property
    def definition(self):
        return self.deployments[0].definition

    def deploy(self, definition):
        """Begins a new deployment at once, regardless of the delay of the one before it."""
        self.deployments.insert(0, Deployment(definition, self._start))

    def delete(self):
        self.desired = 0
        self.status = "DRAINING"

    def schedule(self):
        primary, *earlier = self.deployments
        for deployment in self.deployments:
            if deployment.remove_stopped_tasks():
                self._add_event("is unable to consistently start tasks successfully.")
        primary.scale(self.desired if self.status == "ACTIVE" else 0)
        if len(primary.running()) == self.desired and primary.state == "IN_PROGRESS":
            primary.state = "COMPLETED"
            self._add_event("has reached a steady state.")
        if primary.state == "COMPLETED":
            for deployment in earlier:
                deployment.scale(0)
            self.deployments = [primary, *(deployment for deployment in earlier if deployment.tasks)]
        if self.status == "DRAINING" and not any(deployment.tasks for deployment in self.deployments):
            self.status = "INACTIVE"

    def _start(self, deployment):
        return self.tasks.start(
            deployment.definition,
            self.cluster,
            {**self.parameters, "group": f"service:{self.name}", "startedBy": deployment.id, "tags": []},
        )

    def _add_event(self, message):
        self.events.insert(
            0, {"id": str(uuid.uuid4()), "createdAt": time.time(), "message": f"(service {self.name}) {message}"}
        )
        del self.events[MAX_EVENTS:]

    def snapshot(self, tags=False):
        shown = (
            "networkConfiguration",
            "deploymentConfiguration",
            "capacityProviderStrategy",
            "launchType",
            "platformVersion",
            "enableExecuteCommand",
            "propagateTags",
            "roleArn",
        )
        kept = {member: self.parameters[member] for member in shown if member in self.parameters}
        return {
            **kept,
            "serviceArn": self.arn,
            "serviceName": self.name,
            "clusterArn": arn("ecs", f"cluster/{self.cluster}"),
            "status": self.status,
            "desiredCount": self.desired,
            "taskDefinition": self.definition["taskDefinitionArn"],
            "runningCount": sum(len(deployment.running()) for deployment in self.deployments),
            "pendingCount": sum(len(deployment.pending()) for deployment in self.deployments),
            "deployments": [
                deployment.snapshot("ACTIVE" if place else "PRIMARY", self.desired)
                for place, deployment in enumerate(self.deployments)
            ],
            "deploymentController": {"type": self.controller},
            "schedulingStrategy": "REPLICA",
            "createdAt": self.created,
            "events": list(self.events),
            **({"tags": self.parameters.get("tags", [])} if tags else {}),
        }
