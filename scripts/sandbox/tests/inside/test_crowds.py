"""Many requests for copies at once, carried out by the deployed functions. Runs inside a sandbox: scripts/sandbox/test."""

import hashlib
import json
import time
import unittest
import urllib.request
import uuid

from deployment import Bus, Deployment, idle, left, send
from programs import ECR, MANIFESTS, aws, hub, program
from waiting import wait_for

HUB = "http://127.0.0.1:5501"
REQUESTS = "pull-rescue-replication-requests.fifo"
CROWD = 50


def publish(name):
    """A new image of one platform at Docker Hub; answers what pulling it counts: an index, an image, an attestation."""
    program("images", "--registry", HUB, f"{name}:1", "--platforms", "linux/amd64", "--layers", "1", "--megabytes", "0.1")
    return 3


def digest(registry, name, **headers):
    request = urllib.request.Request(f"{registry}/v2/{name}/manifests/1", method="HEAD", headers={"Accept": MANIFESTS, **headers})
    with urllib.request.urlopen(request) as answer:
        return answer.headers["Docker-Content-Digest"]


def request(image):
    """Puts a request as the function that diagnoses does; answers whom it is for."""
    origin = f"crowd:{uuid.uuid4()}"
    body = {"origin": {"kind": "codebuild-build", "id": origin}, "image": image, "images": [image], "decisive": False}
    group = hashlib.sha256(image.rpartition(":")[0].encode()).hexdigest()
    send(REQUESTS, json.dumps(body), MessageGroupId=group, MessageDeduplicationId=origin)
    return origin


class Crowds(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.bus = Bus()
        aws("secretsmanager").create_secret(
            Name="docker-hub", SecretString=json.dumps({"username": "rescuer", "password": "correct-horse"}))
        # Copies alone: who asks here has no build that could run again.
        cls.deployment = Deployment({"mode": "replicate"})
        cls.addClassCleanup(cls.deployment.end)

    def setUp(self):
        hub("quota", "anonymous", 0)
        hub("quota", "rescuer", 1000)
        self.moment = hub("mark")

    def results(self, origins):
        return [self.bus.wait(origin, "Image Replicated") for origin in origins]

    def counted(self):
        return tuple(int(hub(word, "--since", self.moment)) for word in ("counted", "refused"))

    def test_one_image_for_a_crowd_is_copied_once(self):
        cost = publish("crowd/one")
        start = time.monotonic()

        origins = [request("docker.io/crowd/one:1") for _ in range(CROWD)]
        results = self.results(origins)

        print(f"{CROWD} requests for one image: {time.monotonic() - start:.1f} s")
        self.assertEqual(1, sum(result["tally"]["bytes"] > 0 for result in results))
        self.assertEqual({digest(HUB, "crowd/one")}, {result["copy"].partition("@")[2] for result in results})
        self.assertEqual((cost, 0), self.counted())
        wait_for(lambda: left() == idle(), "empty queues")

    def test_many_images_are_all_copied_within_the_limit_of_the_upstream(self):
        names = [f"crowd/image{number}" for number in range(CROWD)]
        cost = sum(publish(name) for name in names)
        hub("quota", "rescuer", cost)
        start = time.monotonic()

        results = self.results([request(f"docker.io/{name}:1") for name in names])

        print(f"{CROWD} images: {time.monotonic() - start:.1f} s")
        self.assertEqual([f"{ECR}/docker-hub/{name}:1@{digest(HUB, name)}" for name in names], [result["copy"] for result in results])
        self.assertEqual((cost, 0), self.counted())
        self.assertEqual("0", hub("quota", "rescuer"))
        wait_for(lambda: left() == idle(), "empty queues")


if __name__ == "__main__":
    unittest.main()
