"""What only the account knows: who an access key is, what its role may do, and some names and tags of resources."""

import json
import threading
import time

import boto3
from botocore.exceptions import ClientError

from .right import REGION, arn

# Policies that change are seen after this, as IAM's own are not seen at once.
SECONDS = 2


class Session:
    """One function's: the role's session is named like the function."""

    def __init__(self, key, principal):
        self.key = key
        self.principal = principal
        self.role, self.function = principal.split("/")[-2:]


class Account:
    def __init__(self, endpoint):
        self._endpoint = endpoint
        self._making = threading.Lock()
        self._clients = {}
        self._sessions = {}
        self._policies = {}

    def _client(self, service, key="sandbox"):
        with self._making:
            if (service, key) not in self._clients:
                self._clients[service, key] = boto3.client(
                    service, endpoint_url=self._endpoint, region_name=REGION, aws_access_key_id=key, aws_secret_access_key="sandbox")
            return self._clients[service, key]

    def session(self, key):
        """The session of a function that this access key belongs to; None where it is somebody else's."""
        if key not in self._sessions:
            principal = self._client("sts", key).get_caller_identity()["Arn"]
            session = Session(key, principal) if ":assumed-role/" in principal else None
            self._sessions[key] = session if session and self._is_of_a_function(session.role) else None
        return self._sessions[key]

    def _is_of_a_function(self, role):
        trust = self._client("iam").get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"]
        return "lambda.amazonaws.com" in json.dumps(trust)

    def policies(self, role):
        until, policies = self._policies.get(role, (0, None))
        if time.monotonic() > until:
            policies = [*self._inline(role), *self._attached(role)]
            self._policies[role] = (time.monotonic() + SECONDS, policies)
        return policies

    def _inline(self, role):
        iam = self._client("iam")
        for name in iam.list_role_policies(RoleName=role)["PolicyNames"]:
            yield iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]

    def _attached(self, role):
        iam = self._client("iam")
        for policy in iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]:
            version = iam.get_policy(PolicyArn=policy["PolicyArn"])["Policy"]["DefaultVersionId"]
            yield iam.get_policy_version(PolicyArn=policy["PolicyArn"], VersionId=version)["PolicyVersion"]["Document"]

    def secret(self, name):
        """A secret's ARN ends in six letters that nobody can know beforehand; one that is not there has some too."""
        try:
            return self._client("secretsmanager").describe_secret(SecretId=name)["ARN"]
        except ClientError:
            return name if name.startswith("arn:") else arn("secretsmanager", f"secret:{name}-absent")

    def tags_of_service(self, service):
        cluster, _, name = service.rpartition(":service/")[2].partition("/")
        found = self._client("ecs").describe_services(cluster=cluster, services=[name], include=["TAGS"])["services"]
        return {tag["key"]: tag["value"] for it in found for tag in it.get("tags", [])}

    def task_definition(self, name):
        """What it says, and its tags; nothing and none where it is not there."""
        try:
            found = self._client("ecs").describe_task_definition(taskDefinition=name, include=["TAGS"])
        except ClientError:
            return {}, {}
        return found["taskDefinition"], {tag["key"]: tag["value"] for tag in found.get("tags", [])}

    def tags_of_job_definition(self, arn):
        found = self._client("batch").describe_job_definitions(jobDefinitions=[arn])["jobDefinitions"]
        return {name: value for it in found for name, value in it.get("tags", {}).items()}
