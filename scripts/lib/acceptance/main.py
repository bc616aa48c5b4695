"""The command line of scripts/acceptance, and the course of a run."""

import argparse
import concurrent.futures
import datetime
import os
import signal
import sys
import time
import traceback
from pathlib import Path

import boto3
from botocore.exceptions import BotoCoreError, ClientError, WaiterError

from acceptance import cleanup, naming, permissions, report, resources
from acceptance.account import Account
from acceptance.claim import NOT_TRIED, PROVED, REFUTED, Interrupted, NotTried, Refuted
from acceptance.claims import all_claims

SUMMARY = "Proves in a real AWS account what only an account can prove, after scripts/deploy."
NOTE = """It creates the stack pull-rescue-acceptance with builds, tasks and jobs of its own, and deletes it when it ends,
however it ends. It asks Docker Hub for one small image at most; all others come from Amazon ECR Public.
To try all claims, deploy with: -c ecsRetry=tagged -c batchRetry=tagged -c passRoles='pull-rescue-acceptance-*'
-c projectUpdates=until-success -c chatNotifications=true. A claim whose setting is missing is not tried.

Exit codes: 0, 1 (a claim is refuted, or something failed), 2 (wrong arguments).
You need these permissions, beside those of CloudFormation for the resources of the stack; AdministratorAccess has them:
"""


class Ended(Exception):
    """SIGTERM, Ctrl-C, or the end of the terminal."""


class Parser(argparse.ArgumentParser):
    def error(self, message):
        self.exit(2, f"acceptance: {message}; see {self.prog} --help\n")


def parse(arguments):
    parser = Parser(
        prog="scripts/acceptance",
        usage="scripts/acceptance [options]",
        description=SUMMARY,
        epilog=NOTE + permissions.text(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add(
        "--only",
        metavar="IDS",
        type=lambda text: text.split(","),
        help="only these claims, such as A1,A8: A8 is A8b as well",
    )
    add(
        "--with-git",
        metavar="URL",
        help="also builds of a webhook: a GitHub repository that CodeBuild is connected to, and"
        " that you can push to with git",
    )
    for name, text in (
        ("vpc", "a project in a VPC: a NAT gateway"),
        ("fleet", "a project on a fleet of one machine"),
        ("ec2", "tasks on one EC2 instance"),
        ("large", "an image with a layer of 10 GB"),
    ):
        add(f"--with-{name}", action="store_true", help=f"also {text}")
    add("--keep", action="store_true", help="delete nothing at the end")
    add("--cleanup", action="store_true", help="only delete what an interrupted run has left")
    add("--claims", action="store_true", help="print the table of all claims for the README, and do nothing else")
    add("--sandbox", action="store_true", help="run in the sandbox, as root: no account is needed")
    add("--account", metavar="ID", help="the account; without it you are asked for its number")
    add("--output", metavar="DIR", type=Path, help="the folder for the report and for recorded events (acceptance-RUN)")
    add("--region", metavar="NAME", help="the AWS region; by default that of the profile")
    add("--profile", metavar="NAME", help="the profile of the AWS CLI to use")
    options = parser.parse_args(arguments)
    known = [claim.id for claim in all_claims() if claim.automated]
    for wanted in options.only or []:
        if not any(matches(item, wanted) for item in known):
            parser.error(f"there is no claim {wanted}: --only takes {', '.join(known)}")
    return options


def matches(claim_id, wanted):
    """A8 is A8, A8b and A8c, and not A80."""
    return claim_id == wanted or claim_id.startswith(wanted) and claim_id[len(wanted) :].isalpha()


def main(arguments):
    options = parse(arguments)
    if options.claims:
        print(report.claims_table(all_claims()), end="")
        return 0
    if options.sandbox:
        from acceptance import sandbox

        return sandbox.main(options)
    try:
        session = boto3.Session(profile_name=options.profile, region_name=options.region)
        if not session.region_name:
            return fail("no region is configured: use --region NAME or set AWS_REGION")
        account = Account(session, new_run())
        account.git_url = options.with_git
    except (BotoCoreError, ClientError) as error:
        return fail(f"no access to an AWS account ({error}): use --profile NAME or configure credentials first")
    try:
        return clean(account, options) if options.cleanup else run(account, options)
    except NotTried as reason:
        return fail(str(reason))
    except (BotoCoreError, ClientError) as error:
        return fail(str(error))


def new_run():
    return f"{datetime.datetime.now(datetime.timezone.utc):%Y%m%d-%H%M%S}"


def fail(text):
    print(f"acceptance: {text}", file=sys.stderr)
    return 1


def tell(text):
    print(text, flush=True)


def clean(account, options):
    confirm_account(account, options, "Deleting what scripts/acceptance has left")
    problems = cleanup.clean_up(account, tell)
    for problem in problems:
        fail(f"not deleted: {problem}")
    if not problems:
        tell("nothing of scripts/acceptance is left")
    return 1 if problems else 0


def confirm_account(account, options, what):
    """Lets a person type the number of the account, so that nobody runs this in another one by mistake."""
    if options.account is None:
        if not sys.stdin.isatty():
            raise NotTried("cannot ask for the number of the account without a terminal: use --account ID")
        tell(f"{what} in account {account.id}, region {account.region}.")
        options.account = input("Type the number of the account to go on: ").strip()
    if options.account != account.id:
        raise NotTried(f"the credentials are of account {account.id}, not {options.account}; nothing was done")


def selected(options):
    """Returns the claims that the options select. The first one shows where the mirror is, which others need."""
    return [
        claim
        for claim in all_claims()
        if not options.only or claim.id == "A0" or any(matches(claim.id, item) for item in options.only)
    ]


def reason_not_to_try(claim, account, options):
    if not claim.automated:
        return f"for a person: {claim.how}"
    if account.sandbox and claim.not_in_sandbox:
        return f"the sandbox cannot express it: {claim.not_in_sandbox}"
    if claim.option and not getattr(options, claim.option):
        return f"only with {report.as_option(claim.option)}"
    return claim.missing_setting(account)


def run(account, options, folder=None):
    """Tries the selected claims and prints the report. Whatever happens, everything is deleted at the end."""
    account.require_product()
    wanted = selected(options)
    reasons = {claim.id: reason_not_to_try(claim, account, options) for claim in wanted}
    tried = [claim for claim in wanted if not reasons[claim.id]]
    show_budget(tried, account)
    confirm_account(account, options, "This run creates resources")
    folder = folder or options.output or Path(f"acceptance-{account.run}")
    rows = [report.Row(claim, NOT_TRIED, reasons[claim.id]) for claim in wanted if reasons[claim.id]]
    problems = []
    handlers = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)}
    try:
        try_claims(account, tried, rows)
    except Ended:
        account.stopping.set()
        tell("interrupted")
        problems.append("the run was interrupted")
    finally:
        for number in handlers:
            # A second Ctrl-C would leave resources that cost money.
            signal.signal(number, signal.SIG_IGN)
        account.stopping.set()
        reported = {row.claim.id for row in rows}
        rows += [
            report.Row(claim, NOT_TRIED, "the run ended before", failed=True)
            for claim in tried
            if claim.id not in reported
        ]
        try:
            write_report(account, rows, folder, problems)
        except OSError as error:
            problems.append(f"the report was not written: {error}")
        if options.keep:
            tell("everything is kept; delete it with: scripts/acceptance --cleanup")
        else:
            problems += [f"not deleted: {problem}" for problem in cleanup.clean_up(account, tell)]
        for number, handler in handlers.items():
            signal.signal(number, handler)
    for problem in problems:
        fail(problem)
    return 0 if report.succeeded(rows) and not problems else 1


def end(number, frame):
    raise Ended()


def show_budget(tried, account):
    tell(f"{len(tried)} claims: {', '.join(claim.id for claim in tried)}")
    if account.sandbox:
        return
    # As many at the same time as the account runs; the last ones one after the other.
    together = [claim.minutes for claim in tried if not claim.last]
    minutes = max([*together, sum(together) / account.parallel], default=0)
    minutes += sum(claim.minutes for claim in tried if claim.last)
    tell(
        f"at most about {minutes:.0f} minutes and ${sum(claim.dollars for claim in tried):.2f} (us-east-1, without free tiers),"
        " beside the stack that is deployed"
    )


def try_claims(account, tried, rows):
    """The first one shows where the mirror is; then the stack is created, and the others are tried in parallel."""
    first = [claim for claim in tried if claim.id == "A0"]
    kept = account.repositories()
    for claim in first:
        rows.append(try_claim(account, claim))
        if rows[-1].verdict != PROVED:
            rows += [report.Row(claim, NOT_TRIED, "the deployed functions do not run: see A0") for claim in tried[1:]]
            return
    others = [claim for claim in tried if claim not in first]
    needed = resources.base(account)
    for claim in others:
        needed |= claim.resources(account)
    tell(f"creating the stack {naming.STACK}: {len(needed)} resources")
    account.stack.create(needed, kept)
    with concurrent.futures.ThreadPoolExecutor(account.parallel) as pool:
        try:
            together = [pool.submit(try_claim, account, claim) for claim in others if not claim.last]
            for future in concurrent.futures.as_completed(together):
                rows.append(future.result())
        except BaseException:
            # Those that run end at their next look at this.
            account.stopping.set()
            pool.shutdown(cancel_futures=True)
            raise
    for claim in others:
        if claim.last:
            rows.append(try_claim(account, claim))


def try_claim(account, claim):
    began = time.monotonic()
    failed = False
    try:
        verdict, evidence = PROVED, claim.check(account)
    except Refuted as refuted:
        verdict, evidence = REFUTED, str(refuted)
    except NotTried as reason:
        verdict, evidence = NOT_TRIED, str(reason)
    except Interrupted:
        verdict, evidence = NOT_TRIED, "interrupted"
    except Exception as error:
        # A defect of this command, or a missing permission of the person who runs it.
        failed = not isinstance(error, (ClientError, WaiterError)) or not account.stopping.is_set()
        verdict, evidence = NOT_TRIED, f"failed: {type(error).__name__}: {error}"
        if os.environ.get("ACCEPTANCE_TRACE"):
            traceback.print_exc()
    seconds = time.monotonic() - began
    tell(f"{claim.id:4} {verdict:9} {seconds:5.0f} s  {str(evidence)[:180]}")
    return report.Row(claim, verdict, str(evidence), seconds, failed)


def write_report(account, rows, folder, problems):
    order = [claim.id for claim in all_claims()]
    rows.sort(key=lambda row: order.index(row.claim.id))
    about = {
        "run": account.run,
        "where": "the sandbox" if account.sandbox else f"region {account.region}",
        "problems": "; ".join(problems) or "none",
    }
    folder.mkdir(parents=True, exist_ok=True)
    try:
        saved = account.events.save(folder / "events")
    except (ClientError, BotoCoreError):
        saved = []
    text = report.markdown(rows, about)
    (folder / "report.md").write_text(text, encoding="utf-8")
    (folder / "report.json").write_text(report.as_json(rows, about), encoding="utf-8")
    tell("\n" + text)
    tell(f"written: {folder}/report.md, {folder}/report.json, {len(saved)} masked events in {folder}/events")
