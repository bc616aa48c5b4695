"""Tests of the CodeBuild emulator with a real docker and the registries under their real names. Runs inside a sandbox."""

import io
import json
import os
import re
import subprocess
import time
import unittest
import zipfile
from pathlib import Path

from pullrescue_sandbox import paths
from pullrescue_sandbox.account import ECR_CREDENTIALS
from pullrescue_sandbox.account import ECR_REGISTRY as ECR
from pullrescue_sandbox.harness.commands import aws
from pullrescue_sandbox.hub import control as hub

CURATED = "aws/codebuild/standard:7.0"
RATE_LIMIT = (
    "toomanyrequests: You have reached your unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit"
)
ROLE = "arn:aws:iam::123456789012:role/builds"
SYS_ADMIN = 1 << 21
MIRROR = f"{ECR}/docker-hub/library/ruby:2.7"
PULL_POLICY = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "codebuild.amazonaws.com"},
                "Action": ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:BatchCheckLayerAvailability"],
                "Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}},
            }
        ],
    }
)


def setUpModule():
    """Creates a rule that sends every event of a build to a queue, and mirrors ruby:2.7 to ECR."""
    queue = aws("sqs").create_queue(QueueName="test-builds")["QueueUrl"]
    BuildTestCase.queue = queue
    aws("events").put_rule(
        Name="test-builds",
        EventPattern=json.dumps(
            {
                "source": ["aws.codebuild"],
                "detail-type": ["CodeBuild Build State Change"],
                "detail": {"build-status": ["FAILED", "SUCCEEDED"]},
            }
        ),
    )
    aws("events").put_targets(
        Rule="test-builds", Targets=[{"Id": "queue", "Arn": "arn:aws:sqs:us-east-1:123456789012:test-builds"}]
    )
    aws("s3").create_bucket(Bucket="test-sources")
    hub.set_quota("anonymous", 100)
    aws("ecr").create_repository(repositoryName="docker-hub/library/ruby")
    subprocess.run(
        [
            "skopeo",
            "copy",
            "--quiet",
            "--all",
            "--dest-creds",
            ECR_CREDENTIALS,
            "docker://docker.io/library/ruby:2.7",
            f"docker://{MIRROR}",
        ],
        check=True,
    )


def buildspec(*commands, **phases):
    return json.dumps({"version": 0.2, "phases": {"build": {"commands": commands}, **phases}}, indent=2)


class BuildTestCase(unittest.TestCase):
    maxDiff = None
    queue = None

    def setUp(self):
        hub.exhaust_anonymous_quota()
        hub.set_quota("rescuer", 200)
        self.start_time = hub.timestamp()

    def project(self, text, files=None, image=CURATED, privileged=True, credentials=None, **environment):
        name = re.sub(r"\W", "-", self.id().rpartition(".")[2])[:100]
        source = {"type": "NO_SOURCE", "buildspec": text}
        if files:
            data = io.BytesIO()
            with zipfile.ZipFile(data, "w") as archive:
                for path, content in files.items():
                    archive.writestr(path, content)
            aws("s3").put_object(Bucket="test-sources", Key=f"{name}.zip", Body=data.getvalue())
            source.update(type="S3", location=f"test-sources/{name}.zip")
        aws("codebuild").create_project(
            name=name,
            source=source,
            artifacts={"type": "NO_ARTIFACTS"},
            serviceRole=ROLE,
            environment={
                "type": "LINUX_CONTAINER",
                "computeType": "BUILD_GENERAL1_SMALL",
                "image": image,
                "privilegedMode": privileged,
                "imagePullCredentialsType": credentials or ("CODEBUILD" if image == CURATED else "SERVICE_ROLE"),
                **environment,
            },
        )
        return name

    def run_build(self, project, observe=lambda build: None, **overrides):
        started = aws("codebuild").start_build(projectName=project, **overrides)["build"]["id"]
        deadline = time.monotonic() + 90
        while True:
            build = aws("codebuild").batch_get_builds(ids=[started])["builds"][0]
            if build["buildComplete"]:
                return build
            observe(build)
            self.assertLess(time.monotonic(), deadline, build["currentPhase"])
            time.sleep(0.1)

    def log(self, build):
        pages = (
            aws("logs")
            .get_paginator("filter_log_events")
            .paginate(logGroupName=build["logs"]["groupName"], logStreamNames=[build["logs"]["streamName"]])
        )
        return "".join(event["message"] for page in pages for event in page["events"])

    def event(self, build):
        """Returns the event about the end of this build from the queue."""
        for _ in range(50):
            for message in aws("sqs").receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10).get("Messages", []):
                aws("sqs").delete_message(QueueUrl=self.queue, ReceiptHandle=message["ReceiptHandle"])
                event = json.loads(message["Body"])
                if event["resources"] == [build["arn"]]:
                    return event
            time.sleep(0.1)
        return self.fail("no event arrived")

    def phase(self, build, phase_type):
        return next(phase for phase in build["phases"] if phase["phaseType"] == phase_type)

    def counted(self):
        return hub.counted_requests(self.start_time)


class DockerBuilds(BuildTestCase):
    FILES = {"Dockerfile": "FROM ruby:2.7\nRUN ruby --version\n"}

    def test_rate_limited_build_fails_as_in_codebuild(self):
        project = self.project(buildspec("docker build -t app .", post_build={"commands": ["echo over"]}), self.FILES)

        build = self.run_build(project, environmentVariablesOverride=[{"name": "DOCKER_BUILDKIT", "value": "0"}])

        context = {
            "statusCode": "COMMAND_EXECUTION_ERROR",
            "message": "Error while executing command: docker build -t app .. Reason: exit status 1",
        }
        self.assertEqual(("FAILED", [context]), (build["buildStatus"], self.phase(build, "BUILD")["contexts"]))
        stamp = r"\[Container\] \d{4}/\d\d/\d\d \d\d:\d\d:\d\d\.\d{6} "
        self.assertRegex(
            self.log(build),
            (
                rf"\n{stamp}Running command docker build -t app \.\n(?:.*\n)*Step 1/2 : FROM ruby:2\.7\n{re.escape(RATE_LIMIT)}\n\n"
                rf"{stamp}Command did not exit successfully docker build -t app \. exit status 1\n"
                rf"{stamp}Phase complete: BUILD State: FAILED\n"
                rf"{stamp}Phase context status code: COMMAND_EXECUTION_ERROR Message: {re.escape(context['message'])}\n"
                rf"{stamp}Entering phase POST_BUILD\n{stamp}Running command echo over\nover\n\n"
                rf"{stamp}Phase complete: POST_BUILD State: SUCCEEDED\n"
            ),
        )
        self.assertEqual((0, True), (self.counted(), hub.rejected_requests(self.start_time) > 0))
        detail = self.event(build)["detail"]
        self.assertEqual(
            ("FAILED", build["arn"], build["logs"]["streamName"]),
            (detail["build-status"], detail["build-id"], detail["additional-information"]["logs"]["stream-name"]),
        )
        failed = [
            phase for phase in detail["additional-information"]["phases"] if phase.get("phase-status") == "FAILED"
        ]
        self.assertEqual(
            [("BUILD", [f"COMMAND_EXECUTION_ERROR: {context['message']}"])],
            [(phase["phase-type"], phase["phase-context"]) for phase in failed],
        )

    def test_buildkit_reports_rate_limit(self):
        build = self.run_build(
            self.project(buildspec("DOCKER_BUILDKIT=1 docker build --progress plain -t app ."), self.FILES)
        )

        log = self.log(build)
        self.assertEqual("FAILED", build["buildStatus"])
        self.assertIn("load metadata for docker.io/library/ruby:2.7", log)
        self.assertRegex(log, f"429 Too Many Requests - Server message: {re.escape(RATE_LIMIT)}")

    def test_counts_pulls_of_each_build(self):
        hub.set_quota("anonymous", 100)
        project = self.project(buildspec("docker build -t app .", "docker run --rm app ruby --version"), self.FILES)

        first = self.run_build(project)
        paid = self.counted()
        second = self.run_build(project)

        self.assertEqual(["SUCCEEDED"] * 2, [first["buildStatus"], second["buildStatus"]], self.log(first))
        self.assertIn("ruby 2.7.8", self.log(first))
        self.assertEqual((True, 2 * paid), (paid > 0, self.counted()))

    def test_succeeds_with_mirrored_image(self):
        substitution = [
            f"aws ecr get-login-password | docker login -u AWS --password-stdin {ECR}",
            f"docker pull {MIRROR}",
            f"docker tag {MIRROR} ruby:2.7",
        ]
        project = self.project(buildspec("docker build -t app ."), self.FILES)
        self.assertEqual("FAILED", self.run_build(project)["buildStatus"])

        build = self.run_build(project, buildspecOverride=buildspec(*substitution, "docker build -t app ."))

        self.assertEqual("SUCCEEDED", build["buildStatus"], self.log(build))
        self.assertEqual(0, self.counted())

    def test_unprivileged_build_has_no_docker(self):
        build = self.run_build(self.project(buildspec("docker ps"), privileged=False))

        self.assertEqual("FAILED", build["buildStatus"])
        self.assertIn("Cannot connect to the Docker daemon at unix:///var/run/docker.sock", self.log(build))

    def test_removes_docker_host_after_build(self):
        build = self.run_build(self.project(buildspec("docker pull -q ruby:2.7 || true", "sleep 1000 &")))

        uuid = build["id"].partition(":")[2]
        running = subprocess.run(["ps", "-eo", "args"], check=True, capture_output=True, text=True).stdout
        mounted = Path("/proc/self/mountinfo").read_text()
        self.assertNotIn(uuid, running + mounted)
        self.assertNotIn("sleep 1000", running)
        groups = subprocess.run(
            ["find", "/sys/fs/cgroup", "-name", f"*{uuid}*"], check=True, capture_output=True, text=True
        ).stdout
        self.assertEqual("", groups)
        self.assertEqual([], os.listdir(paths.state() / "builds"))


class EnvironmentImages(BuildTestCase):
    def setUp(self):
        super().setUp()
        try:
            aws("ecr").delete_repository_policy(repositoryName="docker-hub/library/ruby")
        except aws("ecr").exceptions.RepositoryPolicyNotFoundException:
            pass

    def context(self, build):
        phase = self.phase(build, "PROVISIONING")
        return f"{phase['phaseStatus']} {phase['contexts'][0]['statusCode']}: {phase['contexts'][0]['message']}"

    def test_rate_limited_image_fails_provisioning(self):
        build = self.run_build(self.project(buildspec("ruby --version"), image="ruby:2.7", privileged=False))

        message = (
            "BUILD_CONTAINER_UNABLE_TO_PULL_IMAGE: Unable to pull customer's container image. "
            f"CannotPullContainerError: Error response from daemon: {RATE_LIMIT}"
        )
        self.assertEqual(("FAILED", f"FAILED {message}"), (build["buildStatus"], self.context(build)))
        self.assertEqual(
            ["SUBMITTED", "QUEUED", "PROVISIONING", "COMPLETED"], [phase["phaseType"] for phase in build["phases"]]
        )
        information = self.event(build)["detail"]["additional-information"]
        self.assertEqual(
            ("ruby:2.7", [message]), (information["environment"]["image"], information["phases"][2]["phase-context"])
        )
        self.assertNotIn("stream-name", information["logs"])

    def test_repository_policy_allows_codebuild(self):
        project = self.project(
            buildspec("ruby --version", "echo $WHO"),
            image="ruby:2.7",
            privileged=False,
            environmentVariables=[{"name": "WHO", "value": "project"}, {"name": "KEPT", "value": "kept"}],
        )
        overrides = {
            "imageOverride": MIRROR,
            "imagePullCredentialsTypeOverride": "CODEBUILD",
            "environmentVariablesOverride": [{"name": "WHO", "value": "the start call"}],
        }

        denied = self.run_build(project, **overrides)
        aws("ecr").set_repository_policy(repositoryName="docker-hub/library/ruby", policyText=PULL_POLICY)
        build = self.run_build(project, **overrides)

        self.assertEqual(
            "FAILED BUILD_CONTAINER_UNABLE_TO_PULL_IMAGE: Unable to pull customer's container image. "
            f"CannotPullContainerError: Error response from daemon: pull access denied for {ECR}/docker-hub/library/ruby, "
            "repository does not exist or may require 'docker login': denied: User: CodeBuild",
            self.context(denied),
        )
        self.assertEqual("SUCCEEDED", build["buildStatus"], self.context(build))
        self.assertRegex(
            self.log(build),
            r"Running command ruby --version\nruby 2\.7\.8(.*\n)+.*Running command echo \$WHO\nthe start call\n",
        )
        self.assertEqual(
            {"WHO": "the start call", "KEPT": "kept"},
            {one["name"]: one["value"] for one in build["environment"]["environmentVariables"]},
        )
        self.assertEqual(0, self.counted())

    def test_service_role_pulls_without_repository_policy(self):
        build = self.run_build(self.project(buildspec("ruby --version"), image=MIRROR, privileged=False))

        self.assertEqual("SUCCEEDED", build["buildStatus"], self.context(build))

    def test_registry_credential_uses_quota_of_its_account(self):
        secret = aws("secretsmanager").create_secret(
            Name="test-docker-hub", SecretString=json.dumps({"username": "rescuer", "password": "correct-horse"})
        )["ARN"]

        build = self.run_build(
            self.project(
                buildspec("ruby --version", 'test "$WORD" = correct-horse'),
                image="ruby:2.7",
                privileged=False,
                registryCredential={"credential": secret, "credentialProvider": "SECRETS_MANAGER"},
                environmentVariables=[{"name": "WORD", "value": "test-docker-hub:password", "type": "SECRETS_MANAGER"}],
            )
        )

        self.assertEqual("SUCCEEDED", build["buildStatus"], self.context(build))
        self.assertEqual((200, 0), (hub.quota("rescuer") + self.counted(), hub.quota("anonymous")))

    def test_privileged_image_has_no_docker_before_its_commands_start_one(self):
        commands = ("test ! -e /var/run/docker.sock", "grep CapEff /proc/self/status", "env")

        build = self.run_build(self.project(buildspec(*commands), image=MIRROR))

        self.assertEqual("SUCCEEDED", build["buildStatus"], self.context(build))
        capabilities = int(re.search(r"^CapEff:\s*(\w+)", self.log(build), re.MULTILINE).group(1), 16)
        self.assertTrue(capabilities & SYS_ADMIN)
        self.assertIn("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=/v2/credentials/", self.log(build))
        self.assertNotIn("AWS_ACCESS_KEY_ID", self.log(build))
