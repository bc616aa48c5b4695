"""Claims about notifications, the dead-letter queues, permissions, metrics, events and quotas."""

import json
import os
import subprocess
from pathlib import Path

from acceptance import builds, events, naming
from acceptance.claim import Claim, NotTried, Refuted
from acceptance.resources import attribute, project

REDRIVE = Path(__file__).resolve().parents[3] / "redrive"
QUOTED = "toomanyrequests: \"quoted\" \\backslash\\ <b>bold</b> and 'single'"


class Notifications(Claim):
    id = "A13"
    says = "What is sent to people and to a chat arrives, and is the summary of the event: also with quotes and backslashes"
    how = "set `notificationEmail` and `chatNotifications`, run the demonstration's project"
    settings = (("chatNotifications", ("true",)),)
    minutes, dollars = 8, 0.005
    suffix = "notified"
    # No upstream: nothing is mirrored or retried.
    image = "registry.example.com/shop:1"

    def resources(self, account):
        spec = {"phases": {"build": {"commands": ["cat failure.txt; false"]}}}
        return {
            "ProjectNotified": project(account, self.suffix, spec, privileged=False),
            "Subscription": {
                "Type": "AWS::SNS::Subscription",
                "DependsOn": ["QueuePolicy"],
                "Properties": {
                    "TopicArn": account.topic(naming.CHAT_TOPIC) or account.arn("sns", naming.CHAT_TOPIC),
                    "Protocol": "sqs",
                    "Endpoint": attribute("Notifications", "Arn"),
                    "RawMessageDelivery": True,
                },
            },
        }

    def check(self, account):
        text = f"Step 1/2 : FROM {self.image}\nError response from daemon: {QUOTED}\n"
        account.upload(f"{self.suffix}.zip", {"failure.txt": text})
        build = builds.end(account, builds.start(account, self.suffix))
        summary = account.events.wait(build["id"], naming.DIAGNOSED, 10)["summary"]
        message = account.wait(lambda: self.receive(account, build["id"]), f"the notification about {build['id']}", 5)
        description = message["content"]["description"]
        if summary not in description:
            raise Refuted(f"the notification says {description!r}, and the event {summary!r}")
        return f"{message['content']['title']}: {description[:150]}"

    def receive(self, account, build):
        sqs = account.client("sqs")
        url = sqs.get_queue_url(QueueName=naming.NOTIFICATION_QUEUE)["QueueUrl"]
        for message in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            try:
                body = json.loads(message["Body"])
            except ValueError as invalid:
                raise Refuted(f"a notification is no JSON: {message['Body'][:200]}") from invalid
            if build in json.dumps(body):
                return body
        return None


class Redrive(Claim):
    id = "A14"
    says = "`scripts/redrive` moves the messages of the dead-letter queues back, and they are processed"
    how = "put a message into a dead-letter queue, run `scripts/redrive`"
    minutes, dollars = 8, 0.001
    last = True
    not_in_sandbox = "moto does not implement StartMessageMoveTask"

    def check(self, account):
        sqs = account.client("sqs")
        urls = [
            url
            for page in sqs.get_paginator("list_queues").paginate(QueueNamePrefix=f"{naming.PRODUCT}-")
            for url in page.get("QueueUrls", [])
            if "dead-letters" in url
        ]
        if not urls:
            raise NotTried("there are no dead-letter queues")
        if any(self.count(account, url) for url in urls):
            raise NotTried("a dead-letter queue has messages already: process them first, see scripts/redrive --help")
        for url in urls:
            fifo = (
                {"MessageGroupId": "acceptance", "MessageDeduplicationId": account.run} if url.endswith(".fifo") else {}
            )
            sqs.send_message(QueueUrl=url, MessageBody=f"acceptance {account.run}", **fifo)
        environment = {**os.environ, "AWS_REGION": account.region}
        command = [REDRIVE, "--yes"]
        if account.session.profile_name and account.session.profile_name != "default":
            command += ["--profile", account.session.profile_name]
        result = subprocess.run(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        if result.returncode:
            raise Refuted(f"scripts/redrive failed: {result.stdout.strip()[-300:]}")
        account.wait(lambda: not any(self.count(account, url) for url in urls), "empty dead-letter queues", 5)

        def processed():
            return self.ignored(account) >= len(urls)

        account.wait(processed, f"{len(urls)} processed messages", 5)
        return (
            f"{len(urls)} messages were moved and processed; a message that EventBridge could not deliver was not tried"
        )

    def count(self, account, url):
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = account.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        return sum(int(found[name]) for name in names)

    def ignored(self, account):
        """Returns how many log lines of the functions say that they ignore the messages of this claim."""
        pages = [
            page
            for name in naming.FUNCTIONS
            for page in account.client("logs")
            .get_paginator("filter_log_events")
            .paginate(
                logGroupName=f"/aws/lambda/{name}",
                startTime=int(account.started * 1000),
                filterPattern='"ignored: not"',
            )
        ]
        return sum(1 for page in pages for _ in page["events"])


class Quotas(Claim):
    id = "A17"
    says = "The account's Lambda concurrency covers what the functions use at the same time"
    how = "`aws lambda get-account-settings`, compared with the `MaximumConcurrency` of the event source mappings"
    minutes, dollars = 1, 0.0
    not_in_sandbox = "moto has no quotas"

    def check(self, account):
        functions = account.client("lambda")
        available = functions.get_account_settings()["AccountLimit"]["UnreservedConcurrentExecutions"]
        used = sum(
            mapping.get("ScalingConfig", {}).get("MaximumConcurrency", 0)
            for page in functions.get_paginator("list_event_source_mappings").paginate()
            for mapping in page["EventSourceMappings"]
            if mapping.get("FunctionArn", "").partition(":function:")[2].partition(":")[0] in naming.FUNCTIONS
        )
        if used > available:
            raise Refuted(f"the functions use up to {used} at the same time, and the account has {available}")
        return f"{used} of {available}"


class GravitonCryptography(Claim):
    id = "A17b"
    says = "arm64: the native cryptography loads on Lambda's Graviton"
    how = "replicate's first log line names AmazonCorrettoCryptoProvider"
    minutes, dollars = 1, 0.0
    last = True
    not_in_sandbox = "the functions run on this machine's processor"

    def check(self, account):
        pages = (
            account.client("logs")
            .get_paginator("filter_log_events")
            .paginate(
                logGroupName=f"/aws/lambda/{naming.PRODUCT}-replicate",
                startTime=int((account.started - 86_400) * 1000),
                filterPattern='"AmazonCorrettoCryptoProvider"',
            )
        )
        line = next((event["message"] for page in pages for event in page["events"]), None)
        if line is None:
            raise Refuted("no log line of replicate of the last day names AmazonCorrettoCryptoProvider")
        return line.strip()[:200]


class Metrics(Claim):
    id = "A17c"
    says = "CloudWatch shows the metrics of a log line within two minutes, as seven custom metrics a rescue"
    how = "`aws cloudwatch list-metrics --namespace PullRescue` after a rescue; the bill"
    minutes, dollars = 4, 0.003
    last = True
    not_in_sandbox = "there, metrics can be read as soon as an invocation has ended"

    def check(self, account):
        cloudwatch = account.client("cloudwatch")

        def recent():
            pages = cloudwatch.get_paginator("list_metrics").paginate(Namespace="PullRescue", RecentlyActive="PT3H")
            return [metric["MetricName"] for page in pages for metric in page["Metrics"]]

        names = account.wait(recent, "metrics in the namespace PullRescue", 4)
        return f"{len(names)} custom metrics within three hours: {', '.join(sorted(set(names)))}"


class SampleEvents(Claim):
    id = "A18"
    says = "Events of CodeBuild, ECS and Batch have the members that the rules and functions read, as the samples in `events/`"
    how = "record an event of each kind with a rule, and compare it with the sample"
    minutes, dollars = 1, 0.0
    last = True

    def check(self, account):
        ended = account.events.ended()
        if not ended:
            raise NotTried("no event was recorded: choose a claim that starts a build, a task or a job as well")
        told = []
        for event in ended:
            wrong, only_sample, only_event = events.compare(event)
            name = f"{event['source']} {event['detail'][events.ENDED[event['source']][0]]}"
            if wrong:
                raise Refuted(f"{name}: {', '.join(wrong)}")
            told.append(f"{name}: {listed('not here', only_sample)}; {listed('not in the sample', only_event)}")
        return " | ".join(told)


def listed(title, names, most=8):
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return f"{title}: {', '.join(names[:most]) or 'nothing'}{more}"


class AllowedCalls(Claim):
    id = "A19"
    says = (
        "IAM allows every call of the functions, as the sandbox's evaluator does, also of requests to the ECR registry"
    )
    how = "run the demonstration's project, look for `AccessDenied` in the functions' logs"
    minutes, dollars = 1, 0.0
    last = True

    def check(self, account):
        denied = account.denied_calls()
        if denied:
            raise Refuted(f"{len(denied)} calls were denied: {denied[0]}")
        return "no call was denied since the run began"


class DockerHub(Claim):
    id = "A20"
    says = "Docker Hub does not count HEAD, and its token for everybody lists `pull` for a public repository, in its claim `access`"
    how = "the header `ratelimit-remaining` of Docker Hub before and after a HEAD request; the second part of a token"
    minutes, dollars = 1, 0.0

    def check(self, account):
        repository, _, tag = f"library/{naming.HUB_IMAGE}".partition(":")
        try:
            granted, before, after = account.ask_docker_hub(repository, tag)
        except OSError as error:
            raise NotTried(f"Docker Hub cannot be reached: {error}") from error
        if "pull" not in granted:
            raise Refuted(f"the token for {repository} grants {sorted(granted)}")
        if after < before:
            raise Refuted(f"ratelimit-remaining was {before}, and {after} after one HEAD request")
        return f"ratelimit-remaining stays {after}; the token grants {', '.join(sorted(granted))}"


CLAIMS = [Notifications(), Quotas(), DockerHub()]
LAST = [Redrive(), GravitonCryptography(), Metrics(), SampleEvents(), AllowedCalls()]
