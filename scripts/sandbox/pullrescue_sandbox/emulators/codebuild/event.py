"""The EventBridge event "CodeBuild Build State Change":
https://docs.aws.amazon.com/codebuild/latest/userguide/sample-build-notifications-ref.html"""

import json
import re
from datetime import datetime, timezone


def publish(client, build, phase_type, phase_contexts):
    client.put_events(
        Entries=[
            {
                "Source": "aws.codebuild",
                "DetailType": "CodeBuild Build State Change",
                "Resources": [build["arn"]],
                "Detail": json.dumps(detail(build, phase_type, phase_contexts)),
            }
        ]
    )


def detail(build, phase_type, phase_contexts):
    return {
        "build-status": build["buildStatus"],
        "project-name": build["projectName"],
        "build-id": build["arn"],
        "additional-information": _additional_information(build),
        "current-phase": phase_type,
        "current-phase-context": "[" + ", ".join(phase_contexts) + "]",
        "version": "1",
    }


def _additional_information(build):
    information = {
        "cache": _hyphenated(build["cache"]),
        "build-number": build["buildNumber"],
        "timeout-in-minutes": build["timeoutInMinutes"],
        "build-complete": build["buildComplete"],
        "initiator": build["initiator"],
        "build-start-time": _time(build["startTime"]),
        "source": _hyphenated(build["source"]),
        "artifact": {"location": build["artifacts"].get("location", "")},
        "environment": _hyphenated(build["environment"]),
        "project-file-system-locations": [],
        "logs": _logs(build["logs"]),
        "phases": [_phase(phase) for phase in build["phases"]],
        "queued-timeout-in-minutes": build["queuedTimeoutInMinutes"],
    }
    if build.get("sourceVersion"):
        information["source-version"] = build["sourceVersion"]
    return information


def _logs(logs):
    names = {"groupName": "group-name", "streamName": "stream-name", "deepLink": "deep-link"}
    return {names[key]: value for key, value in logs.items() if key in names}


def _phase(phase):
    """The first two phases have no context, succeeded ones an empty one, the last one only a start."""
    result = {}
    if "phaseStatus" in phase:
        result["phase-context"] = format_contexts(phase)
    result["start-time"] = _time(phase["startTime"])
    if "endTime" in phase:
        result["end-time"] = _time(phase["endTime"])
        result["duration-in-seconds"] = phase["durationInSeconds"]
    result["phase-type"] = phase["phaseType"]
    if "phaseStatus" in phase:
        result["phase-status"] = phase["phaseStatus"]
    return result


def format_contexts(phase):
    return [f"{context.get('statusCode', '')}: {context.get('message', '')}" for context in phase.get("contexts", [])]


def _time(seconds):
    moment = datetime.fromtimestamp(seconds, timezone.utc)
    return f"{moment:%b} {moment.day}, {moment.year} {(moment.hour - 1) % 12 + 1}:{moment:%M:%S} {'AM' if moment.hour < 12 else 'PM'}"


def _hyphenated(value):
    if isinstance(value, dict):
        return {
            re.sub(r"[A-Z]", lambda letter: "-" + letter.group().lower(), key): _hyphenated(member)
            for key, member in value.items()
        }
    if isinstance(value, list):
        return [_hyphenated(member) for member in value]
    return value
