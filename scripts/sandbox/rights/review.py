"""The commands: denied, unused."""

import json
import os
import sys
from pathlib import Path

from .evaluator import Evaluator
from .record import read
from .right import Right

EXPECTED = Path(__file__).with_name("unused.json")


def main(command):
    state = os.environ.get("PULL_RESCUE_SANDBOX") or Path(__file__).resolve().parents[3] / ".sandbox"
    record = read(os.environ.get("PULL_RESCUE_RIGHTS") or Path(state, "log"))
    if not record:
        sys.exit("no function has asked for anything")
    complaints = {"denied": denied, "unused": unexpected}[command](record)
    for complaint in complaints:
        print(complaint)
    return 1 if complaints else 0


def denied(record):
    return [f"{it['function']} was denied {it['action']} on {it['resource']} {it['context'] or ''}".rstrip()
            for it in record if not it["allowed"]]


def unexpected(record):
    """Rights that nothing in the sandbox misses, but for those of which unused.json says why. Of these, some are used at times:
    what has to wait on a slow machine need not on a fast one."""
    return [f"{it}: could be taken away, and nothing that the sandbox did would be denied"
            for it in sorted(unused(record)) if not is_expected(it)]


def is_expected(right):
    """Named for its function there, or with a star for all."""
    expected = json.loads(EXPECTED.read_text())
    return right in expected or f"* {right.partition(' ')[2]}" in expected


def unused(record):
    """Takes every action away from its function, one after the other, and asks again for all that was allowed."""
    evaluator = Evaluator()
    try:
        return {f"{function} {action}" for function, action in granted(record) if not is_missed(record, function, action, evaluator)}
    finally:
        evaluator.close()


def granted(record):
    return sorted({(it["function"], action) for it in record for policy in it["policies"]
                   for statement in policy["Statement"] for action in actions(statement)})


def is_missed(record, function, action, evaluator):
    # Each action is named for itself in these policies, so that only calls of that action can miss it.
    return any(
        not evaluator.allows(it["principal"], without(action, it["policies"]), Right(it["action"], it["resource"], it["context"]))[0]
        for it in record if it["allowed"] and it["function"] == function and it["action"] == action)


def without(action, policies):
    return [{**policy, "Statement": [
        {**statement, "Action": left} for statement in policy["Statement"]
        if (left := [it for it in actions(statement) if it != action])]} for policy in policies]


def actions(statement):
    named = statement["Action"]
    return [named] if isinstance(named, str) else named


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
