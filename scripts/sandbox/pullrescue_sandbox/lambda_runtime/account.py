"""The deployed functions and event source mappings, read through the AWS APIs."""

import base64
import hashlib
import os
from dataclasses import dataclass, field
from pathlib import Path

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from pullrescue_sandbox import account, paths
from pullrescue_sandbox.errors import UserError

CREDENTIALS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")


@dataclass(frozen=True)
class Function:
    name: str
    arn: str
    handler: str
    timeout: int
    memory: int
    code: Path
    environment: dict = field(default_factory=dict)
    log_format: str = "JSON"


@dataclass(frozen=True)
class Mapping:
    function_name: str
    queue_arn: str
    queue_url: str
    batch_size: int
    reports_item_failures: bool


class Account:
    """The AWS account of the sandbox."""

    def __init__(self):
        self.endpoint = os.environ.get("AWS_ENDPOINT_URL", account.ENDPOINT)
        self.region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or account.REGION
        self._session = boto3.Session(
            aws_access_key_id=os.environ.get("AWS_ACCESS_KEY_ID", account.ADMINISTRATOR),
            aws_secret_access_key=os.environ.get("AWS_SECRET_ACCESS_KEY", account.ADMINISTRATOR),
            region_name=self.region,
        )

    def client(self, service, function=None):
        """Returns a client of the account's administrator, or of a function's role."""
        config = Config(connect_timeout=3, read_timeout=30, retries={"max_attempts": 2})
        role = {name.lower(): function.environment[name] for name in CREDENTIALS} if function else {}
        return self._session.client(service, endpoint_url=self.endpoint, config=config, **role)

    def functions(self):
        lambdas = self.client("lambda")
        try:
            pages = list(lambdas.get_paginator("list_functions").paginate())
        except BotoCoreError as error:
            raise UserError(f"no AWS APIs at {self.endpoint}: {error}\nIs the sandbox up?") from error
        return [
            self._function(function)
            for page in pages
            for function in page["Functions"]
            if function["Runtime"].startswith("java")
        ]

    def _function(self, configuration):
        return Function(
            name=configuration["FunctionName"],
            arn=configuration["FunctionArn"],
            handler=configuration["Handler"],
            timeout=configuration["Timeout"],
            memory=configuration["MemorySize"],
            code=self._code(configuration),
            environment={
                **configuration.get("Environment", {}).get("Variables", {}),
                **self._credentials(configuration),
            },
            # moto does not store the log format; the stack sets JSON.
            log_format=configuration.get("LoggingConfig", {}).get("LogFormat", "JSON"),
        )

    def _credentials(self, configuration):
        """Returns credentials of the function's own role."""
        session = self.client("sts").assume_role(
            RoleArn=configuration["Role"], RoleSessionName=configuration["FunctionName"]
        )["Credentials"]
        with paths.issued_secrets().open("a") as secrets:
            secrets.write(f"{session['SecretAccessKey']}\n{session['SessionToken']}\n")
        return dict(zip(CREDENTIALS, (session["AccessKeyId"], session["SecretAccessKey"], session["SessionToken"])))

    def _code(self, configuration):
        """Returns the file that was deployed: found in the buckets by its key, and verified by its hash."""
        expected = base64.b64decode(configuration["CodeSha256"]).hex()
        location = self.client("lambda").get_function(FunctionName=configuration["FunctionName"])["Code"]["Location"]
        key = location.split("?")[0].rsplit("/", 1)[1]
        content = self._object(key)
        if content is None or hashlib.sha256(content).hexdigest() != expected:
            raise UserError(f"the code of {configuration['FunctionName']} ({key}) is not in any bucket; deploy again")
        return paths.code(content)

    def _object(self, key):
        store = self.client("s3")
        for bucket in store.list_buckets()["Buckets"]:
            try:
                return store.get_object(Bucket=bucket["Name"], Key=key)["Body"].read()
            except ClientError as error:
                if error.response["Error"]["Code"] not in ("NoSuchKey", "404"):
                    raise
        return None

    def take_over_mappings(self):
        """Returns the event source mappings after disabling them in moto, which would receive the messages itself and fail."""
        lambdas = self.client("lambda")
        mappings = []
        for page in lambdas.get_paginator("list_event_source_mappings").paginate():
            for mapping in page["EventSourceMappings"]:
                lambdas.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
                mappings.append(self._mapping(mapping))
        return mappings

    def detach_schedule_targets(self):
        """Removes the targets of schedule rules: they have no pattern, and moto would send them every event."""
        events = self.client("events")
        for page in events.get_paginator("list_rules").paginate():
            for rule in page["Rules"]:
                if "ScheduleExpression" in rule:
                    targets = events.list_targets_by_rule(Rule=rule["Name"])["Targets"]
                    events.remove_targets(Rule=rule["Name"], Ids=[mapping["Id"] for mapping in targets])

    def _mapping(self, configuration):
        arn = configuration["EventSourceArn"]
        return Mapping(
            function_name=configuration["FunctionArn"].rsplit(":", 1)[1],
            queue_arn=arn,
            queue_url=self.client("sqs").get_queue_url(QueueName=arn.rsplit(":", 1)[1])["QueueUrl"],
            batch_size=configuration.get("BatchSize", 10),
            reports_item_failures="ReportBatchItemFailures" in configuration.get("FunctionResponseTypes", []),
        )
