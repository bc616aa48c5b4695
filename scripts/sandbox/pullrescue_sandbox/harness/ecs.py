"""An ECS cluster in the sandbox, its tasks and services."""

import re

from pullrescue_sandbox import paths
from pullrescue_sandbox.harness.commands import aws
from pullrescue_sandbox.waiting import wait_for

CLUSTER = "shop"
ROLE = "arn:aws:iam::123456789012:role/ecsTaskExecutionRole"
LONG_RUNNING = ["sh", "-c", "ruby --version; sleep 3600"]


def create_cluster():
    aws("ecs").create_cluster(clusterName=CLUSTER)


def network():
    subnet = aws("ec2").describe_subnets()["Subnets"][0]["SubnetId"]
    return {"awsvpcConfiguration": {"subnets": [subnet]}}


def placement(launch_type):
    """Returns the parameters of RunTask and CreateService for this launch type."""
    own_network = {"networkConfiguration": network()} if launch_type == "FARGATE" else {}
    return {"cluster": CLUSTER, "launchType": launch_type, **own_network}


def define(family, *containers, launch_type="FARGATE", **parameters):
    """Registers a task definition and returns its ARN. A container is given as its image, or as members of its definition."""
    given = [{"image": container} if isinstance(container, str) else container for container in containers]
    logs = {
        "logDriver": "awslogs",
        "options": {"awslogs-group": f"/ecs/{family}", "awslogs-region": "us-east-1", "awslogs-stream-prefix": "task"},
    }
    defined = [
        {"name": f"container-{number}", "command": LONG_RUNNING, "logConfiguration": logs, **container}
        for number, container in enumerate(given)
    ]
    size = (
        {"networkMode": "awsvpc", "requiresCompatibilities": ["FARGATE"]}
        if launch_type == "FARGATE"
        else {"networkMode": "bridge"}
    )
    return aws("ecs").register_task_definition(
        family=family,
        containerDefinitions=defined,
        executionRoleArn=ROLE,
        cpu="256",
        memory="512",
        **size,
        **parameters,
    )["taskDefinition"]["taskDefinitionArn"]


def describe_definition(name):
    return aws("ecs").describe_task_definition(taskDefinition=name)["taskDefinition"]


def list_revisions(family):
    return aws("ecs").list_task_definitions(familyPrefix=family)["taskDefinitionArns"]


def run_task(definition, launch_type="FARGATE", **parameters):
    """Starts a task and returns its ARN."""
    given = {"taskDefinition": definition, **placement(launch_type), **parameters}
    return aws("ecs").run_task(**given)["tasks"][0]["taskArn"]


def describe_task(arn, cluster=CLUSTER):
    return aws("ecs").describe_tasks(cluster=cluster, tasks=[arn], include=["TAGS"])["tasks"][0]


def wait_for_status(arn, status, cluster=CLUSTER):
    """Returns the task when it has this status."""

    def reached():
        task = describe_task(arn, cluster)
        return task if task["lastStatus"] == status else None

    return wait_for(reached, f"{arn} {status}", 30)


def create_service(name, definition, count=1, launch_type="FARGATE", **parameters):
    aws("ecs").create_service(
        serviceName=name, taskDefinition=definition, desiredCount=count, **placement(launch_type), **parameters
    )


def describe_service(name):
    return aws("ecs").describe_services(cluster=CLUSTER, services=[name], include=["TAGS"])["services"][0]


def tasks_of(name, status="RUNNING"):
    return _tasks(serviceName=name, desiredStatus=status)


def tasks_started_by(started_by):
    return _tasks(startedBy=started_by, desiredStatus="RUNNING") + _tasks(startedBy=started_by, desiredStatus="STOPPED")


def _tasks(**filters):
    arns = aws("ecs").list_tasks(cluster=CLUSTER, **filters)["taskArns"]
    return aws("ecs").describe_tasks(cluster=CLUSTER, tasks=arns)["tasks"] if arns else []


def wait_until_steady(name):
    """Returns the service when its last deployment is the only one and has all its tasks."""

    def steady():
        found = describe_service(name)
        return found if len(found["deployments"]) == 1 and found["runningCount"] == found["desiredCount"] else None

    return wait_for(steady, f"service {name} in a steady state", 120)


def delete_service(name):
    aws("ecs").delete_service(cluster=CLUSTER, service=name, force=True)


def task_log(arn, container="container-0"):
    family = describe_task(arn)["taskDefinitionArn"].rpartition("/")[2].rpartition(":")[0]
    stream = f"task/{container}/{arn.rpartition('/')[2]}"
    return [
        event["message"]
        for event in aws("logs").get_log_events(logGroupName=f"/ecs/{family}", logStreamName=stream)["events"]
    ]


class MutatingCalls:
    """The calls of ECS and Batch by the functions, except reading ones, since this was created."""

    # Only the functions call AWS from Java.
    CALL = re.compile(
        r'\S+ POST /(?:v1/(?P<batch>\w+) -|\S* AmazonEC2ContainerServiceV20141113\.(?P<ecs>\w+)) \d+ "aws-sdk-java/.*'
    )
    READ_PREFIXES = ("Describe", "List", "describe", "list")

    def __init__(self):
        self._file = paths.log("aws.log")
        self._start = len(self._file.read_text())

    def names(self):
        calls = map(self.CALL.fullmatch, self._file.read_text()[self._start :].splitlines())
        names = [call["ecs"] or call["batch"] for call in calls if call]
        return [name for name in names if not name.startswith(self.READ_PREFIXES)]
