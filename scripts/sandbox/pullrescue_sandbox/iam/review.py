"""Reviews the recorded decisions: calls that were denied, and permissions that no call needed."""

import json
import os
from pathlib import Path

from pullrescue_sandbox import paths
from pullrescue_sandbox.errors import UserError

from .evaluator import Evaluator
from .permission import Permission
from .traffic import DECISIONS, VIOLATIONS, read

EXPECTED = Path(__file__).with_name("unused_permissions.json")


def report(review):
    """Prints the findings of the review; returns 1 if there are any."""
    decisions = read(_folder(), DECISIONS)
    if not decisions:
        raise UserError("no call of a function was recorded")
    return _print(review(decisions))


def report_violations():
    """Prints what the service models do not allow in calls of functions and in answers; returns 1 if there is any."""
    violations = read(_folder(), VIOLATIONS)
    return _print(
        sorted({f"{entry['function']} {entry['call']} ({entry['in']}): {entry['violation']}" for entry in violations})
    )


def _folder():
    return os.environ.get(paths.IAM_RECORD_VARIABLE) or paths.state() / "log"


def _print(findings):
    for finding in findings:
        print(finding)
    return 1 if findings else 0


def denied(decisions):
    return [
        f"{entry['function']} was denied {entry['action']} on {entry['resource']} {entry['context'] or ''}".rstrip()
        for entry in decisions
        if not entry["allowed"]
    ]


def unexpected(decisions):
    """Returns the permissions that no call needed and that unused_permissions.json does not explain.

    Explained permissions are not required to be unused: whether a message has to wait, for example, depends on the
    speed of the machine.
    """
    return [
        f"{permission}: could be taken away without any recorded call being denied"
        for permission in sorted(unused(decisions))
        if not is_expected(permission)
    ]


def is_expected(permission):
    """Returns whether the permission is explained for its function, or with a star for all functions."""
    expected = json.loads(EXPECTED.read_text())
    return permission in expected or f"* {permission.partition(' ')[2]}" in expected


def unused(decisions):
    """Takes every action away from its function, one after the other, and evaluates all allowed calls again."""
    evaluator = Evaluator()
    try:
        return {
            f"{function} {action}"
            for function, action in granted(decisions)
            if not is_missed(decisions, function, action, evaluator)
        }
    finally:
        evaluator.close()


def granted(decisions):
    return sorted(
        {
            (entry["function"], action)
            for entry in decisions
            for policy in entry["policies"]
            for statement in policy["Statement"]
            for action in actions(statement)
        }
    )


def is_missed(decisions, function, action, evaluator):
    # These policies have no wildcards in actions, so that only calls of an action can need it.
    return any(
        not evaluator.allows(
            entry["principal"],
            without(action, entry["policies"]),
            Permission(entry["action"], entry["resource"], entry["context"]),
        )[0]
        for entry in decisions
        if entry["allowed"] and entry["function"] == function and entry["action"] == action
    )


def without(action, policies):
    return [
        {
            **policy,
            "Statement": [
                {**statement, "Action": left}
                for statement in policy["Statement"]
                if (left := [other for other in actions(statement) if other != action])
            ],
        }
        for policy in policies
    ]


def actions(statement):
    named = statement["Action"]
    return [named] if isinstance(named, str) else named
