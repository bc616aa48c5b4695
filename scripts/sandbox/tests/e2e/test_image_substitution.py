"""End-to-end tests of image substitution: some cells of the compatibility matrix. Runs inside a sandbox."""

from rescue_test_case import RescueTestCase, publish

from pullrescue_bench.compatibility_matrix import build_shapes, cell
from pullrescue_sandbox.harness.commands import aws
from pullrescue_sandbox.hub import control as hub
from pullrescue_sandbox.product import Setting


class ShapeTestCase(RescueTestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        aws("s3").create_bucket(Bucket=cell.BUCKET)

    def assertRescued(self, docker, builder, name):
        """Runs the whole rescue. The retry must send no request to Docker Hub."""
        shapes = build_shapes.for_docker(docker)
        shape = next(shape for shape in shapes if (shape.builder, shape.name) == (builder, name))
        result = cell.rescue(shape, docker, publish(), self.bus)
        expected = {"shape": name, "builder": builder, "docker": docker, "succeeded": True, "hubRequests": 0}
        self.assertEqual(expected, result)
        self.assertTrue(hub.anonymous_quota_exhausted())


class SubstitutionByMirror(ShapeTestCase):
    """Builds that tagging the image would not rescue."""

    def test_rescues_pull_option_with_docker_20(self):
        self.assertRescued("20.10", "BuildKit", "`--pull`")

    def test_rescues_another_platform(self):
        self.assertRescued("20.10", "classic", "another `--platform`")

    def test_rescues_digest_with_docker_26(self):
        self.assertRescued("26.1", "BuildKit", "digest")


class SubstitutionByTags(ShapeTestCase):
    settings = {Setting.IMAGE_SUBSTITUTION: "tag"}

    def test_tag_rescues_plain_dockerfile(self):
        self.assertRescued("26.1", "BuildKit", "plain `FROM`")
