"""Decides about a call of a function, and remembers what the function said and what was decided."""

from .calls import rights
from .right import Right, arn

# What a poller says; it is full of receipts, and says nothing.
POLLING = {"ReceiveMessage", "DeleteMessage"}


class Guard:
    def __init__(self, account, evaluator, record, said):
        self._account = account
        self._evaluator = evaluator
        self._record = record
        self._said = said

    def session(self, key):
        return self._account.session(key)

    def refusal(self, session, call):
        """Why this call is not allowed, in the words of IAM; None where it is."""
        if call.operation not in POLLING:
            self._said.write({"function": session.function, "call": f"{call.service}:{call.operation}", "parameters": call.parameters})
        needed = rights(call.service, call.operation, call.parameters, self._account)
        if needed is None:
            return f"the sandbox does not know which rights {call.service}:{call.operation} takes (scripts/sandbox/rights/calls.py)"
        return self._refused(session, needed)

    def registry_refusal(self, session, action, repository):
        """The same for a request to the registry, which was logged in to with this session's token."""
        return self._refused(session, [Right(action, arn("ecr", f"repository/{repository}"))])

    def _refused(self, session, needed):
        policies = self._account.policies(session.role)
        for right in needed:
            allowed, error = self._evaluator.allows(session.principal, policies, right)
            self._record.note(session, policies, right, allowed)
            if not allowed:
                because = error or f"no identity-based policy allows the {right.action} action"
                return f"User: {session.principal} is not authorized to perform: {right.action} on resource: {right.resource} because {because}"
        return None
