"""Who made the current call, as CodeBuild names the initiator of a build: a user, or `role/session`.

The IAM emulator adds the header to the calls of functions; other calls are the administrator's.
"""

import contextvars

from pullrescue_sandbox.account import ADMINISTRATOR

HEADER = "X-Sandbox-Caller"

_CALLER = contextvars.ContextVar("caller", default=ADMINISTRATOR)


def set_from(headers):
    _CALLER.set(headers.get(HEADER) or ADMINISTRATOR)


def name():
    return _CALLER.get()
