"""The settings of a build: its project with the overrides of StartBuild, validated as CodeBuild does."""

import copy
import re

from pullrescue_sandbox.ecr import credentials as ecr
from pullrescue_sandbox.emulators.core.model import InvalidInput

from . import image_policy
from .buildspec import is_inline
from .variables import merge

# https://github.com/aws/aws-cdk/pull/14974 quotes the message.
MAX_BUILDSPEC_LENGTH = 25600

# Parameter of StartBuild -> (part of the project, member of the part). Without a part: a member of the project.
OVERRIDES = {
    "sourceTypeOverride": ("source", "type"),
    "sourceLocationOverride": ("source", "location"),
    "sourceAuthOverride": ("source", "auth"),
    "gitCloneDepthOverride": ("source", "gitCloneDepth"),
    "gitSubmodulesConfigOverride": ("source", "gitSubmodulesConfig"),
    "buildspecOverride": ("source", "buildspec"),
    "insecureSslOverride": ("source", "insecureSsl"),
    "reportBuildStatusOverride": ("source", "reportBuildStatus"),
    "buildStatusConfigOverride": ("source", "buildStatusConfig"),
    "environmentTypeOverride": ("environment", "type"),
    "imageOverride": ("environment", "image"),
    "computeTypeOverride": ("environment", "computeType"),
    "certificateOverride": ("environment", "certificate"),
    "privilegedModeOverride": ("environment", "privilegedMode"),
    "registryCredentialOverride": ("environment", "registryCredential"),
    "imagePullCredentialsTypeOverride": ("environment", "imagePullCredentialsType"),
    "fleetOverride": ("environment", "fleet"),
    "sourceVersion": (None, "sourceVersion"),
    "secondarySourcesOverride": (None, "secondarySources"),
    "secondarySourcesVersionOverride": (None, "secondarySourceVersions"),
    "artifactsOverride": (None, "artifacts"),
    "secondaryArtifactsOverride": (None, "secondaryArtifacts"),
    "cacheOverride": (None, "cache"),
    "serviceRoleOverride": (None, "serviceRole"),
    "timeoutInMinutesOverride": (None, "timeoutInMinutes"),
    "queuedTimeoutInMinutesOverride": (None, "queuedTimeoutInMinutes"),
    "encryptionKeyOverride": (None, "encryptionKey"),
    "logsConfigOverride": (None, "logsConfig"),
    "autoRetryLimitOverride": (None, "autoRetryLimit"),
    "debugSessionEnabled": (None, "debugSessionEnabled"),
}
# https://github.com/wolfeidau/buildkite-serverless-agent/issues/35
MAX_VARIABLE_LENGTH = 4096
GIT = {"GITHUB", "GITHUB_ENTERPRISE", "GITLAB", "GITLAB_SELF_MANAGED", "BITBUCKET"}
DEFAULTS = {
    "cache": {"type": "NO_CACHE"},
    "timeoutInMinutes": 60,
    "queuedTimeoutInMinutes": 480,
    "badge": {"badgeEnabled": False},
    "encryptionKey": "arn:aws:kms:us-east-1:123456789012:alias/aws/s3",
}


def with_defaults(project):
    project = {**copy.deepcopy(DEFAULTS), **copy.deepcopy(project)}
    environment = project["environment"]
    environment.setdefault("imagePullCredentialsType", "CODEBUILD")
    environment.setdefault("privilegedMode", False)
    environment["environmentVariables"] = merge(environment.get("environmentVariables", []), [])
    return project


def apply_overrides(project, parameters):
    """Returns the settings of a build. Variables are merged by name, everything else is replaced."""
    settings = copy.deepcopy(project)
    if project["artifacts"]["type"] == "CODEPIPELINE" and "artifactsOverride" not in parameters:
        raise InvalidInput("ArtifactsOverride must be set when using artifacts type CodePipelines")
    for parameter, value in copy.deepcopy(parameters).items():
        if parameter == "environmentVariablesOverride":
            environment = settings["environment"]
            environment["environmentVariables"] = merge(environment["environmentVariables"], value)
        elif parameter in OVERRIDES:
            part, member = OVERRIDES[parameter]
            (settings[part] if part else settings)[member] = value
    _check_git_overrides(settings["source"]["type"], parameters)
    _check_host_overrides(project["environment"], parameters)
    return settings


def _check_host_overrides(environment, parameters):
    """The machines of a fleet have one type (https://github.com/aws/aws-cdk/issues/34572), and AWS Lambda no timeouts
    (https://github.com/hashicorp/terraform-provider-aws/issues/35043). The words of the errors are not known."""
    if environment.get("fleet") or environment["type"].endswith("_EC2") or environment["type"] == "MAC_ARM":
        for parameter, member in (("environmentTypeOverride", "type"), ("computeTypeOverride", "computeType")):
            if parameters.get(parameter, environment[member]) != environment[member]:
                raise InvalidInput(f"{parameter} is not that of the fleet")
    if "LAMBDA" in environment["type"]:
        for parameter in ("timeoutInMinutesOverride", "queuedTimeoutInMinutesOverride", "privilegedModeOverride"):
            if parameter in parameters:
                raise InvalidInput(f"{parameter} is not supported for {environment['type']}")


def _check_git_overrides(source_type, parameters):
    for parameter in ("reportBuildStatusOverride", "buildStatusConfigOverride", "sourceAuthOverride"):
        if parameter in parameters and source_type not in GIT:
            raise InvalidInput(f"{parameter} is not valid for source type {source_type}")


def validate(settings):
    _check_source(settings["source"])
    _check_environment(settings["environment"])
    # The limits of timeouts are in the service model.
    if not 0 <= settings.get("autoRetryLimit", 0) <= 10:
        raise InvalidInput(f"Invalid autoRetryLimit: {settings['autoRetryLimit']} is not between 0 and 10")


def _check_source(source):
    if len(source.get("buildspec") or "") > MAX_BUILDSPEC_LENGTH:
        raise InvalidInput(f"Invalid project source: Max buildspec length is {MAX_BUILDSPEC_LENGTH}")
    if source["type"] == "NO_SOURCE" and not is_inline(source.get("buildspec") or ""):
        if not (source.get("buildspec") or "").startswith("arn:aws:s3:::"):
            raise InvalidInput("Invalid project source: buildspec is required for source type NO_SOURCE")
    if source["type"] not in ("NO_SOURCE", "CODEPIPELINE") and not source.get("location"):
        raise InvalidInput(f"Invalid project source: location is required for source type {source['type']}")
    if source["type"] == "S3" and not re.fullmatch(r"(arn:aws:s3:::)?[^/]+/.+", source["location"]):
        raise InvalidInput("Invalid project source: location must be a valid S3 source")


def _check_environment(environment):
    for variable in environment["environmentVariables"]:
        if variable["name"].startswith("CODEBUILD_"):
            raise InvalidInput(
                f"Invalid environment variable: {variable['name']}: names must not start with CODEBUILD_"
            )
        if len(variable["value"]) > MAX_VARIABLE_LENGTH:
            raise InvalidInput(
                f"Invalid environment variable: {variable['name']}: at most {MAX_VARIABLE_LENGTH} characters"
            )
    image, credentials = environment["image"], environment["imagePullCredentialsType"]
    if environment.get("registryCredential"):
        if ecr.is_ecr_image(image) or image_policy.is_curated(image):
            raise InvalidInput("Invalid input: registryCredential cannot be used with a curated or an Amazon ECR image")
        if credentials != "SERVICE_ROLE":
            raise InvalidInput("Invalid input: registryCredential needs imagePullCredentialsType SERVICE_ROLE")
    if image_policy.is_curated(image):
        if credentials != "CODEBUILD":
            raise InvalidInput(
                "Invalid input: cannot use a CodeBuild curated image with imagePullCredentialsType SERVICE_ROLE"
            )
    elif credentials == "CODEBUILD" and image_policy.is_other_account(image):
        raise InvalidInput(
            "Invalid input: cannot use a cross-account ECR image with imagePullCredentialsType CODEBUILD"
        )
    elif credentials == "CODEBUILD" and not ecr.is_ecr_image(image):
        raise InvalidInput(
            "Invalid input: only curated and Amazon ECR images can be used with imagePullCredentialsType CODEBUILD"
        )
