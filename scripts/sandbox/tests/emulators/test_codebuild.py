"""Tests of the CodeBuild emulator in front of moto, without docker: curated image, plain commands, called through boto3."""

import argparse
import contextlib
import io
import json
import os
import signal
import tempfile
import time
import urllib.error
import urllib.request
import zipfile
from pathlib import Path
from unittest import mock

import boto3
from codebuild_test_case import IMAGE, ROLE, CodeBuildTestCase, free_port, listens, start_codebuild, stop, wait_for

from pullrescue_sandbox.account import ECR_REGISTRY as ECR
from pullrescue_sandbox.cli import build as build_command
from pullrescue_sandbox.emulators.codebuild import image_policy
from pullrescue_sandbox.emulators.codebuild.build import Build
from pullrescue_sandbox.emulators.codebuild.git import Repositories
from pullrescue_sandbox.emulators.codebuild.record import BuildRecord
from pullrescue_sandbox.emulators.core.aws_clients import AwsClients
from pullrescue_sandbox.emulators.core.docker_host import registry_of


class Builds(CodeBuildTestCase):
    def test_writes_log_in_codebuild_layout(self):
        build = self.build(
            self.project(
                "version: 0.2\nphases:\n  build:\n    commands:\n      - echo hello; echo trouble >&2\n      - exit 3\n"
            )
        )

        self.assertEqual("FAILED", build["buildStatus"])
        self.assertEqual(f"/aws/codebuild/{build['projectName']}", build["logs"]["groupName"])
        self.assertEqual(build["id"].split(":")[1], build["logs"]["streamName"])
        text = self.layout(build)
        self.assertTrue(
            text.startswith("[Container] Running on CodeBuild On-demand\n[Container] Waiting for agent ping\n"), text
        )
        self.assertIn(
            "[Container] Phases found in YAML: 1\n[Container]  BUILD: 2 commands\n"
            "[Container] Phase complete: DOWNLOAD_SOURCE State: SUCCEEDED\n"
            "[Container] Phase context status code:  Message: \n"
            "[Container] Entering phase INSTALL\n",
            text,
        )
        self.assertTrue(
            text.endswith(
                "[Container] Entering phase BUILD\n[Container] Running command echo hello; echo trouble >&2\nhello\ntrouble\n\n"
                "[Container] Running command exit 3\n"
                "[Container] Command did not exit successfully exit 3 exit status 3\n"
                "[Container] Phase complete: BUILD State: FAILED\n"
                "[Container] Phase context status code: COMMAND_EXECUTION_ERROR Message: "
                "Error while executing command: exit 3. Reason: exit status 3\n"
                "[Container] Entering phase POST_BUILD\n[Container] Phase complete: POST_BUILD State: SUCCEEDED\n"
                "[Container] Phase context status code:  Message: \n"
            ),
            text,
        )

    def test_keeps_variables_and_folder_between_phases(self):
        build = self.build(
            self.project(
                "version: 0.2\nphases:\n  install:\n    commands: [export COLOUR=green, mkdir deep, cd deep]\n"
                "  build:\n    commands:\n      - echo $COLOUR $(basename $PWD)\n      - |\n        for i in 1 2\n        do echo $i\n        done\n"
            )
        )

        self.assertEqual("SUCCEEDED", build["buildStatus"])
        self.assertIn("green deep", self.output(build))
        self.assertEqual(["1", "2"], self.output(build)[-2:])

    def test_failed_pre_build_skips_later_phases(self):
        build = self.build(
            self.project(
                "version: 0.2\nphases:\n  pre_build:\n    commands: ['false', echo never]\n    finally: [echo at last]\n"
                "  build:\n    commands: [echo never]\n"
            )
        )

        self.assertEqual(
            {
                "SUBMITTED": "SUCCEEDED",
                "QUEUED": "SUCCEEDED",
                "PROVISIONING": "SUCCEEDED",
                "DOWNLOAD_SOURCE": "SUCCEEDED",
                "INSTALL": "SUCCEEDED",
                "PRE_BUILD": "FAILED",
                "FINALIZING": "SUCCEEDED",
                "COMPLETED": None,
            },
            self.phases(build),
        )
        self.assertEqual(["at last"], self.output(build))

    def test_post_build_runs_after_failed_build(self):
        build = self.build(
            self.project(
                "version: 0.2\nphases:\n  pre_build:\n    commands: [echo $CODEBUILD_BUILD_SUCCEEDING]\n"
                "  build:\n    commands: ['false']\n  post_build:\n    commands: [echo $CODEBUILD_BUILD_SUCCEEDING]\n"
            )
        )

        self.assertEqual("FAILED", build["buildStatus"])
        self.assertEqual(["1", "0"], self.output(build))

    def test_on_failure_continues_or_aborts(self):
        phases = "version: 0.2\nphases:\n  {}:\n    on-failure: {}\n    commands: ['false']\n  post_build:\n    commands: [echo after]\n"
        going_on = self.build(self.project(phases.format("pre_build", "CONTINUE")))
        ending = self.build(self.project(phases.format("build", "ABORT")))

        self.assertEqual(["after"], self.output(going_on))
        self.assertEqual("FAILED", self.phases(going_on)["PRE_BUILD"])
        self.assertNotIn("POST_BUILD", self.phases(ending))

    def test_invalid_buildspec_fails_download_source(self):
        build = self.build(self.project("version: 0.2\nphases:\n  biuld:\n    commands: [ls]\n"))

        self.assertEqual("FAILED", self.phases(build)["DOWNLOAD_SOURCE"])
        self.assertEqual(
            [{"statusCode": "YAML_FILE_ERROR", "message": "unknown phases: biuld"}], build["phases"][3]["contexts"]
        )

    def test_stop_build_ends_every_process(self):
        # `exec -a` gives the sleeping processes a unique name.
        name = f"sleeper-{time.monotonic_ns()}"
        project = self.project(
            f"version: 0.2\nenv:\n  shell: bash\nphases:\n  build:\n    commands:\n"
            f"      - (exec -a {name} sleep 300) & (exec -a {name} sleep 300)\n"
        )
        identifier = self.codebuild.start_build(projectName=project)["build"]["id"]
        wait_for(lambda: len(self.processes(name)) == 2)

        build = self.codebuild.stop_build(id=identifier)["build"]

        self.assertEqual("STOPPED", build["buildStatus"])
        self.assertEqual("STOPPED", self.phases(build)["BUILD"])
        self.assertEqual([], self.processes(name))

    def processes(self, name):
        found = []
        for entry in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                if entry.read_bytes().startswith(name.encode() + b"\0"):
                    found.append(entry.parent.name)
            except OSError:
                continue
        return found

    def test_removes_build_folder(self):
        build = self.build(self.project("version: 0.2\nphases:\n  build:\n    commands: [echo x > file]\n"))

        self.assertEqual("SUCCEEDED", build["buildStatus"])
        self.assertFalse(Path(self.folder, "builds", build["id"].split(":")[1]).exists())

    def test_sigterm_stops_builds(self):
        self.listen_to_events()
        with tempfile.TemporaryDirectory() as state:
            address = f"http://localhost:{free_port()}"
            server = start_codebuild(address, state, self.endpoint)
            self.addCleanup(stop, server)
            wait_for(lambda: listens(address))
            name = f"sleeper-{time.monotonic_ns()}"
            spec = f"version: 0.2\nenv:\n  shell: bash\nphases:\n  build:\n    commands: [exec -a {name} sleep 300]\n"
            client = self.client("codebuild", address)
            client.create_project(
                name="last",
                source={"type": "NO_SOURCE", "buildspec": spec},
                artifacts={"type": "NO_ARTIFACTS"},
                serviceRole=ROLE,
                environment={"type": "LINUX_CONTAINER", "image": IMAGE, "computeType": "BUILD_GENERAL1_SMALL"},
            )
            build = client.start_build(projectName="last")["build"]
            wait_for(lambda: self.processes(name))

            server.send_signal(signal.SIGTERM)

            self.assertEqual(0, server.wait(10))
            self.assertEqual([], self.processes(name))
            self.assertEqual("STOPPED", self.events(build)[-1]["detail"]["build-status"])

    def test_timeout_ends_the_build(self):
        name = self.project("version: 0.2\nphases:\n  build:\n    commands: [sleep 300]\n")
        # Shorter than the minimum timeout of a project.
        settings = {**self.codebuild.batch_get_projects(names=[name])["projects"][0], "timeoutInMinutes": 0.01}
        record = BuildRecord(settings, f"{name}:1", "arn:aws:codebuild:us-east-1:123456789012:build/" + name + ":1", 1)
        repositories = Repositories(self.folder)
        build = Build(AwsClients(self.endpoint), record, settings, self.folder, lambda *_: None, repositories)
        build.start()
        build.join(10)

        self.assertEqual("TIMED_OUT", record.snapshot()["buildStatus"])
        self.assertEqual("TIMED_OUT", self.phases(record.snapshot())["BUILD"])


class Sources(CodeBuildTestCase):
    def upload(self, files):
        data = io.BytesIO()
        with zipfile.ZipFile(data, "w") as archive:
            for name, (text, mode) in files.items():
                entry = zipfile.ZipInfo(name)
                entry.external_attr = mode << 16
                archive.writestr(entry, text)
        bucket = f"sources-{time.monotonic_ns()}"
        self.client("s3").create_bucket(Bucket=bucket)
        self.client("s3").put_object(Bucket=bucket, Key="app.zip", Body=data.getvalue())
        return f"{bucket}/app.zip"

    def test_reads_buildspec_and_files_of_a_zip(self):
        location = self.upload(
            {
                "buildspec.yml": ("version: 0.2\nphases:\n  build:\n    commands: [./print.sh]\n", 0o644),
                "print.sh": ("#!/bin/sh\necho printed\n", 0o755),
            }
        )
        build = self.build(self.project(None, {"type": "S3", "location": location}))

        self.assertEqual(["printed"], self.output(build))
        self.assertRegex(self.log(build), r"YAML location is \S+/output/src\d+/src/buildspec.yml\n")

    def test_reads_buildspec_from_other_locations(self):
        location = self.upload(
            {"ci/other.yml": ("version: 0.2\nphases:\n  build:\n    commands: [echo other]\n", 0o644)}
        )
        bucket = location.split("/")[0]
        self.client("s3").put_object(
            Bucket=bucket, Key="specs/far.yml", Body="version: 0.2\nphases:\n  build:\n    commands: [echo far]\n"
        )
        project = self.project("ci/other.yml", {"type": "S3", "location": f"arn:aws:s3:::{location}"})

        self.assertEqual(["other"], self.output(self.build(project)))
        self.assertEqual(
            ["far"], self.output(self.build(project, buildspecOverride=f"arn:aws:s3:::{bucket}/specs/far.yml"))
        )
        missing = self.build(project, buildspecOverride="none.yml")
        self.assertRegex(
            missing["phases"][3]["contexts"][0]["message"], r"^stat /\S+/src/none.yml: no such file or directory$"
        )
        outside = self.build(project, buildspecOverride="../../../../moto.yml")
        self.assertIn("is outside of the source", outside["phases"][3]["contexts"][0]["message"])

    def test_missing_source_fails_download_source(self):
        build = self.build(self.project(None, {"type": "S3", "location": self.upload({}).replace("app", "none")}))

        self.assertEqual("CLIENT_ERROR", build["phases"][3]["contexts"][0]["statusCode"])
        self.assertIn("[Container] Phase complete: DOWNLOAD_SOURCE State: FAILED\n", self.layout(build))


class Variables(CodeBuildTestCase):
    def test_variables_follow_the_order_of_precedence(self):
        project = self.project(
            "version: 0.2\nenv:\n  variables: {A: spec, B: spec, C: 010}\nphases:\n  build:\n    commands: [echo $A $B $C $D]\n",
            environment={
                "environmentVariables": [{"name": "B", "value": "project"}, {"name": "D", "value": "project"}]
            },
        )
        build = self.build(project, environmentVariablesOverride=[{"name": "D", "value": 'it\'s "$new"\nline'}])

        self.assertEqual(['spec project 010 it\'s "$new" line'], self.output(build))
        self.assertEqual(
            {"B": "project", "D": 'it\'s "$new"\nline'},
            {one["name"]: one["value"] for one in build["environment"]["environmentVariables"]},
        )

    def test_redacts_stored_values_in_the_log(self):
        self.client("ssm").put_parameter(Name="/tests/colour", Value="vermilion", Type="SecureString")
        self.client("secretsmanager").create_secret(
            Name="tests/hub", SecretString=json.dumps({"password": "opensesame"})
        )
        build = self.build(
            self.project(
                "version: 0.2\nenv:\n  parameter-store: {COLOUR: /tests/colour}\n  secrets-manager: {WORD: 'tests/hub:password'}\n"
                "phases:\n  build:\n    commands:\n      - test $COLOUR-$WORD-$AGAIN = vermilion-opensesame-vermilion\n      - echo word $WORD\n"
            ),
            environmentVariablesOverride=[{"name": "AGAIN", "value": "/tests/colour", "type": "PARAMETER_STORE"}],
        )

        self.assertEqual("SUCCEEDED", build["buildStatus"])
        self.assertEqual(["word ***"], self.output(build))

    def test_missing_secret_fails_download_source(self):
        build = self.build(
            self.project(
                "version: 0.2\nenv:\n  secrets-manager: {WORD: 'tests/none'}\nphases:\n  build:\n    commands: [ls]\n"
            )
        )

        self.assertEqual("Secrets Manager Error", build["phases"][3]["contexts"][0]["statusCode"])

    def test_sets_codebuild_variables(self):
        build = self.build(
            self.project(
                "version: 0.2\nphases:\n  build:\n    commands:\n      - echo $CODEBUILD_BUILD_ID $CODEBUILD_BUILD_ARN $CODEBUILD_BUILD_NUMBER\n"
                "      - test $CODEBUILD_SRC_DIR = $PWD && echo $AWS_REGION $AWS_DEFAULT_REGION $AWS_ENDPOINT_URL\n"
            )
        )

        self.assertEqual(
            [f"{build['id']} {build['arn']} 1", f"us-east-1 us-east-1 {self.endpoint}"], self.output(build)
        )


class Events(CodeBuildTestCase):
    def test_sends_events_at_start_and_end(self):
        self.listen_to_events()
        build = self.build(
            self.project("version: 0.2\nphases:\n  build:\n    commands: [exit 7]\n"), sourceVersion="main"
        )

        beginning, end = self.events(build)
        self.assertEqual(
            ("CodeBuild Build State Change", "aws.codebuild", [build["arn"]]),
            (end["detail-type"], end["source"], end["resources"]),
        )
        self.assertEqual(["IN_PROGRESS", "FAILED"], [one["detail"]["build-status"] for one in (beginning, end)])
        early = beginning["detail"]["additional-information"]
        self.assertEqual(["deep-link"], list(early["logs"]))
        self.assertIn("group=null;stream=null", early["logs"]["deep-link"])
        information = end["detail"]["additional-information"]
        self.assertEqual("main", information["source-version"])
        self.assertEqual(
            {
                "group-name": build["logs"]["groupName"],
                "stream-name": build["logs"]["streamName"],
                "deep-link": build["logs"]["deepLink"],
            },
            information["logs"],
        )
        self.assertEqual(
            {
                "type": "LINUX_CONTAINER",
                "image": IMAGE,
                "compute-type": "BUILD_GENERAL1_SMALL",
                "privileged-mode": False,
                "image-pull-credentials-type": "CODEBUILD",
                "environment-variables": [],
            },
            information["environment"],
        )
        self.assertRegex(information["build-start-time"], r"^[A-Z][a-z]{2} \d{1,2}, \d{4} \d{1,2}:\d\d:\d\d [AP]M$")
        phases = {phase["phase-type"]: phase for phase in information["phases"]}
        self.assertEqual([], phases["QUEUED"]["phase-context"])
        self.assertEqual([": "], phases["PRE_BUILD"]["phase-context"])
        self.assertEqual(
            ["COMMAND_EXECUTION_ERROR: Error while executing command: exit 7. Reason: exit status 7"],
            phases["BUILD"]["phase-context"],
        )
        self.assertEqual({"start-time", "phase-type"}, set(phases["COMPLETED"]))
        self.assertEqual(
            ("COMPLETED", "[: ]"), (end["detail"]["current-phase"], end["detail"]["current-phase-context"])
        )


class Calls(CodeBuildTestCase):
    SPEC = "version: 0.2\nphases:\n  build:\n    commands: [echo built]\n"

    def test_manages_projects(self):
        name = self.project(self.SPEC, description="first")
        self.assertError(
            "ResourceAlreadyExistsException",
            self.codebuild.create_project,
            name=name,
            serviceRole=ROLE,
            source={"type": "NO_SOURCE", "buildspec": self.SPEC},
            artifacts={"type": "NO_ARTIFACTS"},
            environment={"type": "LINUX_CONTAINER", "image": IMAGE, "computeType": "BUILD_GENERAL1_SMALL"},
        )
        self.codebuild.update_project(name=name, description="second", timeoutInMinutes=5)
        found = self.codebuild.batch_get_projects(names=[name, "none"])

        self.assertEqual(["none"], found["projectsNotFound"])
        project = found["projects"][0]
        self.assertEqual(
            ("second", 5, 480),
            tuple(project[key] for key in ("description", "timeoutInMinutes", "queuedTimeoutInMinutes")),
        )
        self.assertEqual(f"arn:aws:codebuild:us-east-1:123456789012:project/{name}", project["arn"])
        self.assertIn(name, self.codebuild.list_projects()["projects"])
        self.codebuild.delete_project(name=name)
        self.assertNotIn(name, self.codebuild.list_projects()["projects"])
        self.assertError("ResourceNotFoundException", self.codebuild.start_build, projectName=name)

    def test_lists_builds_newest_first(self):
        name = self.project(self.SPEC)
        ids = [self.build(name)["id"] for _ in range(2)]

        self.assertEqual(ids[::-1], self.codebuild.list_builds_for_project(projectName=name)["ids"])
        self.assertEqual(ids, self.codebuild.list_builds_for_project(projectName=name, sortOrder="ASCENDING")["ids"])
        self.assertEqual(ids[::-1], self.codebuild.list_builds()["ids"][:2])
        self.assertEqual(["x:y"], self.codebuild.batch_get_builds(ids=["x:y", ids[0]])["buildsNotFound"])

    def test_names_caller_as_initiator(self):
        """Records of builds: "AWSReservedSSO_AdministratorAccess_c1dc373eb0d60d9e/mike.kazmier@candidpartners.com"."""
        project = self.project("version: 0.2\nphases:\n  build:\n    commands:\n      - echo $CODEBUILD_INITIATOR\n")
        client = boto3.client(
            "codebuild",
            endpoint_url=self.address,
            region_name="us-east-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )
        client.meta.events.register(
            "before-sign.codebuild.StartBuild",
            lambda request, **_: request.headers.add_header("X-Sandbox-Caller", "retry-role/pull-rescue-retry"),
        )

        by_role = self.finish(client.start_build(projectName=project)["build"]["id"])
        by_administrator = self.build(project)

        self.assertEqual(
            ["retry-role/pull-rescue-retry", "sandbox"], [by_role["initiator"], by_administrator["initiator"]]
        )
        self.assertEqual(["retry-role/pull-rescue-retry"], self.output(by_role))

    def test_applies_overrides(self):
        build = self.build(
            self.project(self.SPEC),
            buildspecOverride=self.SPEC.replace("built", "rebuilt"),
            computeTypeOverride="BUILD_GENERAL1_LARGE",
            environmentTypeOverride="ARM_CONTAINER",
            timeoutInMinutesOverride=6,
            queuedTimeoutInMinutesOverride=7,
            serviceRoleOverride=ROLE + "-other",
            cacheOverride={"type": "LOCAL", "modes": ["LOCAL_SOURCE_CACHE"]},
            logsConfigOverride={"cloudWatchLogs": {"status": "ENABLED", "groupName": "/builds", "streamName": "mine"}},
        )

        self.assertEqual(["rebuilt"], self.output(build))
        self.assertEqual(
            ("BUILD_GENERAL1_LARGE", "ARM_CONTAINER"),
            (build["environment"]["computeType"], build["environment"]["type"]),
        )
        self.assertEqual(
            (6, 7, ROLE + "-other", "LOCAL"),
            (build["timeoutInMinutes"], build["queuedTimeoutInMinutes"], build["serviceRole"], build["cache"]["type"]),
        )
        self.assertEqual(
            ("/builds", "mine/" + build["id"].split(":")[1]), (build["logs"]["groupName"], build["logs"]["streamName"])
        )

    def test_rejects_invalid_overrides(self):
        name = self.project(self.SPEC)
        credential = {"credential": "hub", "credentialProvider": "SECRETS_MANAGER"}
        for words, overrides in {
            "CODEBUILD_": {"environmentVariablesOverride": [{"name": "CODEBUILD_X", "value": "1"}]},
            "curated or an Amazon ECR image": {
                "imageOverride": f"{ECR}/a:1",
                "imagePullCredentialsTypeOverride": "SERVICE_ROLE",
                "registryCredentialOverride": credential,
            },
            "cannot use a CodeBuild curated image": {"imagePullCredentialsTypeOverride": "SERVICE_ROLE"},
            "cross-account ECR image": {"imageOverride": f"{ECR}/a:1".replace("123456789012", "210987654321")},
            "only curated and Amazon ECR images": {"imageOverride": "ruby:2.7"},
            "is above the maximum 2160": {"timeoutInMinutesOverride": 3000},
            "reportBuildStatusOverride": {"reportBuildStatusOverride": True},
            "is not one of": {"computeTypeOverride": "HUGE"},
            "at most 4096 characters": {"environmentVariablesOverride": [{"name": "LONG", "value": "x" * 4097}]},
            "Max buildspec length is 25600": {"buildspecOverride": "version: 0.2\n#" + "x" * 25600},
        }.items():
            with self.subTest(words):
                self.assertIn(
                    words,
                    self.assertError(
                        "InvalidInputException", self.codebuild.start_build, projectName=name, **overrides
                    ),
                )
        self.assertEqual([], self.codebuild.list_builds_for_project(projectName=name)["ids"])

    def test_rejects_overrides_that_hosts_do_not_have(self):
        fleet = "arn:aws:codebuild:us-east-1:123456789012:fleet/ci:11111111-2222-4333-8444-555555555555"
        for environment, overrides in (
            ({"fleet": {"fleetArn": fleet}}, {"environmentTypeOverride": "ARM_CONTAINER"}),
            ({"type": "LINUX_EC2"}, {"computeTypeOverride": "BUILD_GENERAL1_LARGE"}),
            (
                {"type": "LINUX_LAMBDA_CONTAINER", "computeType": "BUILD_LAMBDA_1GB"},
                {"queuedTimeoutInMinutesOverride": 5},
            ),
        ):
            with self.subTest(environment):
                name = self.project(self.SPEC, environment=environment)
                self.assertError("InvalidInputException", self.codebuild.start_build, projectName=name, **overrides)

    def test_rejects_unknown_parameters(self):
        for operation, type_ in (
            ("StartBuild", "InvalidInputException"),
            ("StartSandbox", "UnknownOperationException"),
        ):
            request = urllib.request.Request(
                self.address,
                json.dumps({"projectName": "p", "imageOveride": "x"}).encode(),
                {"X-Amz-Target": f"CodeBuild_20161006.{operation}", "Content-Type": "application/x-amz-json-1.1"},
            )
            with self.assertRaises(urllib.error.HTTPError) as caught:
                urllib.request.urlopen(request)
            with caught.exception as response:
                self.assertEqual((400, type_), (response.code, json.load(response)["__type"]))

    def test_same_token_starts_one_build(self):
        name = self.project(self.SPEC)
        ids = {self.codebuild.start_build(projectName=name, idempotencyToken="once")["build"]["id"] for _ in range(2)}

        self.assertEqual(1, len(ids))
        self.assertIn(
            "mismatch",
            self.assertError(
                "InvalidInputException",
                self.codebuild.start_build,
                projectName=name,
                idempotencyToken="once",
                sourceVersion="other",
            ),
        )
        self.finish(ids.pop())

    def test_retry_keeps_overrides(self):
        first = self.build(self.project(self.SPEC), buildspecOverride=self.SPEC.replace("built", "rebuilt"))
        second = self.finish(self.codebuild.retry_build(id=first["arn"])["build"]["id"])

        self.assertNotEqual(first["id"], second["id"])
        self.assertEqual((["rebuilt"], 2), (self.output(second), second["buildNumber"]))

    def test_retries_automatically_up_to_the_limit(self):
        first = self.build(self.project(self.SPEC.replace("echo built", "exit 1"), autoRetryLimit=1))
        retry = self.finish(first["autoRetryConfig"]["nextAutoRetry"])

        self.assertEqual(
            {"autoRetryLimit": 1, "autoRetryNumber": 1, "previousAutoRetry": first["arn"]}, retry["autoRetryConfig"]
        )
        self.assertEqual(2, len(self.codebuild.list_builds_for_project(projectName=first["projectName"])["ids"]))


class EnvironmentImages(CodeBuildTestCase):
    PROJECT = "arn:aws:codebuild:us-east-1:123456789012:project/app"

    def policy(self, **statement):
        allowing = {
            "Effect": "Allow",
            "Principal": {"Service": "codebuild.amazonaws.com"},
            "Action": ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:BatchCheckLayerAvailability"],
        }
        self.client("ecr").set_repository_policy(
            repositoryName=self.repository,
            policyText=json.dumps({"Version": "2012-10-17", "Statement": [{**allowing, **statement}]}),
        )
        return image_policy.codebuild_may_pull(AwsClients(self.endpoint), f"{ECR}/{self.repository}:1", self.PROJECT)

    def test_repository_policy_decides_about_pulls(self):
        self.repository = f"docker-hub/library/ruby-{time.monotonic_ns()}"
        self.client("ecr").create_repository(repositoryName=self.repository)

        self.assertFalse(
            image_policy.codebuild_may_pull(
                AwsClients(self.endpoint), f"{ECR}/{self.repository}@sha256:abc", self.PROJECT
            )
        )
        self.assertFalse(image_policy.codebuild_may_pull(AwsClients(self.endpoint), f"{ECR}/none:1", self.PROJECT))
        self.assertTrue(self.policy())
        self.assertTrue(self.policy(Action="ecr:*"))
        self.assertTrue(
            self.policy(
                Condition={
                    "StringEquals": {"aws:SourceAccount": "123456789012"},
                    "ArnLike": {"aws:SourceArn": "arn:aws:codebuild:us-east-1:123456789012:project/*"},
                }
            )
        )
        self.assertFalse(self.policy(Condition={"StringEquals": {"aws:SourceAccount": "210987654321"}}))
        self.assertFalse(self.policy(Principal={"Service": "ecs-tasks.amazonaws.com"}))
        self.assertFalse(self.policy(Action=["ecr:BatchGetImage"]))

    def test_formats_denied_message_of_codebuild(self):
        self.assertEqual(
            f"Error response from daemon: pull access denied for {ECR}/a/b, repository does not exist or may require "
            "'docker login': denied: User: CodeBuild",
            image_policy.denied_message(f"{ECR}/a/b:1@sha256:abc"),
        )

    def test_finds_registry_of_image(self):
        for image, registry in {
            "ruby:2.7": "https://index.docker.io/v1/",
            "docker.io/a/b": "https://index.docker.io/v1/",
            f"{ECR}/a:1": ECR,
            "localhost:5000/a": "localhost:5000",
            "ghcr.io/a/b": "ghcr.io",
        }.items():
            self.assertEqual(registry, registry_of(image), image)


class BuildCommand(CodeBuildTestCase):
    def run_build(self, *arguments):
        addresses = {"AWS_ENDPOINT_URL": self.endpoint, "AWS_ENDPOINT_URL_CODEBUILD": self.address}
        with mock.patch.dict(os.environ, addresses), contextlib.redirect_stdout(io.StringIO()) as printed:
            parser = argparse.ArgumentParser()
            build_command.add_arguments(parser)
            options = parser.parse_args(arguments)
            return options.call(options) or 0, printed.getvalue()

    def test_command_creates_starts_and_follows_a_build(self):
        with tempfile.TemporaryDirectory() as source:
            Path(source, "ci.yml").write_text(
                "version: 0.2\nphases:\n  build:\n    commands: [cat word, echo $COLOUR, exit $CODE]\n"
            )
            Path(source, "word").write_text("found\n")
            created = self.run_build(
                "create", "cli", "--source", source, "--buildspec", "ci.yml", "--variable", "COLOUR=red"
            )
        self.assertEqual((0, "arn:aws:codebuild:us-east-1:123456789012:project/cli\n"), created)
        good = self.run_build("start", "cli", "--variable", "CODE=0")[1].strip()
        bad = self.run_build("start", "cli", "--variable", "CODE=5")[1].strip()

        self.assertEqual((0, "SUCCEEDED\n"), self.run_build("wait", good))
        self.assertEqual((1, "FAILED\n"), self.run_build("wait", bad))
        log = self.run_build("log", bad)[1]
        self.assertIn("\nfound\n", log)
        self.assertIn("\nred\n", log)
        self.assertTrue(log.endswith("Phase context status code:  Message: \n"), log)
        self.assertEqual(f"{bad} FAILED {IMAGE}\n{good} SUCCEEDED {IMAGE}\n", self.run_build("list", "cli")[1])
