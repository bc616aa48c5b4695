"""AWS CloudTrail, as far as it tells who started which task: LookupEvents for RunTask.

It tells of a call at once; AWS's own takes minutes."""

import json
import time
import uuid
from datetime import datetime, timezone


class Trail:
    def __init__(self):
        self.events = []

    def ran(self, parameters, tasks):
        """Keeps what a call of RunTask asked for and started."""
        now = time.time()
        shown = ("taskArn", "clusterArn", "taskDefinitionArn", "group", "launchType", "lastStatus", "desiredStatus")
        answer = {"failures": [], "tasks": [{member: look[member] for member in shown if member in look} for look in tasks]}
        identifier = str(uuid.uuid4())
        call = {
            "eventVersion": "1.11", "eventTime": f"{datetime.fromtimestamp(now, timezone.utc):%Y-%m-%dT%H:%M:%SZ}", "eventID": identifier,
            "eventSource": "ecs.amazonaws.com", "eventName": "RunTask", "requestParameters": parameters, "responseElements": answer}
        self.events.append({"EventId": identifier, "EventName": "RunTask", "EventSource": "ecs.amazonaws.com", "EventTime": now,
                            "Resources": [], "CloudTrailEvent": json.dumps(call)})

    def LookupEvents(self, parameters):
        wanted = [it["AttributeValue"] for it in parameters.get("LookupAttributes", []) if it["AttributeKey"] == "EventName"]
        begin, end = parameters.get("StartTime", 0), parameters.get("EndTime", time.time())
        return {"Events": [event for event in reversed(self.events)
                           if begin <= event["EventTime"] <= end and (not wanted or event["EventName"] in wanted)]}
