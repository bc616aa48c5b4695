"""What was asked of whom, and what was granted, each thing once: a line of JSON each."""

import json
import os
import threading
from pathlib import Path


class Record:
    """Appends to files that several sandboxes may share, at the same time too: each line is one write."""

    def __init__(self, folder, name="rights.jsonl"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        self._file = Path(folder) / name
        self._seen = set()
        self._one_at_a_time = threading.Lock()

    def note(self, session, policies, right, allowed):
        self.write({
            "function": session.function, "principal": session.principal, "action": right.action, "resource": right.resource,
            "context": right.context, "allowed": allowed, "policies": policies})

    def write(self, entry):
        line = json.dumps(entry, sort_keys=True)
        with self._one_at_a_time:
            if line not in self._seen:
                self._seen.add(line)
                file = os.open(self._file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
                try:
                    os.write(file, f"{line}\n".encode())
                finally:
                    os.close(file)


def read(folder):
    file = Path(folder) / "rights.jsonl"
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []
