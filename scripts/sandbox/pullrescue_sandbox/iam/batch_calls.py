"""The permissions that calls of AWS Batch need, computed from their parameters and the account."""

from pullrescue_sandbox.account import arn

from .permission import Permission, arn_of
from .pass_role import JOBS, pass_role_permissions
from .tags import request_tags, resource_tags

ROLES = ("executionRoleArn", "jobRoleArn", "taskRoleArn")


def register_job_definition(parameters, _):
    """The new definition has the tags of the call, which are the tags of the resource to IAM."""
    definition = arn("batch", f"job-definition/{parameters['jobDefinitionName']}")
    containers = [
        parameters.get("containerProperties", {}),
        *parameters.get("ecsProperties", {}).get("taskProperties", []),
    ]
    return [
        Permission("batch:RegisterJobDefinition", definition),
        *tagging(f"{definition}:*", parameters, resource_tags(parameters.get("tags", {}))),
        *(
            permission
            for container in containers
            for permission in pass_role_permissions(container, *ROLES, service=JOBS)
        ),
    ]


def submit_job(parameters, account):
    """The job queue and the job definition are both resources of this call, each with its own tags."""
    definition = arn_of("batch", "job-definition", parameters["jobDefinition"])
    own = request_tags(parameters.get("tags", {}))
    return [
        Permission("batch:SubmitJob", arn_of("batch", "job-queue", parameters["jobQueue"]), own),
        Permission("batch:SubmitJob", definition, {**resource_tags(account.job_definition_tags(definition)), **own}),
        *tagging(arn("batch", "job/*"), parameters),
    ]


def tagging(resource, parameters, context=None):
    return [Permission("batch:TagResource", resource, context or {})] if parameters.get("tags") else []


PERMISSIONS = {
    "batch:DescribeJobDefinitions": lambda *_: [Permission("batch:DescribeJobDefinitions")],
    "batch:DescribeJobs": lambda *_: [Permission("batch:DescribeJobs")],
    "batch:ListJobs": lambda *_: [Permission("batch:ListJobs")],
    "batch:RegisterJobDefinition": register_job_definition,
    "batch:SubmitJob": submit_job,
}
