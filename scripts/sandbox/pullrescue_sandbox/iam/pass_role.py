"""Permissions to pass roles to tasks, jobs and builds."""

from .permission import Permission

TASKS = "ecs-tasks.amazonaws.com"
BUILDS = "codebuild.amazonaws.com"


def pass_role_permissions(parameters, *names, service=TASKS):
    """Returns the permissions to pass the roles that these parameters name. Jobs of AWS Batch are ECS tasks as well."""
    return [
        Permission("iam:PassRole", role, {"iam:PassedToService": service})
        for role in sorted({parameters.get(name) for name in names} - {None, ""})
    ]
