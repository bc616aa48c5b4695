"""Replaces the part of scripts/bench/README.md between two markers."""

import re

from pullrescue_sandbox import paths

README = paths.PROJECT / "scripts" / "bench" / "README.md"


def replace(begin, end, lines):
    text = README.read_text(encoding="utf-8")
    assert begin in text and end in text, f"{README} does not contain the markers {begin} ... {end}"
    block = "\n".join([begin, *lines, end])
    README.write_text(
        re.sub(re.escape(begin) + ".*?" + re.escape(end), lambda _: block, text, flags=re.DOTALL), encoding="utf-8"
    )
