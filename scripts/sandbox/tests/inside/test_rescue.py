"""Rescues by the deployed functions, and when they must not happen. Runs inside a sandbox: scripts/sandbox/test."""

import contextlib
import io
import json
import random
import re
import subprocess
import unittest
import urllib.request
import uuid
import zipfile

from deployment import Bus, Deployment, Log, idle, left, send
from programs import ECR, MANIFESTS, SANDBOX, aws, hub, program
from waiting import wait_for

CURATED = "aws/codebuild/standard:7.0"
HUB = "http://127.0.0.1:5501"
MIRROR = f"{ECR}/docker-hub/library/ruby"
RATE_LIMIT = "toomanyrequests: You have reached your unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit"
NO_BUILD = "nobody:00000000-0000-4000-8000-000000000000"
IMAGE = SANDBOX.parent.parent / "events/manual/image.json"


def publish():
    """A new ruby:2.7 at Docker Hub; answers its digest."""
    images = program("images", "--registry", HUB, "library/ruby:2.7", "--layers", "1", "--megabytes", "0.2")
    return images.split()[-1]


def digest(repository, tag):
    """What a tag at Docker Hub stands for, asked behind its front door, where nothing is counted."""
    request = urllib.request.Request(f"{HUB}/v2/{repository}/manifests/{tag}", headers={"Accept": MANIFESTS}, method="HEAD")
    with urllib.request.urlopen(request) as answer:
        return answer.headers["Docker-Content-Digest"]


def setUpModule():
    Stack.bus = Bus()
    aws("s3").create_bucket(Bucket="test-rescues")
    # Modules share a sandbox.
    with contextlib.suppress(aws("secretsmanager").exceptions.ResourceExistsException):
        aws("secretsmanager").create_secret(
            Name="docker-hub", SecretString=json.dumps({"username": "rescuer", "password": "correct-horse"}))
    unittest.addModuleCleanup(Stack.withdraw)


class Stack(unittest.TestCase):
    """Classes with the same settings that follow each other share one deployment."""

    maxDiff = None
    settings = {}
    bus = deployment = None

    @classmethod
    def setUpClass(cls):
        if Stack.deployment is None or Stack.deployment.settings != cls.settings:
            Stack.withdraw()
            Stack.deployment = Deployment(cls.settings)

    @staticmethod
    def withdraw():
        if Stack.deployment is not None:
            Stack.deployment.end()

    def setUp(self):
        hub("quota", "anonymous", 0)
        hub("quota", "rescuer", 200)
        self.moment = hub("mark")

    def invoke(self, function, event):
        """The report of a function that somebody invokes with this text."""
        answer = subprocess.run([SANDBOX / "functions", "invoke", function, "-"], input=event, check=True, stdout=subprocess.PIPE, text=True)
        return json.loads(answer.stdout)["report"]

    def start(self, commands, files, privileged=True):
        """A build of a new project with these commands and this source; answers the build's id."""
        project = re.sub(r"\W", "-", self.id().rpartition(".")[2])[:100]
        data = io.BytesIO()
        with zipfile.ZipFile(data, "w") as archive:
            for path, content in files.items():
                archive.writestr(path, content)
        aws("s3").put_object(Bucket="test-rescues", Key=f"{project}.zip", Body=data.getvalue())
        buildspec = json.dumps({"version": 0.2, "phases": {"build": {"commands": commands}}}, indent=2)
        aws("codebuild").create_project(
            name=project, serviceRole="arn:aws:iam::123456789012:role/builds", artifacts={"type": "NO_ARTIFACTS"},
            source={"type": "S3", "location": f"test-rescues/{project}.zip", "buildspec": buildspec},
            environment={"type": "LINUX_CONTAINER", "computeType": "BUILD_GENERAL1_SMALL", "image": CURATED,
                         "privilegedMode": privileged,
                         "environmentVariables": [{"name": "DEPLOY_KEY", "value": "canary-of-the-project"}]})
        return aws("codebuild").start_build(projectName=project)["build"]["id"]

    def fail_with(self, text):
        """A build whose only command prints this and fails; answers its id, once it has ended."""
        build = self.start(["cat failure.txt; exit 1"], {"failure.txt": text}, privileged=False)
        self.assertEqual("FAILED", self.end(build)["buildStatus"])
        return build

    def end(self, build):
        return wait_for(lambda: next(
            (it for it in aws("codebuild").batch_get_builds(ids=[build])["builds"] if it["buildComplete"]), None), f"the end of {build}")

    def retry_of(self, build):
        """The id of the build that was started for this one, once it has ended too."""
        retried = self.bus.wait(build, "Workload Retried")["started"]
        self.end(retried)
        return retried

    def builds(self, build):
        """All builds of this build's project, oldest first."""
        project = build.partition(":")[0]
        return aws("codebuild").list_builds_for_project(projectName=project, sortOrder="ASCENDING")["ids"]

    def status(self, build):
        return self.end(build)["buildStatus"]

    def text(self, build):
        return program("build", "log", build)

    def variable(self, build, name):
        return {it["name"]: it["value"] for it in self.end(build)["environment"]["environmentVariables"]}[name]

    def counted(self):
        return int(hub("counted", "--since", self.moment))

    def assertIdle(self, seconds=90):
        wait_for(lambda: left() == idle(), "empty queues", seconds)


class Chains(Stack):
    """A build that is rescued, again and again, and when that ends."""

    def test_a_rescued_build_that_fails_on_the_same_image_is_not_retried_again(self):
        # This build takes away what the rescue brought: the variable is the folder of the rescue's own files.
        end_of_mirror = 'pkill -f "${pull_rescue:-none}/mirror.py" || true'
        first = self.start([end_of_mirror, "DOCKER_BUILDKIT=1 docker build ."], {"Dockerfile": "FROM ruby:2.7\n"})
        second = self.retry_of(first)

        refused = self.bus.wait(second, "Retry Refused")

        self.assertRegex(refused["why"], "^it is a retry that already had the copy of ruby:2.7 and failed on it all the same; ")
        self.assertIdle()
        self.assertEqual([first, second], self.builds(first))
        self.assertEqual(["FAILED", "FAILED", "1"], [*map(self.status, (first, second)), self.variable(second, "PULL_RESCUE_ATTEMPT")])

    def test_two_images_of_one_dockerfile_are_rescued_one_after_the_other(self):
        stages = "FROM ruby:2.7 AS tools\nRUN ruby --version\nFROM alpine:3.19\nCOPY --from=tools /usr/bin/ruby /usr/bin/ruby\nRUN ruby\n"
        first = self.start(["DOCKER_BUILDKIT=0 docker build ."], {"Dockerfile": stages})

        second = self.retry_of(first)
        third = self.retry_of(second)

        self.assertEqual(["FAILED", "FAILED", "SUCCEEDED"], [self.status(it) for it in (first, second, third)], self.text(third))
        self.assertEqual(["docker.io/library/ruby:2.7", "docker.io/library/alpine:3.19"],
                         [pair.partition("=")[0] for pair in self.variable(third, "PULL_RESCUE_IMAGES").split(",")])
        self.assertEqual([first, "2"], [self.variable(third, f"PULL_RESCUE_{name}") for name in ("ORIGIN", "ATTEMPT")])
        self.assertIdle()
        self.assertEqual([first, second, third], self.builds(first))

    def test_buildkit_is_rescued_too(self):
        self.rescue("DOCKER_BUILDKIT=1 docker build --progress plain -t app .", "FROM ruby:2.7\nRUN ruby --version\n", said="ruby 2.7.8")

    def test_a_pinned_digest_is_rescued_too(self):
        pinned = digest("library/ruby", "2.7")
        self.rescue("DOCKER_BUILDKIT=0 docker build -t app .", f"FROM ruby@{pinned}\nRUN echo built\n", said="built")

    def rescue(self, command, dockerfile, said):
        first = self.start([command, "docker run --rm app true"], {"Dockerfile": dockerfile})

        second = self.retry_of(first)

        self.assertIn("toomanyrequests", self.text(first))
        self.assertEqual(["FAILED", "SUCCEEDED"], [self.status(it) for it in (first, second)], self.text(second))
        self.assertIn(said, self.text(second))
        self.assertEqual("0", hub("quota", "anonymous"))


class Storms(Stack):
    """Failures that are told again and again."""

    def test_a_hundred_events_told_twice_and_shuffled_are_one_copy_and_one_retry_for_each_build(self):
        program("images", "--registry", HUB, "storm/app:1", "--layers", "1", "--megabytes", "0.1")
        first = self.start(["DOCKER_BUILDKIT=0 docker build ."], {"Dockerfile": "FROM storm/app:1\n"})
        builds = [first, aws("codebuild").start_build(projectName=first.partition(":")[0])["build"]["id"]]
        self.assertEqual(["FAILED", "FAILED"], [self.status(build) for build in builds])
        sample = json.loads((SANDBOX.parent.parent / "events/codebuild/build-failed-rate-limit.json").read_text())
        events = [{**sample, "id": str(uuid.uuid4()), "detail": {**sample["detail"], "build-id": build}} for build in builds * 50] * 2
        random.Random(7).shuffle(events)

        for event in events:
            send("pull-rescue-failures", json.dumps(event))

        retries = [self.retry_of(build) for build in builds]
        self.assertIdle(seconds=300)
        self.assertCountEqual([*builds, *retries], self.builds(first))
        self.assertEqual(["SUCCEEDED", "SUCCEEDED"], [self.status(build) for build in retries])
        of = {build: [kind for kind, _ in self.bus.of(build)] for build in builds}
        self.assertEqual([1, 1], [of[build].count("Workload Retried") for build in builds])
        copies = [detail for build in builds for kind, detail in self.bus.of(build) if kind == "Image Replicated"]
        self.assertEqual(1, sum(copy["tally"]["bytes"] > 0 for copy in copies))


class NoRescues(Stack):
    """Failures that pull-rescue has nothing to do with, or must not touch."""

    def setUp(self):
        super().setUp()
        self.log = Log("diagnose")
        self.mirrored = mirrored()

    def assertNothingFollows(self, build):
        self.assertIdle()
        self.assertEqual([build], self.builds(build))
        self.assertEqual(self.mirrored, mirrored())
        self.assertEqual(0, self.counted())

    def test_a_failure_that_is_no_failed_pull_starts_and_publishes_nothing(self):
        build = self.fail_with("shop_test.rb:7: Failure: expected 3, was 4\n")

        wait_for(lambda: f"{build} failed of no pull" in self.log.lines(), "the diagnosis")

        self.assertNothingFollows(build)
        self.assertEqual([], self.bus.of(build))

    def test_a_registry_that_is_no_allowed_upstream_is_refused_by_name(self):
        shown = "https://ci:canary-in-the-log@evil.example.com/v2/?X-Amz-Signature=canary-in-the-log DEPLOY_TOKEN=canary-in-the-log"
        build = self.fail_with(f"Step 1/2 : FROM evil.example.com/app:1\n{RATE_LIMIT} {shown}\n")

        diagnosed = self.bus.wait(build, "Pull Failure Diagnosed")

        self.assertEqual(("RATE_LIMITED", ["evil.example.com/app:1"]), (diagnosed["cause"], diagnosed["images"]))
        self.assertEqual(f"{RATE_LIMIT} https://(hidden)@evil.example.com/v2/?X-Amz-Signature=(hidden) DEPLOY_TOKEN=(hidden)",
                         diagnosed["evidence"]["line"])
        self.assertRegex(diagnosed["next"], r"^evil\.example\.com/app:1: the registry is not an allowed upstream \(allowed: .*docker\.io, ")
        self.assertNothingFollows(build)
        self.assertEqual(1, len(self.bus.of(build)))


class BadMessages(Stack):
    """Messages that nobody of ours wrote, put straight into the deployed queues."""

    DEEP = "[" * 5000

    def event(self, source, kind, **detail):
        return json.dumps({"version": "0", "source": source, "detail-type": kind, "detail": detail})

    def refuse(self, function, queue, messages, **parameters):
        """Each message becomes one line of the function's log, and is gone for good."""
        log = Log(function)
        for number, (body, _) in enumerate(messages):
            send(queue, body, **{name: f"{value}{number}" for name, value in parameters.items()})
        wait_for(lambda: len(log.lines()) >= len(messages), f"{len(messages)} log lines of {function}")
        self.assertIdle()
        self.assertCountEqual([said for _, said in messages], [self.start_of(line, messages) for line in log.lines()])

    def start_of(self, line, messages):
        return next((said for _, said in messages if line.startswith(said)), line)

    def test_what_is_no_failure_is_ignored_once(self):
        self.refuse("diagnose", "pull-rescue-failures", [
            ("no JSON\u2028at all", "ignored: not JSON: Unrecognized token 'no'"),
            (self.DEEP, "ignored: not JSON: Document nesting depth"),
            ("[]", "ignored: not an EventBridge event"),
            (self.event("aws.ec2", "EC2 Spot Instance Interruption Warning"), "ignored: an event of another kind: aws.ec2 / EC2 Spot"),
            (self.event("aws.codebuild", "CodeBuild Build State Change", **{"build-status": "FAILED", "build-id": "../../shop"}),
             "ignored: a CodeBuild event without a legal build-id"),
            (self.event("aws.codebuild", "CodeBuild Build State Change", **{"build-status": "FAILED", "build-id": NO_BUILD}),
             f"ignored: CodeBuild knows no build {NO_BUILD} in this region")])

    def test_what_is_no_request_for_a_copy_is_ignored_once(self):
        self.refuse("replicate", "pull-rescue-replication-requests.fifo", [
            ("no JSON", "ignored: not a replication request: no JSON"),
            (self.DEEP, "ignored: not a replication request: [[["),
            ("null", "ignored: not a replication request: null"),
            ('{"image": "Ruby:2.7; reboot"}', 'ignored: not a replication request: {"image": "Ruby:2.7; reboot"}'),
            ('{"image": "ruby:2.7", "origin": {"kind": "moon"}}', "ignored: not a replication request: "),
        ], MessageGroupId="bad", MessageDeduplicationId=self.id())

    def test_what_is_no_reason_to_build_is_ignored_once(self):
        copy = f"{MIRROR}:2.7@sha256:{'0' * 64}"
        replicated = {"image": "ruby:2.7", "images": ["ruby:2.7"], "copy": copy, "decisive": True}
        self.refuse("retry", "pull-rescue-retries", [
            ("no JSON", "ignored: not JSON: Unrecognized token 'no'"),
            (self.event("pull-rescue", "Image Replicated"), "ignored: an image was replicated, and no work waits for it"),
            (self.event("pull-rescue", "Image Replicated", **replicated, origin={"kind": "codebuild-build", "id": NO_BUILD}),
             f"ignored: CodeBuild knows no build {NO_BUILD} in this region")])


class ByHand(Stack):
    """The function that a person invokes."""

    def test_an_image_is_copied_and_the_second_time_it_is_there(self):
        digest = publish()

        first = self.invoke("rescue", IMAGE.read_text())
        paid, self.moment = self.counted(), hub("mark")
        second = self.invoke("rescue", IMAGE.read_text())

        self.assertRegex(first[0], rf"^ruby:2\.7 is {re.escape(MIRROR)}:2\.7@{digest}: [\d,]+ bytes in \d+ blobs from docker\.io")
        self.assertEqual([f"ruby:2.7 is {MIRROR}:2.7@{digest}: it was there already, nothing moved"], second)
        self.assertEqual((True, 0), (paid > 0, self.counted()))

    def test_what_cannot_be_done_is_told_in_words(self):
        for event, told in (
                ('{"image": "Ruby:2.7; reboot"}', r"nothing was done: not an image reference: 'Ruby:2\.7; reboot'; .*such as ruby:2\.7"),
                ('{}', r'nothing was done: send \{"image": "ruby:2\.7"\}'),
                ('no JSON', "nothing was done: the input is not JSON"),
                ('{"image": "evil.example.com/app:1"}', r"did not copy evil\.example\.com/app:1: .*not an allowed upstream")):
            with self.subTest(event):
                self.assertRegex(" ".join(self.invoke("rescue", event)), f"^{told}")
        self.assertEqual(0, self.counted())


class Watching(Stack):
    """Where the operator wants to be told, and nothing else."""

    settings = {"mode": "observe"}

    def test_a_failed_pull_is_reported_and_nothing_is_copied(self):
        publish()
        before = mirrored()
        build = self.fail_with(f"Step 1/2 : FROM ruby:2.7\n{RATE_LIMIT}\n")

        diagnosed = self.bus.wait(build, "Pull Failure Diagnosed")

        self.assertEqual((["docker.io/library/ruby:2.7"], "the mode is observe, so nothing is copied"), (diagnosed["images"], diagnosed["next"]))
        self.assertIdle()
        self.assertEqual((1, [build], before, 0), (len(self.bus.of(build)), self.builds(build), mirrored(), self.counted()))


def mirrored():
    """Everything in the mirror."""
    ecr = aws("ecr")
    names = [it["repositoryName"] for page in ecr.get_paginator("describe_repositories").paginate() for it in page["repositories"]]
    return {name: sorted(str(sorted(it.items())) for it in ecr.list_images(repositoryName=name)["imageIds"]) for name in names}


if __name__ == "__main__":
    unittest.main()
