"""Parses a buildspec: https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html"""

from dataclasses import dataclass

import yaml

PHASES = ("install", "pre_build", "build", "post_build")


class BuildspecError(Exception):
    """CodeBuild reports it as YAML_FILE_ERROR."""


@dataclass(frozen=True)
class PhaseCommands:
    commands: tuple
    finally_commands: tuple
    on_failure: str


@dataclass(frozen=True)
class Buildspec:
    shell: str
    variables: dict
    parameter_store: dict
    secrets_manager: dict
    phases: dict


def is_inline(text):
    if "\n" in text:
        return True
    try:
        return isinstance(yaml.load(text, yaml.BaseLoader), dict)
    except yaml.YAMLError:
        return False


def parse(text):
    try:
        # BaseLoader keeps the spelling of scalars: `yes` stays yes and 0.10 stays 0.10.
        document = yaml.load(text, yaml.BaseLoader)
    except yaml.YAMLError as error:
        raise BuildspecError(" ".join(str(error).split())) from error
    if not isinstance(document, dict):
        raise BuildspecError("the buildspec is not a mapping")
    if document.get("version") != "0.2":
        raise BuildspecError(f"unknown version {document.get('version')}: the emulator supports only 0.2")
    environment = _mapping(document, "env")
    shell = environment.get("shell") or "sh"
    if shell not in ("sh", "bash"):
        raise BuildspecError(f"unknown shell {shell}")
    phases = _mapping(document, "phases")
    unknown = sorted(set(phases) - set(PHASES))
    if unknown or not phases:
        raise BuildspecError(f"unknown phases: {', '.join(unknown)}" if unknown else "no phases found in YAML")
    return Buildspec(
        shell,
        _strings(environment, "variables"),
        _strings(environment, "parameter-store"),
        _strings(environment, "secrets-manager"),
        {name: _phase(phases, name) for name in PHASES if name in phases},
    )


def _phase(phases, name):
    phase = _mapping(phases, name)
    on_failure = phase.get("on-failure") or ""
    if on_failure not in ("", "ABORT", "CONTINUE"):
        raise BuildspecError(f"{name}: on-failure {on_failure} is not supported by the emulator")
    return PhaseCommands(_commands(phase, "commands"), _commands(phase, "finally"), on_failure)


def _commands(phase, key):
    commands = phase.get(key) or []
    if isinstance(commands, str):
        commands = [commands]
    if not isinstance(commands, list) or not all(isinstance(command, str) for command in commands):
        raise BuildspecError(f"{key} is not a list of commands")
    return tuple(command.rstrip("\n") for command in commands)


def _mapping(parent, key):
    value = parent.get(key) or {}
    if not isinstance(value, dict):
        raise BuildspecError(f"{key} is not a mapping")
    return value


def _strings(parent, key):
    mapping = _mapping(parent, key)
    if not all(isinstance(value, str) for value in mapping.values()):
        raise BuildspecError(f"{key} is not a mapping of names to text")
    return mapping
