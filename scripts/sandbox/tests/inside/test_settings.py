"""The functions in a VPC, with their login in two parameters. Runs inside a sandbox: scripts/sandbox/test."""

import os
import unittest

import test_rescue
from functions_runner.leaks import WRONG_PASSWORD
from programs import aws
from rights.account import Account
from rights.evaluator import Evaluator
from rights.right import Right, arn
from test_rescue import MIRROR, RATE_LIMIT, Stack, publish, setUpModule  # noqa: F401: unittest calls it for this module too

FUNCTIONS = ("diagnose", "replicate", "retry", "rescue")
INTERFACES = ("CreateNetworkInterface", "DeleteNetworkInterface", "DescribeNetworkInterfaces", "DescribeSubnets",
              "AssignPrivateIpAddresses", "UnassignPrivateIpAddresses")


def login(password):
    for name, value in (("/hub/user", "rescuer"), ("/hub/password", password)):
        aws("ssm").put_parameter(Name=name, Value=value, Type="SecureString", Overwrite=True)


class Elsewhere(Stack):
    @classmethod
    def setUpClass(cls):
        login("correct-horse")
        subnets = sorted(it["SubnetId"] for it in aws("ec2").describe_subnets()["Subnets"])[:2]
        groups = [it["GroupId"] for it in aws("ec2").describe_security_groups()["SecurityGroups"] if it["GroupName"] == "default"]
        cls.network = {"SubnetIds": subnets, "SecurityGroupIds": groups}
        cls.settings = {"vpcSubnets": ",".join(subnets), "vpcSecurityGroups": ",".join(groups),
                        "credentials": "docker.io=ssm:/hub/user,/hub/password"}
        super().setUpClass()

    def setUp(self):
        super().setUp()
        login("correct-horse")


class InAVpc(Elsewhere):
    def test_all_functions_are_deployed_where_the_operator_says(self):
        for name in FUNCTIONS:
            with self.subTest(name):
                deployed = aws("lambda").get_function_configuration(FunctionName=f"pull-rescue-{name}")["VpcConfig"]
                self.assertEqual(self.network, {key: deployed[key] for key in self.network})

    def test_network_interfaces_are_for_lambda_and_not_for_the_code_of_the_functions(self):
        account, evaluator = Account(os.environ["AWS_ENDPOINT_URL"]), Evaluator()
        self.addCleanup(evaluator.close)
        for name in FUNCTIONS:
            role = aws("lambda").get_function_configuration(FunctionName=f"pull-rescue-{name}")["Role"].rpartition("/")[2]
            principal = f"arn:aws:sts::123456789012:assumed-role/{role}/pull-rescue-{name}"
            code = {"lambda:SourceFunctionArn": arn("lambda", f"function:pull-rescue-{name}")}
            for action in INTERFACES:
                with self.subTest(name, action=action):
                    resource = "*" if action.startswith("Describe") else arn("ec2", "network-interface/eni-0a1b2c3d4e5f67890")
                    allowed = [evaluator.allows(principal, account.policies(role), Right(f"ec2:{action}", resource, context))
                               for context in ({}, code)]
                    self.assertEqual([(True, None), (False, None)], allowed)


class ByParameters(Elsewhere, test_rescue.ByHand):
    """What a person asks for is copied with that login; Docker Hub lets nobody else in."""

    def test_a_failed_pull_is_copied_with_the_login_of_two_parameters(self):
        copied = publish()
        build = self.fail_with(f"Step 1/2 : FROM ruby:2.7\n{RATE_LIMIT}\n")

        replicated = self.bus.wait(build, "Image Replicated")

        self.assertEqual(f"{MIRROR}:2.7@{copied}", replicated["copy"])
        self.assertIdle()

    def test_a_password_that_is_refused_is_told_and_never_said(self):
        login(WRONG_PASSWORD)
        build = self.fail_with(f"Step 1/2 : FROM acme/nowhere:1\n{RATE_LIMIT}\n")

        told = [self.bus.wait(build, "Image Replication Failed")["why"], *self.invoke("rescue", '{"image": "acme/nowhere:1"}')]

        for why in told:
            self.assertRegex(why, "with a login: asking auth.docker.io for a token: 401 .*without a login")
            self.assertNotIn(WRONG_PASSWORD, why)
        # All else that the functions wrote and said is searched for it when they end.
        self.assertIdle()


if __name__ == "__main__":
    unittest.main()
