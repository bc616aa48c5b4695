"""The table of README.md, made from the matrix."""

import re

BEGIN, END = "<!-- retry-matrix -->", "<!-- /retry-matrix -->"


def table(cells):
    dockers = sorted({cell["docker"] for cell in cells})
    rows = list(dict.fromkeys((cell["shape"], cell["builder"]) for cell in cells))
    found = {(cell["shape"], cell["builder"], cell["docker"]): cell for cell in cells}
    lines = [f"| the build asks by | builder | {' | '.join(f'Docker {it}' for it in dockers)} |", "|" + "---|" * (2 + len(dockers))]
    for shape, builder in rows:
        told = [_told(found.get((shape, builder, docker))) for docker in dockers]
        lines.append(f"| {shape} | {builder} | {' | '.join(told)} |")
    return "\n".join(lines)


def _told(cell):
    if cell is None:
        return ""
    requests = cell["hubRequests"]
    asked = "" if requests == 0 else f", {requests} request{'s' * (requests > 1)} to Docker Hub"
    return f"green{asked}" if cell["healed"] else f"**red**: {cell['reason'].replace('|', '/')}{asked}"


def write(readme, cells):
    text = readme.read_text(encoding="utf-8")
    written = re.sub(f"(?<={BEGIN}\n).*?(?={END})", lambda _: table(cells) + "\n", text, flags=re.DOTALL)
    if BEGIN not in text or END not in text:
        raise ValueError(f"{readme} has no place for the table: {BEGIN} ... {END}")
    readme.write_text(written, encoding="utf-8")
