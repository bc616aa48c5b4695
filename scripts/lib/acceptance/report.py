"""The result of a run, for people in Markdown and for programs in JSON."""

import json

from acceptance.claim import NOT_TRIED, PROVED, REFUTED

COLUMNS = ("claim", "result", "evidence", "seconds", "cost")


class Row:
    """One claim and what was found."""

    def __init__(self, claim, verdict, evidence, seconds=0.0, failed=False):
        self.claim = claim
        self.verdict = verdict
        self.evidence = evidence
        self.seconds = seconds
        # This command itself failed, which proves nothing but must not pass.
        self.failed = failed

    @property
    def dollars(self):
        return self.claim.dollars if self.seconds else 0.0


def succeeded(rows):
    return not any(row.verdict == REFUTED or row.failed for row in rows)


def counts(rows):
    return {verdict: sum(row.verdict == verdict for row in rows) for verdict in (PROVED, REFUTED, NOT_TRIED)}


def markdown(rows, about):
    lines = [f"# scripts/acceptance: {', '.join(f'{number} {name}' for name, number in counts(rows).items())}", ""]
    lines += [f"{name}: {value}  " for name, value in about.items()]
    lines += ["", f"| {' | '.join(COLUMNS)} |", "|---|---|---|--:|--:|"]
    for row in rows:
        cells = (
            f"{row.claim.id}: {row.claim.says}",
            row.verdict,
            row.evidence,
            f"{row.seconds:.0f}",
            f"${row.dollars:.3f}",
        )
        lines.append(f"| {' | '.join(map(cell, cells))} |")
    total = sum(row.dollars for row in rows)
    lines += ["", f"About ${total:.2f} altogether, estimated for us-east-1.", ""]
    return "\n".join(lines)


def as_json(rows, about):
    found = {
        **about,
        "counts": counts(rows),
        "claims": [
            {
                "id": row.claim.id,
                "claim": row.claim.says,
                "result": row.verdict,
                "evidence": row.evidence,
                "seconds": round(row.seconds, 1),
                "dollars": row.dollars,
            }
            for row in rows
        ],
    }
    return json.dumps(found, indent=2) + "\n"


def cell(text):
    """Shows text of logs and services as it is: neither as markup nor as another column."""
    text = " ".join("".join(char if char.isprintable() else " " for char in str(text)).split())
    for char, shown in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("|", "\\|")):
        text = text.replace(char, shown)
    return text


def claims_table(claims):
    """Returns the table of claims that are not proved yet, for the README."""
    lines = ["| | claim | how to test it in an account |", "|---|---|---|"]
    for claim in claims:
        how = f"`scripts/acceptance --only {claim.id}`" if claim.automated else "by hand"
        option = f" `{as_option(claim.option)}`" if claim.option else ""
        lines.append(f"| {claim.id} | {escaped(claim.says)} | {how}{option}: {escaped(claim.how)} |")
    return "\n".join(lines) + "\n"


def escaped(text):
    return text.replace("|", "\\|")


def as_option(name):
    return "--" + name.replace("_", "-") + (" URL" if name == "with_git" else "")
