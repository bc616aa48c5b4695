"""sandbox deploy: deploys the real stack into the sandbox, with the real CDK CLI."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from pullrescue_sandbox import account as sandbox_account
from pullrescue_sandbox import paths
from pullrescue_sandbox.lambda_runtime.account import Account
from pullrescue_sandbox.namespaces import administrator_environment

ENVIRONMENT = f"aws://{sandbox_account.ACCOUNT_ID}/{sandbox_account.REGION}"
STACK = "pull-rescue"


def add_arguments(parser):
    parser.add_argument(
        "--assembly", type=Path, metavar="DIR", help="deploy the output of scripts/synth, instead of synthesizing"
    )
    parser.add_argument("-c", "--context", action="append", default=[], metavar="SETTING=VALUE")
    parser.set_defaults(call=lambda options: deploy(options.assembly, options.context))


def deploy(assembly, context):
    account = Account()
    steps = [Step("bootstrap", lambda: bootstrap(account))]
    if not assembly:
        assembly = paths.mkdir(paths.state()) / "cdk.out"
        steps.append(Step("synthesize", lambda: synthesize(assembly, context)))
    run_in_parallel(steps)
    run_in_parallel([Step("remove the old stack", lambda: remove(account))])
    run_in_parallel([Step("deploy", lambda: cdk("deploy", "--app", assembly, "--require-approval", "never"))])
    # Before the first message arrives: moto would receive it instead of the function runner.
    account.take_over_mappings()
    account.detach_schedule_targets()


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
            output = getattr(failure, "stderr", None) or getattr(failure, "output", None) or str(failure)
            self.failure = f"{self.name} failed:\n{output}"


def run_in_parallel(steps):
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
    """Deletes the stack before a second deployment, because moto cannot update stacks. Other resources are kept."""
    if not stack_exists(account, STACK):
        return False
    cloudformation = account.client("cloudformation")
    cloudformation.delete_stack(StackName=STACK)
    cloudformation.get_waiter("stack_delete_complete").wait(StackName=STACK, WaiterConfig={"Delay": 1})
    return True


def synthesize(assembly, context):
    settings = [word for setting in context for word in ("-c", setting)]
    run(paths.SYNTH, "--output", assembly, *settings)


def cdk(*arguments):
    return run(paths.CDK, *arguments)


def run(*command):
    """Runs the command for the sandbox's account, whichever account the shell uses; its output is shown if it fails."""
    environment = {
        name: value for name, value in os.environ.items() if name not in ("AWS_PROFILE", "AWS_SESSION_TOKEN")
    }
    endpoint = os.environ.get("AWS_ENDPOINT_URL", sandbox_account.ENDPOINT)
    environment |= {**administrator_environment(), "AWS_ENDPOINT_URL": endpoint, "CI": "true"}
    return subprocess.run(
        list(map(str, command)),
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
