"""An event source mapping: from a queue to a function, and out of the queue once the function is done with it."""

import base64
import json
import threading

from botocore.exceptions import BotoCoreError, ClientError


class EventSource(threading.Thread):
    """Polls one queue. What fails stays in the queue, until SQS shows it again or gives it to the dead letters."""

    def __init__(self, mapping, account, execution, tell, visibility_timeout=None):
        super().__init__(name=f"source-{mapping.function_name}", daemon=True)
        self._mapping = mapping
        self._region = account.region
        # Lambda polls with the rights of the function's role.
        self._queue = account.client("sqs", execution.function)
        self._execution = execution
        self._tell = tell
        self._visibility = {} if visibility_timeout is None else {"VisibilityTimeout": visibility_timeout}
        self._stopped = threading.Event()

    def stop(self):
        self._stopped.set()

    def run(self):
        while not self._stopped.is_set():
            try:
                messages = self._receive()
                if messages:
                    self._work_on(messages)
            except (BotoCoreError, ClientError) as error:
                self._tell(f"{self._mapping.function_name}: polling {self._mapping.queue_url}: {error}")
                self._stopped.wait(1)

    def _receive(self):
        return self._queue.receive_message(
            QueueUrl=self._mapping.queue_url,
            MaxNumberOfMessages=min(self._mapping.batch_size, 10),
            WaitTimeSeconds=1,
            AttributeNames=["All"],
            MessageAttributeNames=["All"],
            **self._visibility,
        ).get("Messages", [])

    def _work_on(self, messages):
        records = [record(message, self._mapping.queue_arn, self._region) for message in messages]
        answer, line = self._execution.invoke(json.dumps({"Records": records}).encode())
        failed = failures(answer, [message["MessageId"] for message in messages], self._mapping.reports_item_failures)
        for message in messages:
            if message["MessageId"] not in failed:
                self._queue.delete_message(QueueUrl=self._mapping.queue_url, ReceiptHandle=message["ReceiptHandle"])
        receives = max(int(it["Attributes"].get("ApproximateReceiveCount", 1)) for it in messages)
        self._tell(line + (f", {len(failed)} of {len(messages)} stay queued (receive {receives})" if failed else ""))


def record(message, queue_arn, region):
    """A received message as Lambda hands it on."""
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message.get("Attributes", {}),
        "messageAttributes": {
            name: {key[0].lower() + key[1:]: _text(value) for key, value in attribute.items()}
            for name, attribute in message.get("MessageAttributes", {}).items()
        },
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": queue_arn,
        "awsRegion": region,
    }


def failures(answer, message_ids, reports_item_failures):
    """Which messages stay in the queue. An answer that makes no sense counts as a failure of them all, as in Lambda."""
    if not answer.succeeded:
        return set(message_ids)
    if not reports_item_failures or not answer.payload.strip():
        return set()
    try:
        items = (json.loads(answer.payload) or {}).get("batchItemFailures") or []
        named = {item["itemIdentifier"] for item in items}
    except (ValueError, AttributeError, TypeError, KeyError):
        return set(message_ids)
    return named if named <= set(message_ids) else set(message_ids)


def _text(value):
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value
