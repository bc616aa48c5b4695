"""The emulated operations on tasks, one method each, named as in the API."""

import copy
import os
import threading
import time

from pullrescue_sandbox.ecr import credentials as ecr

from .errors import ClientException, ClusterNotFoundException, ConflictException, InvalidParameterException
from .host import Host
from .task import Task

STOP_SECONDS = 30
TOKEN_SECONDS = 3600


class Tasks:
    def __init__(self, aws, state, cloudtrail):
        self.aws = aws
        self.cloudtrail = cloudtrail
        self.state = state
        self.lock = threading.RLock()
        self.tasks = {}
        self.tokens = {}
        self.hosts = {}

    def RunTask(self, parameters):
        with self.lock:
            tasks = self._previous_tasks(parameters) or self._run(parameters)
        return {"tasks": [task.record.snapshot() for task in tasks], "failures": []}

    def StopTask(self, parameters):
        task = self._task(parameters["task"])
        if task is None:
            raise InvalidParameterException("The referenced task was not found.")
        task.stop("UserInitiated", parameters.get("reason", "Task stopped by user"))
        return {"task": task.record.snapshot()}

    def DescribeTasks(self, parameters):
        self.cluster(parameters)
        found = {name: self._task(name) for name in parameters["tasks"]}
        tasks = [task.record.snapshot() for task in found.values() if task]
        if "TAGS" not in parameters.get("include", []):
            tasks = [{member: value for member, value in task.items() if member != "tags"} for task in tasks]
        return {
            "tasks": tasks,
            "failures": [{"arn": name, "reason": "MISSING"} for name, task in found.items() if not task],
        }

    def ListTasks(self, parameters):
        cluster = self.cluster(parameters)
        expected = {
            "desiredStatus": parameters.get("desiredStatus", "RUNNING"),
            "startedBy": parameters.get("startedBy"),
            "launchType": parameters.get("launchType"),
            "group": f"service:{parameters['serviceName']}" if "serviceName" in parameters else None,
        }
        tasks = [task.record.snapshot() for task in list(self.tasks.values()) if task.record.cluster == cluster]
        return {
            "taskArns": [
                task["taskArn"]
                for task in tasks
                if _matches(task, expected) and _has_family(task, parameters.get("family"))
            ]
        }

    def cluster(self, parameters):
        """Returns the name of the cluster, which must exist."""
        name = parameters.get("cluster", "default").rpartition("/")[2]
        if not self.aws.client("ecs").describe_clusters(clusters=[name])["clusters"]:
            raise ClusterNotFoundException("Cluster not found.")
        return name

    def definition(self, name):
        return self.aws.client("ecs").describe_task_definition(taskDefinition=name)["taskDefinition"]

    def start(self, definition, cluster, parameters):
        """Starts a task with the parameters of RunTask."""
        task = Task(self, definition, cluster, parameters, self._host(cluster))
        self.tasks[task.record.arn] = task
        task.start()
        return task

    def _host(self, cluster):
        """Batch's own clusters are not known to moto, and have no tags."""
        found = self.aws.client("ecs").describe_clusters(clusters=[cluster], include=["TAGS"])["clusters"]
        tags = {tag["key"]: tag["value"] for item in found for tag in item.get("tags", [])}
        with self.lock:
            if cluster not in self.hosts:
                self.hosts[cluster] = Host(cluster, tags, os.path.join(self.state, "kept-images", cluster))
            self.hosts[cluster].update(tags)
            return self.hosts[cluster]

    def close(self):
        """Stops every task and waits until each of them has cleaned up."""
        running = [task for task in list(self.tasks.values()) if task.is_alive()]
        for task in running:
            task.stop("UserInitiated", "The sandbox ends")
        for task in running:
            task.join(STOP_SECONDS)

    def _task(self, name):
        return next((task for arn, task in list(self.tasks.items()) if name in (arn, task.record.id)), None)

    def _previous_tasks(self, parameters):
        """Returns the tasks of an earlier call with this client token."""
        earlier = self.tokens.get(parameters.get("clientToken"))
        if earlier is None or _is_forgotten(earlier[1]):
            return []
        if earlier[0] != parameters:
            raise ConflictException(
                "The clientToken was used with other parameters.", [task.record.arn for task in earlier[1]]
            )
        return earlier[1]

    def _run(self, parameters):
        cluster, definition = self.cluster(parameters), self.definition(parameters["taskDefinition"])
        placement = with_launch_type(parameters)
        validate(definition, placement)
        validate_overrides(definition, parameters)
        tasks = [self.start(definition, cluster, placement) for _ in range(parameters.get("count", 1))]
        self.cloudtrail.record_run_task(parameters, [task.record.snapshot() for task in tasks])
        if "clientToken" in parameters:
            self.tokens[parameters["clientToken"]] = (copy.deepcopy(parameters), tasks)
        return tasks


def with_launch_type(parameters):
    """Returns the parameters with a launch type, which capacity providers imply."""
    strategy = parameters.get("capacityProviderStrategy")
    if not strategy:
        return {**parameters, "launchType": parameters.get("launchType", "EC2")}
    if "launchType" in parameters:
        raise InvalidParameterException(
            "Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again."
        )
    provider = strategy[0]["capacityProvider"]
    return {
        **parameters,
        "capacityProviderName": provider,
        "launchType": "FARGATE" if provider.startswith("FARGATE") else "EC2",
    }


def _is_forgotten(tasks):
    """A token lives as long as its tasks and one hour, at most a day:
    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/ECS_Idempotency.html"""
    ended = [task.record.snapshot().get("stoppedAt") for task in tasks]
    return all(ended) and max(ended) + TOKEN_SECONDS < time.time()


def validate_overrides(definition, parameters):
    """The message as in https://github.com/azavea/django-ecsmanage/issues/21"""
    defined = {container["name"] for container in definition["containerDefinitions"]}
    for override in (parameters.get("overrides") or {}).get("containerOverrides", []):
        if override.get("name") not in defined:
            raise InvalidParameterException(
                f"Override for container named {override.get('name')} is not a container in the TaskDefinition."
            )


def validate(definition, parameters):
    """Rejects what ECS rejects before it starts a task."""
    if definition["status"] != "ACTIVE":
        raise ClientException("TaskDefinition is inactive")
    if definition.get("networkMode") == "awsvpc" and not parameters.get("networkConfiguration"):
        raise InvalidParameterException(
            "Network Configuration must be provided when networkMode 'awsvpc' is specified."
        )
    if parameters["launchType"] == "FARGATE" and not definition.get("executionRoleArn"):
        if any(ecr.is_ecr_image(container["image"]) for container in definition["containerDefinitions"]):
            raise ClientException("Fargate requires task definition to have execution role ARN to support ECR images.")


def _matches(task, expected):
    return all(value is None or task.get(member) == value for member, value in expected.items())


def _has_family(task, family):
    return family is None or task["taskDefinitionArn"].rpartition("/")[2].rpartition(":")[0] == family
