"""Claims that need a person: another account, a mail box, a second deployment, or a long time."""

from acceptance.claim import Claim

ROWS = (
    (
        "a secret of another account or with a KMS key of its own, named in `workloadPullSecrets` by ARN, can be read (the"
        " policy of its key must allow replicate's role to decrypt; the stack grants no access to keys)",
        'a task with such a secret as `repositoryCredentials`; "could not be read" in replicate\'s log',
    ),
    (
        "IAM knows the tag of a pipeline in RetryStageExecution, whose resource is a stage, and the tags of a task or job"
        " definition in RunTask and SubmitJob, with `pull-rescue = off`",
        "a pipeline and a definition with that tag and `ecsRetry: all`; the retry is skipped, or the call denied",
    ),
    (
        "Docker Hub's token for everybody lists `pull` for no private repository, in its claim `access`",
        "`curl 'https://auth.docker.io/token?service=registry.docker.io&scope=repository:NAME:pull'` for a private"
        " repository; decode the second part of the token",
    ),
    (
        "CodeBuild accepts the overrides of the probe build for a project with a registry credential or secondary artifacts",
        'a project of each kind with `buildspec.yml` in GitHub; look for `"retry_after_seconds":"20"` in retry\'s log, then'
        " for the log of the probe build",
    ),
    (
        "`s3LogsArn` of a build names its log if CloudWatch Logs is disabled",
        "a project that logs to a bucket of `buildLogBuckets` only; `Pull Failure Diagnosed`",
    ),
    (
        "a build of a pull request, also of a fork, is retried with the commit that it had, and its status replaces that of the"
        " first one: same context, same commit",
        "a project with a webhook for pull requests and `webhookGuards: skip`; open one, from a fork too",
    ),
    (
        "CodeCommit and S3 allow retry's role to read a source",
        "a project with each source, and `sourceBuckets`; `Retry Skipped` contains `AccessDenied`, or a probe build is started",
    ),
    (
        "the rule for tasks on EC2 matches the reason of a container (moto's bus does not match lists; `BusRulesTest` uses"
        " AWS's own matcher)",
        "a task on EC2 of an image at Docker Hub, on a host over its limit",
    ),
    (
        "`scripts/redrive` gives back a message that EventBridge could not deliver",
        "take the permission of EventBridge out of the policy of `pull-rescue-failures`, let a build fail, put it back, run"
        " `scripts/redrive`",
    ),
    (
        "SNS delivers the e-mails, and Amazon Q shows the messages in one thread per rescue",
        "set `notificationEmail` and `chatNotifications`, run the demonstration's project",
    ),
    (
        "EventBridge starts refresh by its rate, also behind the alias of `snapStart` (moto does not run schedules)",
        "`refreshIntervalHours: 1`, look into the function's log after an hour",
    ),
    (
        "Lambda can use the permissions of the roles for network interfaces, although they are denied to the function's own"
        " code; ECR and the APIs can be reached through endpoints",
        "`subnetIds` and `securityGroupIds` with a NAT gateway, then with endpoints, and the demonstration's project",
    ),
    ("SnapStart: restored functions work", "`snapStart: true`, then the demonstration's project"),
    (
        "CloudWatch accepts `GetMetricStatistics` with a period of a day (here the call is translated from `rpc-v2-cbor`,"
        " which moto does not implement)",
        '`maxGigabytesPerDay: 1`; mirror images of more than a gigabyte one after the other; "budget reached" in replicate\'s log',
    ),
    (
        "UpdateProject does not need `iam:PassRole` if the request names no role (the service authorization reference lists no"
        " dependent action, CodeBuild's user guide names it; the sandbox demands it)",
        "a pipeline of the demonstration's project with `projectUpdates: until-success` and without the project's role in"
        " `passRoles`; a denial is the reason of `Retry Skipped`",
    ),
    (
        "a stage whose action starts batch builds names the batch build as `externalExecutionId`",
        "a batch of two builds with `projectUpdates: until-success` in a pipeline with `BatchEnabled`",
    ),
    (
        "a batch build that was started without a version, or by its project's `sourceVersion`, has the same `sourceVersion`"
        " as the project",
        "a batch build of each kind with `projectUpdates: until-success`; the reason of `Retry Skipped`",
    ),
    (
        "a probe build of a GitLab or Bitbucket project reads the file",
        "a project with `buildspec.yml` in its repository",
    ),
)


class ManualClaim(Claim):
    def __init__(self, number, says, how):
        self.id, self.says, self.how = f"H{number}", says, how


CLAIMS = [ManualClaim(number, *row) for number, row in enumerate(ROWS, 1)]
