"""Names of everything that a run creates. They are fixed, so that --cleanup finds what an interrupted run left."""

STACK = "pull-rescue-acceptance"
PREFIX = f"{STACK}-"
PRODUCT = "pull-rescue"

# The tag of every resource; its value is the run.
TAG = "pull-rescue-acceptance"

BUILD_LOGS = f"/aws/codebuild/{STACK}"
TASK_LOGS = f"/{STACK}/tasks"
EVENT_QUEUE = f"{PREFIX}events"
NOTIFICATION_QUEUE = f"{PREFIX}notifications"
BUILD_ROLE = f"{PREFIX}builds"
EXECUTION_ROLE = f"{PREFIX}execution"
PIPELINE_ROLE = f"{PREFIX}pipelines"
INSTANCE_ROLE = f"{PREFIX}instances"
JOB_QUEUE = f"{PREFIX}jobs"
CLUSTER = STACK
CHAT_TOPIC = "pull-rescue-chat"
NOTIFICATION_TOPIC = "pull-rescue-notifications"
FAILURES_QUEUE = "pull-rescue-failures"
FUNCTIONS = tuple(f"{PRODUCT}-{name}" for name in ("diagnose", "replicate", "retry", "manual"))

# Images of the claims. Those at Amazon ECR Public have no rate limit, and are never asked for at Docker Hub.
HUB_IMAGE = "alpine:3.19"
PUBLIC = "public.ecr.aws/docker/library"
# The ends of the names of mirror repositories that a run may create; cleanup deletes those that it did create.
REPOSITORIES = ("library/alpine", "library/busybox", "library/hello-world")

ATTEMPT, ORIGINAL_BUILD, PROBE, IMAGES = (
    f"PULL_RESCUE_{name}" for name in ("ATTEMPT", "ORIGINAL_BUILD_ID", "PROBE", "IMAGES")
)

# Detail types of published events.
DIAGNOSED, REPLICATED, REPLICATION_FAILED = (
    "Pull Failure Diagnosed",
    "Image Replicated",
    "Image Replication Failed",
)
RETRIED, SKIPPED, RECOVERED = "Workload Retried", "Retry Skipped", "Workload Recovered"
