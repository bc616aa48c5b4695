"""sandbox functions: runs the deployed functions as AWS Lambda would."""

import json
import signal
import sys
import threading
from pathlib import Path

from pullrescue_sandbox.errors import UserError
from pullrescue_sandbox.lambda_runtime import control_socket, function_runner, jvm, local_function

# 1 is the status of an invocation that failed.
USER_ERROR_STATUS = 2


def add_arguments(parser):
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    run = commands.add_parser("run", help="poll the queues and run the functions until stopped")
    run.add_argument(
        "--visibility-timeout",
        type=int,
        metavar="SECONDS",
        help="make a failed message visible again this long after it was received, instead of the queue's own timeout; "
        "must be longer than any invocation takes",
    )
    run.set_defaults(call=_run)
    invoke = commands.add_parser("invoke", help="invoke one function with one event and print its answer")
    invoke.add_argument("function", help="its name, with or without pull-rescue-")
    invoke.add_argument("event", help="a file with JSON, or - for standard input")
    invoke.add_argument("--local", action="store_true", help="use the jar that was just built, without any AWS")
    invoke.set_defaults(call=_invoke)
    commands.add_parser("fetch", help="download the Lambda runtime client").set_defaults(call=_fetch)
    train = commands.add_parser(
        "train", help="write an AOT cache for the jar that was just built; optional, for quicker cold starts"
    )
    train.set_defaults(call=_train)


def _run(arguments):
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    jvm.runtime_client()
    return function_runner.run(arguments.visibility_timeout, stopped)


def _invoke(arguments):
    payload = _event(arguments.event)
    result = None if arguments.local else control_socket.ask(arguments.function, payload)
    succeeded, text = result or _invoke_alone(arguments, payload)
    print(_pretty(text), file=sys.stdout if succeeded else sys.stderr)
    return 0 if succeeded else 1


def _invoke_alone(arguments, payload):
    """Starts and ends the function for this invocation only, because no runner is active."""
    jvm.runtime_client(fetch=arguments.local)
    if not arguments.local:
        runner = function_runner.FunctionRunner()
        try:
            return runner.invoke(arguments.function, payload)
        finally:
            runner.stop()
    environment = local_function.environment(arguments.function)
    try:
        answer, line = environment.invoke(payload.encode())
        print(line, file=sys.stderr)
        return answer.succeeded, answer.payload.decode(errors="replace")
    finally:
        environment.stop()


def _event(name):
    try:
        return sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
    except OSError as error:
        raise UserError(f"the event cannot be read: {error}") from error


def _pretty(text):
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except ValueError:
        return text


def _fetch(_):
    jvm.runtime_client(fetch=True)
    return 0


def _train(_):
    jvm.runtime_client(fetch=True)
    print(local_function.train())
    return 0
