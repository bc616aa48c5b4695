"""Roles that a caller has a task or a job run with."""

from .right import Right


def passed(parameters, *names):
    """The rights to pass the roles that these parameters name; Batch's jobs are tasks as well."""
    to_tasks = {"iam:PassedToService": "ecs-tasks.amazonaws.com"}
    return [Right("iam:PassRole", role, to_tasks) for role in sorted({parameters.get(name) for name in names} - {None, ""})]
