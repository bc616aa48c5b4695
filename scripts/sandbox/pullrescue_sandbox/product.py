"""Published names of pull-rescue that the sandbox, its tests and the benchmarks use.

Everything here is written by the Java side, so both sides change together.
"""

PREFIX = "pull-rescue-"
# The functions, without the prefix. MANUAL is the one that a person invokes.
DIAGNOSE, REPLICATE, RETRY, MANUAL, REFRESH = "diagnose", "replicate", "retry", "manual", "refresh"
LOCAL_FUNCTIONS = (DIAGNOSE, REPLICATE, RETRY, MANUAL)

FAILURES_QUEUE = f"{PREFIX}failures"
REPLICATION_QUEUE = f"{PREFIX}replication-requests.fifo"
RETRIES_QUEUE = f"{PREFIX}retries.fifo"

CHAT_TOPIC = f"{PREFIX}chat"
# The log group of published events.
EVENT_RECORD = "/aws/events/pull-rescue"


class Setting:
    """Settings of the stack, which are CDK context."""

    BATCH_RETRY = "batchRetry"
    CHAT_NOTIFICATIONS = "chatNotifications"
    CREDENTIALS = "credentials"
    ECS_RETRY = "ecsRetry"
    IMAGE_SUBSTITUTION = "imageSubstitution"
    MAX_GIGABYTES_PER_DAY = "maxGigabytesPerDay"
    MODE = "mode"
    PASS_ROLES = "passRoles"
    PRIVATE_IMAGES = "privateImages"
    PROBE_BUILDS = "probeBuilds"
    PROJECT_UPDATES = "projectUpdates"
    PROJECTS = "projects"
    REFRESH_INTERVAL_HOURS = "refreshIntervalHours"
    SECURITY_GROUP_IDS = "securityGroupIds"
    SOURCE_BUCKETS = "sourceBuckets"
    SUBNET_IDS = "subnetIds"


class Variable:
    """Environment variables of retried builds and probe builds."""

    ATTEMPT = "PULL_RESCUE_ATTEMPT"
    IMAGES = "PULL_RESCUE_IMAGES"
    ORIGINAL_BUILD = "PULL_RESCUE_ORIGINAL_BUILD_ID"
    PROBE = "PULL_RESCUE_PROBE"


class Event:
    """Detail types of published events."""

    DIAGNOSED = "Pull Failure Diagnosed"
    REPLICATED = "Image Replicated"
    REPLICATION_FAILED = "Image Replication Failed"
    RETRIED = "Workload Retried"
    RETRY_SKIPPED = "Retry Skipped"
    RECOVERED = "Workload Recovered"


class Field:
    """Fields of published events and of the messages between the functions."""

    CAUSED_FAILURE = "causedFailure"
    EVIDENCE_TEXT = "text"
    METHOD = "method"
    MIRRORED_IMAGE = "mirroredImage"
    NEXT_ACTION = "nextAction"
    REASON = "reason"
    STATS = "stats"
    SUMMARY = "summary"
    TRIGGER = "trigger"
    TRIGGER_TYPE = "type"


BUILD_TRIGGER = "build"
REFRESH_TRIGGER = "refresh"
