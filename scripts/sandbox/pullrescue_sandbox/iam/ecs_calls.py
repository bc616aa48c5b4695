"""The permissions that calls of Amazon ECS need, computed from their parameters and the account."""

from pullrescue_sandbox.account import arn

from .permission import Permission, arn_of
from .pass_role import pass_role_permissions
from .tags import request_tags, resource_tags


def cluster_resources(kind, names, parameters):
    cluster = parameters.get("cluster", "default").rpartition("/")[2]
    return [arn_of("ecs", f"{kind}/{cluster}", name) for name in names]


def describe_services(parameters, _):
    return [
        Permission("ecs:DescribeServices", service)
        for service in cluster_resources("service", parameters["services"], parameters)
    ]


def describe_tasks(parameters, _):
    return [
        Permission("ecs:DescribeTasks", task) for task in cluster_resources("task", parameters["tasks"], parameters)
    ]


def list_tasks(parameters, _):
    return [Permission("ecs:ListTasks", *cluster_resources("container-instance", ["*"], parameters))]


def update_service(parameters, account):
    [service] = cluster_resources("service", [parameters["service"]], parameters)
    return [Permission("ecs:UpdateService", service, resource_tags(account.service_tags(service)))]


def register_task_definition(parameters, _):
    revision = arn("ecs", f"task-definition/{parameters['family']}:*")
    return [
        Permission("ecs:RegisterTaskDefinition", revision),
        *tagging("RegisterTaskDefinition", revision, parameters),
        *pass_role_permissions(parameters, "executionRoleArn", "taskRoleArn"),
    ]


def run_task(parameters, account):
    """The caller passes the roles of the task."""
    definition = arn_of("ecs", "task-definition", parameters["taskDefinition"])
    described, tags = account.task_definition(definition)
    new = cluster_resources("task", ["*"], parameters)[0]
    return [
        Permission("ecs:RunTask", definition, {**resource_tags(tags), **request_tags(tag_values(parameters))}),
        *tagging("RunTask", new, parameters),
        *pass_role_permissions({**described, **parameters.get("overrides", {})}, "executionRoleArn", "taskRoleArn"),
    ]


def tagging(operation, resource, parameters):
    return [Permission("ecs:TagResource", resource, {"ecs:CreateAction": operation})] if parameters.get("tags") else []


def tag_values(parameters):
    return {tag["key"]: tag["value"] for tag in parameters.get("tags", [])}


PERMISSIONS = {
    "ecs:DescribeServices": describe_services,
    "ecs:DescribeTaskDefinition": lambda *_: [Permission("ecs:DescribeTaskDefinition")],
    "ecs:DescribeTasks": describe_tasks,
    "ecs:ListTasks": list_tasks,
    "ecs:RegisterTaskDefinition": register_task_definition,
    "ecs:RunTask": run_task,
    "ecs:UpdateService": update_service,
}
