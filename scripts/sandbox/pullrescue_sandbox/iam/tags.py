"""Condition keys for tags."""


def resource_tags(tags):
    """Returns the keys for the tags of the resource."""
    return {f"aws:ResourceTag/{name}": value for name, value in tags.items()}


def request_tags(tags):
    """Returns the keys for the tags that the call sets."""
    return {f"aws:RequestTag/{name}": value for name, value in tags.items()}
