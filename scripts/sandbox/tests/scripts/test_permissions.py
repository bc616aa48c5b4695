"""Tests of the functions' roles: the policies of the synthesized template, and calls that they must not allow.

The cases are in permission_cases.py. The evaluator is the one that decides about every call in the sandbox. Only the
policies of the roles are evaluated, as if nothing else stood in the way of a function that somebody else controls.
"""

import json
import subprocess
import tempfile
import unittest
from pathlib import Path

import permission_cases as cases

from pullrescue_sandbox import paths
from pullrescue_sandbox.account import ACCOUNT_ID, REGION, arn
from pullrescue_sandbox.iam.evaluator import Evaluator
from pullrescue_sandbox.iam.permission import Permission
from pullrescue_sandbox.product import DIAGNOSE, MANUAL, PREFIX, REFRESH, REPLICATE, RETRY

FUNCTIONS = (DIAGNOSE, REPLICATE, RETRY, REFRESH, MANUAL)
EVERYTHING = paths.PROJECT / "infra/src/test/resources/everything.yaml"
PSEUDO_PARAMETERS = {
    "AWS::Partition": "aws",
    "AWS::Region": REGION,
    "AWS::AccountId": ACCOUNT_ID,
    "AWS::URLSuffix": "amazonaws.com",
}


class Template:
    """The synthesized template, with the intrinsic functions that its policies use."""

    def __init__(self, *settings):
        with tempfile.TemporaryDirectory() as folder:
            jar = Path(folder, "functions.jar")
            jar.write_bytes(b"")
            context = ("-c", f"config={EVERYTHING}", "-c", f"functionsJar={jar}", *settings)
            subprocess.run(
                [paths.PROJECT / "scripts/cdk", "synth", "--quiet", "--output", folder, *context],
                check=True,
                stdout=subprocess.DEVNULL,
            )
            self._resources = json.loads(Path(folder, "PullRescue.template.json").read_text())["Resources"]

    def policies(self, function):
        """Returns the policies of the function's role."""
        [found] = [
            resource["Properties"]
            for resource in self._of_type("AWS::Lambda::Function")
            if resource["Properties"]["FunctionName"] == f"{PREFIX}{function}"
        ]
        role = found["Role"]["Fn::GetAtt"][0]
        properties = self._resources[role]["Properties"]
        # Policies elsewhere would not be evaluated here.
        assert "ManagedPolicyArns" not in properties and "Policies" not in properties, properties
        return [
            self._resolve(policy["Properties"]["PolicyDocument"])
            for policy in self._of_type("AWS::IAM::Policy")
            if {"Ref": role} in policy["Properties"]["Roles"]
        ]

    def _of_type(self, kind):
        return [resource for resource in self._resources.values() if resource["Type"] == kind]

    def _resolve(self, value):
        match value:
            case {"Fn::Join": [separator, parts]}:
                return separator.join(self._resolve(part) for part in parts)
            case {"Fn::GetAtt": [name, "Arn"]}:
                return self._arn(self._resources[name])
            case {"Ref": name}:
                return PSEUDO_PARAMETERS.get(name) or self._arn(self._resources[name])
            case dict():
                return {key: self._resolve(item) for key, item in value.items()}
            case list():
                return [self._resolve(item) for item in value]
        return value

    def _arn(self, resource):
        properties = resource["Properties"]
        match resource["Type"]:
            case "AWS::SQS::Queue":
                return arn("sqs", properties["QueueName"])
            case "AWS::SNS::Topic":
                return arn("sns", properties["TopicName"])
            case "AWS::Logs::LogGroup":
                return arn("logs", f"log-group:{properties['LogGroupName']}:*")
            case "AWS::Lambda::Function":
                return arn("lambda", f"function:{properties['FunctionName']}")
        raise AssertionError(f"unknown ARN of {resource['Type']}")


class Permissions(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.evaluator = Evaluator()
        cls.addClassCleanup(cls.evaluator.close)
        cls.tagged = Template("-c", "ecsRetry=tagged")
        cls.all = Template(*cases.MODE_ALL)

    def check(self, template, table, expected):
        self.check_policies(template.policies, table, expected)

    def check_policies(self, policies_of, table, expected):
        for function, tried in table.items():
            policies = policies_of(function)
            self.assertTrue(policies)
            principal = f"arn:aws:sts::{ACCOUNT_ID}:assumed-role/{PREFIX}{function}/{PREFIX}{function}"
            for what, action, resource, *context in tried:
                permission = Permission(action, full_arn(resource), context[0] if context else {})
                with self.subTest(f"{function} {what}"):
                    self.assertEqual(
                        (expected, None), self.evaluator.allows(principal, policies, permission), permission
                    )

    def test_roles_deny_the_worst(self):
        self.check(self.tagged, cases.DENIED, False)

    def test_roles_allow_what_functions_need(self):
        self.check(self.tagged, cases.ALLOWED, True)

    def test_resources_tagged_off_are_denied_in_mode_all(self):
        self.check(self.all, cases.MODE_ALL_DENIED, False)

    def test_resources_without_tag_are_allowed_in_mode_all(self):
        self.check(self.all, cases.MODE_ALL_ALLOWED, True)

    def test_every_case_is_a_valid_question(self):
        """An administrator may do all of it, so that no case is denied because it is misspelt."""
        administrator = [{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}]
        for table in (cases.DENIED, cases.MODE_ALL_DENIED):
            self.check_policies(lambda _: administrator, table, True)

    def test_every_function_has_at_least_ten_cases(self):
        for function in FUNCTIONS:
            self.assertGreaterEqual(len(cases.DENIED[function]), 10, function)
            self.assertGreaterEqual(len(cases.ALLOWED[function]), 4, function)


def full_arn(resource):
    if resource == "*" or resource.startswith("arn:"):
        return resource
    service, _, rest = resource.partition(":")
    return arn(service, rest)
