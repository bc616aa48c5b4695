"""Works out the environment variables of a build: start call before project before buildspec, by name."""

import json

from botocore.exceptions import BotoCoreError, ClientError


class VariableRefused(Exception):
    """A variable that cannot be resolved; status_code is what CodeBuild reports for it."""

    def __init__(self, status_code, message):
        super().__init__(message)
        self.status_code = status_code


def merged(project, override):
    """Both are lists of {name, value, type}; the override wins, the order of the project stays."""
    by_name = {variable["name"]: variable for variable in project}
    by_name.update({variable["name"]: variable for variable in override})
    return [{"type": "PLAINTEXT", **variable} for variable in by_name.values()]


def resolve(aws, buildspec, declared):
    """Answers the values by name, and the set of values that must not be shown."""
    wanted = {name: ("PLAINTEXT", value) for name, value in buildspec.variables.items()}
    wanted.update({name: ("PARAMETER_STORE", value) for name, value in buildspec.parameter_store.items()})
    wanted.update({name: ("SECRETS_MANAGER", value) for name, value in buildspec.secrets_manager.items()})
    wanted.update({variable["name"]: (variable["type"], variable["value"]) for variable in declared})
    values = {name: _value(aws, kind, value) for name, (kind, value) in wanted.items()}
    return values, {values[name] for name, (kind, _) in wanted.items() if kind != "PLAINTEXT"}


def _value(aws, kind, value):
    try:
        if kind == "PARAMETER_STORE":
            return aws.client("ssm").get_parameter(Name=value, WithDecryption=True)["Parameter"]["Value"]
        if kind == "SECRETS_MANAGER":
            return secret(aws, value)
        return value
    except (ClientError, BotoCoreError) as refusal:
        store = "Decrypted Variables Error" if kind == "PARAMETER_STORE" else "Secrets Manager Error"
        raise VariableRefused(store, f"{value}: {refusal}") from refusal


def secret(aws, reference):
    """secret-id[:json-key[:version-stage[:version-id]]]; an ARN has colons of its own."""
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
        raise VariableRefused("Secrets Manager Error", f"{identifier}: no key {key}") from missing
