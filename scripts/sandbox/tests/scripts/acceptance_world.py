"""An account for tests of scripts/acceptance: real clients of boto3 whose calls are answered here, without a network.

boto3 checks every request against the service's model, and every answer is checked here, so that no call of the command
can have a parameter that AWS does not know, or read a member that AWS does not send.
"""

import io
import json
import threading
import time
import types
import uuid

import boto3
from botocore.exceptions import ClientError
from botocore.response import StreamingBody
from botocore.validate import ParamValidator

from acceptance import naming
from acceptance.account import Account

ACCOUNT, REGION = "111122223333", "eu-west-1"
REGISTRY = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com"
DIGEST = "sha256:" + "a" * 64
SUCCEEDED_AT_ONCE = ("limits", "large", "pulled")
SETTINGS = {
    "mode": "rescue",
    "retry": {
        "ecsRetry": "tagged",
        "batchRetry": "tagged",
        "passRoles": [f"{naming.PREFIX}*"],
        "projectUpdates": "until-success",
        "probeBuilds": True,
    },
}


class World:
    """What AWS and pull-rescue do. Tests replace single answers."""

    def __init__(self):
        self.calls = []
        self.problems = []
        self.stacks = {naming.PRODUCT}
        self.stack_status = "CREATE_COMPLETE"
        self.builds = {}
        self.messages = {naming.EVENT_QUEUE: [], naming.NOTIFICATION_QUEUE: []}
        self.tasks = {
            f"{naming.CLUSTER}/left": {"taskArn": f"{naming.CLUSTER}/left", "startedBy": "", "containers": []}
        }
        self.jobs = {}
        self.archived = False
        self.pulled = None
        self.batch_retried = 0
        self.answers = {}
        self.lock = threading.RLock()

    def names(self):
        return [f"{service}:{operation}" for service, operation, _ in self.calls]

    # ---- called by clients

    def answer(self, service, model, parameters):
        with self.lock:
            self.calls.append((service, model.name, parameters))
            given = self.answers.get((service, model.name)) or getattr(
                self, f"{service.replace('-', '_')}_{model.name}", None
            )
            found = (given(parameters) if given else None) or {}
        if model.output_shape is None:
            return {}
        complete = {**required(model.output_shape), **found}
        report = ParamValidator().validate(
            {name: value for name, value in complete.items() if name != "Payload"}, model.output_shape
        )
        if report.has_errors():
            self.problems.append(f"{service}:{model.name}: {report.generate_report()}")
        return complete

    # ---- the stack

    def sts_GetCallerIdentity(self, _):
        return {"Account": ACCOUNT}

    def cloudformation_DescribeStacks(self, parameters):
        name = parameters["StackName"]
        if name not in self.stacks:
            raise error("DescribeStacks", "ValidationError", f"Stack with id {name} does not exist")
        return {
            "Stacks": [
                {
                    "StackName": name,
                    "StackStatus": self.stack_status,
                    "CreationTime": moment(),
                    "Parameters": [{"ParameterKey": "KeptRepositories", "ParameterValue": "docker-hub/library/alpine"}],
                }
            ]
        }

    def cloudformation_CreateStack(self, parameters):
        self.stacks.add(parameters["StackName"])
        return {"StackId": "stack"}

    def cloudformation_DescribeStackEvents(self, _):
        given = {"StackId": "s", "EventId": "e", "StackName": naming.STACK, "Timestamp": moment()}
        reason = {
            "ResourceStatus": "CREATE_FAILED",
            "LogicalResourceId": "Nat",
            "ResourceStatusReason": "no address is left",
        }
        cancelled = {**reason, "LogicalResourceId": "Jobs", "ResourceStatusReason": "Resource creation cancelled"}
        # The newest one comes first.
        return {"StackEvents": [{**given, **cancelled}, {**given, **reason}]}

    def cloudformation_DeleteStack(self, parameters):
        self.stacks.discard(parameters["StackName"])

    def cloudformation_ListStackResources(self, parameters):
        types_of = {
            "PullPolicy": "AWS::IAM::ManagedPolicy",
            "Subnet": "AWS::EC2::Subnet",
            "NoIngress": "AWS::EC2::SecurityGroup",
        }
        return {
            "StackResourceSummaries": [
                {
                    "LogicalResourceId": name,
                    "PhysicalResourceId": f"arn:aws:iam::{ACCOUNT}:policy/pull"
                    if name == "PullPolicy"
                    else f"id-{name}",
                    "ResourceType": kind,
                    "LastUpdatedTimestamp": moment(),
                    "ResourceStatus": "CREATE_COMPLETE",
                }
                for name, kind in types_of.items()
            ]
        }

    # ---- functions

    def lambda_GetFunctionConfiguration(self, _):
        return {"Environment": {"Variables": {"PULL_RESCUE_CONFIG": json.dumps(SETTINGS)}}}

    def lambda_Invoke(self, parameters):
        image = json.loads(parameters["Payload"])["image"].removeprefix(f"{naming.PUBLIC}/")
        report = [f"mirrored {naming.PUBLIC}/{image} as {REGISTRY}/ecr-public/docker/library/{image}@{DIGEST}: 1 MiB"]
        return {"Payload": body({"report": report})}

    def lambda_GetAccountSettings(self, _):
        return {"AccountLimit": {"UnreservedConcurrentExecutions": 1000}}

    def lambda_ListEventSourceMappings(self, _):
        arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:pull-rescue-retry"
        return {"EventSourceMappings": [{"FunctionArn": arn, "ScalingConfig": {"MaximumConcurrency": 5}}]}

    def sns_ListTopics(self, _):
        return {"Topics": [{"TopicArn": f"arn:aws:sns:{REGION}:{ACCOUNT}:{naming.CHAT_TOPIC}"}]}

    def cloudwatch_ListMetrics(self, _):
        return {"Metrics": [{"Namespace": "PullRescue", "MetricName": "WorkloadRetried", "Dimensions": []}]}

    def logs_FilterLogEvents(self, parameters):
        if "AccessDenied" in parameters["filterPattern"]:
            return {"events": []}
        return {"events": [{"message": "ignored: not ... AmazonCorrettoCryptoProvider"}]}

    def logs_DescribeLogGroups(self, parameters):
        return {"logGroups": [{"logGroupName": parameters["logGroupNamePrefix"]}]}

    def logs_GetLogEvents(self, _):
        text = "Docker Hub is at 127.0.0.1 registry-1.docker.io\npull-rescue: docker.io/library/alpine:3.19 comes from ECR\n"
        return {"events": [{"message": text}], "nextForwardToken": "f/1"}

    # ---- queues

    def sqs_GetQueueUrl(self, parameters):
        return {"QueueUrl": f"https://sqs/{parameters['QueueName']}"}

    def sqs_ListQueues(self, _):
        return {
            "QueueUrls": [
                "https://sqs/pull-rescue-failures-dead-letters",
                "https://sqs/pull-rescue-retries-dead-letters.fifo",
            ]
        }

    def sqs_GetQueueAttributes(self, _):
        return {"Attributes": {"ApproximateNumberOfMessages": "0", "ApproximateNumberOfMessagesNotVisible": "0"}}

    def sqs_ReceiveMessage(self, parameters):
        queue = self.messages[parameters["QueueUrl"].rpartition("/")[2]]
        taken = [queue.pop(0) for _ in queue[:10]]
        return {"Messages": [{"Body": json.dumps(item), "ReceiptHandle": "receipt"} for item in taken]}

    def sqs_SendMessage(self, parameters):
        if parameters["QueueUrl"].endswith(naming.FAILURES_QUEUE):
            arn = json.loads(parameters["MessageBody"])["detail"]["taskArn"]
            self.publish(naming.DIAGNOSED, arn)

    def publish(self, kind, workload, **detail):
        trigger = {"type": "build", "id": workload}
        self.send("pull-rescue", kind, {"trigger": trigger, "summary": f"{kind}: a sentence", **detail})

    def send(self, source, kind, detail):
        event = {"version": "0", "id": str(uuid.uuid4()), "source": source, "detail-type": kind, "time": "t",
                 "account": ACCOUNT, "region": REGION, "resources": [], "detail": detail}  # fmt: skip
        self.messages[naming.EVENT_QUEUE].append(event)

    # ---- builds

    def codebuild_StartBuild(self, parameters):
        project = parameters["projectName"]
        suffix = project.removeprefix(naming.PREFIX)
        if len(parameters.get("buildspecOverride", "")) > 25_600:
            raise error("StartBuild", "InvalidInputException", "Max buildspec length is 25600")
        succeeds = suffix in SUCCEEDED_AT_ONCE
        build = self.add_build(
            project, "SUCCEEDED" if succeeds else "FAILED", parameters.get("environmentVariablesOverride")
        )
        if suffix == "pulled":
            self.pulled = moment()
        if suffix == "notified":
            self.publish(naming.DIAGNOSED, build["id"])
            content = {"title": "x", "description": f"{naming.DIAGNOSED}: a sentence; more"}
            self.messages[naming.NOTIFICATION_QUEUE].append({"content": content, "metadata": {"threadId": build["id"]}})
        elif not succeeds:
            self.rescue(project, build)
        return {"build": build}

    def rescue(self, project, first):
        self.archived = False
        if project.endswith("probe"):
            self.add_build(project, "SUCCEEDED", [variable(naming.PROBE, first["id"])])
        second = self.retry(project, first)
        self.publish(naming.RETRIED, first["id"], started=second["id"])
        self.publish(naming.RECOVERED, first["id"], secondsSinceFailure=12)

    def retry(self, project, first):
        mirrored = f"docker.io/library/alpine:3.19={REGISTRY}/docker-hub/library/alpine:3.19@{DIGEST}"
        values = [
            variable(naming.ATTEMPT, "1"),
            variable(naming.ORIGINAL_BUILD, first["id"]),
            variable(naming.IMAGES, mirrored),
        ]
        return self.add_build(project, "SUCCEEDED", values)

    def add_build(self, project, status, variables=None):
        identifier = f"{project}:{uuid.uuid4()}"
        context = {"statusCode": "BUILD_CONTAINER_UNABLE_TO_PULL_IMAGE", "message": "repository does not exist"}
        record = {
            "id": identifier,
            "arn": f"arn:aws:codebuild:{REGION}:{ACCOUNT}:build/{identifier}",
            "buildNumber": len(self.builds) + 1,
            "projectName": project,
            "buildStatus": status,
            "buildComplete": True,
            "resolvedSourceVersion": "c" * 40,
            "source": {"type": "S3", "buildspec": "# read by a probe build"},
            "environment": {"type": "LINUX_CONTAINER", "image": "x", "computeType": "BUILD_GENERAL1_SMALL",
                            "environmentVariables": variables or []},
            "phases": [{"phaseType": "PROVISIONING", "contexts": [context] if status == "FAILED" else []}],
            "logs": {"groupName": naming.BUILD_LOGS, "streamName": "stream"},
        }  # fmt: skip
        self.builds[identifier] = record
        self.send("aws.codebuild", "CodeBuild Build State Change", {
            "build-id": record["arn"], "build-status": status, "project-name": project,
            "additional-information": {"initiator": "some.person@example.org"}})  # fmt: skip
        return record

    def codebuild_BatchGetBuilds(self, parameters):
        return {"builds": [self.builds[name] for name in parameters["ids"]]}

    def codebuild_ListBuildsForProject(self, parameters):
        if parameters["projectName"].endswith("-git") and not self.builds_of(parameters["projectName"]):
            first = self.add_build(parameters["projectName"], "FAILED")
            self.rescue(parameters["projectName"], first)
        return {"ids": self.builds_of(parameters["projectName"])}

    def builds_of(self, project):
        return [name for name, record in self.builds.items() if record["projectName"] == project]

    def codebuild_ListProjects(self, _):
        running = self.add_build(f"{naming.PREFIX}standard-7", "IN_PROGRESS")
        running["buildComplete"] = False
        return {"projects": [f"{naming.PREFIX}standard-7", "shop"]}

    def codebuild_BatchGetProjects(self, parameters):
        return {"projects": [{"name": parameters["names"][0], "lastModified": moment()}]}

    def codebuild_StartBuildBatch(self, parameters):
        project = parameters["projectName"]
        first = self.add_build(project, "FAILED")
        self.batch = [first]
        if project.endswith("own-buildspecs"):
            self.batch_states = ["FAILED"]
            self.publish(naming.SKIPPED, first["id"], reason="its buildspec or source comes from its batch")
        else:
            self.batch_states = ["FAILED", "IN_PROGRESS", "SUCCEEDED"]
            self.publish(naming.RETRIED, first["id"], started="the failed builds of the batch")
        return {"buildBatch": {"id": f"{project}:batch"}}

    def codebuild_BatchGetBuildBatches(self, parameters):
        state = self.batch_states.pop(0) if len(self.batch_states) > 1 else self.batch_states[0]
        if state == "SUCCEEDED" and len(self.batch) == 1:
            self.batch.append(self.retry(self.batch[0]["projectName"], self.batch[0]))
        last = self.batch[-1]
        summary = {"arn": last["arn"], "buildStatus": last["buildStatus"]}
        return {"buildBatches": [{"id": parameters["ids"][0], "buildBatchStatus": state,
                                  "buildGroups": [{"identifier": "one", "currentBuildSummary": summary}]}]}  # fmt: skip

    def codepipeline_StartPipelineExecution(self, parameters):
        project = parameters["name"]
        first = self.add_build(project, "FAILED")
        self.pipeline = [("Failed", first["id"]), ("Succeeded", self.retry(project, first)["id"])]
        self.publish(naming.RETRIED, first["id"], started="the failed actions of stage Build")
        self.publish(naming.RECOVERED, first["id"])
        return {"pipelineExecutionId": "e1"}

    def codepipeline_GetPipelineState(self, _):
        status, build = self.pipeline.pop(0) if len(self.pipeline) > 1 else self.pipeline[0]
        build_stage = {
            "stageName": "Build",
            "latestExecution": {"pipelineExecutionId": "e1", "status": status},
            "actionStates": [{"actionName": "Build", "latestExecution": {"externalExecutionId": build}}],
        }
        return {"stageStates": [{"stageName": "Source"}, build_stage]}

    # ---- tasks and jobs

    def ecs_RunTask(self, parameters):
        family = parameters["taskDefinition"]
        arn = f"arn:aws:ecs:{REGION}:{ACCOUNT}:task/{naming.CLUSTER}/{uuid.uuid4().hex}"
        ran = not family.endswith("-task")
        task = self.add_task(arn, exit_code=0 if ran else None)
        if not ran:
            again = f"{arn[:-1]}+"
            self.add_task(again, exit_code=0, started_by=f"pull-rescue/{arn.rpartition('/')[2]}")
            self.publish(naming.RETRIED, arn, started=f"task {again}")
        return {"tasks": [task]}

    def add_task(self, arn, exit_code=None, started_by="person", status="STOPPED", group="family:x"):
        container = {
            "name": "container-0",
            "imageDigest": DIGEST,
            **({} if exit_code is None else {"exitCode": exit_code}),
        }
        cluster = f"arn:aws:ecs:{REGION}:{ACCOUNT}:cluster/{naming.CLUSTER}"
        self.tasks[arn] = {"taskArn": arn, "clusterArn": cluster, "lastStatus": status, "stoppedReason": "CannotPullContainerError",
                           "startedBy": started_by, "group": group, "containers": [container]}  # fmt: skip
        self.send("aws.ecs", "ECS Task State Change", self.tasks[arn])
        return self.tasks[arn]

    def ecs_DescribeTasks(self, parameters):
        return {"tasks": [self.tasks[arn] for arn in parameters["tasks"]]}

    def ecs_ListTasks(self, parameters):
        if "serviceName" in parameters:
            arn = f"arn:aws:ecs:{REGION}:{ACCOUNT}:task/{naming.CLUSTER}/{parameters['desiredStatus']}"
            if arn not in self.tasks:
                self.add_task(arn, status=parameters["desiredStatus"], group=f"service:{parameters['serviceName']}")
                self.publish(naming.REPLICATED, arn, mirroredImage=f"{REGISTRY}/alpine@{DIGEST}")
            return {"taskArns": [arn]}
        wanted = parameters.get("startedBy")
        return {"taskArns": [arn for arn, task in self.tasks.items() if wanted in (None, task["startedBy"])]}

    def ecs_ListContainerInstances(self, _):
        return {"containerInstanceArns": ["instance"]}

    def ecs_DescribeClusters(self, _):
        return {"clusters": [{"status": "ACTIVE"}]}

    def ecs_ListServices(self, _):
        return {"serviceArns": ["service"]}

    def ecs_ListTaskDefinitionFamilies(self, _):
        return {"families": [f"{naming.PREFIX}task"]}

    def ecs_ListTaskDefinitions(self, _):
        return {"taskDefinitionArns": [f"{naming.PREFIX}task:{number}" for number in range(12)]}

    def batch_SubmitJob(self, parameters):
        environment = [{"name": "DAY", "value": "Monday"}]
        several = "ecsPropertiesOverride" in parameters
        work = (
            {
                "ecsProperties": {
                    "taskProperties": [{"containers": [{"name": "container-0", "environment": environment}]}]
                }
            }
            if several
            else {"container": {"command": ["sh"], "environment": environment}}
        )
        for status in ("FAILED", "SUCCEEDED"):
            job = str(uuid.uuid4())
            self.jobs[job] = {"jobId": job, "jobName": parameters["jobName"], "jobQueue": parameters["jobQueue"], "status": status,
                              "jobDefinition": parameters["jobDefinition"], "startedAt": 1, **work}  # fmt: skip
        first, _ = list(self.jobs)[-2:]
        self.send("aws.batch", "Batch Job State Change", self.jobs[first])
        self.publish(naming.RETRIED, first, started="a job")
        return {"jobName": parameters["jobName"], "jobId": first}

    def batch_DescribeJobs(self, parameters):
        return {"jobs": [self.jobs[job] for job in parameters["jobs"]]}

    def batch_ListJobs(self, parameters):
        name = parameters["filters"][0]["values"][0]
        found = [job for job in self.jobs.values() if job["jobName"] == name]
        return {"jobSummaryList": [{"jobId": job["jobId"], "jobName": name} for job in found]}

    def batch_DescribeJobDefinitions(self, _):
        return {
            "jobDefinitions": [
                {
                    "jobDefinitionName": f"{naming.PREFIX}job",
                    "jobDefinitionArn": "arn",
                    "revision": 1,
                    "type": "container",
                }
            ]
        }

    # ---- registries

    def ecr_DescribeRepositories(self, _):
        names = [
            "docker-hub/library/alpine",
            "ecr-public/docker/library/hello-world",
            "large/public/pull-rescue-acceptance-large",
            "shop",
        ]
        return {"repositories": [{"repositoryName": name, "repositoryArn": f"arn:{name}"} for name in names]}

    def ecr_ListTagsForResource(self, _):
        return {"tags": [{"Key": "created-by", "Value": "pull-rescue"}]}

    def ecr_GetLifecyclePolicy(self, _):
        return {
            "lifecyclePolicyText": json.dumps(
                {"rules": [{"description": "archive what is not pulled"}, {"description": "delete what was archived"}]},
                indent=4,
            )
        }

    def ecr_UpdateImageStorageClass(self, _):
        self.archived = True

    def ecr_DescribeImages(self, _):
        status = {"imageStatus": "ARCHIVED" if self.archived else "ACTIVE", "imageDigest": DIGEST}
        return {"imageDetails": [{**status, **({"lastRecordedPullTime": self.pulled} if self.pulled else {})}]}

    def ecr_ListImages(self, _):
        return {"imageIds": [{"imageTag": "1", "imageDigest": DIGEST}]}

    def ecr_DescribePullThroughCacheRules(self, _):
        rule = {"ecrRepositoryPrefix": "ecr-public", "upstreamRegistryUrl": "public.ecr.aws", "createdAt": moment(60)}
        return {"pullThroughCacheRules": [rule]}

    def ecr_public_CreateRepository(self, _):
        return {"repository": {"repositoryUri": f"public.ecr.aws/public/{naming.PREFIX}large"}}

    def ecr_public_DescribeImages(self, _):
        return {"imageDetails": [{"imageDigest": DIGEST}]}

    def s3_ListObjectVersions(self, _):
        return {"Versions": [{"Key": "standard-7.zip", "VersionId": "1"}]}


def variable(name, value):
    return {"name": name, "value": value, "type": "PLAINTEXT"}


def moment(later=0):
    import datetime

    return datetime.datetime.fromtimestamp(time.time() + later, datetime.timezone.utc)


def body(value):
    data = json.dumps(value).encode()
    return StreamingBody(io.BytesIO(data), len(data))


def error(operation, code, message):
    return ClientError({"Error": {"Code": code, "Message": message}}, operation)


def required(shape):
    """Returns values for the members that the model requires."""
    values = {"string": "x", "integer": 1, "long": 1, "boolean": False, "list": [], "map": {}, "timestamp": moment()}
    return {
        name: required(member) if member.type_name == "structure" else values[member.type_name]
        for name, member in shape.members.items()
        if name in shape.required_members
    }


class Session:
    """A session of boto3 whose clients ask the world. Clients are kept: it takes long to create them."""

    clients = {}
    world = None
    given = threading.local()

    def __init__(self, world):
        Session.world = world
        self.region_name = REGION
        self.profile_name = "default"
        self._session = boto3.Session("AKIAEXAMPLE", "secret", region_name=REGION)

    def get_partition_for_region(self, region):
        return self._session.get_partition_for_region(region)

    def client(self, service, **options):
        if service not in self.clients:
            self.clients[service] = self._session.client(service, **options)
            events = self.clients[service].meta.events
            events.register(
                "before-parameter-build", lambda params, **_: setattr(self.given, "parameters", dict(params))
            )
            events.register("before-call", lambda model, **_: self.answer(service, model))
        return self.clients[service]

    @classmethod
    def answer(cls, service, model):
        return types.SimpleNamespace(status_code=200, headers={}), cls.world.answer(
            service, model, cls.given.parameters
        )


class TestAccount(Account):
    """Waits only as long as the world needs."""

    __test__ = False
    git_url = "https://github.com/example/repository"

    def pause(self, seconds):
        super().pause(0.001)

    def seconds(self, minutes):
        return 2

    def upstream_digest(self, repository, tag):
        return DIGEST

    def ask_docker_hub(self, repository, tag):
        return {"pull"}, 100, 100
