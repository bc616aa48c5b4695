"""The command line: every module named here adds its arguments and a function `call` that takes the parsed options."""

import argparse
import importlib
import sys

from botocore.exceptions import ClientError

from pullrescue_sandbox.errors import UserError

COMMANDS = {
    "up": "start the sandbox (and end one that still runs with the same state folder)",
    "down": "end the sandbox with every process, mount and namespace",
    "exec": "run a command inside the sandbox, in the current folder",
    "status": "print whether the sandbox is running",
    "deploy": "deploy the real stack with the real CDK (inside)",
    "functions": "run the deployed functions as AWS Lambda would: run, invoke, fetch, train",
    "build": "create, start and follow builds (inside)",
    "images": "put images into a registry, without docker (inside)",
    "hub": "show and change the state of Docker Hub",
    "iam": "review the calls of functions: denied, unused permissions, violations of the service models",
    "secret-scan": "search logs and API calls of the functions for secrets",
    "demo": "run demonstrations (inside); scripts/demo prepares them",
    "docker-release": "print the folder of a newer Docker, or fetch it",
    "certificates": "create a certificate authority and a server certificate",
    "python": "run Python with the packages of the sandbox",
    "test": "run pytest on the tests of the sandbox and of the product",
}
# Everything after these belongs to another program.
PASS_THROUGH = ("exec", "python", "test")


def main(arguments):
    if arguments and arguments[0] in PASS_THROUGH:
        return _module(arguments[0]).run(arguments[1:])
    options = _parser(arguments).parse_args(arguments)
    try:
        return options.call(options) or 0
    except UserError as error:
        print(f"sandbox {arguments[0]}: {error}", file=sys.stderr)
        return getattr(_module(arguments[0]), "USER_ERROR_STATUS", 1)
    except ClientError as error:
        print(f"sandbox {arguments[0]}: {error}", file=sys.stderr)
        return 1


def _parser(arguments):
    parser = argparse.ArgumentParser(
        prog="sandbox",
        description="A small AWS account and a Docker Hub on this machine, under their real names, in namespaces of their own.",
        epilog="The state folder is $PULL_RESCUE_SANDBOX, or .sandbox in the project. Nothing on the host is changed, and "
        "nothing outside can be reached from inside. 'inside' means: sandbox exec scripts/sandbox/sandbox COMMAND ...",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, text in COMMANDS.items():
        command = commands.add_parser(name, help=text, description=text)
        # Modules are loaded for the command that is run only: boto3 takes a quarter of a second.
        if arguments[:1] == [name] and name not in PASS_THROUGH:
            _module(name).add_arguments(command)
    return parser


def _module(name):
    module = {"up": "lifecycle", "down": "lifecycle", "status": "lifecycle", "exec": "enter"}.get(name, name)
    return importlib.import_module(f"pullrescue_sandbox.cli.{module.replace('-', '_')}")
