"""The AWS account in which the claims are tried, with the deployed pull-rescue."""

import functools
import io
import json
import threading
import time
import zipfile

from botocore.config import Config
from botocore.exceptions import ClientError

from acceptance import docker_hub, naming
from acceptance.claim import Interrupted, NotTried, Refuted
from acceptance.events import Events
from acceptance.stack import Stack, stack_resources, stack_status

POLL_SECONDS = 5
INVOCATION_SECONDS = 900


class Account:
    """Everything that claims use of an account. The sandbox overrides what differs there."""

    # Where a build blocks Docker Hub, and the address that it then has.
    hosts_file = "/etc/hosts"
    blocked_address = "127.0.0.1"
    sandbox = False
    # At once; a new account may build less at the same time, then CodeBuild lets builds wait.
    parallel = 4

    def __init__(self, session, run):
        self.session = session
        self._lock = threading.Lock()
        self.run = run
        self.region = session.region_name
        self.started = time.time()
        self.stopping = threading.Event()
        self.id = self.client("sts").get_caller_identity()["Account"]
        self.partition = session.get_partition_for_region(self.region)
        self.stack = Stack(self)
        self.events = Events(self)
        # The registry and prefix of images from ECR Public, which the first mirrored image shows.
        self.public_mirror = None

    @functools.lru_cache(maxsize=None)
    def _client(self, service, region):
        # A copy may take as long as a function; after a shorter timeout the invocation would be sent again.
        config = Config(retries={"mode": "standard", "max_attempts": 8}, read_timeout=INVOCATION_SECONDS)
        return self.session.client(service, region_name=region, config=config)

    def client(self, service, region=None):
        # Sessions are not safe for threads, clients are.
        with self._lock:
            return self._client(service, region or self.region)

    def arn(self, service, resource, region=None):
        place = self.region if region is None else region
        return f"arn:{self.partition}:{service}:{place}:{self.id}:{resource}"

    def role(self, name):
        return self.arn("iam", f"role/{name}", region="")

    @property
    def bucket(self):
        return f"{naming.PREFIX}{self.id}-{self.region}"

    # ---- the deployed product

    def require_product(self):
        """Fails unless pull-rescue is deployed here and nothing of an earlier run is left."""
        if not stack_status(self.client("cloudformation"), naming.PRODUCT):
            raise NotTried(
                f"there is no stack {naming.PRODUCT} in account {self.id}, region {self.region}: run scripts/deploy first"
            )
        if self.stack.exists():
            raise NotTried(
                f"the stack {naming.STACK} exists: another run is going on, or one was interrupted; if it is not going"
                " on any more, run scripts/acceptance --cleanup"
            )

    @functools.cached_property
    def configuration(self):
        """The settings of the functions, as far as they are deployed with them."""
        merged = {}
        for name in naming.FUNCTIONS:
            variables = self.client("lambda").get_function_configuration(FunctionName=name)["Environment"]["Variables"]
            merged |= json.loads(variables["PULL_RESCUE_CONFIG"])
        return merged

    def setting(self, name):
        """Returns a setting of the deployed stack as a person writes it."""
        if name == "chatNotifications":
            return "true" if self.topic(naming.CHAT_TOPIC) else "false"
        values = [self.configuration, *(value for value in self.configuration.values() if isinstance(value, dict))]
        value = next((item[name] for item in values if name in item), None)
        return {True: "true", False: "false"}.get(value, value) if isinstance(value, bool) else value

    @functools.lru_cache(maxsize=None)
    def topic(self, name):
        """Returns the ARN of a topic of the deployed stack, or nothing."""
        arns = [
            topic["TopicArn"]
            for page in self.client("sns").get_paginator("list_topics").paginate()
            for topic in page["Topics"]
        ]
        return next((arn for arn in arns if arn.rpartition(":")[2] == name), None)

    @functools.lru_cache(maxsize=None)
    def pull_policy(self):
        """Returns the ARN of the policy for roles that pull from the mirror."""
        found = stack_resources(self.client("cloudformation"), naming.PRODUCT)
        return next(item["PhysicalResourceId"] for item in found if item["ResourceType"] == "AWS::IAM::ManagedPolicy")

    def invoke_manual(self, event):
        """Returns the report of the function for manual invocation."""
        answer = self.client("lambda").invoke(
            FunctionName=f"{naming.PRODUCT}-manual", Payload=json.dumps(event).encode()
        )
        payload = json.loads(answer["Payload"].read())
        if answer.get("FunctionError"):
            raise Refuted(f"{naming.PRODUCT}-manual failed: {payload.get('errorMessage', payload)}")
        return payload["report"]

    def mirror_public_image(self):
        """Mirrors a small image on request, which shows where the mirror keeps images of ECR Public; returns the report."""
        image = f"{naming.PUBLIC}/hello-world:latest"
        report = " ".join(self.invoke_manual({"image": image}))
        mirrored = next(
            (word for word in report.split() if "/docker/library/hello-world:" in word and ".dkr.ecr." in word), ""
        )
        if not mirrored or "@sha256:" not in mirrored:
            raise Refuted(f"{naming.PRODUCT}-manual did not mirror {image}: {report}")
        self.public_mirror = mirrored.partition("/docker/library/")[0]
        return report

    def mirrored_name(self, image):
        """Returns the name in the mirror of an official image at ECR Public."""
        return f"{self.public_mirror}/docker/library/{image}"

    def repositories(self, *more):
        """Returns the repositories of the account whose names end like those that a run creates, as name -> ARN."""
        pages = self.client("ecr").get_paginator("describe_repositories").paginate()
        return {
            item["repositoryName"]: item["repositoryArn"]
            for page in pages
            for item in page["repositories"]
            if item["repositoryName"].endswith(naming.REPOSITORIES + more)
        }

    def denied_calls(self):
        """Returns the lines in the functions' logs about calls that IAM denied since the run began."""
        found = []
        for name in naming.FUNCTIONS:
            pages = (
                self.client("logs")
                .get_paginator("filter_log_events")
                .paginate(
                    logGroupName=f"/aws/lambda/{name}",
                    startTime=int(self.started * 1000),
                    filterPattern="?AccessDenied ?AccessDeniedException ?UnauthorizedOperation",
                )
            )
            found += [f"{name}: {event['message'].strip()[:300]}" for page in pages for event in page["events"]]
        return found

    def deliver_success(self, build):
        """Nothing to do: EventBridge delivers the event of a succeeded build."""

    def upstream_digest(self, repository, tag):
        return docker_hub.head_digest(repository, tag)

    def ask_docker_hub(self, repository, tag):
        """Returns what the token for everybody grants, and the pulls that are left before and after a HEAD request."""
        return docker_hub.granted(repository), *(docker_hub.remaining(repository, tag) for _ in range(2))

    # ---- work

    def upload(self, name, files, bucket=None):
        """Writes a zip file of these files (name -> text) into a bucket of the run."""
        data = io.BytesIO()
        with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
            for path, content in files.items():
                archive.writestr(path, content)
        self.client("s3").put_object(Bucket=bucket or self.bucket, Key=name, Body=data.getvalue())

    def seconds(self, minutes):
        """Returns how long to wait for what takes so many minutes in AWS."""
        return minutes * 60

    def poll_seconds(self):
        return POLL_SECONDS

    def wait(self, condition, description, minutes, missing=Refuted):
        """Returns the first true result of the condition. missing: what it means if there is none."""
        deadline = time.monotonic() + self.seconds(minutes)
        while not (result := condition()):
            if time.monotonic() > deadline:
                raise missing(f"waited {self.seconds(minutes):.0f} s for {description}, which did not come")
            self.pause(self.poll_seconds())
        return result

    def pause(self, seconds):
        if self.stopping.wait(seconds):
            raise Interrupted()

    def settle(self, minutes):
        """Waits that long, to see that nothing happens."""
        self.pause(self.seconds(minutes))


def error_code(error):
    return error.response.get("Error", {}).get("Code", "") if isinstance(error, ClientError) else ""
