"""An emulator of AWS CloudTrail: LookupEvents for calls of RunTask.

CloudTrail delivers events after about five minutes (https://docs.aws.amazon.com/awscloudtrail/latest/userguide/how-cloudtrail-works.html).
Here they are there at once, unless SANDBOX_CLOUDTRAIL_DELAY has the seconds, because each test would take minutes longer.
"""

import json
import os
import time
import uuid
from datetime import datetime, timezone


class CloudTrail:
    def __init__(self, delay=None):
        self.delay = float(os.environ.get("SANDBOX_CLOUDTRAIL_DELAY", 0)) if delay is None else delay
        self.events = []

    def record_run_task(self, parameters, tasks):
        """Records the request and the response of a call of RunTask."""
        now = time.time()
        shown = ("taskArn", "clusterArn", "taskDefinitionArn", "group", "launchType", "lastStatus", "desiredStatus")
        response = {
            "failures": [],
            "tasks": [{member: task[member] for member in shown if member in task} for task in tasks],
        }
        identifier = str(uuid.uuid4())
        call = {
            "eventVersion": "1.11",
            "eventTime": f"{datetime.fromtimestamp(now, timezone.utc):%Y-%m-%dT%H:%M:%SZ}",
            "eventID": identifier,
            "eventSource": "ecs.amazonaws.com",
            "eventName": "RunTask",
            "requestParameters": parameters,
            "responseElements": response,
        }
        self.events.append(
            {
                "EventId": identifier,
                "EventName": "RunTask",
                "EventSource": "ecs.amazonaws.com",
                "EventTime": now,
                "Resources": [],
                "CloudTrailEvent": json.dumps(call),
            }
        )

    def LookupEvents(self, parameters):
        names = [
            attribute["AttributeValue"]
            for attribute in parameters.get("LookupAttributes", [])
            if attribute["AttributeKey"] == "EventName"
        ]
        begin, end = parameters.get("StartTime", 0), parameters.get("EndTime", time.time())
        end = min(end, time.time() - self.delay)
        return {
            "Events": [
                event
                for event in reversed(self.events)
                if begin <= event["EventTime"] <= end and (not names or event["EventName"] in names)
            ]
        }
