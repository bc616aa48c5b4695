"""Which rights the calls of AWS Batch take, by operation: from the parameters of the call, and the account."""

from .right import Right, arn, named
from .roles import passed
from .tags import asked, there

ROLES = ("executionRoleArn", "jobRoleArn", "taskRoleArn")


def register_job_definition(parameters, _):
    definition = arn("batch", f"job-definition/{parameters['jobDefinitionName']}")
    containers = [parameters.get("containerProperties", {}), *parameters.get("ecsProperties", {}).get("taskProperties", [])]
    return [Right("batch:RegisterJobDefinition", definition), *tagging(f"{definition}:*", parameters),
            *(right for container in containers for right in passed(container, *ROLES))]


def submit_job(parameters, account):
    """The queue is a resource of it and so is the job definition, each with its own tags."""
    definition = named("batch", "job-definition", parameters["jobDefinition"])
    own = asked(parameters.get("tags", {}))
    return [Right("batch:SubmitJob", named("batch", "job-queue", parameters["jobQueue"]), own),
            Right("batch:SubmitJob", definition, {**there(account.tags_of_job_definition(definition)), **own}),
            *tagging(arn("batch", "job/*"), parameters)]


def tagging(resource, parameters):
    return [Right("batch:TagResource", resource)] if parameters.get("tags") else []


RIGHTS = {
    "batch:DescribeJobDefinitions": lambda *_: [Right("batch:DescribeJobDefinitions")],
    "batch:DescribeJobs": lambda *_: [Right("batch:DescribeJobs")],
    "batch:ListJobs": lambda *_: [Right("batch:ListJobs")],
    "batch:RegisterJobDefinition": register_job_definition,
    "batch:SubmitJob": submit_job,
}
