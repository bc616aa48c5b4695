"""What the commands heal that a retried build runs first: a few shapes of scripts/retry-matrix. Runs inside a sandbox: scripts/sandbox/test."""

import sys
import unittest

from programs import SANDBOX, aws, hub
from test_rescue import Stack, publish, setUpModule as prepare

sys.path.insert(0, str(SANDBOX))
from retry_matrix import rescue, shapes  # noqa: E402: it lies beside the tests' folder


def setUpModule():
    prepare()
    aws("s3").create_bucket(Bucket=rescue.BUCKET)


class Shapes(Stack):
    def assertHealed(self, docker, builder, name):
        """By the whole flow, and Docker Hub is not asked for anything by the retry."""
        shape = next(it for it in shapes.of(docker) if (it.builder, it.name) == (builder, name))
        cell = rescue.rescue(shape, docker, publish(), self.bus)
        self.assertEqual({"shape": name, "builder": builder, "docker": docker, "healed": True, "hubRequests": 0}, cell)
        self.assertEqual("0", hub("quota", "anonymous"))


class ByMirror(Shapes):
    """Tags heal none of these."""

    def test_an_older_buildkit_that_must_ask_the_registry(self):
        self.assertHealed("20.10", "BuildKit", "`--pull`")

    def test_another_platform_than_the_hosts(self):
        self.assertHealed("20.10", "classic", "another `--platform`")

    def test_a_digest_with_a_newer_docker(self):
        self.assertHealed("26.1", "BuildKit", "digest")


class ByTags(Shapes):
    settings = {"rescueCommands": "tags"}

    def test_a_tag_is_enough_for_a_plain_dockerfile(self):
        self.assertHealed("26.1", "BuildKit", "plain `FROM`")


if __name__ == "__main__":
    unittest.main()
