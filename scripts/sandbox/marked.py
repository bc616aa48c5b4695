"""A part of a text that a program writes, between two marks; nothing else is touched."""
import re


def write(file, begin, end, lines):
    text = file.read_text(encoding='utf-8')
    assert begin in text and end in text, f'{file} has no place for the table: {begin} ... {end}'
    block = '\n'.join([begin, *lines, end])
    file.write_text(re.sub(re.escape(begin) + '.*?' + re.escape(end), lambda _: block, text, flags=re.DOTALL), encoding='utf-8')
