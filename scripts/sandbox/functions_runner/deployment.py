"""Deploys the real stack into the sandbox, with the real CDK CLI. To be run inside: scripts/sandbox/sandbox exec."""

import argparse
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from . import folders
from .deployed import Account

ENVIRONMENT = "aws://123456789012/us-east-1"
STACK = "pull-rescue"


def main():
    parser = argparse.ArgumentParser(prog="deploy", description=__doc__)
    parser.add_argument("--assembly", type=Path, help="deploy what scripts/synth wrote there, instead of synthesizing")
    parser.add_argument("-c", "--context", action="append", default=[], metavar="SETTING=VALUE")
    arguments = parser.parse_args()

    account = Account()
    assembly = arguments.assembly or folders.made(folders.state()) / "cdk.out"
    steps = [Step("bootstrap", lambda: bootstrap(account))]
    if not arguments.assembly:
        steps.append(Step("synthesize", lambda: synthesize(assembly, arguments.context)))
    together(steps)
    together([Step("remove the old stack", lambda: remove(account))])
    together([Step("deploy", lambda: cdk("deploy", "--app", assembly, "--require-approval", "never"))])
    # Before the first message comes: moto would take it from under the hands of the runner.
    account.adopt_mappings()
    account.silence_clocks()
    return 0


class Step(threading.Thread):
    def __init__(self, name, action):
        super().__init__(name=name)
        self._action = action
        self.failure = None

    def run(self):
        began = time.monotonic()
        try:
            if self._action() is not False:
                print(f"{self.name}: {time.monotonic() - began:.1f} s", flush=True)
        except (subprocess.CalledProcessError, BotoCoreError, ClientError) as failure:
            said = getattr(failure, "stderr", None) or getattr(failure, "output", None) or str(failure)
            self.failure = f"{self.name} failed:\n{said}"


def together(steps):
    for step in steps:
        step.start()
    for step in steps:
        step.join()
    failures = [step.failure for step in steps if step.failure]
    if failures:
        sys.exit("\n".join(failures))


def stack_exists(account, name):
    try:
        account.client("cloudformation").describe_stacks(StackName=name)
    except ClientError as error:
        if "does not exist" in str(error):
            return False
        raise
    return True


def bootstrap(account):
    return not stack_exists(account, "CDKToolkit") and cdk("bootstrap", ENVIRONMENT)


def remove(account):
    """moto cannot update a stack, so a second deployment makes it anew. What is not of the stack stays."""
    if not stack_exists(account, STACK):
        return False
    cloudformation = account.client("cloudformation")
    cloudformation.delete_stack(StackName=STACK)
    cloudformation.get_waiter("stack_delete_complete").wait(StackName=STACK, WaiterConfig={"Delay": 1})
    return True


def synthesize(assembly, context):
    settings = [word for setting in context for word in ("-c", setting)]
    run(folders.PROJECT / "scripts" / "synth", "--output", assembly, *settings)


def cdk(*arguments):
    return run(folders.PROJECT / "scripts" / "cdk", *arguments)


def run(*command):
    """Quiet, unless it fails. Whatever account the shell is logged in to, this one is the sandbox's."""
    environment = {name: value for name, value in os.environ.items() if name not in ("AWS_PROFILE", "AWS_SESSION_TOKEN")}
    environment |= {
        "AWS_ENDPOINT_URL": os.environ.get("AWS_ENDPOINT_URL", "http://localhost:4566"),
        "AWS_ACCESS_KEY_ID": "sandbox",
        "AWS_SECRET_ACCESS_KEY": "sandbox",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "CI": "true",
    }
    return subprocess.run(
        list(map(str, command)), env=environment, check=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


if __name__ == "__main__":
    sys.exit(main())
