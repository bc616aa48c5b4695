"""Which rights a call takes: actions, resources, and what conditions may ask about. A call that is not here is refused."""

from dataclasses import dataclass, field

ACCOUNT = "123456789012"
REGION = "us-east-1"


@dataclass(frozen=True)
class Right:
    action: str
    resource: str = "*"
    context: dict = field(default_factory=dict)


def arn(service, resource):
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}"


def rights(service, operation, parameters, account):
    """All rights that this call takes, or None where nobody has said. The account is asked for what only it knows."""
    action = ACTIONS.get(f"{service}:{operation}", f"{service}:{operation}")
    resources = RESOURCES.get(action)
    if resources is None:
        return None
    if action == "ecs:UpdateService":
        return [Right(action, resource, account.tags(resource)) for resource in resources(parameters)]
    if action == "secretsmanager:GetSecretValue":
        return [Right(action, account.secret(parameters["SecretId"]))]
    needed = [Right(action, resource, context(action, parameters)) for resource in resources(parameters)]
    return needed + [right for more in MORE.get(action, ()) for right in more(parameters)]


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


def of_cluster(kind, names, cluster):
    """Tasks and services are named by ARN, or by what stands at its end."""
    cluster = (cluster or "default").rpartition("/")[2]
    return [name if name.startswith("arn:") else arn("ecs", f"{kind}/{cluster}/{name}") for name in names]


def revision(parameters):
    return arn("ecs", f"task-definition/{parameters['family']}:*")


def tags_of_new_repository(parameters):
    return [Right("ecr:TagResource", resource) for resource in repositories(parameters) if parameters.get("tags")]


def tags_of_new_revision(parameters):
    new = {"ecs:CreateAction": "RegisterTaskDefinition"}
    return [Right("ecs:TagResource", revision(parameters), new)] if parameters.get("tags") else []


def roles_of_tasks(parameters):
    to_tasks = {"iam:PassedToService": "ecs-tasks.amazonaws.com"}
    passed = {parameters.get(name) for name in ("executionRoleArn", "taskRoleArn")} - {None, ""}
    return [Right("iam:PassRole", role, to_tasks) for role in sorted(passed)]


# Operations whose action has another name.
ACTIONS = {
    "s3:HeadObject": "s3:GetObject", "sqs:SendMessageBatch": "sqs:SendMessage", "sqs:DeleteMessageBatch": "sqs:DeleteMessage",
    "sqs:ChangeMessageVisibilityBatch": "sqs:ChangeMessageVisibility",
}
# By action, from the parameters of the call.
RESOURCES = {
    "batch:DescribeJobs": lambda _: ["*"],
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
    "ecr:PutLifecyclePolicy": repositories,
    "ecr:SetRepositoryPolicy": repositories,
    "ecs:DescribeServices": lambda it: of_cluster("service", it["services"], it.get("cluster")),
    "ecs:DescribeTaskDefinition": lambda _: ["*"],
    "ecs:DescribeTasks": lambda it: of_cluster("task", it["tasks"], it.get("cluster")),
    "ecs:RegisterTaskDefinition": lambda it: [revision(it)],
    "ecs:UpdateService": lambda it: of_cluster("service", [it["service"]], it.get("cluster")),
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
# What an action takes besides itself.
MORE = {
    "ecr:CreateRepository": (tags_of_new_repository,),
    "ecs:RegisterTaskDefinition": (tags_of_new_revision, roles_of_tasks),
}
