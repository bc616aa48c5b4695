"""The CloudFormation stack that holds everything that a run creates by itself."""

import json

from botocore.exceptions import ClientError, WaiterError

from acceptance import naming
from acceptance.claim import NotTried

# Of the longest change, which is the end of a NAT gateway or of a fleet.
WAITER = {"Delay": 10, "MaxAttempts": 240}
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
MAX_TEMPLATE_BYTES = 51_200
KEPT = "KeptRepositories"
# A comma-separated parameter of one value cannot be empty.
NONE = "none"


class Stack:
    def __init__(self, account):
        self.account = account

    @property
    def _api(self):
        return self.account.client("cloudformation")

    def exists(self):
        return stack_status(self._api, naming.STACK) is not None

    def create(self, resources, kept):
        """Creates the stack. kept: mirror repositories that exist already, which cleanup must keep."""
        body = json.dumps(template(resources), separators=(",", ":"))
        if len(body.encode()) > MAX_TEMPLATE_BYTES:
            raise ValueError(
                f"the template has {len(body.encode())} bytes, and CloudFormation takes {MAX_TEMPLATE_BYTES}"
            )
        self._api.create_stack(
            StackName=naming.STACK,
            TemplateBody=body,
            Capabilities=["CAPABILITY_NAMED_IAM"],
            OnFailure="DO_NOTHING",
            Parameters=[{"ParameterKey": KEPT, "ParameterValue": ",".join(sorted(kept)) or NONE}],
            # CloudFormation adds them to every resource that takes tags.
            Tags=[{"Key": naming.TAG, "Value": self.account.run}],
        )
        try:
            self._api.get_waiter("stack_create_complete").wait(StackName=naming.STACK, WaiterConfig=WAITER)
        except WaiterError as error:
            raise NotTried(f"the stack {naming.STACK} was not created: {self._failure() or error}") from error

    def _failure(self):
        """Returns why CloudFormation could not create the first resource that failed."""
        pages = self._api.get_paginator("describe_stack_events").paginate(StackName=naming.STACK)
        failed = [
            item for page in pages for item in page["StackEvents"] if item.get("ResourceStatus") == "CREATE_FAILED"
        ]
        return f"{failed[-1]['LogicalResourceId']}: {failed[-1].get('ResourceStatusReason')}" if failed else None

    def describe(self):
        return self._api.describe_stacks(StackName=naming.STACK)["Stacks"][0]

    def kept_repositories(self):
        parameters = {item["ParameterKey"]: item["ParameterValue"] for item in self.describe().get("Parameters", [])}
        return set(parameters.get(KEPT, "").split(",")) - {"", NONE}

    def physical(self, logical):
        """Returns the physical id of a resource."""
        return next(
            item["PhysicalResourceId"]
            for item in stack_resources(self._api, naming.STACK)
            if item["LogicalResourceId"] == logical
        )

    def delete(self):
        self._api.delete_stack(StackName=naming.STACK)
        self._api.get_waiter("stack_delete_complete").wait(StackName=naming.STACK, WaiterConfig=WAITER)


def template(resources):
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "A run of scripts/acceptance of pull-rescue; deleted when it ends",
        "Parameters": {
            KEPT: {"Type": "CommaDelimitedList", "Description": "Mirror repositories that were there before the run"}
        },
        "Resources": resources,
    }


def stack_status(client, name):
    """Returns the status of a stack, or nothing if there is none."""
    try:
        return client.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"]
    except ClientError as error:
        if "does not exist" in str(error):
            return None
        raise


def stack_resources(client, name):
    pages = client.get_paginator("list_stack_resources").paginate(StackName=name)
    return [item for page in pages for item in page["StackResourceSummaries"]]
