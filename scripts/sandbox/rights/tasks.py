"""Which rights the calls of Amazon ECS take, by operation: from the parameters of the call, and the account."""

from .right import Right, arn, named
from .roles import passed
from .tags import asked, there


def of_cluster(kind, names, parameters):
    cluster = parameters.get("cluster", "default").rpartition("/")[2]
    return [named("ecs", f"{kind}/{cluster}", name) for name in names]


def describe_services(parameters, _):
    return [Right("ecs:DescribeServices", service) for service in of_cluster("service", parameters["services"], parameters)]


def describe_tasks(parameters, _):
    return [Right("ecs:DescribeTasks", task) for task in of_cluster("task", parameters["tasks"], parameters)]


def list_tasks(parameters, _):
    return [Right("ecs:ListTasks", *of_cluster("container-instance", ["*"], parameters))]


def update_service(parameters, account):
    [service] = of_cluster("service", [parameters["service"]], parameters)
    return [Right("ecs:UpdateService", service, there(account.tags_of_service(service)))]


def register_task_definition(parameters, _):
    revision = arn("ecs", f"task-definition/{parameters['family']}:*")
    return [Right("ecs:RegisterTaskDefinition", revision),
            *tagging("RegisterTaskDefinition", revision, parameters), *passed(parameters, "executionRoleArn", "taskRoleArn")]


def run_task(parameters, account):
    """The roles that a task gets are passed to it by whoever starts it."""
    definition = named("ecs", "task-definition", parameters["taskDefinition"])
    described, tags = account.task_definition(definition)
    new = of_cluster("task", ["*"], parameters)[0]
    return [Right("ecs:RunTask", definition, {**there(tags), **asked(pairs(parameters))}), *tagging("RunTask", new, parameters),
            *passed({**described, **parameters.get("overrides", {})}, "executionRoleArn", "taskRoleArn")]


def tagging(operation, resource, parameters):
    return [Right("ecs:TagResource", resource, {"ecs:CreateAction": operation})] if parameters.get("tags") else []


def pairs(parameters):
    return {tag["key"]: tag["value"] for tag in parameters.get("tags", [])}


RIGHTS = {
    "ecs:DescribeServices": describe_services,
    "ecs:DescribeTaskDefinition": lambda *_: [Right("ecs:DescribeTaskDefinition")],
    "ecs:DescribeTasks": describe_tasks,
    "ecs:ListTasks": list_tasks,
    "ecs:RegisterTaskDefinition": register_task_definition,
    "ecs:RunTask": run_task,
    "ecs:UpdateService": update_service,
}
