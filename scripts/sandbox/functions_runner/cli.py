"""The commands: run, invoke, fetch, train."""

import argparse
import json
import signal
import sys
import threading
from pathlib import Path

from . import control, java, local, service
from .folders import Refused


def main():
    parser = argparse.ArgumentParser(prog="functions", description="Runs the deployed functions as AWS Lambda would.")
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="poll the queues and run the functions until stopped")
    run.add_argument(
        "--visibility-timeout",
        type=int,
        metavar="SECONDS",
        help="show a failed message again this long after it was received, not after what the queue says; "
        "has to be longer than any invocation takes",
    )
    invoke = commands.add_parser("invoke", help="hand one event to one function and print its answer")
    invoke.add_argument("function", help="its name, with or without pull-rescue-")
    invoke.add_argument("event", help="a file with JSON, or - for standard input")
    invoke.add_argument("--local", action="store_true", help="the jar that was just built, without any AWS")
    commands.add_parser("fetch", help="get the Lambda runtime client; takes the network")
    commands.add_parser("train", help="make later cold starts of the jar that was just built quicker; optional")
    arguments = parser.parse_args()
    try:
        return _COMMANDS[arguments.command](arguments)
    except Refused as refused:
        print(refused, file=sys.stderr)
        return 2


def _run(arguments):
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    java.runtime_client()
    return service.run(arguments.visibility_timeout, stopped)


def _invoke(arguments):
    payload = _event(arguments.event)
    answer = None if arguments.local else control.ask(arguments.function, payload)
    succeeded, text = answer or _invoke_alone(arguments, payload)
    print(_readable(text), file=sys.stdout if succeeded else sys.stderr)
    return 0 if succeeded else 1


def _invoke_alone(arguments, payload):
    """Nobody runs the functions: start the one that is asked for, and end it again."""
    java.runtime_client(fetch=arguments.local)
    if not arguments.local:
        alone = service.Service()
        try:
            return alone.invoke(arguments.function, payload)
        finally:
            alone.stop()
    environment = local.environment(arguments.function)
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
        raise Refused(f"no event: {error}") from error


def _readable(text):
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except ValueError:
        return text


def _fetch(_):
    java.runtime_client(fetch=True)
    return 0


def _train(_):
    java.runtime_client(fetch=True)
    print(local.train())
    return 0


_COMMANDS = {"run": _run, "invoke": _invoke, "fetch": _fetch, "train": _train}
