"""End-to-end tests of replication requests: many at the same time, and what they may cost. Runs inside a sandbox."""

import hashlib
import json
import time
import urllib.request
import uuid

from rescue_test_case import RescueTestCase

from pullrescue_sandbox.account import DOCKER_HUB_USER
from pullrescue_sandbox.account import ECR_REGISTRY as ECR
from pullrescue_sandbox.harness.commands import MANIFEST_TYPES, aws
from pullrescue_sandbox.harness.deployment import send
from pullrescue_sandbox.hub import control as hub
from pullrescue_sandbox.hub import images
from pullrescue_sandbox.product import BUILD_TRIGGER, REPLICATION_QUEUE, Event, Field, Setting

REQUESTS = 50
# Pulling an image of one platform is counted three times: for an index, an image and an attestation.
PULLS = 3


def publish(name):
    images.publish(f"{name}:1", platforms=["linux/amd64"], layers=1, megabytes=0.1)


def digest(name):
    request = urllib.request.Request(
        f"{images.DOCKER_HUB}/v2/{name}/manifests/1", method="HEAD", headers={"Accept": MANIFEST_TYPES}
    )
    with urllib.request.urlopen(request) as response:
        return response.headers["Docker-Content-Digest"]


def request(image):
    """Sends a request as the diagnose function does, and returns the id of its trigger."""
    build = f"crowd:{uuid.uuid4()}"
    trigger = {Field.TRIGGER_TYPE: BUILD_TRIGGER, "id": build}
    body = {Field.TRIGGER: trigger, "image": image, "images": [image], Field.CAUSED_FAILURE: False}
    group = hashlib.sha256(image.encode()).hexdigest()
    send(REPLICATION_QUEUE, json.dumps(body), MessageGroupId=group, MessageDeduplicationId=build)
    return build


class ConcurrentRequests(RescueTestCase):
    # Replication only: these requests have no builds that could be retried.
    settings = {Setting.MODE: "replicate"}

    def setUp(self):
        super().setUp()
        hub.set_quota(DOCKER_HUB_USER, 1000)

    def results(self, builds):
        return [self.bus.wait(build, Event.REPLICATED) for build in builds]

    def request_counts(self):
        return hub.counted_requests(self.start_time), hub.rejected_requests(self.start_time)

    def test_replicates_one_image_once_for_many_requests(self):
        publish("crowd/one")
        start = time.monotonic()

        results = self.results([request("docker.io/crowd/one:1") for _ in range(REQUESTS)])

        print(f"{REQUESTS} requests for one image: {time.monotonic() - start:.1f} s")
        self.assertEqual(1, sum(result[Field.STATS]["bytes"] > 0 for result in results))
        self.assertEqual({digest("crowd/one")}, {result[Field.MIRRORED_IMAGE].partition("@")[2] for result in results})
        self.assertEqual((PULLS, 0), self.request_counts())
        self.assertIdle()

    def test_replicates_many_images_within_the_upstream_limit(self):
        names = [f"crowd/image{number}" for number in range(REQUESTS)]
        for name in names:
            publish(name)
        hub.set_quota(DOCKER_HUB_USER, PULLS * REQUESTS)
        start = time.monotonic()

        results = self.results([request(f"docker.io/{name}:1") for name in names])

        print(f"{REQUESTS} images: {time.monotonic() - start:.1f} s")
        self.assertEqual(
            [f"{ECR}/pull-rescue/docker-hub/{name}:1@{digest(name)}" for name in names],
            [result[Field.MIRRORED_IMAGE] for result in results],
        )
        self.assertEqual((PULLS * REQUESTS, 0), self.request_counts())
        self.assertEqual(0, hub.quota(DOCKER_HUB_USER))
        self.assertIdle()

    def test_failed_build_does_not_move_tag(self):
        publish("crowd/moved")
        first = digest("crowd/moved")
        self.results([request("docker.io/crowd/moved:1")])
        publish("crowd/moved")
        second = digest("crowd/moved")

        (result,) = self.results([request("docker.io/crowd/moved:1")])

        self.assertNotEqual(first, second)
        self.assertEqual(
            f"{ECR}/pull-rescue/docker-hub/crowd/moved:pull-rescue.1@{second}", result[Field.MIRRORED_IMAGE]
        )
        self.assertIn(f"the mirror's tag 1 stays at {first}", result[Field.SUMMARY])
        tags = {
            tag: image["imageDigest"]
            for image in aws("ecr").describe_images(repositoryName="pull-rescue/docker-hub/crowd/moved")["imageDetails"]
            for tag in image.get("imageTags", [])
        }
        self.assertEqual({"1": first, "pull-rescue.1": second}, tags)
        self.assertIdle()


class DailyBudget(RescueTestCase):
    settings = {
        Setting.MODE: "replicate",
        Setting.MAX_GIGABYTES_PER_DAY: "1",
        Setting.CHAT_NOTIFICATIONS: "true",
    }

    def test_copies_nothing_beyond_budget(self):
        publish("crowd/budget")
        # As if a gigabyte had been copied today.
        aws("cloudwatch").put_metric_data(
            Namespace="PullRescue",
            MetricData=[
                {
                    "MetricName": "BytesCopied",
                    "Dimensions": [{"Name": "Service", "Value": "pull-rescue"}],
                    "Value": 1e9,
                    "Unit": "Bytes",
                }
            ],
        )

        result = self.bus.wait(request("docker.io/crowd/budget:1"), Event.REPLICATION_FAILED)

        self.assertIn("budget reached: 1.", result[Field.REASON])
        self.assertIn("`maxGigabytesPerDay` is 1", result[Field.REASON])
        self.assertIdle()
