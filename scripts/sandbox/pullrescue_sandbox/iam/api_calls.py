"""The permissions that a call needs: actions, resources and condition keys. Calls that are not listed here are denied."""

from pullrescue_sandbox.account import arn

from . import batch_calls, ecs_calls
from .pass_role import BUILDS, pass_role_permissions
from .permission import Permission
from .tags import request_tags, resource_tags


def required_permissions(service, operation, parameters, account):
    """Returns the permissions that this call needs, or None if the call is unknown."""
    action = ACTIONS.get(f"{service}:{operation}", f"{service}:{operation}")
    if action in WORKLOAD_CALLS:
        return WORKLOAD_CALLS[action](parameters, account)
    resources = RESOURCES.get(action)
    if resources is None:
        return None
    if action == "secretsmanager:GetSecretValue":
        return [Permission(action, account.secret_arn(parameters["SecretId"]))]
    needed = [
        Permission(action, resource, context(action, parameters, resource, account))
        for resource in resources(parameters)
    ]
    if action in ("codebuild:StartBuild", "codebuild:UpdateProject"):
        return needed + roles_of_builds(action, parameters, account)
    is_tagging = action == "ecr:CreateRepository" and parameters.get("tags")
    return needed + (new_repository_tagging(needed) if is_tagging else [])


def context(action, parameters, resource, account):
    """Returns the condition keys on which policies of the functions depend."""
    if action == "events:PutEvents":
        return {"events:source": sorted({entry["Source"] for entry in parameters["Entries"]})}
    if action in TAGGED_PROJECTS:
        set_by_call = {"aws:TagKeys": [tag["key"] for tag in parameters["tags"]]} if parameters.get("tags") else {}
        return {**resource_tags(account.project_tags(resource.rpartition("/")[2])), **set_by_call}
    if action.startswith("codepipeline:"):
        return resource_tags(account.pipeline_tags(parameters.get("pipelineName") or parameters["name"]))
    if action.startswith("ecr:"):
        return {**repository_context(resource, account), **new_tags(parameters.get("tags", []))}
    return {}


def repository_context(repository, account):
    """Returns the keys for the tags of a repository; an absent one has none.

    ECR evaluates them for all actions on repositories, also for those that registry requests need.

    https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html
    """
    return resource_tags(account.repository_tags(repository)) if repository != "*" else {}


def new_tags(tags):
    values = {tag["Key"]: tag["Value"] for tag in tags}
    return {**request_tags(values), "aws:TagKeys": list(values)} if values else {}


def projects(builds):
    return [arn("codebuild", f"project/{build.partition(':')[0]}") for build in builds]


def project(parameters):
    name = parameters.get("projectName") or parameters.get("name") or parameters["id"].partition(":")[0]
    return [arn("codebuild", f"project/{name.rpartition('/')[2]}")]


def repositories(parameters):
    names = parameters.get("repositoryNames") or [parameters.get("repositoryName", "*")]
    return [arn("ecr", f"repository/{name}") for name in names]


def pipeline(parameters):
    return [arn("codepipeline", parameters["name"])]


def queue(parameters):
    return [arn("sqs", (parameters.get("QueueName") or parameters["QueueUrl"]).rpartition("/")[2])]


def log_group(parameters):
    return parameters.get("logGroupName") or parameters["logGroupIdentifier"].split(":log-group:")[-1].removesuffix(
        ":*"
    )


def bucket_object(parameters):
    return [f"arn:aws:s3:::{parameters['Bucket']}/{parameters['Key']}"]


def roles_of_builds(action, parameters, account):
    """Returns the permissions to pass roles to CodeBuild. The user guide demands the one for UpdateProject; whether AWS does if the
    request names no role is not known.

    https://docs.aws.amazon.com/codebuild/latest/userguide/auth-and-access-control-permissions-reference.html
    """
    if action == "codebuild:UpdateProject":
        parameters = {"serviceRole": account.project(parameters["name"]).get("serviceRole"), **parameters}
    return pass_role_permissions(parameters, "serviceRole", "serviceRoleOverride", service=BUILDS)


def new_repository_tagging(creations):
    """Returns the permissions to tag the repositories that are created with tags."""
    return [Permission("ecr:TagResource", creation.resource, creation.context) for creation in creations]


TAGGED_PROJECTS = {"codebuild:RetryBuildBatch", "codebuild:StartBuild", "codebuild:UpdateProject"}
# Operations whose IAM action has another name.
ACTIONS = {
    "s3:HeadObject": "s3:GetObject",
    "sqs:SendMessageBatch": "sqs:SendMessage",
    "sqs:DeleteMessageBatch": "sqs:DeleteMessage",
    "sqs:ChangeMessageVisibilityBatch": "sqs:ChangeMessageVisibility",
}
# By action, computed from the parameters of the call and from the account.
WORKLOAD_CALLS = {**ecs_calls.PERMISSIONS, **batch_calls.PERMISSIONS}
# By action, computed from the parameters of the call.
RESOURCES = {
    "cloudtrail:LookupEvents": lambda _: ["*"],
    "cloudwatch:GetMetricStatistics": lambda _: ["*"],
    "codebuild:BatchGetBuildBatches": lambda parameters: projects(parameters["ids"]),
    "codebuild:BatchGetBuilds": lambda parameters: projects(parameters["ids"]),
    "codebuild:BatchGetProjects": lambda parameters: projects(name.rpartition("/")[2] for name in parameters["names"]),
    "codebuild:ListBuildsForProject": project,
    "codebuild:RetryBuildBatch": project,
    "codebuild:StartBuild": project,
    "codebuild:UpdateProject": project,
    "codecommit:GetFile": lambda parameters: [arn("codecommit", parameters["repositoryName"])],
    "codepipeline:GetPipeline": pipeline,
    "codepipeline:GetPipelineState": pipeline,
    "codepipeline:RetryStageExecution": lambda parameters: [
        arn("codepipeline", f"{parameters['pipelineName']}/{parameters['stageName']}")
    ],
    "ecr:BatchCheckLayerAvailability": repositories,
    "ecr:BatchGetImage": repositories,
    "ecr:CreateRepository": repositories,
    "ecr:DescribeImages": repositories,
    "ecr:DescribeRepositories": repositories,
    "ecr:DescribePullThroughCacheRules": lambda _: ["*"],
    "ecr:GetAuthorizationToken": lambda _: ["*"],
    "ecr:GetRepositoryPolicy": repositories,
    "ecr:ListTagsForResource": lambda parameters: [parameters["resourceArn"]],
    "ecr:PutLifecyclePolicy": repositories,
    "ecr:SetRepositoryPolicy": repositories,
    "events:PutEvents": lambda parameters: sorted(
        {
            arn("events", f"event-bus/{entry.get('EventBusName', 'default').rpartition('/')[2]}")
            for entry in parameters["Entries"]
        }
    ),
    "iam:SimulatePrincipalPolicy": lambda parameters: [parameters["PolicySourceArn"]],
    "logs:FilterLogEvents": lambda parameters: [arn("logs", f"log-group:{log_group(parameters)}:*")],
    "logs:GetLogEvents": lambda parameters: [
        arn("logs", f"log-group:{log_group(parameters)}:log-stream:{parameters['logStreamName']}")
    ],
    "s3:GetObject": bucket_object,
    "s3:GetObjectVersion": bucket_object,
    "secretsmanager:GetSecretValue": lambda parameters: [parameters["SecretId"]],
    "sns:Publish": lambda parameters: [parameters["TopicArn"]],
    "sqs:ChangeMessageVisibility": queue,
    "sqs:DeleteMessage": queue,
    "sqs:GetQueueAttributes": queue,
    "sqs:GetQueueUrl": queue,
    "sqs:ReceiveMessage": queue,
    "sqs:SendMessage": queue,
    "ssm:GetParameters": lambda parameters: [
        arn("ssm", f"parameter/{name.lstrip('/')}") for name in parameters["Names"]
    ],
}
