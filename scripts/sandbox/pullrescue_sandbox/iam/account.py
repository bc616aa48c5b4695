"""Facts about the account: who owns an access key, the policies of its role, names and tags of resources."""

import json
import threading
import time

import boto3
from botocore.exceptions import ClientError

from pullrescue_sandbox.account import ADMINISTRATOR, REGION, arn

# Changed policies take effect after this time; in AWS they do not take effect at once either.
POLICY_CACHE_SECONDS = 2


class Session:
    """The session of a function's role. Its name is the name of the function."""

    def __init__(self, key, principal):
        self.key = key
        self.principal = principal
        self.role, self.function = principal.split("/")[-2:]


class Account:
    def __init__(self, endpoint):
        self._endpoint = endpoint
        self._lock = threading.Lock()
        self._clients = {}
        self._sessions = {}
        self._policies = {}

    def _client(self, service, key=ADMINISTRATOR):
        with self._lock:
            if (service, key) not in self._clients:
                self._clients[service, key] = boto3.client(
                    service,
                    endpoint_url=self._endpoint,
                    region_name=REGION,
                    aws_access_key_id=key,
                    aws_secret_access_key=ADMINISTRATOR,
                )
            return self._clients[service, key]

    def session(self, key):
        """Returns the session of the function that owns this access key; None for keys of others."""
        if key not in self._sessions:
            principal = self._client("sts", key).get_caller_identity()["Arn"]
            session = Session(key, principal) if ":assumed-role/" in principal else None
            self._sessions[key] = session if session and self._is_function_role(session.role) else None
        return self._sessions[key]

    def _is_function_role(self, role):
        trust = self._client("iam").get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"]
        return "lambda.amazonaws.com" in json.dumps(trust)

    def policies(self, role):
        until, policies = self._policies.get(role, (0, None))
        if time.monotonic() > until:
            policies = [document(policy) for policy in (*self._inline(role), *self._attached(role))]
            self._policies[role] = (time.monotonic() + POLICY_CACHE_SECONDS, policies)
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

    def secret_arn(self, name):
        """Returns the ARN of a secret. It ends in six random letters; the ARN for a missing secret does so, too."""
        try:
            return self._client("secretsmanager").describe_secret(SecretId=name)["ARN"]
        except ClientError:
            return name if name.startswith("arn:") else arn("secretsmanager", f"secret:{name}-absent")

    def project(self, name):
        """Returns a project; empty if there is none of this name."""
        found = self._client("codebuild").batch_get_projects(names=[name])["projects"]
        return found[0] if found else {}

    def project_tags(self, name):
        return {tag["key"]: tag["value"] for tag in self.project(name).get("tags") or []}

    def pipeline_tags(self, name):
        """Returns the tags of a pipeline, which its stages have as well; none if there is no such pipeline."""
        try:
            tags = self._client("codepipeline").list_tags_for_resource(resourceArn=arn("codepipeline", name))["tags"]
        except ClientError:
            return {}
        return {tag["key"]: tag["value"] for tag in tags}

    def repository_tags(self, repository):
        """Returns the tags of a repository by its ARN; none if there is no such repository."""
        try:
            tags = self._client("ecr").list_tags_for_resource(resourceArn=repository)["tags"]
        except ClientError:
            return {}
        return {tag["Key"]: tag["Value"] for tag in tags}

    def service_tags(self, service):
        cluster, _, name = service.rpartition(":service/")[2].partition("/")
        found = self._client("ecs").describe_services(cluster=cluster, services=[name], include=["TAGS"])["services"]
        return {tag["key"]: tag["value"] for service in found for tag in service.get("tags", [])}

    def task_definition(self, name):
        """Returns the task definition and its tags; both are empty if it does not exist."""
        try:
            found = self._client("ecs").describe_task_definition(taskDefinition=name, include=["TAGS"])
        except ClientError:
            return {}, {}
        return found["taskDefinition"], {tag["key"]: tag["value"] for tag in found.get("tags", [])}

    def job_definition_tags(self, arn):
        found = self._client("batch").describe_job_definitions(jobDefinitions=[arn])["jobDefinitions"]
        return {name: value for definition in found for name, value in definition.get("tags", {}).items()}


def document(policy):
    """Returns the document of a policy: moto keeps some as text in which names are escaped again."""
    return json.loads(policy) if isinstance(policy, str) else policy
