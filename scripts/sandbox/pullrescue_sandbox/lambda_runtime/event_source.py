"""An event source mapping: passes messages of a queue to a function, and deletes the ones that it processed."""

import base64
import json
import threading

from botocore.exceptions import BotoCoreError, ClientError


class EventSource(threading.Thread):
    """Polls one queue. Failed messages stay in it, until SQS makes them visible again or moves them to the dead-letter queue."""

    def __init__(self, mapping, account, execution, report, visibility_timeout=None):
        super().__init__(name=f"source-{mapping.function_name}", daemon=True)
        self._mapping = mapping
        self._region = account.region
        # Lambda polls with the permissions of the function's role.
        self._queue = account.client("sqs", execution.function)
        self._execution = execution
        self._report = report
        self._visibility = {} if visibility_timeout is None else {"VisibilityTimeout": visibility_timeout}
        self._stopped = threading.Event()

    def stop(self):
        self._stopped.set()

    def run(self):
        while not self._stopped.is_set():
            try:
                messages = self._receive()
                if messages:
                    self._process(messages)
            except (BotoCoreError, ClientError) as error:
                self._report(f"{self._mapping.function_name}: polling {self._mapping.queue_url}: {error}")
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

    def _process(self, messages):
        records = [record(message, self._mapping.queue_arn, self._region) for message in messages]
        result, line = self._execution.invoke(json.dumps({"Records": records}).encode())
        failed = failures(result, [message["MessageId"] for message in messages], self._mapping.reports_item_failures)
        for message in messages:
            if message["MessageId"] not in failed:
                self._queue.delete_message(QueueUrl=self._mapping.queue_url, ReceiptHandle=message["ReceiptHandle"])
        receives = max(int(message["Attributes"].get("ApproximateReceiveCount", 1)) for message in messages)
        self._report(line + (f", {len(failed)} of {len(messages)} stay queued (receive {receives})" if failed else ""))


def record(message, queue_arn, region):
    """Returns the record of a received message in the event for a function."""
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


def failures(result, message_ids, reports_item_failures):
    """Returns which messages failed. As in Lambda, an invalid response means that all of them did."""
    if not result.succeeded:
        return set(message_ids)
    if not reports_item_failures or not result.payload.strip():
        return set()
    try:
        items = (json.loads(result.payload) or {}).get("batchItemFailures") or []
        named = {item["itemIdentifier"] for item in items}
    except (ValueError, AttributeError, TypeError, KeyError):
        return set(message_ids)
    return named if named <= set(message_ids) else set(message_ids)


def _text(value):
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value
