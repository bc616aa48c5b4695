"""The operations on tasks, one method each, named as in the API."""

import copy
import threading

from stand_in import ecr

from .refusals import Client, ClusterNotFound, Conflict, InvalidParameter
from .task import Task

STOP_SECONDS = 30


class Tasks:
    def __init__(self, aws, state, trail):
        self.aws = aws
        self.trail = trail
        self.state = state
        self.lock = threading.RLock()
        self.tasks = {}
        self.tokens = {}

    def RunTask(self, parameters):
        with self.lock:
            tasks = self._once(parameters) or self._run(parameters)
        return {"tasks": [task.record.look() for task in tasks], "failures": []}

    def StopTask(self, parameters):
        task = self._task(parameters["task"])
        if task is None:
            raise InvalidParameter("The referenced task was not found.")
        task.stop("UserInitiated", parameters.get("reason", "Task stopped by user"))
        return {"task": task.record.look()}

    def DescribeTasks(self, parameters):
        self.cluster(parameters)
        found = {name: self._task(name) for name in parameters["tasks"]}
        looks = [task.record.look() for task in found.values() if task]
        if "TAGS" not in parameters.get("include", []):
            looks = [{member: value for member, value in look.items() if member != "tags"} for look in looks]
        return {"tasks": looks, "failures": [{"arn": name, "reason": "MISSING"} for name, task in found.items() if not task]}

    def ListTasks(self, parameters):
        cluster = self.cluster(parameters)
        wanted = {
            "desiredStatus": parameters.get("desiredStatus", "RUNNING"), "startedBy": parameters.get("startedBy"),
            "launchType": parameters.get("launchType"),
            "group": f"service:{parameters['serviceName']}" if "serviceName" in parameters else None}
        looks = [task.record.look() for task in list(self.tasks.values()) if task.record.cluster == cluster]
        return {"taskArns": [look["taskArn"] for look in looks if _is(look, wanted) and _is_of(look, parameters.get("family"))]}

    def cluster(self, parameters):
        """The name of the cluster, which must be there."""
        name = parameters.get("cluster", "default").rpartition("/")[2]
        if not self.aws.client("ecs").describe_clusters(clusters=[name])["clusters"]:
            raise ClusterNotFound("Cluster not found.")
        return name

    def definition(self, name):
        return self.aws.client("ecs").describe_task_definition(taskDefinition=name)["taskDefinition"]

    def start(self, definition, cluster, parameters):
        """A new task; the parameters are those of RunTask."""
        task = Task(self, definition, cluster, parameters)
        self.tasks[task.record.arn] = task
        task.start()
        return task

    def close(self):
        """Stops every task and waits until each of them has tidied up."""
        running = [task for task in list(self.tasks.values()) if task.is_alive()]
        for task in running:
            task.stop("UserInitiated", "The sandbox ends")
        for task in running:
            task.join(STOP_SECONDS)

    def _task(self, name):
        return next((task for arn, task in list(self.tasks.items()) if name in (arn, task.record.id)), None)

    def _once(self, parameters):
        """The tasks of an earlier call with this token; a token stands for one call."""
        earlier = self.tokens.get(parameters.get("clientToken"))
        if earlier and earlier[0] != parameters:
            raise Conflict("The clientToken was used with other parameters.")
        return earlier[1] if earlier else []

    def _run(self, parameters):
        cluster, definition = self.cluster(parameters), self.definition(parameters["taskDefinition"])
        placed = placed_by(parameters)
        check(definition, placed)
        tasks = [self.start(definition, cluster, placed) for _ in range(parameters.get("count", 1))]
        self.trail.ran(parameters, [task.record.look() for task in tasks])
        if "clientToken" in parameters:
            self.tokens[parameters["clientToken"]] = (copy.deepcopy(parameters), tasks)
        return tasks


def placed_by(parameters):
    """The parameters with a launch type, also where capacity providers were named."""
    strategy = parameters.get("capacityProviderStrategy")
    if not strategy:
        return {**parameters, "launchType": parameters.get("launchType", "EC2")}
    if "launchType" in parameters:
        raise InvalidParameter("Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.")
    provider = strategy[0]["capacityProvider"]
    return {**parameters, "capacityProviderName": provider, "launchType": "FARGATE" if provider.startswith("FARGATE") else "EC2"}


def check(definition, parameters):
    """What ECS refuses before it makes a task."""
    if definition["status"] != "ACTIVE":
        raise Client("TaskDefinition is inactive")
    if definition.get("networkMode") == "awsvpc" and not parameters.get("networkConfiguration"):
        raise InvalidParameter("Network Configuration must be provided when networkMode 'awsvpc' is specified.")
    if parameters["launchType"] == "FARGATE" and not definition.get("executionRoleArn"):
        if any(ecr.holds(container["image"]) for container in definition["containerDefinitions"]):
            raise Client("Fargate requires task definition to have execution role ARN to support ECR images.")


def _is(look, wanted):
    return all(value is None or look.get(member) == value for member, value in wanted.items())


def _is_of(look, family):
    return family is None or look["taskDefinitionArn"].rpartition("/")[2].rpartition(":")[0] == family
