"""A build as BatchGetBuilds returns it."""

import copy
import threading
import time

from pullrescue_sandbox.account import ACCOUNT_ID, ADMINISTRATOR, REGION

COPIED_SETTINGS = (
    "source",
    "sourceVersion",
    "secondarySources",
    "secondarySourceVersions",
    "cache",
    "environment",
    "serviceRole",
    "timeoutInMinutes",
    "queuedTimeoutInMinutes",
    "encryptionKey",
    "vpcConfig",
    "fileSystemLocations",
)
ARTIFACT = ("location", "overrideArtifactName", "encryptionDisabled", "artifactIdentifier", "bucketOwnerAccess")


class BuildRecord:
    """Written by the thread of the build and read by others, who get copies."""

    def __init__(self, settings, identifier, arn, number):
        self.lock = threading.RLock()
        now = time.time()
        self.content = {
            "id": identifier,
            "arn": arn,
            "buildNumber": number,
            "startTime": now,
            "currentPhase": "SUBMITTED",
            "buildStatus": "IN_PROGRESS",
            "projectName": settings["name"],
            "phases": [],
            "buildComplete": False,
            "initiator": ADMINISTRATOR,
            "logs": _logs(settings),
            **copy.deepcopy({member: settings[member] for member in COPIED_SETTINGS if member in settings}),
        }
        artifacts = settings["artifacts"]
        self.content["artifacts"] = {
            "location": "",
            **{member: artifacts[member] for member in ARTIFACT if member in artifacts},
        }
        if settings.get("autoRetryLimit"):
            self.content["autoRetryConfig"] = {"autoRetryLimit": settings["autoRetryLimit"], "autoRetryNumber": 0}

    def snapshot(self):
        with self.lock:
            return copy.deepcopy(self.content)

    def update(self, **members):
        with self.lock:
            self.content.update(members)

    def begin(self, phase_type):
        with self.lock:
            self.content["currentPhase"] = phase_type
            self.content["phases"].append({"phaseType": phase_type, "startTime": time.time()})

    def end(self, status, context=None):
        """Ends the current phase. SUBMITTED and QUEUED have no context, other succeeded phases an empty one."""
        with self.lock:
            phase = self.content["phases"][-1]
            phase["phaseStatus"] = status
            phase["endTime"] = time.time()
            phase["durationInSeconds"] = int(phase["endTime"] - phase["startTime"])
            if phase["phaseType"] not in ("SUBMITTED", "QUEUED") or context:
                status_code, message = context or ("", "")
                phase["contexts"] = [{"statusCode": status_code, "message": message}]

    def complete(self, status):
        with self.lock:
            now = time.time()
            self.content["phases"].append({"phaseType": "COMPLETED", "startTime": now})
            self.content.update(buildStatus=status, buildComplete=True, currentPhase="COMPLETED", endTime=now)

    def log_created(self, group, stream):
        with self.lock:
            self.content["logs"].update(groupName=group, streamName=stream, **_links(group, stream))


def _logs(settings):
    config = settings.get("logsConfig") or {}
    return {
        **_links("null", "null"),
        "cloudWatchLogs": config.get("cloudWatchLogs") or {"status": "ENABLED"},
        "s3Logs": config.get("s3Logs") or {"status": "DISABLED", "encryptionDisabled": False},
    }


def _links(group, stream):
    return {
        "deepLink": f"https://console.aws.amazon.com/cloudwatch/home?region={REGION}#logEvent:group={group};stream={stream}",
        "cloudWatchLogsArn": f"arn:aws:logs:{REGION}:{ACCOUNT_ID}:log-group:{group}:log-stream:{stream}",
    }
