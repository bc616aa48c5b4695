"""Which rights a call takes: actions, resources, and what conditions may ask about. A call that is not here is refused."""

from . import jobs, tasks
from .right import Right, arn


def rights(service, operation, parameters, account):
    """All rights that this call takes, or None where nobody has said. The account is asked for what only it knows."""
    action = ACTIONS.get(f"{service}:{operation}", f"{service}:{operation}")
    if action in WORKLOADS:
        return WORKLOADS[action](parameters, account)
    resources = RESOURCES.get(action)
    if resources is None:
        return None
    if action == "secretsmanager:GetSecretValue":
        return [Right(action, account.secret(parameters["SecretId"]))]
    needed = [Right(action, resource, context(action, parameters)) for resource in resources(parameters)]
    return needed + (tags_of_new_repository(parameters) if action == "ecr:CreateRepository" else [])


def context(action, parameters):
    if action != "events:PutEvents":
        return {}
    return {"events:source": sorted({entry["Source"] for entry in parameters["Entries"]})}


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
    return parameters.get("logGroupName") or parameters["logGroupIdentifier"].split(":log-group:")[-1].removesuffix(":*")


def bucket_object(parameters):
    return [f"arn:aws:s3:::{parameters['Bucket']}/{parameters['Key']}"]


def tags_of_new_repository(parameters):
    return [Right("ecr:TagResource", resource) for resource in repositories(parameters) if parameters.get("tags")]


# Operations whose action has another name.
ACTIONS = {
    "s3:HeadObject": "s3:GetObject", "sqs:SendMessageBatch": "sqs:SendMessage", "sqs:DeleteMessageBatch": "sqs:DeleteMessage",
    "sqs:ChangeMessageVisibilityBatch": "sqs:ChangeMessageVisibility",
}
# By action, from the parameters of the call and the account.
WORKLOADS = {**tasks.RIGHTS, **jobs.RIGHTS}
# By action, from the parameters of the call.
RESOURCES = {
    "cloudtrail:LookupEvents": lambda _: ["*"],
    "codebuild:BatchGetBuildBatches": lambda it: projects(it["ids"]),
    "codebuild:BatchGetBuilds": lambda it: projects(it["ids"]),
    "codebuild:BatchGetProjects": lambda it: projects(name.rpartition("/")[2] for name in it["names"]),
    "codebuild:ListBuildsForProject": project,
    "codebuild:RetryBuildBatch": project,
    "codebuild:StartBuild": project,
    "codebuild:UpdateProject": project,
    "codecommit:GetFile": lambda it: [arn("codecommit", it["repositoryName"])],
    "codepipeline:GetPipeline": pipeline,
    "codepipeline:GetPipelineState": pipeline,
    "codepipeline:RetryStageExecution": lambda it: [arn("codepipeline", f"{it['pipelineName']}/{it['stageName']}")],
    "ecr:BatchGetImage": repositories,
    "ecr:CreateRepository": repositories,
    "ecr:DescribeImages": repositories,
    "ecr:DescribeRepositories": repositories,
    "ecr:GetAuthorizationToken": lambda _: ["*"],
    "ecr:GetRepositoryPolicy": repositories,
    "ecr:ListTagsForResource": lambda it: [it["resourceArn"]],
    "ecr:PutLifecyclePolicy": repositories,
    "ecr:SetRepositoryPolicy": repositories,
    "events:PutEvents": lambda it: sorted({
        arn("events", f"event-bus/{entry.get('EventBusName', 'default').rpartition('/')[2]}") for entry in it["Entries"]}),
    "logs:FilterLogEvents": lambda it: [arn("logs", f"log-group:{log_group(it)}:*")],
    "logs:GetLogEvents": lambda it: [arn("logs", f"log-group:{log_group(it)}:log-stream:{it['logStreamName']}")],
    "s3:GetObject": bucket_object,
    "s3:GetObjectVersion": bucket_object,
    "secretsmanager:GetSecretValue": lambda it: [it["SecretId"]],
    "sqs:ChangeMessageVisibility": queue,
    "sqs:DeleteMessage": queue,
    "sqs:GetQueueAttributes": queue,
    "sqs:GetQueueUrl": queue,
    "sqs:ReceiveMessage": queue,
    "sqs:SendMessage": queue,
    "ssm:GetParameters": lambda it: [arn("ssm", f"parameter/{name.lstrip('/')}") for name in it["Names"]],
}
