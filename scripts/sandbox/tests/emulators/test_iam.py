"""Tests of the IAM emulator in front of moto, without a sandbox: sessions of roles call it through boto3."""

import base64
import json
import logging
import tempfile
import threading
import unittest
import urllib.error
import urllib.request
from datetime import datetime, timedelta, timezone

import boto3
import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.parsers import create_parser
from botocore.serialize import create_serializer
from moto.server import ThreadedMotoServer

from pullrescue_sandbox.iam import review, service_models, traffic
from pullrescue_sandbox.iam.account import Account
from pullrescue_sandbox.iam.evaluator import Evaluator
from pullrescue_sandbox.iam.enforcer import Enforcer
from pullrescue_sandbox.iam.http_request import Call
from pullrescue_sandbox.iam.server import serve

QUEUE = "arn:aws:sqs:us-east-1:123456789012:"
BUS = "arn:aws:events:us-east-1:123456789012:event-bus/default"
REPOSITORY = "arn:aws:ecr:us-east-1:123456789012:repository/"


def allow(actions, resource, **more):
    return {"Effect": "Allow", "Action": actions, "Resource": resource, **more}


class IamEmulator(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        moto = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
        moto.start()
        cls.addClassCleanup(moto.stop)
        host, port = moto.get_host_and_port()
        cls.folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        evaluator = Evaluator()
        cls.addClassCleanup(evaluator.close)
        records = [
            traffic.JsonLines(cls.folder, name) for name in (traffic.DECISIONS, traffic.CALLS, traffic.VIOLATIONS)
        ]
        enforcer = Enforcer(Account(f"http://{host}:{port}"), evaluator, *records)
        server = serve(0, (host, port), enforcer)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        cls.addClassCleanup(server.server_close)
        cls.addClassCleanup(server.shutdown)
        cls.address = f"http://127.0.0.1:{server.server_port}"
        cls.administrator = {"aws_access_key_id": "sandbox", "aws_secret_access_key": "sandbox"}

    def client(self, service, session=None):
        return boto3.client(
            service,
            endpoint_url=self.address,
            region_name="us-east-1",
            config=Config(retries={"total_max_attempts": 1}),
            **(session or self.administrator),
        )

    def session(self, *statements, service="lambda", name=None):
        """Returns the session of a function whose role has these statements."""
        name = name or self.id().rpartition(".")[2][:60]
        trust = {
            "Statement": [
                {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": f"{service}.amazonaws.com"}}
            ]
        }
        iam = self.client("iam")
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))
        iam.put_role_policy(
            RoleName=name,
            PolicyName="own",
            PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": statements}),
        )
        credentials = self.client("sts").assume_role(
            RoleArn=f"arn:aws:iam::123456789012:role/{name}", RoleSessionName=name
        )["Credentials"]
        return {
            "aws_access_key_id": credentials["AccessKeyId"],
            "aws_secret_access_key": credentials["SecretAccessKey"],
            "aws_session_token": credentials["SessionToken"],
        }

    def assertDenied(self, call, *, action, resource, **parameters):
        with self.assertRaises(ClientError) as caught:
            call(**parameters)
        error = caught.exception.response["Error"]
        self.assertIn("AccessDenied", error["Code"])
        self.assertRegex(error["Message"], rf"is not authorized to perform: {action} on resource: {resource}")

    def test_allows_action_of_the_role(self):
        url = self.client("sqs").create_queue(QueueName="open")["QueueUrl"]
        queue = self.client("sqs", self.session(allow(["sqs:SendMessage"], QUEUE + "open")))

        queue.send_message(QueueUrl=url, MessageBody="hello")

        self.assertEqual("hello", self.client("sqs").receive_message(QueueUrl=url)["Messages"][0]["Body"])

    def test_simulates_policies_of_roles(self):
        statements = [
            allow(["ecr:GetAuthorizationToken"], "*"),
            allow(["ecr:BatchGetImage"], REPOSITORY + "pull-rescue/*"),
            {"Effect": "Deny", "Action": ["ecr:BatchGetImage"], "Resource": REPOSITORY + "pull-rescue/secret/*"},
        ]
        self.session(*statements, service="codebuild", name="simulated")
        role = "arn:aws:iam::123456789012:role/simulated"
        caller = self.client("iam", self.session(allow(["iam:SimulatePrincipalPolicy"], role)))

        def simulate(action, resource, role=role):
            answer = caller.simulate_principal_policy(
                PolicySourceArn=role, ActionNames=[action], ResourceArns=[resource]
            )
            return [result["EvalDecision"] for result in answer["EvaluationResults"]]

        self.assertEqual(["allowed"], simulate("ecr:GetAuthorizationToken", "*"))
        self.assertEqual(["allowed"], simulate("ecr:BatchGetImage", REPOSITORY + "pull-rescue/ruby"))
        self.assertEqual(["explicitDeny"], simulate("ecr:BatchGetImage", REPOSITORY + "pull-rescue/secret/ruby"))
        self.assertEqual(["implicitDeny"], simulate("ecr:BatchGetImage", REPOSITORY + "other"))
        self.assertDenied(
            caller.simulate_principal_policy,
            action="iam:SimulatePrincipalPolicy",
            resource=role + "-other",
            PolicySourceArn=role + "-other",
            ActionNames=["ecr:BatchGetImage"],
        )

    def test_denies_other_actions_and_resources(self):
        url = self.client("sqs").create_queue(QueueName="closed")["QueueUrl"]
        queue = self.client("sqs", self.session(allow("sqs:SendMessage", QUEUE + "other")))

        self.assertDenied(
            queue.send_message, QueueUrl=url, MessageBody="hello", action="sqs:SendMessage", resource=QUEUE + "closed"
        )
        self.assertDenied(queue.receive_message, QueueUrl=url, action="sqs:ReceiveMessage", resource=QUEUE + "closed")

        self.assertNotIn("Messages", self.client("sqs").receive_message(QueueUrl=url))

    def test_evaluates_conditions(self):
        own = {"ForAllValues:StringEquals": {"events:source": "own"}}
        events = self.client("events", self.session(allow("events:PutEvents", BUS, Condition=own)))
        entry = {"DetailType": "Said", "Detail": "{}"}

        self.assertEqual(0, events.put_events(Entries=[{**entry, "Source": "own"}])["FailedEntryCount"])
        self.assertDenied(
            events.put_events,
            Entries=[{**entry, "Source": "own"}, {**entry, "Source": "aws.codebuild"}],
            action="events:PutEvents",
            resource=BUS,
        )

    def test_requires_additional_actions_of_a_call(self):
        ecr = self.client("ecr", self.session(allow("ecr:CreateRepository", "*")))

        ecr.create_repository(repositoryName="plain")
        self.assertDenied(
            ecr.create_repository,
            repositoryName="tagged",
            tags=[{"Key": "by", "Value": "us"}],
            action="ecr:TagResource",
            resource=REPOSITORY + "tagged",
        )

    def test_evaluates_tags_of_repositories(self):
        own = {"StringEquals": {"aws:ResourceTag/created-by": "us"}}
        new = {
            "StringEquals": {"aws:RequestTag/created-by": "us"},
            "ForAllValues:StringEquals": {"aws:TagKeys": ["created-by"]},
        }
        tags = [{"Key": "created-by", "Value": "us"}]
        session = self.session(
            allow(["ecr:CreateRepository", "ecr:TagResource"], "*", Condition=new),
            allow(["ecr:SetRepositoryPolicy", "ecr:PutImage"], "*", Condition=own),
            allow("ecr:GetAuthorizationToken", "*"),
        )
        ecr = self.client("ecr", session)
        data = ecr.get_authorization_token()["authorizationData"][0]
        key = base64.b64decode(data["authorizationToken"]).decode().rpartition("-")[2]
        self.client("ecr").create_repository(repositoryName="github/theirs")

        ecr.create_repository(repositoryName="github/ours", tags=tags)
        self.assertDenied(
            ecr.create_repository,
            repositoryName="github/more",
            tags=[*tags, {"Key": "team", "Value": "them"}],
            action="ecr:CreateRepository",
            resource=REPOSITORY + "github/more",
        )
        pull = {"Effect": "Allow", "Principal": "*", "Action": "ecr:BatchGetImage"}
        policy = {"Version": "2012-10-17", "Statement": [pull]}
        ecr.set_repository_policy(repositoryName="github/ours", policyText=json.dumps(policy))
        self.assertDenied(
            ecr.set_repository_policy,
            repositoryName="github/theirs",
            policyText="{}",
            action="ecr:SetRepositoryPolicy",
            resource=REPOSITORY + "github/theirs",
        )
        self.assertEqual((200, ""), self.asked_by_registry(key, "ecr:PutImage", "github/ours"))
        for repository in ("github/theirs", "github/absent"):
            self.assertEqual(403, self.asked_by_registry(key, "ecr:PutImage", repository)[0])

    def test_run_task_needs_tags_and_roles_of_definition(self):
        role, passed_to = "arn:aws:iam::123456789012:role/orders", {
            "StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}
        }
        definitions = {
            switch: self.client("ecs").register_task_definition(
                family="orders",
                containerDefinitions=[{"name": "one", "image": "ruby", "memory": 128}],
                taskRoleArn=role,
                tags=[{"key": "pull-rescue", "value": switch}],
            )["taskDefinition"]["taskDefinitionArn"]
            for switch in ("on", "off")
        }
        unless_off = {"StringNotEquals": {"aws:ResourceTag/pull-rescue": "off", "aws:RequestTag/pull-rescue": "off"}}
        run = allow("ecs:RunTask", "arn:aws:ecs:us-east-1:123456789012:task-definition/*", Condition=unless_off)
        passing = allow("iam:PassRole", role, Condition=passed_to)
        new = "arn:aws:ecs:us-east-1:123456789012:task/shop/\\*"
        without_passing = self.client("ecs", self.session(run, name="without-passing"))
        runner = self.client("ecs", self.session(run, passing))

        self.assertDenied(
            without_passing.run_task,
            cluster="shop",
            taskDefinition=definitions["on"],
            action="iam:PassRole",
            resource=role,
        )
        self.assertDenied(
            runner.run_task,
            cluster="shop",
            taskDefinition=definitions["off"],
            action="ecs:RunTask",
            resource=definitions["off"],
        )
        for switch, action, resource in (("off", "ecs:RunTask", definitions["on"]), ("on", "ecs:TagResource", new)):
            self.assertDenied(
                runner.run_task,
                cluster="shop",
                taskDefinition=definitions["on"],
                tags=[{"key": "pull-rescue", "value": switch}],
                action=action,
                resource=resource,
            )
        with self.assertRaisesRegex(ClientError, "Cluster not found"):
            runner.run_task(cluster="shop", taskDefinition=definitions["on"])

    def test_start_build_depends_on_tag_of_project(self):
        artifacts, environment = {"type": "NO_ARTIFACTS"}, {
            "type": "LINUX_CONTAINER",
            "image": "ruby",
            "computeType": "BUILD_GENERAL1_SMALL",
        }
        for name, tags in (("plain", []), ("left-alone", [{"key": "pull-rescue", "value": "off"}])):
            self.client("codebuild").create_project(
                name=name,
                source={"type": "S3", "location": "sources/a.zip"},
                artifacts=artifacts,
                environment=environment,
                serviceRole="arn:aws:iam::123456789012:role/builds",
                tags=tags,
            )
        unless_off = {"StringNotEquals": {"aws:ResourceTag/pull-rescue": "off"}}
        starter = self.client("codebuild", self.session(allow("codebuild:StartBuild", "*", Condition=unless_off)))

        self.assertEqual("plain", starter.start_build(projectName="plain")["build"]["projectName"])
        self.assertDenied(
            starter.start_build,
            projectName="left-alone",
            action="codebuild:StartBuild",
            resource="arn:aws:codebuild:us-east-1:123456789012:project/left-alone",
        )

    def test_update_project_needs_role_of_project(self):
        role = "arn:aws:iam::123456789012:role/builds"
        self.client("codebuild").create_project(
            name="updated",
            source={"type": "S3", "location": "sources/a.zip"},
            artifacts={"type": "NO_ARTIFACTS"},
            environment={"type": "LINUX_CONTAINER", "image": "ruby", "computeType": "BUILD_GENERAL1_SMALL"},
            serviceRole=role,
        )
        to_tasks = {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}
        session = self.session(allow("codebuild:UpdateProject", "*"), allow("iam:PassRole", "*", Condition=to_tasks))

        self.assertDenied(
            self.client("codebuild", session).update_project, name="updated", action="iam:PassRole", resource=role
        )

    def test_submit_job_needs_queue_and_definition(self):
        batch = self.client("batch")
        container = {"image": "ruby", "vcpus": 1, "memory": 128}
        definitions = {
            switch: batch.register_job_definition(
                jobDefinitionName=f"nightly-{switch}",
                type="container",
                containerProperties=container,
                tags={"pull-rescue": switch},
            )["jobDefinitionArn"]
            for switch in ("on", "off")
        }
        prefix = "arn:aws:batch:us-east-1:123456789012:"
        to_queues = allow("batch:SubmitJob", f"{prefix}job-queue/*")
        if_on = allow(
            "batch:SubmitJob",
            f"{prefix}job-definition/*:*",
            Condition={"StringEquals": {"aws:ResourceTag/pull-rescue": "on"}},
        )
        of_definitions_alone = self.client("batch", self.session(if_on, name="of-definitions-alone"))
        submitter = self.client("batch", self.session(to_queues, if_on))
        job = {"jobName": "tonight", "jobQueue": "nightly"}

        self.assertDenied(
            of_definitions_alone.submit_job,
            **job,
            jobDefinition=definitions["on"],
            action="batch:SubmitJob",
            resource=f"{prefix}job-queue/nightly",
        )
        self.assertDenied(
            submitter.submit_job,
            **job,
            jobDefinition=definitions["off"],
            action="batch:SubmitJob",
            resource=definitions["off"],
        )
        self.assertDenied(
            submitter.submit_job,
            **job,
            jobDefinition=definitions["on"],
            tags={"by": "us"},
            action="batch:TagResource",
            resource=f"{prefix}job/\\*",
        )
        self.assertDenied(
            submitter.register_job_definition,
            jobDefinitionName="new",
            type="container",
            containerProperties=container,
            action="batch:RegisterJobDefinition",
            resource=f"{prefix}job-definition/new",
        )
        with self.assertRaisesRegex(ClientError, "Job queue nightly does not exist"):
            submitter.submit_job(**job, jobDefinition=definitions["on"])

    def test_translates_protocol_of_cloudwatch(self):
        metric = {"Namespace": "Shop", "MetricName": "Bytes", "Dimensions": [{"Name": "Service", "Value": "shop"}]}
        day = datetime.now(timezone.utc).replace(hour=0, minute=0, second=0, microsecond=0)
        self.client("cloudwatch").put_metric_data(
            Namespace="Shop",
            MetricData=[
                {"MetricName": "Bytes", "Dimensions": metric["Dimensions"], "Value": value} for value in (1, 2e9)
            ],
        )
        question = {
            **metric,
            "StartTime": day,
            "EndTime": day + timedelta(days=1),
            "Period": 86_400,
            "Statistics": ["Sum"],
        }
        allowed = self.session(allow("cloudwatch:GetMetricStatistics", "*"), name="reads-metrics")
        denied = self.session(allow("cloudwatch:ListMetrics", "*"), name="lists-metrics")

        status, answer = self.call_with_cbor(allowed, "GetMetricStatistics", question)
        self.assertEqual((200, [2e9 + 1]), (status, [point["Sum"] for point in answer["Datapoints"]]))
        self.assertEqual(day.date(), answer["Datapoints"][0]["Timestamp"].astimezone(timezone.utc).date())

        status, answer = self.call_with_cbor(denied, "GetMetricStatistics", question)
        self.assertEqual(400, status)
        self.assertIn("is not authorized to perform: cloudwatch:GetMetricStatistics", answer["Error"]["Message"])

    def call_with_cbor(self, session, operation, parameters):
        """Calls CloudWatch as the SDK for Java does. boto3 prefers JSON."""
        model = botocore.session.get_session().get_service_model("cloudwatch").operation_model(operation)
        request = create_serializer("smithy-rpc-v2-cbor").serialize_to_request(parameters, model)
        key = session["aws_access_key_id"]
        headers = {
            **request["headers"],
            "Authorization": f"AWS4-HMAC-SHA256 Credential={key}/20260101/us-east-1/monitoring/aws4_request",
        }
        call = urllib.request.Request(self.address + request["url_path"], request["body"], headers, method="POST")
        try:
            answer = urllib.request.urlopen(call)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            received = {"status_code": answer.status, "headers": answer.headers, "body": answer.read()}
        return answer.status, create_parser("smithy-rpc-v2-cbor").parse(received, model.output_shape)

    def test_translates_query_protocol_of_sns(self):
        topic = self.client("sns").create_topic(Name="people")["TopicArn"]
        function = self.client("sns", self.session(allow("sns:Publish", topic)))

        self.assertIn("MessageId", function.publish(TopicArn=topic, Message="a & b"))
        with self.assertRaises(ClientError) as caught:
            function.publish(TopicArn=f"{topic}-2", Message="hello")
        error = caught.exception.response["Error"]
        self.assertEqual("AuthorizationError", error["Code"])
        self.assertIn(f"is not authorized to perform: sns:Publish on resource: {topic}-2", error["Message"])

    def test_evaluates_objects_as_resources(self):
        s3 = self.client("s3")
        s3.create_bucket(Bucket="sources")
        s3.put_object(Bucket="sources", Key="a/b.zip", Body=b"zip")
        function = self.client("s3", self.session(allow("s3:GetObject", "arn:aws:s3:::sources/a/*")))

        self.assertEqual(b"zip", function.get_object(Bucket="sources", Key="a/b.zip")["Body"].read())
        self.assertDenied(
            function.get_object,
            Bucket="sources",
            Key="c.zip",
            action="s3:GetObject",
            resource="arn:aws:s3:::sources/c.zip",
        )
        with self.assertRaisesRegex(
            ClientError, "the sandbox does not know which permissions s3:PUT /sources/a/c.zip needs"
        ):
            function.put_object(Bucket="sources", Key="a/c.zip", Body=b"")

    def test_finds_secret_by_name(self):
        self.client("secretsmanager").create_secret(Name="hub/login", SecretString="s")
        arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:"
        function = self.client(
            "secretsmanager", self.session(allow("secretsmanager:GetSecretValue", arn + "hub/login-??????"))
        )

        self.assertEqual("s", function.get_secret_value(SecretId="hub/login")["SecretString"])
        self.assertDenied(
            function.get_secret_value,
            SecretId="other",
            action="secretsmanager:GetSecretValue",
            resource=arn + "other-absent",
        )

    def test_registry_token_identifies_the_role(self):
        session = self.session(allow("ecr:GetAuthorizationToken", "*"), allow("ecr:PutImage", REPOSITORY + "hub/*"))
        data = self.client("ecr", session).get_authorization_token()["authorizationData"][0]
        key = base64.b64decode(data["authorizationToken"]).decode().rpartition("-")[2]

        self.assertEqual(session["aws_access_key_id"], key)
        self.assertEqual((200, ""), self.asked_by_registry(key, "ecr:PutImage", "hub/ruby"))
        for action, repository in (("ecr:PutImage", "other"), ("ecr:BatchGetImage", "hub/ruby")):
            self.assertRegex(
                str(self.asked_by_registry(key, action, repository)),
                f"403.*{action} on resource: {REPOSITORY}{repository}",
            )
        self.assertEqual(
            (403, "this token belongs to no session"), self.asked_by_registry("unknown", "ecr:PutImage", "hub/ruby")
        )

    def asked_by_registry(self, key, action, repository):
        try:
            with urllib.request.urlopen(
                f"{self.address}/-/registry?key={key}&action={action}&repository={repository}"
            ) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def test_does_not_check_other_roles(self):
        deployer = self.client("sqs", self.session(allow("sqs:DeleteQueue", "*"), service="cloudformation"))

        self.assertIn("QueueUrl", deployer.create_queue(QueueName="theirs"))

    def test_rejects_requests_that_the_model_does_not_allow(self):
        lenient = Config(parameter_validation=False, retries={"total_max_attempts": 1})
        registry = boto3.client(
            "ecr",
            endpoint_url=self.address,
            region_name="us-east-1",
            config=lenient,
            **self.session(allow("ecr:DescribeImages", "*")),
        )

        for words, parameters in {
            "repositoryName is missing": {},
            "colour is unknown": {"repositoryName": "a/b", "colour": "red"},
            "maxResults: 0 is below the minimum 1": {"repositoryName": "a/b", "maxResults": 0},
            "maxResults: 1001 is above the maximum 1000": {"repositoryName": "a/b", "maxResults": 1001},
            "does not match": {"repositoryName": "UPPER"},
            "is not one of TAGGED, UNTAGGED, ANY": {"repositoryName": "a/b", "filter": {"tagStatus": "SOME"}},
            "maxResults is str, not integer": {"repositoryName": "a/b", "maxResults": "5"},
        }.items():
            with self.subTest(words), self.assertRaises(ClientError) as caught:
                self.send_unchecked(registry, "DescribeImages", parameters)
            self.assertEqual("ValidationException", caught.exception.response["Error"]["Code"])
            self.assertIn(words, caught.exception.response["Error"]["Message"])

    def send_unchecked(self, client, operation, parameters):
        """Sends the parameters as they are: a serializer of botocore would leave out what its model does not know."""
        client.meta.events.register(
            f"before-call.ecr.{operation}",
            lambda params, **_: params.update(body=json.dumps(parameters).encode()),
            unique_id=operation,
        )
        try:
            client.describe_images(repositoryName="placeholder")
        finally:
            client.meta.events.unregister(f"before-call.ecr.{operation}", unique_id=operation)

    def test_records_answers_that_the_model_does_not_allow(self):
        call = Call("key", "ecr", "DescribeImages", {"repositoryName": "a/b"})

        for words, answer in {
            "color is unknown": {"imageDetails": [], "color": "red"},
            "imageDetails is dict, not list": {"imageDetails": {}},
            "imageDetails[0].imagePushedAt is str, not timestamp": {"imageDetails": [{"imagePushedAt": "today"}]},
            "imageDetails[0].imageTags[0] is int, not string": {"imageDetails": [{"imageTags": [1]}]},
        }.items():
            with self.subTest(words):
                self.assertIn(words, service_models.answer_violations(call, json.dumps(answer))[0])
        self.assertEqual([], service_models.answer_violations(call, json.dumps({"imageDetails": []})))

    def test_leaves_out_null_members(self):
        call = Call("key", "ecr", "DescribeImages", {"repositoryName": "a/b"})

        content = service_models.without_null_members(
            call, b'{"imageDetails": [{"imageTags": null}], "nextToken": null}'
        )

        self.assertEqual({"imageDetails": [{}]}, json.loads(content))

    def test_reports_unused_permissions(self):
        url = self.client("sqs").create_queue(QueueName="half")["QueueUrl"]
        function = self.id().rpartition(".")[2][:60]
        self.client("sqs", self.session(allow(["sqs:SendMessage", "sqs:DeleteMessage"], QUEUE + "half"))).send_message(
            QueueUrl=url, MessageBody="hello"
        )

        own = [item for item in traffic.read(self.folder, traffic.DECISIONS) if item["function"] == function]

        self.assertEqual({f"{function} sqs:DeleteMessage"}, review.unused(own))
        self.assertEqual([], review.denied(own))

    def test_matches_explained_permissions(self):
        self.assertTrue(review.is_expected("pull-rescue-retry codecommit:GetFile"))
        self.assertFalse(review.is_expected("pull-rescue-manual codecommit:GetFile"))
        self.assertTrue(review.is_expected("pull-rescue-manual logs:PutLogEvents"))

    def test_reports_denied_calls(self):
        url = self.client("sqs").create_queue(QueueName="quiet")["QueueUrl"]
        queue = self.client("sqs", self.session(allow("sqs:SendMessage", QUEUE + "other")))
        self.assertDenied(
            queue.send_message, QueueUrl=url, MessageBody="hello", action="sqs:SendMessage", resource=QUEUE + "quiet"
        )

        self.assertIn(
            f"{self.id().rpartition('.')[2][:60]} was denied sqs:SendMessage on {QUEUE}quiet",
            review.denied(traffic.read(self.folder, traffic.DECISIONS)),
        )
