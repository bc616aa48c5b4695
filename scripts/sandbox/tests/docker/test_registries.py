"""Tests of the registries under their real names, as clients see them. Runs inside a sandbox."""

import base64
import hashlib
import json
import subprocess
import unittest
import urllib.error
import urllib.request
from datetime import datetime, timezone

from pullrescue_sandbox import paths
from pullrescue_sandbox.account import ECR_CREDENTIALS
from pullrescue_sandbox.account import ECR_REGISTRY as ECR
from pullrescue_sandbox.harness.commands import MANIFEST_TYPES, aws
from pullrescue_sandbox.hub import control as hub
from pullrescue_sandbox.hub import images

HUB = "https://registry-1.docker.io/v2/library/ruby/manifests/2.7"


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


OPENER = urllib.request.build_opener(NoRedirect)


def ask(url, method="GET", data=None, **headers):
    """Returns status, headers and body; redirects are not followed."""
    request = urllib.request.Request(url, method=method, data=data, headers=headers)
    try:
        with OPENER.open(request) as response:
            return response.status, response.headers, response.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


def basic(credentials):
    return "Basic " + base64.b64encode(credentials.encode()).decode()


def bearer(credentials=None, repository="library/ruby"):
    url = f"https://auth.docker.io/token?service=registry.docker.io&scope=repository:{repository}:pull"
    status, _, body = ask(url, **({"Authorization": basic(credentials)} if credentials else {}))
    assert status == 200, body
    return {"Authorization": "Bearer " + json.loads(body)["token"], "Accept": MANIFEST_TYPES}


def digest_of(reference, *options):
    raw = subprocess.run(
        ["skopeo", "inspect", "--raw", *options, f"docker://{reference}"], check=True, capture_output=True
    )
    return "sha256:" + hashlib.sha256(raw.stdout).hexdigest(), json.loads(raw.stdout)


class DockerHub(unittest.TestCase):
    def setUp(self):
        for account, left in (("anonymous", 100), ("rescuer", 200)):
            hub.set_quota(account, left)

    def test_requires_token(self):
        status, headers, body = ask(HUB)

        self.assertEqual(401, status)
        self.assertEqual(
            'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",'
            'scope="repository:library/ruby:pull"',
            headers["WWW-Authenticate"],
        )
        self.assertEqual("UNAUTHORIZED", json.loads(body)["errors"][0]["code"])

    def test_rejects_wrong_password(self):
        status, _, body = ask(
            "https://auth.docker.io/token?service=registry.docker.io", Authorization=basic("rescuer:wrong")
        )

        self.assertEqual((401, {"details": "incorrect username or password"}), (status, json.loads(body)))

    def test_counts_get_but_not_head(self):
        start = hub.timestamp()
        head = ask(HUB, "HEAD", **bearer())[1]
        self.assertEqual(("100;w=21600", "100;w=21600"), (head["ratelimit-limit"], head["ratelimit-remaining"]))
        self.assertEqual(0, hub.counted_requests(start))

        get = ask(HUB, **bearer())[1]

        self.assertEqual("99;w=21600", get["ratelimit-remaining"])
        self.assertEqual((99, 1), (hub.quota("anonymous"), hub.counted_requests(start)))

    def test_rejects_get_but_allows_head_without_quota(self):
        hub.exhaust_anonymous_quota()
        start = hub.timestamp()

        status, headers, body = ask(HUB, **bearer())

        self.assertEqual(429, status)
        self.assertEqual(
            {
                "code": "TOOMANYREQUESTS",
                "message": "You have reached your unauthenticated pull rate limit. "
                "https://www.docker.com/increase-rate-limit",
            },
            json.loads(body)["errors"][0],
        )
        self.assertEqual(
            ("0;w=21600", "203.0.113.7"), (headers["ratelimit-remaining"], headers["docker-ratelimit-source"])
        )
        self.assertEqual(200, ask(HUB, "HEAD", **bearer())[0])
        self.assertEqual((0, 1), (hub.counted_requests(start), hub.rejected_requests(start)))

    def test_counts_quota_for_each_account(self):
        hub.exhaust_anonymous_quota()

        status, headers, _ = ask(HUB, **bearer("rescuer:correct-horse"))

        self.assertEqual(
            (200, "199;w=21600", "rescuer"),
            (status, headers["ratelimit-remaining"], headers["docker-ratelimit-source"]),
        )
        hub.set_quota("rescuer", 0)
        status, _, body = ask(HUB, **bearer("rescuer:correct-horse"))
        self.assertEqual(429, status)
        self.assertIn("You have reached your pull rate limit", json.loads(body)["errors"][0]["message"])

    def test_redirects_blob_downloads(self):
        blob = digest_of("docker.io/library/alpine:3.19")[1]["config"]["digest"]

        status, headers, _ = ask(f"https://registry-1.docker.io/v2/library/alpine/blobs/{blob}", **bearer())

        self.assertEqual(307, status)
        self.assertTrue(
            headers["Location"].startswith("https://production.cloudflare.docker.com/"), headers["Location"]
        )
        self.assertEqual(blob, "sha256:" + hashlib.sha256(ask(headers["Location"])[2]).hexdigest())

    def test_rejects_pushes(self):
        self.assertEqual(
            401, ask("https://registry-1.docker.io/v2/library/ruby/blobs/uploads/", "POST", b"", **bearer())[0]
        )

    def test_hides_missing_repositories(self):
        url = "https://registry-1.docker.io/v2/library/nothing/manifests/1"

        self.assertEqual(401, ask(url, **bearer(repository="library/nothing"))[0])
        self.assertEqual(404, ask(HUB.replace("2.7", "9.9"), **bearer())[0])

    def test_shows_private_repositories_to_accounts_only(self):
        images.publish("acme/hidden:1", platforms=["linux/amd64"], layers=1, megabytes=0.1)
        hub.hide("acme/hidden")
        url = "https://registry-1.docker.io/v2/acme/hidden/manifests/1"

        self.assertEqual(401, ask(url, "HEAD", **bearer(repository="acme/hidden"))[0])
        self.assertEqual(200, ask(url, "HEAD", **bearer("rescuer:correct-horse", "acme/hidden"))[0])
        self.assertEqual([], self.granted(bearer(repository="acme/hidden")))
        self.assertEqual([{"type": "repository", "name": "library/ruby", "actions": ["pull"]}], self.granted(bearer()))

    @staticmethod
    def granted(headers):
        claims = headers["Authorization"].split(".")[1]
        return json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["access"]


class EcrPublic(unittest.TestCase):
    def test_serves_official_images_if_enabled(self):
        url = "https://public.ecr.aws/v2/docker/library/ruby/manifests/2.7"
        token = json.loads(ask("https://public.ecr.aws/token/?service=public.ecr.aws&scope=aws")[2])["token"]
        headers = {"Authorization": f"Bearer {token}", "Accept": MANIFEST_TYPES}
        self.assertEqual(401, ask(url)[0])
        self.assertEqual(
            (404, "NAME_UNKNOWN"), ((missing := ask(url, **headers))[0], json.loads(missing[2])["errors"][0]["code"])
        )

        hub.serve_ecr_public(True)
        self.addCleanup(hub.serve_ecr_public, False)

        start = hub.timestamp()
        mirrored = ask(url, **headers)
        self.assertEqual((200, 0), (mirrored[0], hub.counted_requests(start)))
        self.assertEqual(ask(HUB, "HEAD", **bearer())[1]["Docker-Content-Digest"], mirrored[1]["Docker-Content-Digest"])


class EcrTestCase(unittest.TestCase):
    def setUp(self):
        hub.set_quota("anonymous", 100)
        self.repository = f"tests/{self.id().rpartition('.')[2].replace('_', '-')}"
        self.image = f"{ECR}/{self.repository}:2.7"

    def create(self, **settings):
        aws("ecr").create_repository(repositoryName=self.repository, **settings)

    def push(self, source="docker.io/library/ruby:2.7"):
        return subprocess.run(
            [
                "skopeo",
                "copy",
                "--quiet",
                "--all",
                "--dest-creds",
                ECR_CREDENTIALS,
                f"docker://{source}",
                f"docker://{self.image}",
            ],
            check=False,
            capture_output=True,
            text=True,
        )


class Ecr(EcrTestCase):
    def test_exact_copy_keeps_digests(self):
        self.create()
        self.assertEqual(0, (pushed := self.push()).returncode, pushed.stderr)

        source, index = digest_of("docker.io/library/ruby:2.7")

        self.assertEqual(source, digest_of(self.image, "--creds", ECR_CREDENTIALS)[0])
        details = aws("ecr").describe_images(repositoryName=self.repository)["imageDetails"]
        self.assertEqual([source], [one["imageDigest"] for one in details if one.get("imageTags") == ["2.7"]])
        self.assertEqual(
            {source, *(child["digest"] for child in index["manifests"])}, {one["imageDigest"] for one in details}
        )

    def test_accepts_only_the_token_of_the_api(self):
        url = f"https://{ECR}/v2/"
        token = aws("ecr").get_authorization_token()["authorizationData"][0]["authorizationToken"]

        self.assertEqual(200, ask(url, Authorization=f"Basic {token}")[0])
        self.assertEqual(400, ask(url, Authorization=basic("AWS:wrong"))[0])
        status, headers, _ = ask(url)
        self.assertEqual(
            (401, f'Basic realm="https://{ECR}/",service="ecr.amazonaws.com"'), (status, headers["WWW-Authenticate"])
        )

    def test_knows_the_repositories_of_the_api(self):
        self.assertIn("does not exist in the registry", self.push().stderr)
        self.create()

        status, _, body = ask(
            f"https://{ECR}/v2/{self.repository}/manifests/2.7",
            Authorization=basic(ECR_CREDENTIALS),
            Accept=MANIFEST_TYPES,
        )

        self.assertEqual((404, "Requested image not found"), (status, json.loads(body)["errors"][0]["message"]))

    def test_rejects_push_of_immutable_tag(self):
        self.create(imageTagMutability="IMMUTABLE")
        self.assertEqual(0, (pushed := self.push()).returncode, pushed.stderr)

        self.assertIn(
            "cannot be overwritten because the tag is immutable", self.push("docker.io/library/alpine:3.19").stderr
        )

    def test_allows_push_of_excluded_tag(self):
        self.create(
            imageTagMutability="IMMUTABLE_WITH_EXCLUSION",
            imageTagMutabilityExclusionFilters=[{"filterType": "WILDCARD", "filter": "2.*"}],
        )
        self.assertEqual(0, (pushed := self.push()).returncode, pushed.stderr)

        self.assertEqual(0, (again := self.push("docker.io/library/alpine:3.19")).returncode, again.stderr)

        newest = digest_of("docker.io/library/alpine:3.19")[0]
        tagged = aws("ecr").describe_images(repositoryName=self.repository, imageIds=[{"imageTag": "2.7"}])[
            "imageDetails"
        ]
        self.assertEqual([newest], [one["imageDigest"] for one in tagged])

    def test_rejects_index_before_its_children(self):
        self.create()
        index = ask(HUB, **bearer())[2]

        status, _, body = ask(
            f"https://{ECR}/v2/{self.repository}/manifests/2.7",
            "PUT",
            index,
            Authorization=basic(ECR_CREDENTIALS),
            **{"Content-Type": "application/vnd.oci.image.index.v1+json"},
        )

        self.assertEqual(400, status)
        self.assertEqual("MANIFEST_BLOB_UNKNOWN", json.loads(body)["errors"][0]["code"])

    def test_redirects_layers_to_s3_without_credentials(self):
        self.create()
        self.push("docker.io/library/alpine:3.19")
        layer = digest_of(self.image, "--creds", ECR_CREDENTIALS)[1]["layers"][0]["digest"]

        status, headers, _ = ask(
            f"https://{ECR}/v2/{self.repository}/blobs/{layer}", Authorization=basic(ECR_CREDENTIALS)
        )

        self.assertEqual(307, status)
        self.assertEqual(layer, "sha256:" + hashlib.sha256(ask(headers["Location"])[2]).hexdigest())
        status, _, body = ask(headers["Location"], Authorization=basic(ECR_CREDENTIALS))
        self.assertEqual((400, True), (status, b"Only one auth mechanism allowed" in body))

    def test_lists_available_layers(self):
        self.create()
        self.push("docker.io/library/alpine:3.19")
        layer = digest_of(self.image, "--creds", ECR_CREDENTIALS)[1]["layers"][0]["digest"]
        missing = f"sha256:{'0' * 64}"

        layers = aws("ecr").batch_check_layer_availability(
            repositoryName=self.repository, layerDigests=[layer, missing]
        )["layers"]

        self.assertEqual(
            [(layer, "AVAILABLE"), (missing, "UNAVAILABLE")],
            [(item["layerDigest"], item["layerAvailability"]) for item in layers],
        )

    def test_records_pull_time(self):
        self.create()
        self.assertEqual(0, (pushed := self.push()).returncode, pushed.stderr)
        self.assertEqual({}, self.pull_times())
        began = datetime.now(timezone.utc)

        index = digest_of(self.image, "--creds", ECR_CREDENTIALS)[0]

        self.assertEqual([index], list(self.pull_times()))
        self.assertLess(began, self.pull_times()[index])

    def pull_times(self):
        details = aws("ecr").describe_images(repositoryName=self.repository)["imageDetails"]
        return {item["imageDigest"]: item["lastRecordedPullTime"] for item in details if "lastRecordedPullTime" in item}

    def test_rejects_small_layer_parts(self):
        self.create()
        headers = {"Authorization": basic(ECR_CREDENTIALS), "Content-Type": "application/octet-stream"}
        opened = ask(f"https://{ECR}/v2/{self.repository}/blobs/uploads/", "POST", b"", **headers)
        self.assertEqual(202, opened[0])

        first = ask(opened[1]["Location"], "PATCH", b"x" * 1000, **headers, **{"Content-Range": "0-999"})
        second = ask(first[1]["Location"], "PATCH", b"x" * 1000, **headers, **{"Content-Range": "1000-1999"})

        # Amazon ECR answers 201 to the first part, which nginx cannot do; docker and skopeo accept both.
        self.assertEqual((202, 400), (first[0], second[0]))
        self.assertEqual("BLOB_UPLOAD_INVALID", json.loads(second[2])["errors"][0]["code"])

    def test_creates_more_images(self):
        images.publish("acme/tool:1", platforms=["linux/amd64"], layers=2, megabytes=0.1)

        index = digest_of("docker.io/acme/tool:1")[1]

        self.assertEqual(["amd64", "unknown"], [one["platform"]["architecture"] for one in index["manifests"]])


class ArchivedImage(EcrTestCase):
    """Amazon ECR lists an archived image, but does not serve it: AmazonECR/latest/userguide/archive-image.html"""

    def test_is_listed_and_not_served_until_it_is_pushed_again(self):
        self.create()
        self.push("docker.io/library/alpine:3.19")
        url, headers = self.manifest()
        self.assertEqual(200, ask(url, "HEAD", **headers)[0])

        aws("ecr").update_image_storage_class(
            repositoryName=self.repository, imageId={"imageTag": "2.7"}, targetStorageClass="ARCHIVE"
        )

        self.assertEqual(404, ask(url, "HEAD", **headers)[0])
        self.assertEqual(["ARCHIVED"], self.statuses(imageIds=[{"imageTag": "2.7"}]))
        self.assertEqual([], self.statuses())
        self.push("docker.io/library/alpine:3.19")
        self.assertEqual((200, ["ACTIVE"]), (ask(url, "HEAD", **headers)[0], self.statuses()))

    def manifest(self):
        headers = {"Authorization": basic(ECR_CREDENTIALS), "Accept": MANIFEST_TYPES}
        return f"https://{ECR}/v2/{self.repository}/manifests/2.7", headers

    def statuses(self, **parameters):
        details = aws("ecr").describe_images(repositoryName=self.repository, **parameters)["imageDetails"]
        return [image["imageStatus"] for image in details]


class PullThroughCache(unittest.TestCase):
    def setUp(self):
        hub.set_quota("rescuer", 200)
        name = self.id().rpartition(".")[2]
        self.prefix = "c" + hashlib.sha256(name.encode()).hexdigest()[:10]
        self.repository = f"{self.prefix}/library/ruby"
        self.secret = f"ecr-pullthroughcache/{name}"
        self.upstream = ask(HUB, "HEAD", **bearer())[1]["Docker-Content-Digest"]

    def add_rule(self, password="correct-horse"):
        secret = aws("secretsmanager").create_secret(
            Name=self.secret, SecretString=json.dumps({"username": "rescuer", "accessToken": password})
        )
        aws("ecr").create_pull_through_cache_rule(
            ecrRepositoryPrefix=self.prefix,
            upstreamRegistryUrl="registry-1.docker.io",
            credentialArn=secret["ARN"],
        )
        self.addCleanup(aws("ecr").delete_pull_through_cache_rule, ecrRepositoryPrefix=self.prefix)

    def ask(self, reference, method="HEAD"):
        headers = {"Authorization": basic(ECR_CREDENTIALS), "Accept": MANIFEST_TYPES}
        return ask(f"https://{ECR}/v2/{self.repository}/manifests/{reference}", method, **headers)

    def test_request_for_tag_imports_image(self):
        self.add_rule()
        self.assertEqual(404, self.ask(self.upstream)[0])

        status, headers, _ = self.ask("2.7")

        self.assertEqual((200, self.upstream), (status, headers["Docker-Content-Digest"]))
        self.assertEqual(200, self.ask(self.upstream)[0])
        details = aws("ecr").describe_images(repositoryName=self.repository)["imageDetails"]
        self.assertIn((self.upstream, ["2.7"]), [(one["imageDigest"], one.get("imageTags")) for one in details])
        copied = subprocess.run(
            ["skopeo", "copy", "--quiet", "--all", "--src-creds", ECR_CREDENTIALS]
            + [f"docker://{ECR}/{self.repository}:2.7", f"oci:{paths.state()}/{self.prefix}"],
            capture_output=True,
            text=True,
        )
        self.assertEqual(0, copied.returncode, copied.stderr)

    def test_wrong_secret_is_denied(self):
        self.add_rule(password="wrong")

        status, _, body = self.ask("2.7", "GET")

        self.assertEqual((403, True), (status, b"authentication to the upstream registry failed" in body))

    def test_rate_limit_of_upstream_is_passed_on(self):
        self.add_rule()
        hub.set_quota("rescuer", 0)
        self.assertEqual(429, self.ask("2.7")[0])

    def test_rule_for_docker_hub_needs_secret(self):
        with self.assertRaisesRegex(Exception, "UnsupportedUpstreamRegistryException"):
            aws("ecr").create_pull_through_cache_rule(
                ecrRepositoryPrefix=self.prefix, upstreamRegistryUrl="registry-1.docker.io"
            )

    def test_description_imports_nothing(self):
        self.add_rule()
        with self.assertRaisesRegex(Exception, "RepositoryNotFoundException"):
            aws("ecr").describe_images(repositoryName=self.repository, imageIds=[{"imageTag": "2.7"}])

    def test_lists_rules(self):
        self.add_rule()
        rules = aws("ecr").describe_pull_through_cache_rules(ecrRepositoryPrefixes=[self.prefix])
        self.assertEqual(
            [("registry-1.docker.io", "ROOT")],
            [(one["upstreamRegistryUrl"], one["upstreamRepositoryPrefix"]) for one in rules["pullThroughCacheRules"]],
        )

    def test_tag_is_checked_again_after_a_day(self):
        self.add_rule()
        name = f"acme/{self.prefix}"
        self.repository = f"{self.prefix}/{name}"
        first = images.publish(f"{name}:1", layers=1, megabytes=0.1)
        self.assertEqual(first, self.ask("1")[1]["Docker-Content-Digest"])
        second = images.publish(f"{name}:1", layers=1, megabytes=0.1)
        self.assertEqual(first, self.ask("1")[1]["Docker-Content-Digest"])

        record = paths.state() / "imports" / self.repository.replace("/", "+")
        known = json.loads(record.read_text())
        record.write_text(json.dumps({**known, "tags": {"1": known["tags"]["1"] - 25 * 3600 * 1000}}))

        self.assertEqual(second, self.ask("1")[1]["Docker-Content-Digest"])


class DestroyScript(unittest.TestCase):
    def destroy(self, *options, code=0):
        result = subprocess.run([paths.DESTROY, "--yes", *options], capture_output=True, text=True)
        self.assertEqual(code, result.returncode, result.stderr)
        return result.stdout + result.stderr

    def names(self):
        return {item["repositoryName"] for item in aws("ecr").describe_repositories()["repositories"]}

    def test_deletes_mirror_repositories_only_on_request(self):
        created_by = [{"Key": "created-by", "Value": "pull-rescue"}]
        for name, tags in (
            ("docker-hub/deleted", created_by),
            ("docker-hub/kept", []),
            ("kept", [{"Key": "created-by", "Value": "us"}]),
        ):
            aws("ecr").create_repository(repositoryName=name, tags=tags)
        before = self.names()

        self.assertIn("there is no stack pull-rescue", self.destroy(code=1))
        self.assertEqual(before, self.names())
        self.assertIn("the mirror's repositories are deleted", self.destroy("--mirror"))
        self.assertEqual(before - {"docker-hub/deleted"}, self.names())
        self.assertIn("there are no mirror repositories", self.destroy("--mirror"))
