"""Tests of starting and ending the sandbox, which must leave nothing on the machine."""

import os
import signal
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

from pullrescue_sandbox import paths

BUILD = """
aws codebuild create-project --name sleeper --service-role arn:aws:iam::123456789012:role/builds --artifacts type=NO_ARTIFACTS \\
  --source '{"type":"NO_SOURCE","buildspec":"version: 0.2\\nphases:\\n  build:\\n    commands:\\n      - docker run --rm ruby:2.7 sleep 300"}' \\
  --environment type=LINUX_CONTAINER,image=aws/codebuild/standard:7.0,computeType=BUILD_GENERAL1_SMALL,privilegedMode=true >/dev/null
aws codebuild start-build --project-name sleeper >/dev/null
"""


def output(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def wait_for(condition, seconds=30):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"timed out after {seconds} s")
        time.sleep(0.05)


def lines_with(folder, listing):
    return [line for line in listing.splitlines() if str(folder) in line]


def process_numbers():
    return [name for name in os.listdir("/proc") if name.isdigit()]


def namespace(number):
    try:
        return os.readlink(f"/proc/{number}/ns/net")
    except OSError:
        return None


def identity(number):
    try:
        return (number, Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[19])
    except OSError:
        return number, None


class Sandbox:
    def __init__(self, test, *parts):
        parent = tempfile.TemporaryDirectory(prefix="sandbox-")
        test.addCleanup(parent.cleanup)
        self.folder = Path(parent.name).joinpath(*parts, "state")
        self.environment = {**os.environ, paths.STATE_VARIABLE: str(self.folder)}
        test.addCleanup(self.run, "down")

    def run(self, *arguments, **options):
        return subprocess.run(
            [paths.COMMAND, *arguments], env=self.environment, capture_output=True, text=True, check=False, **options
        )

    def start(self, *arguments):
        # In background jobs SIGINT is ignored, which children inherit and a shell cannot undo.
        command = ["env", "--default-signal=INT", paths.COMMAND, *arguments]
        return subprocess.Popen(
            command, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )

    def processes(self):
        """Returns every process in the sandbox's network with its start time, because process numbers are reused."""
        network = namespace((self.folder / "inner.pid").read_text().strip())
        return {identity(number) for number in process_numbers() if namespace(number) == network}


class Lifecycle(unittest.TestCase):
    def assertNothingLeft(self, sandbox, processes=frozenset()):
        self.assertEqual([], lines_with(sandbox.folder, output("ps", "-ww", "-eo", "pid,args")))
        self.assertEqual([], lines_with(sandbox.folder, Path("/proc/self/mountinfo").read_text()))
        # A namespace exists as long as a process or a mount is in it.
        self.assertEqual(set(), processes & {identity(number) for number in process_numbers()})

    def up(self, sandbox):
        started = sandbox.run("up")
        self.assertEqual(0, started.returncode, started.stderr)

    def test_starts_and_ends_twice(self):
        sandbox = Sandbox(self)
        self.up(sandbox)
        first = sandbox.processes()
        self.assertGreater(len(first), 5)
        self.up(sandbox)
        second = sandbox.processes()
        self.assertEqual(set(), first & second)
        self.assertRegex(sandbox.run("status").stdout, "^running ")

        self.assertEqual(0, sandbox.run("down").returncode)

        self.assertNothingLeft(sandbox, first | second)
        self.assertEqual((1, 0), (sandbox.run("status").returncode, sandbox.run("down").returncode))
        self.assertEqual(1, sandbox.run("exec", "true").returncode)

    def test_runs_two_sandboxes_in_parallel(self):
        one, other = Sandbox(self), Sandbox(self)
        self.up(one)
        self.up(other)
        self.assertEqual(0, one.run("exec", "aws", "ecr", "create-repository", "--repository-name", "mine").returncode)

        self.assertIn("mine", one.run("exec", "aws", "ecr", "describe-repositories").stdout)
        self.assertNotIn("mine", other.run("exec", "aws", "ecr", "describe-repositories").stdout)

        one.run("down")
        self.assertEqual(0, other.run("exec", "aws", "ecr", "describe-repositories").returncode)

    def test_exec_provides_folder_account_and_isolation(self):
        sandbox = Sandbox(self)
        self.up(sandbox)

        def inside(script):
            return sandbox.run("exec", "sh", "-c", script, cwd="/usr/share").stdout

        self.assertEqual(
            "/usr/share http://localhost:4566 us-east-1 us-east-1\n",
            inside('echo "$PWD $AWS_ENDPOINT_URL $AWS_REGION $AWS_DEFAULT_REGION"'),
        )
        self.assertEqual("/usr/bin/docker\n", inside('readlink -f "$(command -v docker)"'))
        self.assertEqual("none\n", inside('echo "${SSL_CERT_DIR:-none}"'))
        self.assertEqual("123456789012\n", inside("aws sts get-caller-identity --query Account --output text"))
        self.assertEqual("", inside("ip route"))
        self.assertEqual(
            "[]\n", inside("find /run -type s | jq --raw-input --slurp --compact-output 'split(\"\\n\")[:-1]'")
        )

    def test_ends_during_a_build(self):
        sandbox = Sandbox(self)
        self.up(sandbox)
        self.assertEqual("", sandbox.run("exec", "bash", "-ec", BUILD).stderr)
        wait_for(
            lambda: "sleep 300" in output("ps", "-ww", "-eo", "args").replace("docker run --rm ruby:2.7 sleep 300", "")
        )

        builds = os.listdir(sandbox.folder / "builds")
        processes = sandbox.processes()

        sandbox.run("down")

        self.assertNothingLeft(sandbox, processes)
        self.assertEqual("", output("find", "/sys/fs/cgroup", "-name", f"*{builds[0]}*"))
        self.assertNotIn("sleep 300", output("ps", "-ww", "-eo", "args"))
        self.assertFalse((sandbox.folder / "builds").exists())

    def test_interrupted_start_leaves_nothing(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(number):
                sandbox = Sandbox(self)
                starting = sandbox.start("up")
                wait_for(
                    lambda sandbox=sandbox: lines_with(f"init {sandbox.folder}", output("ps", "-ww", "-eo", "args"))
                )

                os.killpg(starting.pid, number)

                self.assertNotEqual(0, starting.wait(20))
                self.assertNothingLeft(sandbox)

    def test_down_ends_a_killed_start(self):
        sandbox = Sandbox(self)
        starting = sandbox.start("up")
        wait_for(lambda: lines_with(f"init {sandbox.folder}", output("ps", "-ww", "-eo", "args")))
        starting.kill()
        starting.wait()

        sandbox.run("down")

        self.assertNothingLeft(sandbox)

    def test_failed_start_leaves_nothing(self):
        sandbox = Sandbox(self)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        Path(folder.name, "moto_server").write_text("#!/bin/sh\nexit 1\n")
        Path(folder.name, "moto_server").chmod(0o755)
        sandbox.environment["PATH"] = f"{folder.name}:{os.environ['PATH']}"

        started = sandbox.run("up")

        self.assertEqual(1, started.returncode)
        self.assertIn("moto", started.stderr)
        self.assertNothingLeft(sandbox)

    def test_runs_in_a_deep_folder(self):
        sandbox = Sandbox(self, "x" * 60, "y" * 60)
        self.up(sandbox)

        built = sandbox.run(
            "exec",
            "bash",
            "-ec",
            BUILD.replace("sleep 300", "true")
            + ('id=$(aws codebuild list-builds --query "ids[0]" --output text); exec "$0" build wait "$id"'),
            str(paths.COMMAND),
        )

        self.assertEqual("SUCCEEDED\n", built.stdout, built.stderr)

    def test_rejects_state_folder_in_run(self):
        sandbox = Sandbox(self)
        sandbox.environment[paths.STATE_VARIABLE] = "/run/pull-rescue-test"

        rejected = sandbox.run("up")

        self.assertEqual(1, rejected.returncode)
        self.assertIn("/run/pull-rescue-test", rejected.stderr)

    def test_keeps_folder_that_is_not_a_sandbox_state(self):
        sandbox = Sandbox(self)
        sandbox.folder.mkdir(parents=True)
        (sandbox.folder / "notes").write_text("keep")

        self.assertEqual(1, sandbox.run("up").returncode)

        self.assertEqual("keep", (sandbox.folder / "notes").read_text())

    def test_lists_missing_commands(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        for command in ("env", "bash", "cat", "sort", "python3", "aws", "dirname"):
            Path(folder.name, command).symlink_to(output("which", command).strip())

        named = subprocess.run(
            [paths.REQUIREMENTS],
            env={"PATH": folder.name, "HOME": folder.name},
            capture_output=True,
            text=True,
            check=False,
        )

        self.assertEqual(1, named.returncode)
        self.assertRegex(named.stderr, r"missing: .*skopeo.*\n.*sudo apt-get install .*skopeo")

    def test_lists_missing_python_packages(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        Path(folder.name, "python3").write_text("#!/bin/sh\nexit 1\n")
        Path(folder.name, "python3").chmod(0o755)
        environment = {
            **os.environ,
            "PATH": f"{folder.name}:{os.environ['PATH']}",
            "HOME": folder.name,
            "XDG_CACHE_HOME": folder.name,
        }

        named = subprocess.run([paths.REQUIREMENTS], env=environment, capture_output=True, text=True, check=False)

        self.assertEqual(1, named.returncode)
        self.assertRegex(named.stderr, r"missing: .*moto\[server\]==5\.2\.1.*\n.*bin/pip install")
