"""Prints the rescue report from the record of published events, with the command that people use."""

import json
import subprocess

from pullrescue_sandbox import paths
from pullrescue_sandbox.harness.commands import aws
from pullrescue_sandbox.product import EVENT_RECORD, Field
from pullrescue_sandbox.waiting import wait_for


def show(trigger, last_event):
    """Prints the report of this build, task or job once its last event is recorded."""
    wait_for(lambda: last_event in _recorded(trigger), f"{last_event} for {trigger} in {EVENT_RECORD}")
    print(f"\nThe rescue report, from the record of the events (scripts/report {trigger}):\n", flush=True)
    subprocess.run([paths.REPORT, trigger], check=True)


def _recorded(trigger):
    pages = aws("logs").get_paginator("filter_log_events").paginate(logGroupName=EVENT_RECORD)
    events = [json.loads(event["message"]) for page in pages for event in page["events"]]
    return [event["detail-type"] for event in events if event["detail"][Field.TRIGGER]["id"] == trigger]
