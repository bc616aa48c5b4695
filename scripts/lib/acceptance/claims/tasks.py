"""Claims about tasks and services of Amazon ECS, and jobs of AWS Batch."""

import fnmatch
import json

from acceptance import naming
from acceptance.claim import Claim, NotTried, Refuted
from acceptance.resources import execution, ref

TAGS = [{"Key": "pull-rescue", "Value": "on"}]
RETRY_ECS = (("ecsRetry", ("tagged", "all")),)
RETRY_BATCH = (("batchRetry", ("tagged", "all")),)


def may_pass_role(account):
    roles = account.setting("passRoles") or []
    names = (naming.EXECUTION_ROLE, account.role(naming.EXECUTION_ROLE))
    if not any(fnmatch.fnmatchcase(name, pattern) for name in names for pattern in roles):
        raise NotTried(f"`passRoles` does not allow {naming.EXECUTION_ROLE}; deploy with -c passRoles={naming.PREFIX}*")


def definition(account, suffix, *containers):
    """Returns a task definition for AWS Fargate. A container is (image, command, essential)."""
    logs = {
        "awslogs-group": naming.TASK_LOGS,
        "awslogs-region": account.region,
        "awslogs-stream-prefix": suffix,
    }
    return {
        "Type": "AWS::ECS::TaskDefinition",
        "DependsOn": ["ExecutionRole", "TaskLogs"],
        "Properties": {
            "Family": f"{naming.PREFIX}{suffix}",
            "NetworkMode": "awsvpc",
            "RequiresCompatibilities": ["FARGATE"],
            "Cpu": "256",
            "Memory": "512",
            "ExecutionRoleArn": account.role(naming.EXECUTION_ROLE),
            "Tags": TAGS,
            "ContainerDefinitions": [
                {
                    "Name": f"container-{number}",
                    "Image": image,
                    "Command": command,
                    "Essential": essential,
                    "LogConfiguration": {"LogDriver": "awslogs", "Options": logs},
                }
                for number, (image, command, essential) in enumerate(containers)
            ],
        },
    }


def placement(account):
    network = {
        "subnets": [account.stack.physical("Subnet")],
        "securityGroups": [account.stack.physical("NoIngress")],
        "assignPublicIp": "ENABLED",
    }
    return {
        "cluster": naming.CLUSTER,
        "launchType": "FARGATE",
        "networkConfiguration": {"awsvpcConfiguration": network},
    }


def run(account, suffix, **parameters):
    """Starts a task and returns its ARN."""
    answer = account.client("ecs").run_task(
        taskDefinition=f"{naming.PREFIX}{suffix}", **placement(account), **parameters
    )
    if not answer["tasks"]:
        raise NotTried(f"ECS started no task: {answer.get('failures')}")
    return answer["tasks"][0]["taskArn"]


def describe(account, arn):
    tasks = account.client("ecs").describe_tasks(cluster=naming.CLUSTER, tasks=[arn])["tasks"]
    return tasks[0] if tasks else {"taskArn": arn, "lastStatus": "STOPPED", "containers": []}


def stopped(account, arn, minutes=15):
    """Returns a task when it has stopped."""

    def found():
        task = describe(account, arn)
        return task if task["lastStatus"] == "STOPPED" else None

    return account.wait(found, f"the end of task {arn}", minutes, NotTried)


def retries(account, arn):
    """Returns the ARNs of tasks that pull-rescue started for this one."""
    ecs, started_by = account.client("ecs"), f"pull-rescue/{arn.rpartition('/')[2]}"
    # ListTasks lists tasks that should run, unless it is asked for the others.
    return sorted(
        {
            task
            for status in ("RUNNING", "STOPPED")
            for task in ecs.list_tasks(cluster=naming.CLUSTER, startedBy=started_by, desiredStatus=status)["taskArns"]
        }
    )


def reasons(task):
    texts = [task.get("stoppedReason", ""), *(item.get("reason", "") for item in task["containers"])]
    return " / ".join(dict.fromkeys(text for text in texts if text))


class StandaloneTask(Claim):
    id = "A8"
    says = (
        "A standalone task on AWS Fargate that could not pull runs again, once: CloudTrail lists its RunTask call within half"
        " an hour, with the requested `networkConfiguration` and the started tasks; a second delivery starts nothing"
    )
    how = (
        'let a Fargate task without a service fail to pull with `ecsRetry: all`; "CloudTrail has no RunTask event" in'
        " retry's log, then `Workload Retried`"
    )
    settings = RETRY_ECS
    minutes, dollars = 40, 0.005
    image, suffix = "alpine:3.16", "task"

    def resources(self, account):
        container = (account.mirrored_name(self.image), ["sh", "-c", "echo orders of $DAY"], True)
        return {**execution(account), "TaskOnce": definition(account, self.suffix, container)}

    def check(self, account):
        may_pass_role(account)
        day = {"name": "container-0", "environment": [{"name": "DAY", "value": "Monday"}]}
        arn = run(account, self.suffix, overrides={"containerOverrides": [day]})
        first = stopped(account, arn)
        if any(item.get("exitCode") is not None for item in first["containers"]):
            raise NotTried(f"{self.image} was in the mirror already: {arn} ran")
        account.events.wait(arn, naming.RETRIED, 45)
        again = account.wait(lambda: retries(account, arn), f"a task that was started for {arn}", 2)
        second = stopped(account, again[0])
        container = second["containers"][0]
        if container.get("exitCode") != 0:
            raise Refuted(f"{again[0]} did not run: {reasons(second)}")
        self.deliver_again(account, arn)
        again = retries(account, arn)
        if len(again) != 1:
            raise Refuted(f"{arn} was run again {len(again)} times: {', '.join(again)}")
        return f"{again[0]} ran {container.get('imageDigest', '')[:19]}...; the first one: {reasons(first)[:200]}"

    def deliver_again(self, account, arn):
        """Sends the event of the failed task to the product's queue once more, and waits until it is processed."""
        events = account.events.of_workload("aws.ecs", arn)
        event = next((event for event in events if event["detail"].get("lastStatus") == "STOPPED"), None)
        if event is None:
            raise NotTried(f"the rule of this run has not received the event of {arn}")
        before = len(account.events.of(arn))
        sqs = account.client("sqs")
        url = sqs.get_queue_url(QueueName=naming.FAILURES_QUEUE)["QueueUrl"]
        sqs.send_message(QueueUrl=url, MessageBody=json.dumps(event))
        account.wait(lambda: len(account.events.of(arn)) > before, f"a second diagnosis of {arn}", 5)
        account.settle(2)


class TaskThatRan(Claim):
    id = "A8b"
    says = (
        "A task whose non-essential container cannot pull, and whose own work runs to its end, is not run a second time"
    )
    how = "a Fargate task of an essential and a non-essential container; the image of the second one does not exist"
    settings = RETRY_ECS
    minutes, dollars = 15, 0.005
    image, suffix = "alpine:3.17", "sidecar"

    def resources(self, account):
        return {
            **execution(account),
            "TaskSidecar": definition(
                account,
                self.suffix,
                (f"{naming.PUBLIC}/hello-world:latest", None, True),
                (account.mirrored_name(self.image), ["true"], False),
            ),
        }

    def check(self, account):
        may_pass_role(account)
        arn = run(account, self.suffix)
        task = stopped(account, arn)
        work = next(item for item in task["containers"] if item["name"] == "container-0")
        if work.get("exitCode") != 0:
            raise NotTried(f"ECS did not run the other container of {arn}: {reasons(task)}")
        account.settle(5)
        again = retries(account, arn)
        if again:
            raise Refuted(f"{arn} had run to its end, and was run again: {', '.join(again)}")
        return f"{arn} exited with 0 ({reasons(task)[:150]}), and no task was started for it"


class LazyService(Claim):
    id = "A8c"
    says = (
        "A service on AWS Fargate that names the mirror finds the mirrored image in its next round, although ECS could not"
        " resolve the tag for its deployment (version consistency)"
    )
    how = "`scripts/demo --lazy-mirror`'s service in an empty registry"
    minutes, dollars = 25, 0.005
    image, suffix = "alpine:3.18", "service"

    def resources(self, account):
        container = (account.mirrored_name(self.image), ["sleep", "3600"], True)
        place = placement_of_stack()
        return {
            **execution(account),
            "TaskService": definition(account, self.suffix, container),
            "Service": {
                "Type": "AWS::ECS::Service",
                "DependsOn": ["TaskService", "Cluster", "DefaultRoute"],
                "Properties": {
                    "ServiceName": f"{naming.PREFIX}{self.suffix}",
                    "Cluster": naming.CLUSTER,
                    "TaskDefinition": ref("TaskService"),
                    "LaunchType": "FARGATE",
                    # CloudFormation would wait for running tasks.
                    "DesiredCount": 0,
                    "NetworkConfiguration": place,
                },
            },
        }

    def check(self, account):
        ecs, name = account.client("ecs"), f"{naming.PREFIX}{self.suffix}"
        ecs.update_service(cluster=naming.CLUSTER, service=name, desiredCount=1)
        try:

            def tasks(status):
                arns = ecs.list_tasks(cluster=naming.CLUSTER, serviceName=name, desiredStatus=status)["taskArns"]
                return ecs.describe_tasks(cluster=naming.CLUSTER, tasks=arns)["tasks"] if arns else []

            failed = account.wait(lambda: tasks("STOPPED"), f"a stopped task of {name}", 15, NotTried)[0]
            if any(item.get("exitCode") is not None for item in failed["containers"]):
                raise NotTried(f"{self.image} was in the mirror already: {failed['taskArn']} ran")
            mirrored = account.events.wait(failed["taskArn"], naming.REPLICATED, 15)["mirroredImage"]
            running = account.wait(
                lambda: [task for task in tasks("RUNNING") if task["lastStatus"] == "RUNNING"],
                f"a running task of {name}",
                35,
            )
            digest = running[0]["containers"][0].get("imageDigest")
            if digest != mirrored.rpartition("@")[2]:
                raise Refuted(f"{running[0]['taskArn']} runs {digest}, and {mirrored} was mirrored")
            return f"{running[0]['taskArn']} runs {mirrored}; before: {reasons(failed)[:150]}"
        finally:
            ecs.update_service(cluster=naming.CLUSTER, service=name, desiredCount=0)


def placement_of_stack():
    return {
        "AwsvpcConfiguration": {
            "Subnets": [ref("Subnet")],
            "SecurityGroups": [ref("NoIngress")],
            "AssignPublicIp": "ENABLED",
        }
    }


def job_queue():
    """Returns a queue on AWS Fargate, which costs nothing without jobs."""
    return {
        "Compute": {
            "Type": "AWS::Batch::ComputeEnvironment",
            "DependsOn": ["DefaultRoute"],
            "Properties": {
                "ComputeEnvironmentName": naming.JOB_QUEUE,
                "Type": "MANAGED",
                "ComputeResources": {
                    "Type": "FARGATE",
                    "MaxvCpus": 1,
                    "Subnets": [ref("Subnet")],
                    "SecurityGroupIds": [ref("NoIngress")],
                },
            },
        },
        "Jobs": {
            "Type": "AWS::Batch::JobQueue",
            "Properties": {
                "JobQueueName": naming.JOB_QUEUE,
                "Priority": 1,
                "ComputeEnvironmentOrder": [{"Order": 1, "ComputeEnvironment": ref("Compute")}],
            },
        },
    }


RESOURCES_OF_JOB = [{"Type": "VCPU", "Value": "0.25"}, {"Type": "MEMORY", "Value": "512"}]


class Job(Claim):
    id = "A11"
    says = (
        "A Batch job that could not pull is submitted again, once: Batch accepts command, environment and resources from"
        " DescribeJobs as overrides, lists a job by name within five minutes, and its event has the reason of its container"
    )
    how = "a job of one container with `batchRetry: all`; the new job's definition and environment compared with the old one's"
    settings = RETRY_BATCH
    minutes, dollars = 15, 0.005
    image, suffix = "alpine:3.20", "job"
    command = ["sh", "-c", "echo orders of $DAY"]

    def resources(self, account):
        container = {
            "Image": account.mirrored_name(self.image),
            "Command": self.command,
            "ExecutionRoleArn": account.role(naming.EXECUTION_ROLE),
            "ResourceRequirements": RESOURCES_OF_JOB,
            "NetworkConfiguration": {"AssignPublicIp": "ENABLED"},
        }
        return {
            **execution(account),
            **job_queue(),
            "DefinitionOfJob": {
                "Type": "AWS::Batch::JobDefinition",
                "DependsOn": ["ExecutionRole"],
                "Properties": {
                    "JobDefinitionName": f"{naming.PREFIX}{self.suffix}",
                    "Type": "container",
                    "PlatformCapabilities": ["FARGATE"],
                    "ContainerProperties": container,
                    "Tags": {"pull-rescue": "on"},
                },
            },
        }

    def overrides(self):
        return {"containerOverrides": {"environment": [{"name": "DAY", "value": "Monday"}]}}

    def check(self, account):
        may_pass_role(account)
        batch, name = account.client("batch"), f"{naming.PREFIX}{self.suffix}"
        first = batch.submit_job(jobName=name, jobQueue=naming.JOB_QUEUE, jobDefinition=name, **self.overrides())[
            "jobId"
        ]
        old = self.ended(account, first)
        if old["status"] == "SUCCEEDED":
            raise NotTried(f"{self.image} was in the mirror already: {first} ran")
        account.events.wait(first, naming.RETRIED, 15)

        def others():
            listed = batch.list_jobs(jobQueue=naming.JOB_QUEUE, filters=[{"name": "JOB_NAME", "values": [name]}])[
                "jobSummaryList"
            ]
            return [job["jobId"] for job in listed if job["jobId"] != first]

        again = account.wait(others, f"a job that was submitted for {first}", 5)
        new = self.ended(account, again[0])
        if new["status"] != "SUCCEEDED":
            raise Refuted(f"{again[0]} ended as {new['status']}: {new.get('statusReason')}")
        if len(others()) != 1:
            raise Refuted(f"{first} was submitted again {len(others())} times")
        changed = self.differences(old, new)
        if changed:
            raise Refuted(f"{again[0]} differs from {first} in {', '.join(changed)}")
        return f"{again[0]} SUCCEEDED with the same command and environment; the first one: {old.get('statusReason')}"

    def ended(self, account, job):
        def found():
            record = account.client("batch").describe_jobs(jobs=[job])["jobs"][0]
            return record if record["status"] in ("SUCCEEDED", "FAILED") else None

        return account.wait(found, f"the end of job {job}", 20, NotTried)

    def differences(self, old, new):
        """Compares what both jobs were submitted with; variables that Batch adds name the job."""

        def compared(job):
            container = job.get("container", {})
            own = [item for item in container.get("environment", []) if not item["name"].startswith("AWS_BATCH")]
            return {
                "command": container.get("command"),
                "environment": sorted((item["name"], item.get("value")) for item in own),
                "resourceRequirements": sorted(
                    (item["type"], item["value"]) for item in container.get("resourceRequirements", [])
                ),
                "jobRoleArn": container.get("jobRoleArn"),
                "executionRoleArn": container.get("executionRoleArn"),
                "schedulingPriority": job.get("schedulingPriority"),
            }

        before, after = compared(old), compared(new)
        return [name for name in before if before[name] != after[name]]


class JobOfSeveralContainers(Job):
    id = "A11b"
    says = "The same is true of a Batch job of several containers (`ecsProperties`)"
    how = "a job of several containers with `batchRetry: all`"
    not_in_sandbox = "the emulator of Batch runs jobs of one container"
    image, suffix = "alpine:3.21", "job-of-two"

    def resources(self, account):
        containers = [
            {
                "Name": f"container-{number}",
                "Image": account.mirrored_name(self.image),
                "Command": self.command,
                "Essential": number == 0,
                "ResourceRequirements": [{"Type": "VCPU", "Value": "0.25"}, {"Type": "MEMORY", "Value": "512"}],
            }
            for number in range(2)
        ]
        task = {
            "Containers": containers,
            "ExecutionRoleArn": account.role(naming.EXECUTION_ROLE),
            "NetworkConfiguration": {"AssignPublicIp": "ENABLED"},
        }
        return {
            **execution(account),
            **job_queue(),
            "DefinitionOfJobOfTwo": {
                "Type": "AWS::Batch::JobDefinition",
                "DependsOn": ["ExecutionRole"],
                "Properties": {
                    "JobDefinitionName": f"{naming.PREFIX}{self.suffix}",
                    "Type": "container",
                    "PlatformCapabilities": ["FARGATE"],
                    "EcsProperties": {"TaskProperties": [task]},
                    "Tags": {"pull-rescue": "on"},
                },
            },
        }

    def overrides(self):
        container = {"name": "container-0", "environment": [{"name": "DAY", "value": "Monday"}]}
        return {"ecsPropertiesOverride": {"taskProperties": [{"containers": [container]}]}}

    def differences(self, old, new):
        def compared(job):
            containers = job["ecsProperties"]["taskProperties"][0]["containers"]
            return [(item["name"], item.get("command"), item.get("environment")) for item in containers]

        return [] if compared(old) == compared(new) else ["its containers"]


CLAIMS = [StandaloneTask(), TaskThatRan(), LazyService(), Job(), JobOfSeveralContainers()]
