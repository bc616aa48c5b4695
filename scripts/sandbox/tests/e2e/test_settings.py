"""End-to-end tests of the functions in a VPC, with credentials in two parameters. Runs inside a sandbox."""

import os

import test_rescue
from botocore.exceptions import ClientError
from rescue_test_case import MIRROR, RATE_LIMIT, RescueTestCase, publish

from pullrescue_sandbox.account import DOCKER_HUB_PASSWORD, DOCKER_HUB_USER, arn
from pullrescue_sandbox.cli.secret_scan import WRONG_PASSWORD
from pullrescue_sandbox.harness.commands import aws
from pullrescue_sandbox.hub import control as hub
from pullrescue_sandbox.hub import images
from pullrescue_sandbox.iam.account import Account
from pullrescue_sandbox.iam.evaluator import Evaluator
from pullrescue_sandbox.iam.permission import Permission
from pullrescue_sandbox.product import DIAGNOSE, MANUAL, PREFIX, REPLICATE, RETRY, Event, Field, Setting

FUNCTIONS = (DIAGNOSE, REPLICATE, RETRY, MANUAL)
INTERFACES = (
    "CreateNetworkInterface",
    "DeleteNetworkInterface",
    "DescribeNetworkInterfaces",
    "DescribeSubnets",
    "AssignPrivateIpAddresses",
    "UnassignPrivateIpAddresses",
)


def store_credentials(password):
    for name, value in (("/hub/user", DOCKER_HUB_USER), ("/hub/password", password)):
        aws("ssm").put_parameter(Name=name, Value=value, Type="SecureString", Overwrite=True)


class VpcTestCase(RescueTestCase):
    @classmethod
    def setUpClass(cls):
        store_credentials(DOCKER_HUB_PASSWORD)
        subnets = sorted(subnet["SubnetId"] for subnet in aws("ec2").describe_subnets()["Subnets"])[:2]
        groups = [
            group["GroupId"]
            for group in aws("ec2").describe_security_groups()["SecurityGroups"]
            if group["GroupName"] == "default"
        ]
        cls.network = {"SubnetIds": subnets, "SecurityGroupIds": groups}
        cls.settings = {
            Setting.SUBNET_IDS: ",".join(subnets),
            Setting.SECURITY_GROUP_IDS: ",".join(groups),
            Setting.CREDENTIALS: "docker.io=ssm:/hub/user,/hub/password",
            Setting.PRIVATE_IMAGES: "docker.io/acme/base-*,docker.io/acme/nowhere",
        }
        super().setUpClass()

    def setUp(self):
        super().setUp()
        store_credentials(DOCKER_HUB_PASSWORD)


class InAVpc(VpcTestCase):
    def test_deploys_all_functions_in_the_vpc(self):
        for name in FUNCTIONS:
            with self.subTest(name):
                deployed = aws("lambda").get_function_configuration(FunctionName=f"{PREFIX}{name}")["VpcConfig"]
                self.assertEqual(self.network, {key: deployed[key] for key in self.network})

    def test_denies_network_interfaces_to_function_code(self):
        account, evaluator = Account(os.environ["AWS_ENDPOINT_URL"]), Evaluator()
        self.addCleanup(evaluator.close)
        for name in FUNCTIONS:
            role = aws("lambda").get_function_configuration(FunctionName=f"{PREFIX}{name}")["Role"].rpartition("/")[2]
            principal = f"arn:aws:sts::123456789012:assumed-role/{role}/{PREFIX}{name}"
            code = {"lambda:SourceFunctionArn": arn("lambda", f"function:{PREFIX}{name}")}
            for action in INTERFACES:
                with self.subTest(name, action=action):
                    resource = (
                        "*" if action.startswith("Describe") else arn("ec2", "network-interface/eni-0a1b2c3d4e5f67890")
                    )
                    allowed = [
                        evaluator.allows(
                            principal, account.policies(role), Permission(f"ec2:{action}", resource, context)
                        )
                        for context in ({}, code)
                    ]
                    self.assertEqual([(True, None), (False, None)], allowed)


def mirror_of(reference):
    """Returns repository and digest. The tag may be one beside that of an earlier test."""
    name, _, digest = reference.partition("@")
    return name.rpartition(":")[0], digest


class CredentialsInParameters(VpcTestCase, test_rescue.ManualInvocation):
    """Images are mirrored with these credentials; Docker Hub rejects anonymous pulls."""

    def test_replicates_with_credentials_in_parameters(self):
        digest = publish()
        build = self.fail_with(f"Step 1/2 : FROM ruby:2.7\n{RATE_LIMIT}\n")

        replicated = self.bus.wait(build, Event.REPLICATED)

        self.assertEqual((MIRROR, digest), mirror_of(replicated[Field.MIRRORED_IMAGE]))
        self.assertIdle()

    def test_keeps_private_image_that_is_not_named(self):
        images.publish("acme/private:v1", layers=1, megabytes=0.1)
        hub.hide("acme/private")
        build = self.fail_with(f"Step 1/2 : FROM acme/private:v1\n{RATE_LIMIT}\n")

        reason = self.bus.wait(build, Event.REPLICATION_FAILED)[Field.REASON]

        self.assertIn("name docker.io/acme/private in `privateImages`", reason)
        self.assertIn("`privateImages`", " ".join(self.invoke(MANUAL, '{"image": "acme/private:v1"}')))
        with self.assertRaises(ClientError):
            aws("ecr").describe_images(repositoryName="pull-rescue/docker-hub/acme/private")
        self.assertIdle()

    def test_replicates_private_image_that_is_named(self):
        digest = images.publish("acme/base-java:1", layers=1, megabytes=0.1)
        hub.hide("acme/base-java")
        build = self.fail_with(f"Step 1/2 : FROM acme/base-java:1\n{RATE_LIMIT}\n")

        replicated = self.bus.wait(build, Event.REPLICATED)

        self.assertTrue(replicated[Field.MIRRORED_IMAGE].endswith(f"/pull-rescue/docker-hub/acme/base-java:1@{digest}"))
        self.assertIdle()

    def test_leaves_repository_of_others_alone(self):
        aws("ecr").create_repository(repositoryName="pull-rescue/docker-hub/acme/theirs")
        images.publish("acme/theirs:1", layers=1, megabytes=0.1)
        build = self.fail_with(f"Step 1/2 : FROM acme/theirs:1\n{RATE_LIMIT}\n")

        reason = self.bus.wait(build, Event.REPLICATION_FAILED)[Field.REASON]

        self.assertIn("exists and was not created by pull-rescue", reason)
        self.assertEqual(
            [], aws("ecr").describe_images(repositoryName="pull-rescue/docker-hub/acme/theirs")["imageDetails"]
        )
        self.assertIdle()

    def test_reports_rejected_password_without_its_value(self):
        store_credentials(WRONG_PASSWORD)
        build = self.fail_with(f"Step 1/2 : FROM acme/nowhere:1\n{RATE_LIMIT}\n")

        reasons = [
            self.bus.wait(build, Event.REPLICATION_FAILED)[Field.REASON],
            *self.invoke(MANUAL, '{"image": "acme/nowhere:1"}'),
        ]

        for reason in reasons:
            self.assertRegex(
                reason, "with credentials: requesting a token from auth.docker.io: 401 .*without credentials"
            )
            self.assertNotIn(WRONG_PASSWORD, reason)
        # secret-scan searches everything else that the functions wrote when they are stopped.
        self.assertIdle()
