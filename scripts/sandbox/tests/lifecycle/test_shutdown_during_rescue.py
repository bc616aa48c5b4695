"""Tests of ending the sandbox while the deployed functions rescue a build. Needs: scripts/sandbox/sandbox functions fetch."""

import os
import shlex
import unittest

from pullrescue_sandbox import paths
from test_lifecycle import Sandbox, lines_with, output, wait_for

DEPLOYED = """
scripts/sandbox/sandbox deploy -c credentials=docker.io=docker-hub
aws secretsmanager create-secret --name docker-hub --secret-string '{"username":"rescuer","password":"correct-horse"}'
"""
FAILING_BUILD = """
scripts/sandbox/sandbox hub quota anonymous 0
aws codebuild create-project --name sleeper --service-role arn:aws:iam::123456789012:role/builds --artifacts type=NO_ARTIFACTS \\
  --source '{"type":"NO_SOURCE","buildspec":"version: 0.2\\nphases:\\n  build:\\n    commands:\\n      - docker run --rm ruby:2.7 sleep 271828"}' \\
  --environment type=LINUX_CONTAINER,image=aws/codebuild/standard:7.0,computeType=BUILD_GENERAL1_SMALL,privilegedMode=true
aws codebuild start-build --project-name sleeper
"""
NETWORKS = "for process in /proc/[0-9]*; do readlink $process/ns/net || true; done 2>/dev/null | tr -dc '0-9\\n'"


class ShutdownDuringRescue(unittest.TestCase):
    def test_ends_everything_during_a_rescue(self):
        sandbox = Sandbox(self)
        self.run_in(sandbox, "up")
        self.script(sandbox, DEPLOYED)
        functions = sandbox.start("exec", paths.COMMAND, "functions", "run")
        self.addCleanup(functions.wait)
        wait_for(lambda: (sandbox.folder / "functions.socket").exists())
        self.script(sandbox, FAILING_BUILD)
        # Only the retried build, which uses the mirrored image, runs this command.
        wait_for(lambda: "sleep 271828" in output("ps", "-ww", "-eo", "args").splitlines(), seconds=90)
        networks = set(self.script(sandbox, NETWORKS).split())
        builds = os.listdir(sandbox.folder / "builds")
        self.assertGreater(len(lines_with(sandbox.folder, output("ps", "-ww", "-eo", "args"))), 5)

        self.run_in(sandbox, "down")

        functions.wait(10)
        self.assertEqual([], lines_with(sandbox.folder, output("ps", "-ww", "-eo", "pid,args")))
        self.assertNotIn("sleep 271828", output("ps", "-ww", "-eo", "args"))
        self.assertEqual([], lines_with(sandbox.folder, output("cat", "/proc/self/mountinfo")))
        # The network of the sandbox, and the one of the container in it.
        self.assertEqual(
            (2, set()), (len(networks), networks & set(output("lsns", "-t", "net", "-n", "-o", "NS").split()))
        )
        self.assertEqual((1, ""), (len(builds), output("find", "/sys/fs/cgroup", "-name", f"*{builds[0]}*")))

    def run_in(self, sandbox, *arguments):
        done = sandbox.run(*arguments, cwd=paths.PROJECT)
        self.assertEqual(0, done.returncode, f"{shlex.join(map(str, arguments))}: {done.stdout}{done.stderr}")
        return done.stdout

    def script(self, sandbox, text):
        return self.run_in(sandbox, "exec", "bash", "-ec", text)
