"""Resolves the environment variables of a build: by name, StartBuild overrides the project, which overrides the buildspec."""

import json

from botocore.exceptions import BotoCoreError, ClientError


class VariableError(Exception):
    """A variable cannot be resolved; CodeBuild reports status_code for it."""

    def __init__(self, status_code, message):
        super().__init__(message)
        self.status_code = status_code


def merge(project, override):
    """Merges two lists of {name, value, type}. Overrides win; the order of the project is kept."""
    by_name = {variable["name"]: variable for variable in project}
    by_name.update({variable["name"]: variable for variable in override})
    return [{"type": "PLAINTEXT", **variable} for variable in by_name.values()]


def resolve(aws, buildspec, declared):
    """Returns the values by name, and the set of values that must be redacted."""
    sources = {name: ("PLAINTEXT", value) for name, value in buildspec.variables.items()}
    sources.update({name: ("PARAMETER_STORE", value) for name, value in buildspec.parameter_store.items()})
    sources.update({name: ("SECRETS_MANAGER", value) for name, value in buildspec.secrets_manager.items()})
    sources.update({variable["name"]: (variable["type"], variable["value"]) for variable in declared})
    values = {name: _value(aws, kind, value) for name, (kind, value) in sources.items()}
    return values, {values[name] for name, (kind, _) in sources.items() if kind != "PLAINTEXT"}


def _value(aws, kind, value):
    try:
        if kind == "PARAMETER_STORE":
            return aws.client("ssm").get_parameter(Name=value, WithDecryption=True)["Parameter"]["Value"]
        if kind == "SECRETS_MANAGER":
            return secret(aws, value)
        return value
    except (ClientError, BotoCoreError) as error:
        store = "Decrypted Variables Error" if kind == "PARAMETER_STORE" else "Secrets Manager Error"
        raise VariableError(store, f"{value}: {error}") from error


def secret(aws, reference):
    """Returns the value for secret-id[:json-key[:version-stage[:version-id]]]; the id may be an ARN, which contains colons."""
    parts = reference.split(":")
    if reference.startswith("arn:"):
        parts = [":".join(parts[:7])] + parts[7:]
    identifier, key, stage, version = (parts + [""] * 4)[:4]
    parameters = {"SecretId": identifier}
    if stage:
        parameters["VersionStage"] = stage
    if version:
        parameters["VersionId"] = version
    text = aws.client("secretsmanager").get_secret_value(**parameters)["SecretString"]
    if not key:
        return text
    try:
        return str(json.loads(text)[key])
    except (ValueError, KeyError, TypeError) as missing:
        raise VariableError("Secrets Manager Error", f"{identifier}: no key {key}") from missing
