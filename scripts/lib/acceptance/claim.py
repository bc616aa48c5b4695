"""What a claim is: a sentence about AWS that pull-rescue relies on, and how it is tried."""

PROVED, REFUTED, NOT_TRIED = "proved", "refuted", "not tried"


class Refuted(Exception):
    """The claim is false here; the text says what was seen instead."""


class NotTried(Exception):
    """Nothing was shown, in either direction; the text says why."""


class Interrupted(Exception):
    """A person or the system ends the run."""


class Claim:
    """One row of the report. Subclasses try a claim; those without check() are for people."""

    # A1, or A8b where several claims belong together; --only A8 selects them all.
    id = ""
    # What must be true, and how a person tries it without this command.
    says = ""
    how = ""
    # The option without which the claim is not tried, such as with_vpc.
    option = None
    # Settings of the deployed stack that it needs: (name, accepted values).
    settings = ()
    # The longest that it usually takes, and what it costs in us-east-1.
    minutes = 0
    dollars = 0.0
    # Why the emulators of the sandbox cannot express it; empty if they can.
    not_in_sandbox = ""
    # Tried after all others, one at a time.
    last = False

    def resources(self, account):
        """Returns what the stack needs for this claim: logical id -> resource of CloudFormation."""
        return {}

    def check(self, account):
        """Tries the claim and returns the evidence; raises Refuted or NotTried."""
        raise NotTried(f"for a person: {self.how}")

    @property
    def automated(self):
        return type(self).check is not Claim.check

    def missing_setting(self, account):
        """Returns why the deployed stack's settings do not allow it, or nothing."""
        for name, accepted in self.settings:
            value = account.setting(name)
            if value not in accepted:
                return f"the deployed stack has `{name}: {value}`; deploy it with -c {name}={accepted[0]}"
        return None
