"""Decides which credentials may pull an environment image."""

import fnmatch
import json

from pullrescue_sandbox.ecr import credentials as ecr
from pullrescue_sandbox.account import ACCOUNT_ID, ECR_REGISTRY

CODEBUILD = "codebuild.amazonaws.com"
PULL_ACTIONS = ("ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")


def is_curated(image):
    return image.startswith("aws/codebuild/")


def has_aws_cli(image):
    """Whether the image has the AWS CLI and python3. Those with only a Corretto JDK have neither.
    https://github.com/aws/aws-codebuild-docker-images/blob/master/al/x86_64/standard/corretto11/Dockerfile"""
    return ":corretto" not in image


def is_other_account(image):
    return ecr.is_ecr_image(image) and not image.startswith(ECR_REGISTRY + "/")


def repository(image):
    name = ecr.IMAGE.fullmatch(image).group(2).partition("@")[0]
    return name.rpartition(":")[0] or name


def denied_message(image):
    """Returns the message of a real build's docker host when the repository policy does not allow CodeBuild."""
    return (
        f"Error response from daemon: pull access denied for {ECR_REGISTRY}/{repository(image)}, "
        "repository does not exist or may require 'docker login': denied: User: CodeBuild"
    )


def codebuild_may_pull(aws, image, project_arn):
    """Returns whether the repository policy allows CodeBuild to pull for this project with its own credentials."""
    client = aws.client("ecr")
    try:
        policy = client.get_repository_policy(repositoryName=repository(image))["policyText"]
    except (client.exceptions.RepositoryPolicyNotFoundException, client.exceptions.RepositoryNotFoundException):
        return False
    statements = _as_list(json.loads(policy).get("Statement"))
    context = {"aws:sourceaccount": ACCOUNT_ID, "aws:sourcearn": project_arn}
    matching = [
        statement
        for statement in statements
        if _is_codebuild(statement.get("Principal")) and _conditions_match(statement, context)
    ]
    denied = any(
        statement["Effect"] == "Deny" and _matches_action(statement, action)
        for statement in matching
        for action in PULL_ACTIONS
    )
    return not denied and all(
        any(statement["Effect"] == "Allow" and _matches_action(statement, action) for statement in matching)
        for action in PULL_ACTIONS
    )


def _is_codebuild(principal):
    if isinstance(principal, dict):
        return CODEBUILD in _as_list(principal.get("Service")) or "*" in _as_list(principal.get("AWS"))
    return principal == "*"


def _matches_action(statement, action):
    return any(fnmatch.fnmatchcase(action.lower(), pattern.lower()) for pattern in _as_list(statement.get("Action")))


def _conditions_match(statement, context):
    """Unsupported condition operators never match."""
    for operator, keys in (statement.get("Condition") or {}).items():
        if operator not in ("StringEquals", "StringLike", "ArnLike", "ArnEquals"):
            return False
        for key, expected in keys.items():
            value = context.get(key.lower())
            exact = operator == "StringEquals"
            if value is None or not any(
                value == one if exact else fnmatch.fnmatchcase(value, one) for one in _as_list(expected)
            ):
                return False
    return True


def _as_list(value):
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
