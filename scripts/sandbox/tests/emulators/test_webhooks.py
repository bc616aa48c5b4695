"""Tests of Git sources, webhooks and commit statuses in the emulator in front of moto, without docker."""

import json
import os
import urllib.request

from codebuild_test_case import CodeBuildTestCase
from git_repository import GitRepository

PRINT = """version: 0.2
phases:
  build:
    commands:
      - cat file
      - echo "$CODEBUILD_SOURCE_VERSION $CODEBUILD_RESOLVED_SOURCE_VERSION $CODEBUILD_WEBHOOK_EVENT $CODEBUILD_WEBHOOK_TRIGGER"
"""


class Webhooks(CodeBuildTestCase):
    def setUp(self):
        self.repository = GitRepository(os.path.join(self.folder, "git"), f"shop/{self.id().rpartition('.')[2]}")
        self.main = self.repository.push("refs/heads/main", {"file": "main\n"})
        self.fork = self.repository.push("refs/pull/7/head", {"file": "fork\n"})

    def git_project(self, source_type="GITHUB", webhook=True, **source):
        project = self.project(PRINT, {"type": source_type, "location": self.repository.location, **source})
        if webhook:
            self.codebuild.create_webhook(projectName=project)
        return project

    def post(self, path, body):
        request = urllib.request.Request(self.address + path, json.dumps(body).encode(), method="POST")
        with urllib.request.urlopen(request) as response:
            return json.load(response)

    def statuses(self, commit, context):
        """Other tests build the same commits."""
        return [
            status["state"]
            for status in self.post("/statuses", {})["statuses"]
            if status["commit"] == commit and status["context"] == context
        ]

    def test_push_starts_build_that_reports_status(self):
        project = self.git_project()
        event = {"event": "PUSH", "ref": "refs/heads/main", "commit": self.main}

        build = self.finish(self.post(f"/webhooks/{project}", event)["build"])

        self.assertRegex(build["initiator"], "^GitHub-Hookshot/[0-9a-f]{7}$")
        self.assertEqual((self.main, self.main), (build["sourceVersion"], build["resolvedSourceVersion"]))
        self.assertEqual(["main", f"{self.main} {self.main} PUSH branch/main"], self.output(build))
        self.assertEqual([], build["environment"]["environmentVariables"])
        self.assertEqual(["pending", "success"], self.statuses(self.main, f"AWS CodeBuild us-east-1 ({project})"))

    def test_pull_request_starts_build_of_its_reference(self):
        project = self.git_project(buildStatusConfig={"context": "ci"})
        event = {"event": "PULL_REQUEST_CREATED", "number": 7, "ref": "refs/heads/fix", "base": "refs/heads/main"}

        build = self.finish(self.post(f"/webhooks/{project}", event)["build"])

        self.assertEqual(("pr/7", self.fork), (build["sourceVersion"], build["resolvedSourceVersion"]))
        self.assertEqual(["fork", f"pr/7 {self.fork} PULL_REQUEST_CREATED pr/7"], self.output(build))
        self.assertEqual(["pending", "success"], self.statuses(self.fork, "ci"))

    def test_other_builds_report_on_demand(self):
        project = self.git_project(webhook=False)

        silent = self.build(project)
        self.build(project, sourceVersion="main", reportBuildStatusOverride=True)

        self.assertEqual(["main", f" {self.main}"], [line.rstrip() for line in self.output(silent)])
        self.assertEqual(["pending", "success"], self.statuses(self.main, f"AWS CodeBuild us-east-1 ({project})"))

    def test_finds_references(self):
        project = self.git_project(webhook=False)
        for version, commit in {
            "main": self.main,
            "refs/heads/main": self.main,
            self.main: self.main,
            f"refs/heads/main^{{{self.main}}}": self.main,
            f"refs/pull/7/head^{{{self.fork}}}": self.fork,
        }.items():
            with self.subTest(version):
                self.assertEqual(commit, self.build(project, sourceVersion=version)["resolvedSourceVersion"])

    def test_misses_references_that_a_clone_does_not_have(self):
        gitlab = self.git_project("GITLAB", webhook=False)
        for project, version in (
            (self.git_project(webhook=False), self.fork),
            (self.git_project(webhook=False), f"refs/heads/main^{{{self.fork}}}"),
            (gitlab, f"refs/heads/main^{{{self.main}}}"),
            (gitlab, "pr/7"),
        ):
            with self.subTest(version):
                build = self.build(project, sourceVersion=version)
                self.assertEqual(
                    f"reference not found for primary source and source version {version}",
                    build["phases"][3]["contexts"][0]["message"],
                )
