"""Which credentials may pull which environment image."""

import fnmatch
import json

from stand_in import ecr
from stand_in.aws import ACCOUNT, ECR_REGISTRY

CODEBUILD = "codebuild.amazonaws.com"
PULL_ACTIONS = ("ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")


def is_curated(image):
    return image.startswith("aws/codebuild/")


def is_other_account(image):
    return ecr.holds(image) and not image.startswith(ECR_REGISTRY + "/")


def repository(image):
    name = ecr.IMAGE.fullmatch(image).group(2).partition("@")[0]
    return name.rpartition(":")[0] or name


def denial(image):
    """What the docker host of a real build says when the repository policy does not name CodeBuild."""
    return (f"Error response from daemon: pull access denied for {ECR_REGISTRY}/{repository(image)}, "
            "repository does not exist or may require 'docker login': denied: User: CodeBuild")


def allows(aws, image, project_arn):
    """Whether the repository policy lets CodeBuild itself pull for this project."""
    client = aws.client("ecr")
    try:
        policy = client.get_repository_policy(repositoryName=repository(image))["policyText"]
    except (client.exceptions.RepositoryPolicyNotFoundException, client.exceptions.RepositoryNotFoundException):
        return False
    statements = _list(json.loads(policy).get("Statement"))
    facts = {"aws:sourceaccount": ACCOUNT, "aws:sourcearn": project_arn}
    matching = [statement for statement in statements if _names_codebuild(statement.get("Principal")) and _holds(statement, facts)]
    denied = any(statement["Effect"] == "Deny" and _covers(statement, action)
                 for statement in matching for action in PULL_ACTIONS)
    return not denied and all(
        any(statement["Effect"] == "Allow" and _covers(statement, action) for statement in matching)
        for action in PULL_ACTIONS)


def _names_codebuild(principal):
    if isinstance(principal, dict):
        return CODEBUILD in _list(principal.get("Service")) or "*" in _list(principal.get("AWS"))
    return principal == "*"


def _covers(statement, action):
    return any(fnmatch.fnmatchcase(action.lower(), wanted.lower()) for wanted in _list(statement.get("Action")))


def _holds(statement, facts):
    """A condition that is not understood holds for nobody."""
    for operator, keys in (statement.get("Condition") or {}).items():
        if operator not in ("StringEquals", "StringLike", "ArnLike", "ArnEquals"):
            return False
        for key, wanted in keys.items():
            fact = facts.get(key.lower())
            exact = operator == "StringEquals"
            if fact is None or not any(fact == one if exact else fnmatch.fnmatchcase(fact, one) for one in _list(wanted)):
                return False
    return True


def _list(value):
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
