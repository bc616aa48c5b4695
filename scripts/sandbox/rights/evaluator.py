"""The evaluator of policies: a process of its own, asked one question after the other."""

import json
import subprocess
import threading
from pathlib import Path

from .right import ACCOUNT

PROGRAM = Path(__file__).with_name("evaluate.mjs")


class Evaluator:
    def __init__(self):
        self._process = subprocess.Popen(["node", PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._one_at_a_time = threading.Lock()
        self._known = {}

    def allows(self, principal, policies, right):
        """Whether these policies allow this; and what is wrong with the question, where something is."""
        question = json.dumps({
            "policies": policies, "principal": principal, "action": right.action, "resource": right.resource, "account": ACCOUNT,
            "context": right.context}, sort_keys=True)
        with self._one_at_a_time:
            if question not in self._known:
                self._process.stdin.write(question + "\n")
                self._process.stdin.flush()
                self._known[question] = json.loads(self._process.stdout.readline())
            answer = self._known[question]
        return answer["allowed"], answer.get("error")

    def close(self):
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()
