"""Records of the calls of functions and of the decisions about them, each one once, as lines of JSON."""

import json
import os
import threading
from pathlib import Path

CALLS = "calls.jsonl"
DECISIONS = "decisions.jsonl"
VIOLATIONS = "violations.jsonl"


class JsonLines:
    """Appends to a file that several sandboxes may share, also at the same time: each line is one write."""

    def __init__(self, folder, name):
        Path(folder).mkdir(parents=True, exist_ok=True)
        self._file = Path(folder) / name
        self._seen = set()
        self._lock = threading.Lock()

    def write(self, entry):
        line = json.dumps(entry, sort_keys=True)
        with self._lock:
            if line not in self._seen:
                self._seen.add(line)
                file = os.open(self._file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
                try:
                    os.write(file, f"{line}\n".encode())
                finally:
                    os.close(file)


def read(folder, name):
    file = Path(folder) / name
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []
