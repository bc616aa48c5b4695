"""sandbox up, down and status."""

from pullrescue_sandbox import paths
from pullrescue_sandbox.namespaces import Namespaces


def add_arguments(parser):
    name = parser.prog.split()[-1]
    parser.set_defaults(call=lambda _: {"up": _up, "down": _down, "status": _status}[name](Namespaces(paths.state())))


def _up(namespaces):
    namespaces.up()


def _down(namespaces):
    namespaces.down()


def _status(namespaces):
    running = namespaces.is_running()
    print(f"running (state in {namespaces.state})" if running else "not running")
    return 0 if running else 1
