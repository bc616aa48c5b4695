"""Test case with the deployed stack, and helpers that start builds and observe what follows."""

import io
import json
import re
import subprocess
import unittest
import urllib.request
import zipfile

from pullrescue_sandbox import paths
from pullrescue_sandbox.account import DOCKER_HUB_USER
from pullrescue_sandbox.account import ECR_REGISTRY as ECR
from pullrescue_sandbox.harness.commands import MANIFEST_TYPES, aws, create_docker_hub_secret, sandbox
from pullrescue_sandbox.harness.deployment import Deployment, EventBus, message_counts, queues_are_empty
from pullrescue_sandbox.hub import control as hub
from pullrescue_sandbox.hub import images
from pullrescue_sandbox.product import Event
from pullrescue_sandbox.waiting import wait_for

BUCKET = "test-rescues"
CURATED = "aws/codebuild/standard:7.0"
MIRROR = f"{ECR}/pull-rescue/docker-hub/library/ruby"
RATE_LIMIT = (
    "toomanyrequests: You have reached your unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit"
)


def publish():
    """Puts a new ruby:2.7 at Docker Hub and returns its digest."""
    return images.publish("library/ruby:2.7", layers=1, megabytes=0.2)


def digest(repository, tag):
    """Resolves a tag at Docker Hub, behind its entry point, where nothing is counted."""
    request = urllib.request.Request(
        f"{images.DOCKER_HUB}/v2/{repository}/manifests/{tag}", headers={"Accept": MANIFEST_TYPES}, method="HEAD"
    )
    with urllib.request.urlopen(request) as response:
        return response.headers["Docker-Content-Digest"]


def mirrored():
    """Returns the image ids in every repository of the mirror."""
    ecr = aws("ecr")
    names = [
        item["repositoryName"]
        for page in ecr.get_paginator("describe_repositories").paginate()
        for item in page["repositories"]
    ]
    return {
        name: sorted(str(sorted(item.items())) for item in ecr.list_images(repositoryName=name)["imageIds"])
        for name in names
    }


class RescueTestCase(unittest.TestCase):
    """Consecutive classes with the same settings share one deployment."""

    maxDiff = None
    settings = {}
    bus = deployment = None

    @classmethod
    def setUpClass(cls):
        if RescueTestCase.bus is None:
            RescueTestCase.bus = EventBus()
            aws("s3").create_bucket(Bucket=BUCKET)
            create_docker_hub_secret()
        if RescueTestCase.deployment is None or RescueTestCase.deployment.settings != cls.settings:
            RescueTestCase.stop_deployment()
            RescueTestCase.deployment = Deployment(cls.settings)

    @staticmethod
    def stop_deployment():
        deployment, RescueTestCase.deployment = RescueTestCase.deployment, None
        if deployment is not None:
            deployment.stop()

    def setUp(self):
        hub.exhaust_anonymous_quota()
        hub.set_quota(DOCKER_HUB_USER, 200)
        self.start_time = hub.timestamp()

    def invoke(self, function, event):
        """Invokes a function with this event and returns its report."""
        result = subprocess.run(
            [paths.COMMAND, "functions", "invoke", function, "-"],
            input=event,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        return json.loads(result.stdout)["report"]

    def start(self, commands, files, privileged=True):
        """Starts a build of a new project with these commands and this source, and returns its id."""
        project = re.sub(r"\W", "-", self.id().rpartition(".")[2])[:100]
        data = io.BytesIO()
        with zipfile.ZipFile(data, "w") as archive:
            for path, content in files.items():
                archive.writestr(path, content)
        aws("s3").put_object(Bucket=BUCKET, Key=f"{project}.zip", Body=data.getvalue())
        buildspec = json.dumps({"version": 0.2, "phases": {"build": {"commands": commands}}}, indent=2)
        aws("codebuild").create_project(
            name=project,
            serviceRole="arn:aws:iam::123456789012:role/builds",
            artifacts={"type": "NO_ARTIFACTS"},
            source={"type": "S3", "location": f"{BUCKET}/{project}.zip", "buildspec": buildspec},
            environment={
                "type": "LINUX_CONTAINER",
                "computeType": "BUILD_GENERAL1_SMALL",
                "image": CURATED,
                "privilegedMode": privileged,
                "environmentVariables": [{"name": "DEPLOY_KEY", "value": "canary-of-the-project"}],
            },
        )
        return aws("codebuild").start_build(projectName=project)["build"]["id"]

    def fail_with(self, text):
        """Runs a build whose only command prints this text and fails, and returns its id."""
        build = self.start(["cat failure.txt; exit 1"], {"failure.txt": text}, privileged=False)
        self.assertEqual("FAILED", self.end(build)["buildStatus"])
        return build

    def end(self, build):
        return wait_for(
            lambda: next(
                (item for item in aws("codebuild").batch_get_builds(ids=[build])["builds"] if item["buildComplete"]),
                None,
            ),
            f"the end of {build}",
        )

    def retry_of(self, build):
        """Returns the id of the build that retried this one, after its end."""
        retried = self.bus.wait(build, Event.RETRIED)["started"]
        self.end(retried)
        return retried

    def builds(self, build):
        """Returns all builds of this build's project, oldest first."""
        project = build.partition(":")[0]
        return aws("codebuild").list_builds_for_project(projectName=project, sortOrder="ASCENDING")["ids"]

    def status(self, build):
        return self.end(build)["buildStatus"]

    def text(self, build):
        return sandbox("build", "log", build)

    def variable(self, build, name):
        return {item["name"]: item["value"] for item in self.end(build)["environment"]["environmentVariables"]}[name]

    def counted(self):
        return hub.counted_requests(self.start_time)

    def assertIdle(self, seconds=180):
        # The message of a submitted job stays in its message group for 90 seconds.
        wait_for(queues_are_empty, f"empty queues instead of {message_counts()}", seconds)
