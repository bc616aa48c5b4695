"""Tests of the emulated CloudTrail."""

from pullrescue_sandbox.emulators.ecs.cloudtrail import CloudTrail


def looked_up(delay):
    cloudtrail = CloudTrail(delay)
    cloudtrail.record_run_task({}, [])
    parameters = {"LookupAttributes": [{"AttributeKey": "EventName", "AttributeValue": "RunTask"}]}
    return len(cloudtrail.LookupEvents(parameters)["Events"])


def test_lists_events_late_on_request():
    assert (looked_up(0), looked_up(300)) == (1, 0)
