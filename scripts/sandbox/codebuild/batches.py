"""Batch builds: a list of builds that belong together, as the buildspec's `batch: build-list` names them.

Graphs, matrices, build-specific environments and combined artifacts are not done; every build runs the same buildspec."""

import copy
import threading
import time
import uuid

import yaml

from stand_in.aws import arn
from stand_in.model import InvalidInput


class Batch:
    """Runs its builds side by side, and the failed ones again when it is asked to."""

    def __init__(self, project, operations):
        self.operations = operations
        self.settings = copy.deepcopy(project)
        self.id = f"{project['name']}:{uuid.uuid4()}"
        self.arn = arn("codebuild", f"build-batch/{self.id}")
        self.status = "IN_PROGRESS"
        self.groups = {identifier: [] for identifier in self._identifiers()}
        self._run(self.groups)

    def _identifiers(self):
        buildspec = yaml.load(self.settings["source"].get("buildspec") or "", yaml.BaseLoader)
        entries = ((buildspec if isinstance(buildspec, dict) else {}).get("batch") or {}).get("build-list")
        if not entries:
            raise InvalidInput("only an inline buildspec with a batch/build-list can be run as a batch here")
        return [entry["identifier"] for entry in entries]

    def _run(self, identifiers):
        self.status = "IN_PROGRESS"
        builds = [self._start(identifier) for identifier in identifiers]
        threading.Thread(target=self._wait, args=(builds,), daemon=True).start()

    def _start(self, identifier):
        # What the project says by now: a retry takes no overrides, and sees changes of the project.
        settings = copy.deepcopy(self.operations.project(self.settings["name"]))
        build = self.operations.start(settings, buildBatchArn=self.arn)
        self.groups[identifier].append(build)
        return build

    def _wait(self, builds):
        for build in builds:
            build.join()
        # The batch is finished a moment after its last build.
        time.sleep(1)
        good = all(_status(group[-1]) == "SUCCEEDED" for group in self.groups.values())
        self.status = "SUCCEEDED" if good else "FAILED"

    def retry(self):
        if self.status != "FAILED":
            raise InvalidInput(f"Batch build {self.id} is {self.status}: only failed batch builds can be retried")
        self._run([identifier for identifier, group in self.groups.items() if _status(group[-1]) != "SUCCEEDED"])

    def look(self):
        return {
            "id": self.id, "arn": self.arn, "projectName": self.settings["name"], "buildBatchStatus": self.status,
            "complete": self.status != "IN_PROGRESS", "buildGroups": [
                {"identifier": identifier, "currentBuildSummary": _summary(group[-1]),
                 "priorBuildSummaryList": [_summary(build) for build in group[:-1]]}
                for identifier, group in self.groups.items() if group]}


def _status(build):
    return build.record.look()["buildStatus"]


def _summary(build):
    record = build.record.look()
    return {"arn": record["arn"], "buildStatus": record["buildStatus"], "requestedOn": record["startTime"]}
