"""Errors that a user can repair."""


class UserError(Exception):
    """A missing or wrong prerequisite; the message says what to do."""
