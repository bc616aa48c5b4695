"""Replaces the part of a Markdown file between two markers."""
import re


def replace(file, begin, end, lines):
    text = file.read_text(encoding="utf-8")
    assert begin in text and end in text, f"{file} does not contain the markers {begin} ... {end}"
    block = "\n".join([begin, *lines, end])
    file.write_text(
        re.sub(re.escape(begin) + ".*?" + re.escape(end), lambda _: block, text, flags=re.DOTALL), encoding="utf-8"
    )
