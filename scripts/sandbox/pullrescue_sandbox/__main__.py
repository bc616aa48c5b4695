"""Entry point of `python -m pullrescue_sandbox`, which scripts/sandbox/sandbox runs."""

import sys

from pullrescue_sandbox.cli.main import main

sys.exit(main(sys.argv[1:]))
