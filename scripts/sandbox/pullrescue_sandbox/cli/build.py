"""sandbox build: creates, starts and follows builds."""

import io
import json
import os
import sys
import time
import zipfile

import boto3
from pullrescue_sandbox.account import ACCOUNT_ID, ADMINISTRATOR, ECR_REGISTRY, ENDPOINT, REGION

BUCKET = f"sources-{ACCOUNT_ID}"
CURATED_IMAGE = "aws/codebuild/standard:7.0"


def client(service):
    # boto3 reads this variable, and AWS_ENDPOINT_URL_CODEBUILD where CodeBuild has another address.
    os.environ.setdefault("AWS_ENDPOINT_URL", ENDPOINT)
    return boto3.client(
        service, region_name=REGION, aws_access_key_id=ADMINISTRATOR, aws_secret_access_key=ADMINISTRATOR
    )


def zip_folder(folder):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for parent, folders, files in os.walk(folder):
            folders.sort()
            for name in sorted(files):
                path = os.path.join(parent, name)
                archive.write(path, os.path.relpath(path, folder))
    return data.getvalue()


def variables(pairs):
    return [
        {"name": name, "value": value, "type": "PLAINTEXT"}
        for name, _, value in (pair.partition("=") for pair in pairs)
    ]


# What the operator grants to the roles of builds whose commands pull from the mirror.
PULL = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": ["ecr:GetAuthorizationToken", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
            "Resource": "*",
        }
    ],
}


def create_role(name):
    iam = client("iam")
    try:
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": []}))
    except iam.exceptions.EntityAlreadyExistsException:
        pass
    iam.put_role_policy(RoleName=name, PolicyName="pull", PolicyDocument=json.dumps(PULL))


def create(options):
    create_role(options.project)
    s3 = client("s3")
    s3.create_bucket(Bucket=BUCKET)
    key = f"{options.project}.zip"
    s3.put_object(Bucket=BUCKET, Key=key, Body=zip_folder(options.source))
    # CodeBuild's own credentials are for its curated images, and for ECR repositories whose policy allows them.
    codebuild_credentials = options.image.startswith("aws/codebuild/") or options.image.startswith(ECR_REGISTRY)
    project = client("codebuild").create_project(
        name=options.project,
        serviceRole=f"arn:aws:iam::{ACCOUNT_ID}:role/{options.project}",
        artifacts={"type": "NO_ARTIFACTS"},
        source={"type": "S3", "location": f"{BUCKET}/{key}", "buildspec": buildspec(options)},
        environment={
            "type": "LINUX_CONTAINER",
            "image": options.image,
            "computeType": "BUILD_GENERAL1_SMALL",
            "privilegedMode": options.privileged,
            "imagePullCredentialsType": "CODEBUILD" if codebuild_credentials else "SERVICE_ROLE",
            "environmentVariables": variables(options.variable),
        },
    )["project"]
    print(project["arn"])


def buildspec(options):
    """Returns the path of a file in the source as it is, and the content of any other file as the inline buildspec."""
    if os.path.isfile(f"{options.source}/{options.buildspec}"):
        return options.buildspec
    with open(options.buildspec, encoding="utf-8") as file:
        return file.read()


def start(options):
    build = client("codebuild").start_build(
        projectName=options.project, environmentVariablesOverride=variables(options.variable)
    )["build"]
    print(build["id"])


def find(identifier):
    builds = client("codebuild").batch_get_builds(ids=[identifier])["builds"]
    if not builds:
        sys.exit(f"no build {identifier}")
    return builds[0]


def wait(options):
    deadline = time.monotonic() + options.seconds
    build = find(options.build)
    while not build["buildComplete"]:
        if time.monotonic() > deadline:
            sys.exit(f"{options.build} is still in {build['currentPhase']} after {options.seconds} seconds")
        time.sleep(0.2)
        build = find(options.build)
    print(build["buildStatus"])
    return 0 if build["buildStatus"] == "SUCCEEDED" else 1


def log(options):
    build = find(options.build)
    for phase in build["phases"]:
        for context in phase.get("contexts", []):
            # Such a build has no log: its environment did not start.
            if context.get("statusCode") and "streamName" not in build["logs"]:
                print(f"{phase['phaseType']} {phase['phaseStatus']} {context['statusCode']}: {context['message']}")
    if "streamName" in build["logs"]:
        print_events(client("logs"), build["logs"]["groupName"], build["logs"]["streamName"])


def print_events(logs, group, stream):
    """Prints all pages. GetLogEvents repeats the token at the end of the stream."""
    position, token = {"startFromHead": True}, None
    while True:
        page = logs.get_log_events(logGroupName=group, logStreamName=stream, **position)
        for event in page["events"]:
            sys.stdout.write(event["message"])
        if page["nextForwardToken"] == token:
            return
        token = page["nextForwardToken"]
        position = {"startFromHead": True, "nextToken": token}


def list_builds(options):
    codebuild = client("codebuild")
    ids = codebuild.list_builds_for_project(projectName=options.project)["ids"]
    builds = codebuild.batch_get_builds(ids=ids)["builds"] if ids else []
    for build in builds:
        print(build["id"], build["buildStatus"], build["environment"]["image"])


def add_arguments(parser):
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name, call, subject, text):
        added = commands.add_parser(name, help=text)
        added.add_argument(subject)
        added.set_defaults(call=call)
        return added

    creating = command("create", create, "project", "create a project, and print its ARN")
    creating.add_argument("--source", required=True, metavar="DIR")
    creating.add_argument(
        "--buildspec", required=True, metavar="FILE", help="a path in DIR, or any other file to use inline"
    )
    creating.add_argument("--image", default=CURATED_IMAGE)
    creating.add_argument("--privileged", action="store_true")
    creating.add_argument("--variable", action="append", default=[], metavar="NAME=VALUE")
    starting = command("start", start, "project", "start a build, and print its id")
    starting.add_argument("--variable", action="append", default=[], metavar="NAME=VALUE")
    waiting = command(
        "wait", wait, "build", "wait for the end of a build, and print its status; fails unless it is SUCCEEDED"
    )
    waiting.add_argument("--seconds", type=float, default=300)
    command("log", log, "build", "print the log of a build")
    command("list", list_builds, "project", "list the builds of a project, newest first")
