"""The policy evaluator: a Node.js process that answers one question after the other."""

import json
import subprocess
import threading
from pathlib import Path

from pullrescue_sandbox.account import ACCOUNT_ID

PROGRAM = Path(__file__).with_name("evaluate.mjs")


class Evaluator:
    def __init__(self):
        self._process = subprocess.Popen(["node", PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._lock = threading.Lock()
        self._answers = {}

    def allows(self, principal, policies, permission):
        """Returns whether these policies allow the permission, and an error if the question is invalid."""
        question = json.dumps(
            {
                "policies": policies,
                "principal": principal,
                "action": permission.action,
                "resource": permission.resource,
                "account": ACCOUNT_ID,
                "context": permission.context,
            },
            sort_keys=True,
        )
        with self._lock:
            if question not in self._answers:
                self._process.stdin.write(question + "\n")
                self._process.stdin.flush()
                self._answers[question] = json.loads(self._process.stdout.readline())
            answer = self._answers[question]
        return answer["allowed"], answer.get("error")

    def close(self):
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()
