"""The same claims against the sandbox: its emulators answer, and the functions of the deployed stack run there."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import boto3

from acceptance import naming, stack
from acceptance.account import Account

SCRIPTS = Path(__file__).resolve().parents[2]
COMMAND = SCRIPTS / "sandbox" / "sandbox"
INSIDE = "PULL_RESCUE_SANDBOX_ENTERED"
STATE = "PULL_RESCUE_SANDBOX"

# With these every claim is tried. The sandbox's own tests have others.
SETTINGS = {
    "ecsRetry": "tagged",
    "batchRetry": "tagged",
    "passRoles": f"{naming.PREFIX}*",
    "projectUpdates": "until-success",
    "chatNotifications": "true",
}
# Tags that claims name, in repositories of Docker Hub and of ECR Public, which have the same official images.
IMAGES = {
    "alpine": ("3.14", "3.15", "3.16", "3.17", "3.18", "3.19", "3.20", "3.21"),
    "busybox": ("1.34", "1.35", "1.36"),
    "hello-world": ("latest",),
}
# Seconds in the sandbox for a minute in AWS, and at least.
SECONDS_A_MINUTE, LEAST_SECONDS = 6, 60
# Resources of these are made by calls of the emulators; all others by moto's CloudFormation.
EMULATED = ("AWS::CodeBuild::", "AWS::CodePipeline::", "AWS::ECS::", "AWS::Batch::", "AWS::SNS::")
# moto cannot delete a network that its CloudFormation made: tasks are in the default one instead.
NETWORK = "AWS::EC2::"


def main(options):
    if os.environ.get(INSIDE):
        return run_inside(options)
    if os.geteuid() != 0:
        print("acceptance: namespaces and dockerd need root: sudo scripts/acceptance --sandbox", file=sys.stderr)
        return 1
    prepare()
    running = subprocess.run([COMMAND, "status"], stdout=subprocess.DEVNULL).returncode == 0
    return enter(dict(os.environ)) if running else start()


def prepare():
    """Everything that needs the network: nothing outside can be reached from the sandbox."""
    steps = (
        [SCRIPTS / "sandbox" / "requirements", "--install"],
        [COMMAND, "functions", "fetch"],
        [COMMAND, "docker-26", "fetch"],
        [SCRIPTS / "lib" / "functions-jar.sh"],
    )
    for step in steps:
        subprocess.run(list(map(str, step)), check=True, stdout=subprocess.DEVNULL)


def start():
    """Starts a sandbox for this run, and ends it."""
    folder = tempfile.mkdtemp(prefix="pull-rescue-acceptance-")
    environment = {**os.environ, STATE: f"{folder}/state"}
    try:
        up = subprocess.run([COMMAND, "up"], env=environment).returncode
        return up or enter(environment)
    finally:
        # Ctrl-C reaches the whole group of processes; this must still run.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        subprocess.run([COMMAND, "down"], env=environment)
        shutil.rmtree(folder, ignore_errors=True)


def enter(environment):
    """Runs this command again inside of the sandbox, whose commands have a module path of their own."""
    path = os.pathsep.join(map(str, (SCRIPTS / "lib", SCRIPTS / "sandbox")))
    program = 'exec env PYTHONPATH="$0" "$PULL_RESCUE_PYTHON" -m acceptance "$@"'
    child = subprocess.Popen([COMMAND, "exec", "sh", "-c", program, path, *sys.argv[1:]], env=environment)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: child.terminate())
    return child.wait()


def run_inside(options):
    # These modules belong to the sandbox, and an account does not need them.
    from pullrescue_sandbox.harness.commands import create_docker_hub_secret
    from pullrescue_sandbox.harness.deployment import Deployment

    create_docker_hub_secret()
    deployment = Deployment(SETTINGS)
    try:
        status = try_claims(options)
    finally:
        # Fails if a call was denied, or if a secret was written.
        deployment.stop()
    return status


def try_claims(options, change=lambda account: None):
    """Tries the claims on the stack that is deployed in this sandbox; tests change the account."""
    from pullrescue_sandbox.hub import control, images

    from acceptance import main as command

    for name, tags in IMAGES.items():
        for tag in tags:
            images.publish(f"library/{name}:{tag}", layers=1, megabytes=0.2)
    control.serve_ecr_public(True)
    # Docker Hub rejects every pull without credentials: this takes the place of the hosts file.
    control.exhaust_anonymous_quota()
    account = SandboxAccount(boto3.Session(), command.new_run())
    options.account = account.id
    change(account)
    return command.run(account, options)


class SandboxAccount(Account):
    sandbox = True
    # A docker host of a task, which has no bridge, deletes that of a build: https://github.com/moby/moby, removeDefaultBridgeInterface
    parallel = 1
    # All builds have the hosts file of the sandbox, and Docker Hub is there what the name says; it rejects every pull.
    hosts_file = "/dev/null"
    blocked_address = ""
    git_url = None
    least_seconds = LEAST_SECONDS

    def __init__(self, session, run):
        super().__init__(session, run)
        self.stack = SandboxStack(self)

    def invoke_manual(self, event):
        command = [COMMAND, "functions", "invoke", "manual", "-"]
        answer = subprocess.run(command, input=json.dumps(event), check=True, stdout=subprocess.PIPE, text=True)
        return json.loads(answer.stdout)["report"]

    def denied_calls(self):
        found = subprocess.run([COMMAND, "iam", "denied"], stdout=subprocess.PIPE, text=True)
        return found.stdout.strip().splitlines() if found.returncode else []

    def deliver_success(self, build):
        """moto's bus does not match the name of a variable in a list, by which the rule knows a retried build."""
        from pullrescue_sandbox.harness.deployment import send
        from pullrescue_sandbox.product import RETRIES_QUEUE

        detail = {"build-status": "SUCCEEDED", "build-id": build}
        event = {"source": "aws.codebuild", "detail-type": "CodeBuild Build State Change", "detail": detail}
        send(RETRIES_QUEUE, json.dumps(event), MessageGroupId="recoveries")

    def seconds(self, minutes):
        return max(minutes * SECONDS_A_MINUTE, self.least_seconds)

    def poll_seconds(self):
        return 0.2

    def settle(self, minutes):
        """Here everything has happened when the queues are empty."""
        from pullrescue_sandbox.harness.deployment import queues_are_empty

        self.pause(1)
        self.wait(queues_are_empty, "empty queues", minutes)


class SandboxStack(stack.Stack):
    """moto makes what its other services have; what belongs to the emulators is made by their own calls."""

    def create(self, resources, kept):
        emulated = {name: item for name, item in resources.items() if item["Type"].startswith(EMULATED)}
        of_moto = {
            name: item
            for name, item in resources.items()
            if name not in emulated and not item["Type"].startswith(NETWORK)
        }
        super().create(of_moto, kept)
        # In the order of what they refer to: clusters and projects come before services and pipelines.
        order = ("Project", "Cluster", "TaskDefinition", "Service", "Pipeline", "JobDefinition", "Subscription")
        for kind in order:
            for item in emulated.values():
                if item["Type"].endswith(f"::{kind}"):
                    getattr(self, f"_create_{kind.lower()}")(self._resolve(item["Properties"], emulated))

    def delete(self):
        codebuild, sns = self.account.client("codebuild"), self.account.client("sns")
        for name in codebuild.list_projects()["projects"]:
            if name.startswith(naming.PREFIX):
                codebuild.delete_project(name=name)
        for subscription in sns.list_subscriptions()["Subscriptions"]:
            if subscription["Endpoint"].endswith(naming.NOTIFICATION_QUEUE):
                sns.unsubscribe(SubscriptionArn=subscription["SubscriptionArn"])
        ecs = self.account.client("ecs")
        if any(item["status"] == "ACTIVE" for item in ecs.describe_clusters(clusters=[naming.CLUSTER])["clusters"]):
            for arn in ecs.list_services(cluster=naming.CLUSTER)["serviceArns"]:
                ecs.delete_service(cluster=naming.CLUSTER, service=arn, force=True)
            ecs.delete_cluster(cluster=naming.CLUSTER)
        super().delete()

    def physical(self, logical):
        ec2 = self.account.client("ec2")
        if logical == "Subnet":
            return ec2.describe_subnets()["Subnets"][0]["SubnetId"]
        if logical == "NoIngress":
            return ec2.describe_security_groups()["SecurityGroups"][0]["GroupId"]
        return super().physical(logical)

    def _resolve(self, value, emulated):
        """Replaces references by names."""
        if isinstance(value, dict) and value.keys() == {"Ref"}:
            name = value["Ref"]
            return emulated[name]["Properties"]["Family"] if name in emulated else self.physical(name)
        if isinstance(value, dict) and value.keys() == {"Fn::GetAtt"}:
            return self.account.arn("sqs", self.physical(value["Fn::GetAtt"][0]).rpartition("/")[2])
        if isinstance(value, dict):
            return {name: self._resolve(item, emulated) for name, item in value.items()}
        if isinstance(value, list):
            return [self._resolve(item, emulated) for item in value]
        return value

    def _create_project(self, properties):
        given = as_parameters(properties)
        given["source"]["buildspec"] = given["source"].pop("buildSpec")
        self.account.client("codebuild").create_project(**given)

    def _create_cluster(self, properties):
        self.account.client("ecs").create_cluster(**as_parameters(properties))

    def _create_taskdefinition(self, properties):
        self.account.client("ecs").register_task_definition(**as_parameters(properties))

    def _create_service(self, properties):
        self.account.client("ecs").create_service(**as_parameters(properties))

    def _create_pipeline(self, properties):
        self.account.client("codepipeline").create_pipeline(pipeline=as_parameters(properties))

    def _create_jobdefinition(self, properties):
        self.account.client("batch").register_job_definition(**as_parameters(properties))

    def _create_subscription(self, properties):
        self.account.client("sns").subscribe(
            TopicArn=properties["TopicArn"],
            Protocol=properties["Protocol"],
            Endpoint=properties["Endpoint"],
            Attributes={"RawMessageDelivery": "true"},
        )


# Members of these have names that somebody chose.
FREE = ("Configuration", "Options")


def as_parameters(value, free=False):
    """Returns properties of CloudFormation as parameters of a call: these begin with a small letter."""
    if isinstance(value, list):
        return [as_parameters(item, free) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        name if free or name in ("pull-rescue",) else name[0].lower() + name[1:]: as_parameters(item, name in FREE)
        for name, item in value.items()
        if item is not None
    }
