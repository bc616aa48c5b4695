"""End-to-end tests of image substitution: some cells of the compatibility matrix. Runs inside a sandbox."""

from rescue_test_case import RescueTestCase, publish

from pullrescue_bench.compatibility_matrix import build_shapes, cell
from pullrescue_sandbox.harness.commands import aws, sandbox
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


class Environments(ShapeTestCase):
    """Environments that lack what AWS's usual images have."""

    def test_rescues_build_that_starts_docker(self):
        self.assertRescued("26.1", "environment", "`docker:dind`")

    def test_rescues_install_phase_that_starts_docker(self):
        self.assertRescued("26.1", "environment", "`docker:dind`, all in `install`")

    def test_rescues_without_aws_cli_and_python(self):
        self.assertRescued("26.1", "environment", "Corretto image, without AWS CLI and python3")

    def test_tags_nothing_on_docker_server(self):
        self.assertRescued("26.1", "environment", "Docker server")

        listed = "version: 0.2\nphases: {build: {commands: ['docker image ls']}}"
        build = aws("codebuild").start_build(
            projectName=cell.project("26.1", "environment", "Docker server"), buildspecOverride=listed
        )
        log = self.log_of(build["build"]["id"])
        self.assertRegex(log, r"(?m)^app +latest")
        self.assertNotRegex(log, r"(?m)^(ruby|\d{12}\.dkr)")

    def log_of(self, build):
        cell.end(build)
        return sandbox("build", "log", build)

    def test_rescues_long_buildspec(self):
        self.assertRescued("26.1", "flow", "buildspec of 25,000 characters")
