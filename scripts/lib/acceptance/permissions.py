"""The IAM actions that the person needs who runs this command, beside those for the stack's own resources."""

import textwrap

ACTIONS = {
    "batch": "DeregisterJobDefinition DescribeJobDefinitions DescribeJobs ListJobs SubmitJob TagResource",
    "cloudformation": "CreateStack DeleteStack DescribeStackEvents DescribeStacks ListStackResources",
    "cloudwatch": "ListMetrics",
    "codebuild": "BatchGetBuildBatches BatchGetBuilds BatchGetProjects ListBuildsForProject ListProjects StartBuild"
    " StartBuildBatch StopBuild",
    "codepipeline": "GetPipelineState StartPipelineExecution",
    "ecr": "BatchDeleteImage CreatePullThroughCacheRule DeletePullThroughCacheRule DeleteRepository DescribeImages"
    " DescribePullThroughCacheRules DescribeRepositories GetLifecyclePolicy ListImages ListTagsForResource"
    " UpdateImageStorageClass",
    "ecr-public": "CreateRepository DeleteRepository DescribeImages",
    "ecs": "DeleteTaskDefinitions DeregisterTaskDefinition DescribeClusters DescribeTasks ListContainerInstances ListServices"
    " ListTaskDefinitionFamilies ListTaskDefinitions ListTasks RunTask StopTask UpdateService",
    "iam": "PassRole",
    "lambda": "GetAccountSettings GetFunctionConfiguration InvokeFunction ListEventSourceMappings",
    "logs": "DeleteLogGroup DescribeLogGroups FilterLogEvents GetLogEvents",
    "s3": "DeleteObject DeleteObjectVersion ListBucketVersions PutObject",
    "sns": "ListTopics",
    "sqs": "DeleteMessage GetQueueAttributes GetQueueUrl ListQueues ReceiveMessage SendMessage StartMessageMoveTask",
    "sts": "GetCallerIdentity",
}

# Where the action has another name than the operation.
OPERATIONS = {
    ("lambda", "Invoke"): ("lambda:InvokeFunction",),
    ("s3", "ListObjectVersions"): ("s3:ListBucketVersions",),
    ("s3", "DeleteObjects"): ("s3:DeleteObject", "s3:DeleteObjectVersion"),
}
# Needed for parameters of a call: roles of tasks; tags of a job; calls of scripts/redrive, which A14 runs.
INDIRECT = {"iam:PassRole", "batch:TagResource", "sqs:StartMessageMoveTask"}


def actions():
    return {f"{service}:{name}" for service, names in ACTIONS.items() for name in names.split()}


def of_operation(service, operation):
    """Returns the actions that a call needs."""
    return OPERATIONS.get((service, operation), (f"{service}:{operation}",))


def text():
    lines = []
    for service, names in ACTIONS.items():
        wrapped = textwrap.wrap(f"{service}: {', '.join(names.split())}", 110, subsequent_indent="  ")
        lines += wrapped
    return "\n".join(lines)
