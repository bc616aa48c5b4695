"""The EventBridge events of tasks and jobs:
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html
https://docs.aws.amazon.com/batch/latest/userguide/batch_job_events.html"""

import json
from datetime import datetime, timezone


def publish_task(aws, task):
    """As DescribeTasks, without the tags, and with the moments in words."""
    detail = {member: _moment(member, value) for member, value in task.items() if member != "tags"}
    detail["attachments"] = [{**attachment, "type": "eni"} for attachment in task["attachments"]]
    _publish(aws, "aws.ecs", "ECS Task State Change", task["taskArn"], {**detail, "updatedAt": _words(datetime.now(timezone.utc))})


def publish_job(aws, job):
    _publish(aws, "aws.batch", "Batch Job State Change", job["jobArn"], job)


def _publish(aws, source, kind, resource, detail):
    aws.client("events").put_events(Entries=[{
        "Source": source, "DetailType": kind, "Resources": [resource], "Detail": json.dumps(detail)}])


def _moment(member, value):
    return _words(datetime.fromtimestamp(value, timezone.utc)) if member.endswith("At") else value


def _words(moment):
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z"
