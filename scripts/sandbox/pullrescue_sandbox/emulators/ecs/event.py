"""The EventBridge events of tasks and jobs:
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html
https://docs.aws.amazon.com/batch/latest/userguide/batch_job_events.html"""

import json
from datetime import datetime, timezone


def publish_task(aws, task):
    """Publishes the task as DescribeTasks returns it, without tags and with timestamps as text."""
    detail = {member: _convert(member, value) for member, value in task.items() if member != "tags"}
    detail["attachments"] = [{**attachment, "type": "eni"} for attachment in task["attachments"]]
    _publish(
        aws,
        "aws.ecs",
        "ECS Task State Change",
        task["taskArn"],
        {**detail, "updatedAt": _timestamp(datetime.now(timezone.utc))},
    )


def publish_job(aws, job):
    _publish(aws, "aws.batch", "Batch Job State Change", job["jobArn"], job)


def _publish(aws, source, detail_type, resource, detail):
    aws.client("events").put_events(
        Entries=[{"Source": source, "DetailType": detail_type, "Resources": [resource], "Detail": json.dumps(detail)}]
    )


def _convert(member, value):
    return _timestamp(datetime.fromtimestamp(value, timezone.utc)) if member.endswith("At") else value


def _timestamp(moment):
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z"
