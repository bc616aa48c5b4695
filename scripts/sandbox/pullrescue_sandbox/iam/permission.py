"""A permission that a call needs."""

from dataclasses import dataclass, field

from pullrescue_sandbox.account import arn


@dataclass(frozen=True)
class Permission:
    action: str
    resource: str = "*"
    context: dict = field(default_factory=dict)


def arn_of(service, kind, name):
    """Returns the ARN of a resource that is named by ARN or by its last part."""
    return name if name.startswith("arn:") else arn(service, f"{kind}/{name}")
