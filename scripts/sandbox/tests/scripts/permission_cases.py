"""What the role of each function must not allow, and the same calls on its own resources, which it must allow.

The stack has every setting of infra/src/test/resources/everything.yaml, with `tagged` for projects, ECS and Batch;
`MODE_ALL` is the same stack with `all`, and without updates of projects. A case is what is tried, the action, the
resource, and condition keys. A resource is an ARN, or its end for this account: `service:rest`.
"""

KEY = "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555"
OTHER_KEY = "kms:key/99999999-2222-3333-4444-555555555555"
BUS = "events:event-bus/default"
TO_TASKS = {"iam:PassedToService": "ecs-tasks.amazonaws.com"}
TO_BATCH = {"iam:PassedToService": "batch.amazonaws.com"}
TO_BUILDS = {"iam:PassedToService": "codebuild.amazonaws.com"}


def tagged(value, key="pull-rescue"):
    return {f"aws:ResourceTag/{key}": value}


def role(name):
    return f"arn:aws:iam::123456789012:role/{name}"


def publishing(*sources):
    return {"events:source": list(sources)}


OURS = tagged("pull-rescue", "created-by")
NEW = {"aws:RequestTag/created-by": "pull-rescue", "aws:TagKeys": ["created-by"]}
VIA_ECR = {"kms:ViaService": "ecr.us-east-1.amazonaws.com"}
PUBLISHES = [("publishes its own event", "events:PutEvents", BUS, publishing("pull-rescue"))]
USES_KEY = [
    ("decrypts messages", "kms:Decrypt", KEY),
    ("encrypts messages", "kms:GenerateDataKey", KEY),
]
NOTIFIES = [
    ("notifies people", "sns:Publish", "sns:pull-rescue-notifications"),
    ("notifies a channel", "sns:Publish", "sns:pull-rescue-chat"),
]
WRITES_LOG = "logs:PutLogEvents"

# What no function may do.
NOBODY = [
    ("publishes in the name of CodeBuild", "events:PutEvents", BUS, publishing("aws.codebuild")),
    ("publishes under another source", "events:PutEvents", BUS, publishing("billing")),
    ("mixes another source into its own", "events:PutEvents", BUS, publishing("pull-rescue", "billing")),
    ("publishes without a source", "events:PutEvents", BUS),
    ("publishes to another bus", "events:PutEvents", "events:event-bus/payments", publishing("pull-rescue")),
    ("changes its own policy", "iam:PutRolePolicy", role("pull-rescue-role")),
    ("attaches a policy", "iam:AttachRolePolicy", role("pull-rescue-role")),
    ("removes its permissions boundary", "iam:DeleteRolePermissionsBoundary", role("pull-rescue-role")),
    ("lets others assume a role", "iam:UpdateAssumeRolePolicy", role("admin")),
    ("creates a user", "iam:CreateUser", "arn:aws:iam::123456789012:user/backdoor"),
    ("assumes a role", "sts:AssumeRole", role("admin")),
    ("passes a role to Lambda", "iam:PassRole", role("admin"), {"iam:PassedToService": "lambda.amazonaws.com"}),
    ("passes a role to CodeBuild", "iam:PassRole", role("admin"), {"iam:PassedToService": "codebuild.amazonaws.com"}),
    ("invokes a function", "lambda:InvokeFunction", "lambda:function:pull-rescue-manual"),
    ("replaces the code of a function", "lambda:UpdateFunctionCode", "lambda:function:pull-rescue-retry"),
    ("decrypts with another key", "kms:Decrypt", OTHER_KEY),
    ("reads another secret", "secretsmanager:GetSecretValue", "secretsmanager:secret:production/database-Ab12Cd"),
    (
        "reads a secret with the same beginning",
        "secretsmanager:GetSecretValue",
        "secretsmanager:secret:docker-hub-2-A1b2C3",
    ),
    ("changes a secret", "secretsmanager:PutSecretValue", "secretsmanager:secret:docker-hub-Ab12Cd"),
    ("reads another parameter", "ssm:GetParameters", "ssm:parameter/production/password"),
    ("reads an object elsewhere", "s3:GetObject", "arn:aws:s3:::customers/export.csv"),
    ("writes an object", "s3:PutObject", "arn:aws:s3:::sources/app.zip"),
    ("deletes an object", "s3:DeleteObject", "arn:aws:s3:::logs-builds/one.gz"),
    ("reads a log group of an application", "logs:GetLogEvents", "logs:log-group:/app/payments:log-stream:one"),
    ("reads the log of another function", "logs:GetLogEvents", "logs:log-group:/aws/lambda/billing:log-stream:one"),
    ("writes to the log of another function", WRITES_LOG, "logs:log-group:/aws/lambda/billing:log-stream:one"),
    ("deletes a log group", "logs:DeleteLogGroup", "logs:log-group:/aws/codebuild/shop"),
    ("sends to the queue of another application", "sqs:SendMessage", "sqs:orders"),
    ("receives from another queue", "sqs:ReceiveMessage", "sqs:orders"),
    ("deletes a queue", "sqs:DeleteQueue", "sqs:pull-rescue-failures"),
    ("empties a queue", "sqs:PurgeQueue", "sqs:pull-rescue-failures"),
    ("publishes to another topic", "sns:Publish", "sns:payments"),
    ("deletes a rule", "events:DeleteRule", "events:rule/pull-rescue"),
    ("deletes a mirror repository", "ecr:DeleteRepository", "ecr:repository/docker-hub/library/ruby", OURS),
    ("deletes mirrored images", "ecr:BatchDeleteImage", "ecr:repository/docker-hub/library/ruby", OURS),
    ("pushes to a repository of an application", "ecr:PutImage", "ecr:repository/shop/app"),
    ("opens a repository of an application", "ecr:SetRepositoryPolicy", "ecr:repository/shop/app"),
    ("lets a rule delete images of an application", "ecr:PutLifecyclePolicy", "ecr:repository/shop/app"),
    ("opens the registry", "ecr:PutRegistryPolicy", "*"),
    ("deletes a project", "codebuild:DeleteProject", "codebuild:project/shop", tagged("on")),
    ("deletes a service", "ecs:DeleteService", "ecs:service/shop/web", tagged("on")),
    ("stops a task", "ecs:StopTask", "ecs:task/shop/0d3f6b1c", tagged("on")),
    ("cancels a job", "batch:TerminateJob", "batch:job/0d3f6b1c"),
    ("starts an instance", "ec2:RunInstances", "ec2:instance/*"),
    ("deletes the stack", "cloudformation:DeleteStack", "cloudformation:stack/pull-rescue/1"),
]

# What only retry may do, on resources that have opted in.
STARTS_WORK = [
    ("starts a build", "codebuild:StartBuild", "codebuild:project/shop", tagged("on")),
    ("updates a project", "codebuild:UpdateProject", "codebuild:project/shop", tagged("on")),
    ("retries a batch", "codebuild:RetryBuildBatch", "codebuild:project/shop", tagged("on")),
    ("retries a stage", "codepipeline:RetryStageExecution", "codepipeline:delivery/Build"),
    ("runs a task", "ecs:RunTask", "ecs:task-definition/nightly:3", tagged("on")),
    ("updates a service", "ecs:UpdateService", "ecs:service/shop/web", tagged("on")),
    ("registers a task definition", "ecs:RegisterTaskDefinition", "*"),
    ("submits a job", "batch:SubmitJob", "batch:job-definition/nightly:3", tagged("on")),
    ("passes a role to tasks", "iam:PassRole", role("ecsTaskExecutionRole"), TO_TASKS),
    ("passes a role to builds", "iam:PassRole", role("ecsTaskExecutionRole"), TO_BUILDS),
]
READS_BUILDS = [
    ("reads a build", "codebuild:BatchGetBuilds", "codebuild:project/shop"),
    ("reads the log of a build", "logs:GetLogEvents", "logs:log-group:/aws/codebuild/shop:log-stream:one"),
    ("reads the log of a build in a bucket", "s3:GetObject", "arn:aws:s3:::logs-builds/one.gz"),
]
FILLS_MIRROR = [
    ("pushes an image", "ecr:PutImage", "ecr:repository/docker-hub/library/ruby", OURS),
    ("uploads a layer", "ecr:UploadLayerPart", "ecr:repository/quay/acme/app", OURS),
    ("lets CodeBuild pull", "ecr:SetRepositoryPolicy", "ecr:repository/docker-hub/library/ruby", OURS),
    ("creates a repository", "ecr:CreateRepository", "ecr:repository/docker-hub/library/ruby", NEW),
    ("tags a new repository", "ecr:TagResource", "ecr:repository/docker-hub/library/ruby", NEW),
    ("lets ECR encrypt a new repository", "kms:CreateGrant", KEY, VIA_ECR),
    (
        "archives what is not pulled",
        "ecr:PutLifecyclePolicy",
        "ecr:repository/docker-hub/library/ruby",
        OURS,
    ),
]
READS_CREDENTIALS = [
    ("reads its credentials", "secretsmanager:GetSecretValue", "secretsmanager:secret:docker-hub-Ab12Cd"),
    ("reads its parameters", "ssm:GetParameters", "ssm:parameter/quay/password"),
]
# Below the prefix of an upstream, but made by somebody else.
NOT_OURS = [
    ("overwrites a repository that is not ours", "ecr:PutImage", "ecr:repository/github/acme/secret-app"),
    ("opens a repository that is not ours", "ecr:SetRepositoryPolicy", "ecr:repository/github/acme/secret-app"),
    ("lets a rule delete images that are not ours", "ecr:PutLifecyclePolicy", "ecr:repository/github/acme/secret-app"),
    ("reads layers of a repository that is not ours", "ecr:GetDownloadUrlForLayer", "ecr:repository/github/acme/app"),
    (
        "takes over a repository with another tag",
        "ecr:TagResource",
        "ecr:repository/github/acme/app",
        {**NEW, **tagged("acme", "created-by")},
    ),
    (
        "creates a repository without the tag",
        "ecr:CreateRepository",
        "ecr:repository/docker-hub/library/ruby",
    ),
    (
        "creates a repository with more tags",
        "ecr:CreateRepository",
        "ecr:repository/docker-hub/library/ruby",
        {**NEW, "aws:TagKeys": ["created-by", "cost-center"]},
    ),
    ("creates a grant on the key itself", "kms:CreateGrant", KEY),
]
OUTSIDE_UPSTREAMS = [
    ("pushes to a repository outside of `upstreams`", "ecr:PutImage", "ecr:repository/google/acme/app", OURS),
    ("creates a repository outside of `upstreams`", "ecr:CreateRepository", "ecr:repository/shop/app"),
    ("pulls an image of an application", "ecr:BatchGetImage", "ecr:repository/shop/app"),
]
SENDS_REQUESTS = [("requests a replication", "sqs:SendMessage", "sqs:pull-rescue-replication-requests.fifo")]
SENDS_RETRIES = [("requests a retry", "sqs:SendMessage", "sqs:pull-rescue-retries.fifo")]
SENDS_FAILURES = [("sends a failure", "sqs:SendMessage", "sqs:pull-rescue-failures")]

ALLOWED = {
    "diagnose": READS_BUILDS + SENDS_REQUESTS + PUBLISHES + NOTIFIES + USES_KEY,
    "replicate": [
        *FILLS_MIRROR,
        *READS_CREDENTIALS,
        ("reads a pull secret", "secretsmanager:GetSecretValue", "secretsmanager:secret:team-shop-Ab12Cd"),
        *SENDS_REQUESTS,
        *SENDS_RETRIES,
        *PUBLISHES,
        *NOTIFIES,
        *USES_KEY,
    ],
    "retry": [
        *STARTS_WORK,
        *READS_BUILDS,
        ("reads a source", "s3:GetObject", "arn:aws:s3:::sources/app.zip"),
        ("reads a file of a repository", "codecommit:GetFile", "codecommit:shop"),
        ("reads a pipeline", "codepipeline:GetPipelineState", "codepipeline:delivery"),
        ("tags a new job definition", "batch:TagResource", "batch:job-definition/nightly:4", tagged("on")),
        ("tags a new job", "batch:TagResource", "batch:job/0d3f6b1c"),
        ("passes a role with this path", "iam:PassRole", role("service-role/ecs/nightly"), TO_TASKS),
        ("passes a role to Batch", "iam:PassRole", role("ecsTaskExecutionRole"), TO_BATCH),
        ("looks up a mirrored image", "ecr:DescribeImages", "ecr:repository/docker-hub/library/ruby", OURS),
        *SENDS_RETRIES,
        *PUBLISHES,
        *NOTIFIES,
        *USES_KEY,
    ],
    "refresh": [
        ("lists repositories", "ecr:DescribeRepositories", "ecr:repository/shop/app"),
        ("lists mirrored tags", "ecr:DescribeImages", "ecr:repository/docker-hub/library/ruby", OURS),
        *SENDS_REQUESTS,
        *USES_KEY,
    ],
    "manual": FILLS_MIRROR + READS_CREDENTIALS + SENDS_FAILURES + PUBLISHES + NOTIFIES + USES_KEY,
}
DENIED = {
    "diagnose": [
        *NOBODY,
        *STARTS_WORK,
        *FILLS_MIRROR,
        *READS_CREDENTIALS,
        *SENDS_FAILURES,
        *SENDS_RETRIES,
        ("reads a source", "s3:GetObject", "arn:aws:s3:::sources/app.zip"),
        ("reads a file of a repository", "codecommit:GetFile", "codecommit:shop"),
    ],
    "replicate": [
        *NOBODY,
        *STARTS_WORK,
        *READS_BUILDS,
        *OUTSIDE_UPSTREAMS,
        *NOT_OURS,
        *SENDS_FAILURES,
        ("reads a source", "s3:GetObject", "arn:aws:s3:::sources/app.zip"),
    ],
    "retry": [
        *NOBODY,
        *FILLS_MIRROR,
        *READS_CREDENTIALS,
        *SENDS_FAILURES,
        *SENDS_REQUESTS,
        ("starts a build of a project without the tag", "codebuild:StartBuild", "codebuild:project/shop"),
        ("starts a build of a project tagged off", "codebuild:StartBuild", "codebuild:project/shop", tagged("off")),
        (
            "retries a batch of a project tagged off",
            "codebuild:RetryBuildBatch",
            "codebuild:project/shop",
            tagged("off"),
        ),
        ("updates a project tagged off", "codebuild:UpdateProject", "codebuild:project/shop", tagged("off")),
        (
            "tags a project",
            "codebuild:UpdateProject",
            "codebuild:project/shop",
            {**tagged("on"), "aws:TagKeys": ["pull-rescue"]},
        ),
        ("creates a project", "codebuild:CreateProject", "codebuild:project/backdoor"),
        (
            "retries a stage of a pipeline tagged off",
            "codepipeline:RetryStageExecution",
            "codepipeline:delivery/Build",
            tagged("off"),
        ),
        ("reads a pipeline tagged off", "codepipeline:GetPipelineState", "codepipeline:delivery", tagged("off")),
        ("changes a pipeline", "codepipeline:UpdatePipeline", "codepipeline:delivery"),
        ("reads a repository tagged off", "codecommit:GetFile", "codecommit:secret", tagged("off")),
        ("runs a task whose definition is not tagged", "ecs:RunTask", "ecs:task-definition/admin:1"),
        (
            "runs a task that it tags itself",
            "ecs:RunTask",
            "ecs:task-definition/admin:1",
            {"aws:RequestTag/pull-rescue": "on", "aws:TagKeys": ["pull-rescue"]},
        ),
        ("tags a task definition later", "ecs:TagResource", "ecs:task-definition/admin:1"),
        ("updates a service without the tag", "ecs:UpdateService", "ecs:service/shop/web"),
        (
            "submits a job that it tags itself",
            "batch:SubmitJob",
            "batch:job-definition/admin:1",
            {"aws:RequestTag/pull-rescue": "on"},
        ),
        ("tags a job definition of others", "batch:TagResource", "batch:job-definition/admin:1"),
        ("submits a job without naming the revision", "batch:SubmitJob", "batch:job-definition/nightly", tagged("on")),
        ("passes a role outside of `passRoles`", "iam:PassRole", role("admin"), TO_TASKS),
        ("passes a role outside of `passRoles` to builds", "iam:PassRole", role("admin"), TO_BUILDS),
        ("passes a role of the same name elsewhere", "iam:PassRole", role("other/ecsTaskExecutionRole"), TO_TASKS),
        ("passes its role to no service", "iam:PassRole", role("ecsTaskExecutionRole")),
        ("pulls a mirrored image", "ecr:BatchGetImage", "ecr:repository/docker-hub/library/ruby", OURS),
    ],
    "refresh": [
        *NOBODY,
        *STARTS_WORK,
        *READS_BUILDS,
        *FILLS_MIRROR,
        *READS_CREDENTIALS,
        *SENDS_FAILURES,
        *SENDS_RETRIES,
        *PUBLISHES,
        *NOTIFIES,
        ("pulls a mirrored image", "ecr:BatchGetImage", "ecr:repository/docker-hub/library/ruby", OURS),
    ],
    "manual": [
        *NOBODY,
        *STARTS_WORK,
        *READS_BUILDS,
        *OUTSIDE_UPSTREAMS,
        *NOT_OURS,
        *SENDS_REQUESTS,
        *SENDS_RETRIES,
        ("reads a pull secret", "secretsmanager:GetSecretValue", "secretsmanager:secret:team-shop-Ab12Cd"),
    ],
}

MODE_ALL = ("-c", "projects=all", "-c", "ecsRetry=all", "-c", "batchRetry=all", "-c", "projectUpdates=off")
MODE_ALL_ALLOWED = {
    "retry": [
        ("starts a build", "codebuild:StartBuild", "codebuild:project/shop"),
        ("retries a batch", "codebuild:RetryBuildBatch", "codebuild:project/shop"),
        ("runs a task", "ecs:RunTask", "ecs:task-definition/nightly:3"),
        ("updates a service", "ecs:UpdateService", "ecs:service/shop/web"),
        ("submits a job", "batch:SubmitJob", "batch:job-definition/nightly:3"),
    ]
}
MODE_ALL_DENIED = {
    "retry": [
        ("starts a build of a project tagged off", "codebuild:StartBuild", "codebuild:project/shop", tagged("off")),
        (
            "retries a batch of a project tagged off",
            "codebuild:RetryBuildBatch",
            "codebuild:project/shop",
            tagged("off"),
        ),
        ("updates a project although that is off", "codebuild:UpdateProject", "codebuild:project/shop"),
        (
            "passes a role to builds although updates are off",
            "iam:PassRole",
            role("ecsTaskExecutionRole"),
            TO_BUILDS,
        ),
        ("runs a task whose definition is tagged off", "ecs:RunTask", "ecs:task-definition/nightly:3", tagged("off")),
        (
            "runs a task tagged off",
            "ecs:RunTask",
            "ecs:task-definition/nightly:3",
            {"aws:RequestTag/pull-rescue": "off"},
        ),
        ("updates a service tagged off", "ecs:UpdateService", "ecs:service/shop/web", tagged("off")),
        (
            "submits a job whose definition is tagged off",
            "batch:SubmitJob",
            "batch:job-definition/nightly:3",
            tagged("off"),
        ),
        ("passes a role outside of `passRoles`", "iam:PassRole", role("admin"), TO_TASKS),
    ]
}
