"""Tests of scripts/acceptance without an account: its calls, its report, its cleanup. The claims themselves are tried by
`scripts/acceptance --sandbox`."""

import contextlib
import io
import itertools
import json
import os
import re
import signal
import subprocess
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from acceptance_world import ACCOUNT, SETTINGS, Session, TestAccount, World, error
from botocore import session as botocore_session

from acceptance import events, main, naming, permissions, report, resources
from acceptance.claim import NOT_TRIED, PROVED, REFUTED, Claim, NotTried, Refuted
from acceptance.claims import all_claims, operation, optional
from acceptance.sandbox import SandboxStack, as_parameters
from acceptance.stack import template
from pullrescue_sandbox import paths

README = paths.SANDBOX / "README.md"
EVERYTHING = [
    "--with-git",
    "https://github.com/example/repository",
    "--with-vpc",
    "--with-fleet",
    "--with-ec2",
    "--with-large",
]


class RunTestCase(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.world = World()
        self.account = TestAccount(Session(self.world), "run")
        self.output = ""
        moved = mock.Mock(run=mock.Mock(return_value=subprocess.CompletedProcess([], 0, "moved")))
        for patch in (
            mock.patch.object(operation, "subprocess", moved),
            mock.patch.multiple(optional.WebhookBuild, push=mock.Mock(return_value="c" * 40), git=mock.Mock()),
        ):
            patch.start()
            self.addCleanup(patch.stop)
        answer = mock.MagicMock()
        answer.__enter__.return_value = io.BytesIO(b'{"state": "success"}')
        opened = mock.patch.object(optional.urllib.request, "urlopen", mock.Mock(return_value=answer))
        opened.start()
        self.addCleanup(opened.stop)

    def run_claims(self, *arguments, account=ACCOUNT):
        """Returns the exit code, and the report as JSON."""
        options = main.parse(["--account", account, "--output", str(self.folder), *arguments])
        printed = io.StringIO()
        try:
            with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
                status = main.run(self.account, options)
        finally:
            self.output = printed.getvalue()
        return status, json.loads((self.folder / "report.json").read_text())

    def results(self, found):
        return {item["id"]: item["result"] for item in found["claims"]}


class Calls(RunTestCase):
    def test_every_claim_can_be_proved(self):
        status, found = self.run_claims(*EVERYTHING)

        unproved = {
            item["id"]: item["evidence"]
            for item in found["claims"]
            if item["result"] != PROVED and not item["id"].startswith("H")
        }
        # The repositories exist already in this account.
        self.assertEqual({}, unproved)
        self.assertEqual((0, []), (status, self.world.problems))

    def test_help_lists_the_permissions_of_all_calls(self):
        self.run_claims(*EVERYTHING)

        services = {"ecr-public": "ecr-public"}
        needed = {
            action
            for service, name, _ in self.world.calls
            for action in permissions.of_operation(services.get(service, service), name)
        }
        only_after_failures = {"cloudformation:DescribeStackEvents"}
        self.assertEqual(permissions.actions() - permissions.INDIRECT - only_after_failures, needed)

    def test_actions_exist_in_the_service_models(self):
        session = botocore_session.get_session()
        other_names = {
            "lambda:InvokeFunction",
            "s3:ListBucketVersions",
            "s3:DeleteObject",
            "s3:DeleteObjectVersion",
            "iam:PassRole",
        }
        for action in permissions.actions() - other_names:
            service, _, name = action.partition(":")
            self.assertIn(name, session.get_service_model(service).operation_names)

    def test_template_is_small_and_its_names_are_the_runs(self):
        self.account.mirror_public_image()
        self.account.git_url = "https://github.com/example/repository"
        needed = resources.base(self.account)
        for claim in all_claims():
            needed |= claim.resources(self.account)
        text = json.dumps(template(needed))
        file = self.folder / "template.json"
        file.write_text(text)

        # As scripts/lint; W2001: the parameter is for --cleanup only.
        command = ["cfn-lint", "--ignore-checks", "W3005", "W2001", "--regions", "eu-west-1", "--template", file]
        linted = subprocess.run(command, stdout=subprocess.PIPE, text=True)
        self.assertEqual((0, ""), (linted.returncode, linted.stdout))
        self.assertLess(len(text.encode()), 51_200)
        for resource in needed.values():
            for member, value in resource.get("Properties", {}).items():
                if member in ("Name", "RoleName", "QueueName", "Family", "ClusterName", "BucketName", "JobQueueName"):
                    self.assertRegex(value, f"^{naming.STACK}")
        # An account number as a name of a bucket is the longest.
        self.assertLessEqual(len(f"{self.account.bucket}-pipeline".replace("eu-west-1", "ap-southeast-2")), 63)

    def test_properties_are_parameters_of_the_emulators(self):
        """What CloudFormation gets in an account is what the sandbox's emulators get."""
        self.account.mirror_public_image()
        stack = SandboxStack(self.account)
        stack.physical = lambda logical: f"id-{logical}"
        needed = resources.base(self.account)
        for claim in all_claims():
            if claim.automated and not claim.not_in_sandbox:
                needed |= claim.resources(self.account)
        with mock.patch.object(self.account.stack.__class__, "create"):
            stack.create(needed, [])

        self.assertEqual([], self.world.problems)
        self.assertIn("codebuild:CreateProject", self.world.names())

    def test_free_names_are_kept(self):
        given = {
            "ActionTypeId": {"Owner": "AWS"},
            "Configuration": {"S3Bucket": "x"},
            "Options": {"awslogs-group": "y"},
        }
        self.assertEqual(
            {"actionTypeId": {"owner": "AWS"}, "configuration": {"S3Bucket": "x"}, "options": {"awslogs-group": "y"}},
            as_parameters(given),
        )


class Verdicts(RunTestCase):
    def test_refuted_claim_fails_the_run(self):
        self.world.answers["lambda", "GetAccountSettings"] = lambda _: {
            "AccountLimit": {"UnreservedConcurrentExecutions": 4}
        }

        status, found = self.run_claims("--only", "A17")

        self.assertEqual((1, REFUTED), (status, self.results(found)["A17"]))
        self.assertIn("up to 5 at the same time, and the account has 4", self.output)

    def test_skipped_retry_refutes_at_once_with_its_reason(self):
        def start(parameters):
            build = self.world.add_build(parameters["projectName"], "FAILED")
            self.world.publish(naming.SKIPPED, build["id"], reason="AccessDenied: iam:PassRole")
            return {"build": build}

        self.world.answers["codebuild", "StartBuild"] = start
        status, found = self.run_claims("--only", "A2")

        self.assertEqual(1, status)
        self.assertIn("Retry Skipped: AccessDenied: iam:PassRole", found["claims"][1]["evidence"])

    def test_missing_setting_is_not_tried_with_what_to_do(self):
        settings = {"retry": {**SETTINGS["retry"], "ecsRetry": "off"}}
        self.world.answers["lambda", "GetFunctionConfiguration"] = lambda _: {
            "Environment": {"Variables": {"PULL_RESCUE_CONFIG": json.dumps(settings)}}
        }
        status, found = self.run_claims("--only", "A8b")

        self.assertEqual((0, NOT_TRIED), (status, self.results(found)["A8b"]))
        self.assertIn("deploy it with -c ecsRetry=tagged", found["claims"][1]["evidence"])

    def test_error_of_the_command_is_no_proof_and_fails(self):
        def deny(_):
            raise error("ListMetrics", "AccessDenied", "not authorized to perform cloudwatch:ListMetrics")

        self.world.answers["cloudwatch", "ListMetrics"] = deny
        status, found = self.run_claims("--only", "A17c")

        self.assertEqual((1, NOT_TRIED), (status, self.results(found)["A17c"]))
        self.assertIn("not authorized", found["claims"][1]["evidence"])

    def test_other_claims_need_running_functions(self):
        self.world.answers["lambda", "Invoke"] = lambda _: {"Payload": io.BytesIO(b'{"report": ["nothing was done"]}')}

        status, found = self.run_claims("--only", "A2")

        self.assertEqual((1, {"A0": REFUTED, "A2": NOT_TRIED, "A2b": NOT_TRIED}), (status, self.results(found)))
        self.assertNotIn("cloudformation:CreateStack", self.world.names())

    def test_options_are_needed_for_what_costs_more(self):
        _, found = self.run_claims("--only", "A12,A15,A16")

        self.assertEqual({NOT_TRIED}, {result for name, result in self.results(found).items() if name != "A0"})
        self.assertEqual(
            {
                "only with --with-git URL",
                "only with --with-large",
                "only with --with-vpc",
                "only with --with-fleet",
                "only with --with-ec2",
            },
            {item["evidence"] for item in found["claims"][1:]},
        )

    def test_task_that_is_run_twice_is_refuted(self):
        run = self.world.ecs_RunTask

        def run_twice(parameters):
            answer = run(parameters)
            arn = answer["tasks"][0]["taskArn"]
            self.world.add_task(f"{arn[:-1]}!", exit_code=0, started_by=f"pull-rescue/{arn.rpartition('/')[2]}")
            return answer

        self.world.answers["ecs", "RunTask"] = run_twice
        status, found = self.run_claims("--only", "A8")

        self.assertEqual((1, REFUTED, REFUTED), (status, self.results(found)["A8"], self.results(found)["A8b"]))

    def test_project_that_is_not_restored_is_refuted(self):
        counter = itertools.count()
        self.world.answers["codebuild", "BatchGetProjects"] = lambda parameters: {
            "projects": [{"name": parameters["names"][0], "description": str(next(counter))}]
        }
        status, found = self.run_claims("--only", "A9")

        self.assertEqual((1, REFUTED), (status, self.results(found)["A9"]), found["claims"][1]["evidence"])
        self.assertIn("is not what it was before: description", found["claims"][1]["evidence"])


class Cleanup(RunTestCase):
    DELETIONS = (
        "cloudformation:DeleteStack",
        "ecr:DeleteRepository",
        "ecs:DeregisterTaskDefinition",
        "ecs:DeleteTaskDefinitions",
        "batch:DeregisterJobDefinition",
        "s3:DeleteObjects",
        "logs:DeleteLogGroup",
        "codebuild:StopBuild",
        "ecs:StopTask",
    )

    def assertDeleted(self):
        self.assertEqual([], [name for name in self.DELETIONS if name not in self.world.names()])
        self.assertEqual({naming.PRODUCT}, self.world.stacks)

    def test_run_deletes_everything(self):
        self.run_claims("--only", "A2")
        self.assertDeleted()

    def test_only_new_repositories_of_the_mirror_are_deleted(self):
        self.run_claims("--only", "A2")

        deleted = [given["repositoryName"] for _, name, given in self.world.calls if name == "DeleteRepository"]
        self.assertEqual(
            [
                "ecr-public/docker/library/hello-world",
                "large/public/pull-rescue-acceptance-large",
                "pull-rescue-acceptance-large",
            ],
            deleted,
        )
        self.assertIn("kept the repository docker-hub/library/alpine", self.output)

    def test_interrupted_run_deletes_everything_and_fails(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(number):
                self.setUp()
                # The build never ends; the signal comes while it is waited for.
                describe = self.world.codebuild_BatchGetBuilds

                def interrupt(parameters, number=number, describe=describe):
                    os.kill(os.getpid(), number)
                    builds = describe(parameters)["builds"]
                    return {"builds": [{**build, "buildComplete": False} for build in builds]}

                self.world.answers["codebuild", "BatchGetBuilds"] = interrupt
                status, found = self.run_claims("--only", "A2,A17")

                self.assertEqual((1, "the run was interrupted"), (status, found["problems"]))
                self.assertDeleted()
                self.assertEqual(NOT_TRIED, self.results(found)["A2"])

    def test_failed_stack_is_deleted(self):
        def limit(_):
            self.world.stacks.add(naming.STACK)
            raise error("CreateStack", "LimitExceededException", "too many")

        self.world.answers["cloudformation", "CreateStack"] = limit
        with self.assertRaisesRegex(Exception, "too many"):
            self.run_claims("--only", "A2")
        self.assertDeleted()

    def test_failure_of_the_stack_is_told(self):
        self.world.stack_status = "CREATE_FAILED"
        with self.assertRaisesRegex(NotTried, "was not created: Nat: no address is left"):
            self.run_claims("--only", "A2")
        self.assertDeleted()

    def test_one_failed_deletion_does_not_prevent_others(self):
        def deny(_):
            raise error("ListTaskDefinitionFamilies", "AccessDeniedException", "no")

        self.world.answers["ecs", "ListTaskDefinitionFamilies"] = deny
        status, _ = self.run_claims("--only", "A2")

        self.assertEqual(1, status)
        self.assertIn("not deleted: task definitions", self.output)
        self.assertEqual({naming.PRODUCT}, self.world.stacks)

    def test_unwritable_report_does_not_prevent_deletion(self):
        (self.folder / "report.md").mkdir()
        with contextlib.suppress(FileNotFoundError):
            self.run_claims("--only", "A2")
        self.assertIn("the report was not written", self.output)
        self.assertDeleted()

    def test_keep_deletes_nothing(self):
        status, _ = self.run_claims("--only", "A2", "--keep")

        self.assertEqual((0, {naming.PRODUCT, naming.STACK}), (status, self.world.stacks))

    def test_cleanup_alone_deletes_what_was_left(self):
        self.world.stacks.add(naming.STACK)
        options = main.parse(["--cleanup", "--account", ACCOUNT])
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            self.assertEqual(0, main.clean(self.account, options))
        self.assertDeleted()
        self.assertIn("nothing of scripts/acceptance is left", printed.getvalue())


class Arguments(unittest.TestCase):
    def run_command(self, *arguments):
        return subprocess.run([paths.PROJECT / "scripts/acceptance", *arguments], capture_output=True, text=True)

    def test_prints_its_help(self):
        result = self.run_command("--help")
        self.assertEqual((0, ""), (result.returncode, result.stderr))
        self.assertTrue(result.stdout.startswith("usage: scripts/acceptance"))

    def test_rejects_wrong_arguments_with_one_sentence(self):
        for arguments in (["--nonsense"], ["--only", "A99"], ["--region"]):
            result = self.run_command(*arguments)
            self.assertEqual((2, 1, ""), (result.returncode, result.stderr.count("\n"), result.stdout), result.stderr)
            self.assertIn("see scripts/acceptance --help", result.stderr)


class BeforeTheRun(RunTestCase):
    def assertNothingDone(self, reason, *arguments, account=ACCOUNT):
        with self.assertRaisesRegex(NotTried, reason):
            self.run_claims(*arguments, account=account)
        changing = [name for name in self.world.names() if not re.search(":(Get|List|Describe)", name)]
        self.assertEqual([], changing)

    def test_other_account_is_rejected(self):
        self.assertNothingDone(f"the credentials are of account {ACCOUNT}, not 999999999999", account="999999999999")

    def test_account_is_typed_by_a_person(self):
        options = main.parse([])
        with mock.patch.object(main.sys, "stdin", mock.Mock(isatty=lambda: False)):
            with self.assertRaisesRegex(NotTried, "use --account ID"):
                main.confirm_account(self.account, options, "This run creates resources")
        with mock.patch.object(main.sys, "stdin", mock.Mock(isatty=lambda: True)), mock.patch(
            "builtins.input", lambda _: ACCOUNT
        ):
            with contextlib.redirect_stdout(io.StringIO()) as printed:
                main.confirm_account(self.account, options, "This run creates resources")
        self.assertIn(f"in account {ACCOUNT}, region eu-west-1", printed.getvalue())

    def test_budget_is_shown_first(self):
        self.run_claims("--only", "A2b,A14")
        lines = self.output.splitlines()
        self.assertEqual("3 claims: A0, A2b, A14", lines[0])
        self.assertRegex(lines[1], r"at most about \d+ minutes and \$0\.02")

    def test_product_must_be_deployed(self):
        self.world.stacks.clear()
        self.assertNothingDone("run scripts/deploy first")

    def test_second_run_is_rejected(self):
        self.world.stacks.add(naming.STACK)
        self.assertNothingDone("run scripts/acceptance --cleanup")


class Events(unittest.TestCase):
    def test_masks_accounts_and_people(self):
        event = {
            "account": ACCOUNT,
            "resources": [f"arn:aws:codebuild:eu-west-1:{ACCOUNT}:build/shop:0123"],
            "detail": {
                "initiator": "Jane.Doe",
                "image": "999988887777.dkr.ecr.eu-west-1.amazonaws.com/shop:1",
                "key": "ASIAQWERTYUIOPASDFGH",
                "mail": "jane.doe@corp.example.org",
                "startedBy": "pull-rescue/0123",
                f"of-{ACCOUNT}": 5,
                "digest": "123456789012345678901234",
            },
        }
        masked = json.dumps(events.mask(event, ACCOUNT))

        for secret in (ACCOUNT, "999988887777", "Jane", "jane", "QWERTY", "corp"):
            self.assertNotIn(secret, masked)
        self.assertIn('"pull-rescue/0123"', masked)
        self.assertIn("123456789012345678901234", masked)

    def test_samples_equal_themselves(self):
        for source in events.READ_MEMBERS:
            for sample in events.samples(source):
                self.assertEqual(([], [], []), events.compare(sample))

    def test_missing_and_renamed_members_are_found(self):
        sample = events.samples("aws.codebuild")[0]
        detail = {**sample["detail"], "new-member": 1, "version": 1}
        del detail["build-id"]
        del detail["current-phase"]

        wrong, only_sample, only_event = events.compare({**sample, "detail": detail})

        self.assertEqual(["detail.build-id", "detail.version (string in the sample, number here)"], wrong)
        self.assertEqual(["detail.build-id", "detail.current-phase"], only_sample)
        self.assertEqual(["detail.new-member"], only_event)

    def test_recorded_events_are_saved_masked(self):
        world = World()
        account = TestAccount(Session(world), "run")
        world.add_build("pull-rescue-acceptance-x", "FAILED")
        with tempfile.TemporaryDirectory() as folder:
            files = account.events.save(Path(folder))
            self.assertEqual(["codebuild-failed.json"], [file.name for file in files])
            self.assertNotIn(ACCOUNT, files[0].read_text())
            self.assertNotIn("some.person", files[0].read_text())

    def test_duplicates_count_once(self):
        world = World()
        account = TestAccount(Session(world), "run")
        world.publish(naming.RETRIED, "shop:1")
        world.messages[naming.EVENT_QUEUE] *= 2
        self.assertEqual(1, len(account.events.of("shop:1")))


class Report(unittest.TestCase):
    def test_shows_evidence_as_text(self):
        claim = Claim()
        claim.id, claim.says, claim.dollars = "A1", "a claim", 0.5
        rows = [report.Row(claim, REFUTED, "a | b <img src=x>\n# c \x1b[31m", 3)]
        text = report.markdown(rows, {"run": "1"})

        self.assertIn("| A1: a claim | refuted | a \\| b &lt;img src=x&gt; # c [31m | 3 | $0.500 |", text)
        self.assertIn("1 refuted", text)
        self.assertEqual("refuted", json.loads(report.as_json(rows, {}))["claims"][0]["result"])

    def test_claims_that_were_not_tried_cost_nothing(self):
        claim = Claim()
        claim.dollars = 0.5
        self.assertEqual(0, report.Row(claim, NOT_TRIED, "why").dollars)

    def test_ids_select_whole_claims(self):
        self.assertEqual(
            [True, True, False, False], [main.matches(name, "A1") for name in ("A1", "A1b", "A10", "A10b")]
        )

    def test_ids_are_unique(self):
        ids = [claim.id for claim in all_claims()]
        self.assertEqual(len(ids), len(set(ids)))

    def test_readme_has_the_table_of_all_claims(self):
        text = README.read_text()
        begin, end = "<!-- scripts/acceptance --claims -->\n", "<!-- end of the claims -->"
        table = text.partition(begin)[2].partition(end)[0]
        self.assertEqual(report.claims_table(all_claims()), table, "paste the output of: scripts/acceptance --claims")


class Builds(RunTestCase):
    def test_wrong_digest_is_refuted(self):
        self.account.upstream_digest = lambda repository, tag: "sha256:" + "b" * 64
        with self.assertRaisesRegex(Refuted, "at Docker Hub, and .* in the mirror"):
            self.prove("A2")

    def test_reachable_docker_hub_proves_nothing(self):
        self.world.answers["logs", "GetLogEvents"] = lambda _: {
            "events": [{"message": "Docker Hub is at 54.1.2.3\n"}],
            "nextForwardToken": "f/1",
        }
        with self.assertRaisesRegex(NotTried, "could still reach Docker Hub"):
            self.prove("A2")

    def prove(self, name):
        claim = next(claim for claim in all_claims() if claim.id == name)
        return claim.check(self.account)
