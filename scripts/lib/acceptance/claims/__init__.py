"""All claims, in the order of the report."""

from acceptance.claims import builds, by_hand, mirror, operation, optional, parents, tasks


def all_claims():
    return [
        *mirror.FIRST,
        *builds.CLAIMS,
        *mirror.CLAIMS,
        *tasks.CLAIMS,
        *parents.CLAIMS,
        *operation.CLAIMS,
        *optional.CLAIMS,
        *operation.LAST,
        *by_hand.CLAIMS,
    ]
