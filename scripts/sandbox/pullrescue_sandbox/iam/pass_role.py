"""Permissions to pass roles to tasks and jobs."""

from .permission import Permission


def pass_role_permissions(parameters, *names):
    """Returns the permissions to pass the roles that these parameters name. Jobs of AWS Batch are ECS tasks as well."""
    to_tasks = {"iam:PassedToService": "ecs-tasks.amazonaws.com"}
    return [
        Permission("iam:PassRole", role, to_tasks)
        for role in sorted({parameters.get(name) for name in names} - {None, ""})
    ]
