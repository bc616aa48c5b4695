"""sandbox python: runs Python with the packages of the sandbox and of the benchmarks."""

import os
import sys


def run(arguments):
    os.execv(sys.executable, [sys.executable, *arguments])
