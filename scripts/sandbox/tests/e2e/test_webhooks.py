"""End-to-end tests of builds that a webhook of GitHub started. Runs inside a sandbox."""

import json
import urllib.request

from git_repository import GitRepository
from rescue_test_case import CURATED, RescueTestCase

from pullrescue_sandbox import paths
from pullrescue_sandbox.harness.commands import aws
from pullrescue_sandbox.product import Event
from pullrescue_sandbox.waiting import wait_for

CODEBUILD = "http://127.0.0.1:4571"
FILES = {"Dockerfile": "FROM ruby:2.7\nRUN ruby --version\n"}
BUILDSPEC = """version: 0.2
phases:
  build:
    commands:
      - DOCKER_BUILDKIT=0 docker build -t app .
"""


def post(path, body):
    request = urllib.request.Request(CODEBUILD + path, json.dumps(body).encode(), method="POST")
    with urllib.request.urlopen(request) as response:
        return json.load(response)


class WebhookTestCase(RescueTestCase):
    """The project does not report statuses by its settings, as is the default: CodeBuild does so for a webhook's builds."""

    def create_project(self, name):
        repository = GitRepository(paths.state() / "git", f"shop/{name}")
        aws("codebuild").create_project(
            name=name,
            serviceRole="arn:aws:iam::123456789012:role/builds",
            artifacts={"type": "NO_ARTIFACTS"},
            source={"type": "GITHUB", "location": repository.location, "buildspec": BUILDSPEC},
            environment={
                "type": "LINUX_CONTAINER",
                "computeType": "BUILD_GENERAL1_SMALL",
                "image": CURATED,
                "privilegedMode": True,
            },
        )
        aws("codebuild").create_webhook(projectName=name)
        return repository

    def assertMarkTurnsToSuccess(self, name, commit, event):
        first = post(f"/webhooks/{name}", event)["build"]
        self.assertEqual("FAILED", self.status(first))
        self.assertEqual(("failure", 1), self.mark(commit))

        second = self.retry_of(first)

        self.assertEqual("SUCCEEDED", self.status(second), self.text(second))
        wait_for(lambda: self.mark(commit) == ("success", 1), "the status of the commit")
        self.assertIn("CODEBUILD_WEBHOOK_", str(self.bus.wait(first, Event.RETRIED)["caveats"]))
        self.assertIdle()
        return self.end(second)

    def mark(self, commit):
        """Returns the newest status of a commit, and the number of its contexts: a second one would leave the first failed."""
        statuses = [status for status in post("/statuses", {})["statuses"] if status["commit"] == commit]
        return statuses[-1]["state"], len({status["context"] for status in statuses})

    def test_push(self):
        commit = self.create_project("pushed").push("refs/heads/main", FILES)

        second = self.assertMarkTurnsToSuccess(
            "pushed", commit, {"event": "PUSH", "ref": "refs/heads/main", "commit": commit}
        )

        self.assertEqual(commit, second["sourceVersion"])

    def test_pull_request_of_fork(self):
        repository = self.create_project("pulled")
        repository.push("refs/heads/main", {"README": ""})
        commit = repository.push("refs/pull/7/head", FILES)
        event = {"event": "PULL_REQUEST_UPDATED", "number": 7, "ref": "refs/heads/fix", "base": "refs/heads/main"}

        second = self.assertMarkTurnsToSuccess("pulled", commit, event)

        self.assertEqual(f"refs/pull/7/head^{{{commit}}}", second["sourceVersion"])
