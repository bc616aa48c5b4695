"""A right, as policies name it, and the account that it is a right in."""

from dataclasses import dataclass, field

ACCOUNT = "123456789012"
REGION = "us-east-1"


@dataclass(frozen=True)
class Right:
    action: str
    resource: str = "*"
    context: dict = field(default_factory=dict)


def arn(service, resource):
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}"


def named(service, kind, name):
    """Most things are named by ARN, or by what stands at its end."""
    return name if name.startswith("arn:") else arn(service, f"{kind}/{name}")
