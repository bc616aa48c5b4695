"""Permissions to pass roles to tasks, jobs and builds."""

from .permission import Permission

TASKS = "ecs-tasks.amazonaws.com"
BUILDS = "codebuild.amazonaws.com"
# AWS does not document it; policies in use name it: https://docs.seqera.io/platform-cloud/compute-envs/aws-batch-iam-policy
JOBS = "batch.amazonaws.com"


def pass_role_permissions(parameters, *names, service=TASKS):
    """Returns the permissions to pass the roles that these parameters name."""
    return [
        Permission("iam:PassRole", role, {"iam:PassedToService": service})
        for role in sorted({parameters.get(name) for name in names} - {None, ""})
    ]
