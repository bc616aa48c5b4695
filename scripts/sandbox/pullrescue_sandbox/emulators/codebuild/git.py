"""Repositories, and what GitHub does with them: webhooks and commit statuses.

`https://github.com/shop/shop.git` is the bare repository `git/github.com/shop/shop.git` in the state folder, which tests create
and push to. Builds get the files of a commit without its history.
"""

import os
import re
import subprocess
import uuid

from pullrescue_sandbox.account import REGION
from pullrescue_sandbox.emulators.core.model import InvalidInput

GITHUB = ("GITHUB", "GITHUB_ENTERPRISE")
# https://docs.aws.amazon.com/codebuild/latest/userguide/sample-source-version.html: GitLab has no pinned references.
PINNED = (*GITHUB, "BITBUCKET", "CODECOMMIT")
SOURCES = (*PINNED, "GITLAB", "GITLAB_SELF_MANAGED")
# The initiator of builds that GitHub's webhook started, as records of builds show.
WEBHOOK_INITIATOR = "GitHub-Hookshot/"
STATES = {"SUCCEEDED": "success", "IN_PROGRESS": "pending", "FAILED": "failure"}


class ReferenceNotFound(Exception):
    """The source version does not exist, or a clone does not contain it."""


class Repositories:
    def __init__(self, state):
        self._folder = os.path.join(state, "git")
        self.statuses = []

    def path(self, location):
        return os.path.join(self._folder, location.removeprefix("https://"))

    def resolve(self, source, version):
        """Returns the commit of a source version: a branch, tag, pull request, commit, or a reference with its commit."""
        pinned = re.fullmatch(r"(.+)\^\{([0-9a-f]{40})\}", version or "")
        if pinned and source["type"] not in PINNED:
            raise ReferenceNotFound(f"reference not found for primary source and source version {version}")
        reference, commit = pinned.groups() if pinned else (version or "HEAD", None)
        location = source["location"]
        # A clone has branches and tags; the commit of a fork is in the reference of its pull request only.
        if re.fullmatch("[0-9a-f]{40}", reference) and self._git(
            location, "for-each-ref", "--contains", reference, "refs/heads", "refs/tags"
        ):
            return reference
        tip = next(filter(None, (self._commit(location, name) for name in _names(source["type"], reference))), None)
        if tip is None or (commit and self._git(location, "merge-base", "--is-ancestor", commit, tip) is None):
            raise ReferenceNotFound(f"reference not found for primary source and source version {version}")
        return commit or tip

    def _commit(self, location, name):
        return self._git(location, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")

    def _git(self, location, *arguments):
        """Returns the output of git; None if it fails."""
        command = ["git", f"--git-dir={self.path(location)}", *arguments]
        ended = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        return ended.stdout.strip() if ended.returncode == 0 else None

    def check_out(self, source, commit, folder):
        archive = subprocess.run(
            ["git", f"--git-dir={self.path(source['location'])}", "archive", commit], check=True, stdout=subprocess.PIPE
        )
        subprocess.run(["tar", "-x", "-C", folder], check=True, input=archive.stdout)

    def report(self, build, settings):
        """Puts the status of a build on its commit. That of a webhook's build is always reported, says the model of StartBuild
        (reportBuildStatusOverride); its default context is documented by the CDK (buildStatusContext)."""
        source = settings["source"]
        is_of_webhook = build["initiator"].startswith(WEBHOOK_INITIATOR)
        if source["type"] not in SOURCES or not (is_of_webhook or source.get("reportBuildStatus")):
            return
        try:
            commit = build.get("resolvedSourceVersion") or self.resolve(source, build.get("sourceVersion"))
        except ReferenceNotFound:
            return
        context = source.get("buildStatusConfig", {}).get("context")
        self.statuses.append(
            {
                "location": source["location"],
                "commit": commit,
                "context": context or f"AWS CodeBuild {REGION} ({build['projectName']})",
                "state": STATES.get(build["buildStatus"], "error"),
            }
        )


def _names(source_type, reference):
    pull_request = re.fullmatch(r"pr/(\d+)", reference)
    if pull_request and source_type in GITHUB:
        return [f"refs/pull/{pull_request.group(1)}/head"]
    if reference == "HEAD" or reference.startswith("refs/"):
        return [reference]
    return [f"refs/heads/{reference}", f"refs/tags/{reference}"]


def webhook_build(event):
    """Returns the source version, the initiator and the variables of the build that this event starts.

    The variables are not in the record of the build: https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-env-vars.html
    """
    if event["event"] == "PUSH":
        version, trigger = event["commit"], event["ref"].replace("refs/heads/", "branch/")
    elif event["event"].startswith("PULL_REQUEST_"):
        version = trigger = f"pr/{event['number']}"
    else:
        raise InvalidInput(f"events of the type {event['event']} are not emulated")
    variables = {
        "CODEBUILD_WEBHOOK_EVENT": event["event"],
        "CODEBUILD_WEBHOOK_TRIGGER": trigger,
        "CODEBUILD_WEBHOOK_HEAD_REF": event["ref"],
        "CODEBUILD_WEBHOOK_ACTOR_ACCOUNT_ID": "1001",
    }
    if "base" in event:
        variables["CODEBUILD_WEBHOOK_BASE_REF"] = event["base"]
    return version, f"{WEBHOOK_INITIATOR}{uuid.uuid4().hex[:7]}", variables
