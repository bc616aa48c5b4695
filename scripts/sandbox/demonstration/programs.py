"""The sandbox's programs and APIs, as whoever demonstrates uses them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import boto3

SANDBOX = Path(__file__).resolve().parent.parent
STATE = Path(os.environ["PULL_RESCUE_SANDBOX"])


def run(*command, quiet=True):
    result = subprocess.run(list(map(str, command)), stdout=subprocess.PIPE if quiet else None, text=True)
    if result.returncode:
        sys.exit(f"{Path(str(command[0])).name} failed")
    return result.stdout or ""


def hub(word, since="0"):
    return int(run(SANDBOX / "hub", word, "--since", since))


def mark():
    return run(SANDBOX / "hub", "mark").strip()


def publish(image, megabytes):
    """A new image of this name at Docker Hub."""
    run(SANDBOX / "images", "--registry", "http://127.0.0.1:5501", image, "--layers", "4", "--megabytes", str(megabytes))


def refuse_strangers():
    run(SANDBOX / "hub", "quota", "anonymous", "0")


def strangers_are_refused():
    return run(SANDBOX / "hub", "quota", "anonymous").strip() == "0"


def make_account():
    """The one at Docker Hub that replicate may use."""
    boto3.client("secretsmanager").create_secret(
        Name="docker-hub", SecretString=json.dumps({"username": "rescuer", "password": "correct-horse"}))


def raw(reference, credentials):
    return subprocess.run(
        ["skopeo", "inspect", "--raw", "--creds", credentials, f"docker://{reference}"], check=True, stdout=subprocess.PIPE).stdout
