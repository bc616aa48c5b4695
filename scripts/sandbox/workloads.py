"""A cluster of the sandbox, and the tasks and services that are run on it."""

import functools
import os
import re
from pathlib import Path

import boto3

from waiting import wait_for

CLUSTER = "shop"
ROLE = "arn:aws:iam::123456789012:role/execution"
STAYS = ["sh", "-c", "ruby --version; sleep 3600"]


@functools.cache
def aws(service):
    return boto3.client(service)


def make_cluster():
    aws("ecs").create_cluster(clusterName=CLUSTER)


def network():
    subnet = aws("ec2").describe_subnets()["Subnets"][0]["SubnetId"]
    return {"awsvpcConfiguration": {"subnets": [subnet]}}


def placed(launch_type):
    """What RunTask and CreateService need to know for it."""
    own_network = {"networkConfiguration": network()} if launch_type == "FARGATE" else {}
    return {"cluster": CLUSTER, "launchType": launch_type, **own_network}


def define(family, *containers, launch_type="FARGATE"):
    """Registers a task definition; answers its ARN. A container is its image, or the members of its definition."""
    wanted = [{"image": it} if isinstance(it, str) else it for it in containers]
    logs = {"logDriver": "awslogs", "options": {
        "awslogs-group": f"/ecs/{family}", "awslogs-region": "us-east-1", "awslogs-stream-prefix": "task"}}
    defined = [{"name": f"container-{number}", "command": STAYS, "logConfiguration": logs, **it} for number, it in enumerate(wanted)]
    size = {"networkMode": "awsvpc", "requiresCompatibilities": ["FARGATE"]} if launch_type == "FARGATE" else {"networkMode": "bridge"}
    return aws("ecs").register_task_definition(
        family=family, containerDefinitions=defined, executionRoleArn=ROLE, cpu="256", memory="512",
        **size)["taskDefinition"]["taskDefinitionArn"]


def definition(name):
    return aws("ecs").describe_task_definition(taskDefinition=name)["taskDefinition"]


def revisions(family):
    return aws("ecs").list_task_definitions(familyPrefix=family)["taskDefinitionArns"]


def run(definition, launch_type="FARGATE", **parameters):
    """Starts a task; answers its ARN."""
    return aws("ecs").run_task(taskDefinition=definition, **placed(launch_type), **parameters)["tasks"][0]["taskArn"]


def task(arn):
    return aws("ecs").describe_tasks(cluster=CLUSTER, tasks=[arn], include=["TAGS"])["tasks"][0]


def until(arn, status):
    """The task, once it is in this state."""
    return wait_for(lambda: next((it for it in [task(arn)] if it["lastStatus"] == status), None), f"{arn} {status}", 30)


def serve(name, definition, count=1, launch_type="FARGATE", **parameters):
    aws("ecs").create_service(serviceName=name, taskDefinition=definition, desiredCount=count, **placed(launch_type), **parameters)


def service(name):
    return aws("ecs").describe_services(cluster=CLUSTER, services=[name], include=["TAGS"])["services"][0]


def tasks_of(name, status="RUNNING"):
    return _tasks(serviceName=name, desiredStatus=status)


def tasks_started_by(whom):
    return _tasks(startedBy=whom, desiredStatus="RUNNING") + _tasks(startedBy=whom, desiredStatus="STOPPED")


def _tasks(**wanted):
    arns = aws("ecs").list_tasks(cluster=CLUSTER, **wanted)["taskArns"]
    return aws("ecs").describe_tasks(cluster=CLUSTER, tasks=arns)["tasks"] if arns else []


def until_steady(name):
    """The service, once its last deployment is the only one and has all its tasks."""
    def steady():
        found = service(name)
        return found if len(found["deployments"]) == 1 and found["runningCount"] == found["desiredCount"] else None
    return wait_for(steady, f"service {name} in a steady state", 120)


def end(name):
    aws("ecs").delete_service(cluster=CLUSTER, service=name, force=True)


def log(arn, container="container-0"):
    family = task(arn)["taskDefinitionArn"].rpartition("/")[2].rpartition(":")[0]
    stream = f"task/{container}/{arn.rpartition('/')[2]}"
    return [it["message"] for it in aws("logs").get_log_events(logGroupName=f"/ecs/{family}", logStreamName=stream)["events"]]


class Changes:
    """Calls of ECS and Batch by the functions, that were more than reading, since this was made."""

    # Nobody else in the sandbox asks AWS in Java.
    CALL = re.compile(r'\S+ POST /(?:v1/(?P<batch>\w+) -|\S* AmazonEC2ContainerServiceV20141113\.(?P<ecs>\w+)) \d+ "aws-sdk-java/.*')
    READING = ("Describe", "List", "describe", "list")

    def __init__(self):
        self._file = Path(os.environ["PULL_RESCUE_SANDBOX"], "log", "aws.log")
        self._start = len(self._file.read_text())

    def made(self):
        calls = map(self.CALL.fullmatch, self._file.read_text()[self._start:].splitlines())
        names = [call["ecs"] or call["batch"] for call in calls if call]
        return [name for name in names if not name.startswith(self.READING)]
