"""Decides whether a call of a function is allowed, and records the call and the decision."""

from pullrescue_sandbox.account import arn

from . import service_models
from .api_calls import repository_context, required_permissions
from .permission import Permission

# Calls of a poller; they contain only receipt handles.
POLLING = {"ReceiveMessage", "DeleteMessage"}


class Enforcer:
    """Allows or denies calls.

    account and evaluator know policies and how IAM reads them; decisions, calls and violations are records.
    """

    def __init__(self, account, evaluator, decisions, calls, violations):
        self._account = account
        self._evaluator = evaluator
        self._decisions = decisions
        self._calls = calls
        self._violations = violations

    def session(self, key):
        return self._account.session(key)

    def denial_reason(self, session, call):
        """Returns why this call is denied, in the words of IAM; None if it is allowed."""
        if call.operation not in POLLING:
            self._calls.write(
                {
                    "function": session.function,
                    "call": f"{call.service}:{call.operation}",
                    "parameters": call.parameters,
                }
            )
        needed = required_permissions(call.service, call.operation, call.parameters, self._account)
        if needed is None:
            return f"the sandbox does not know which permissions {call.service}:{call.operation} needs (see iam/api_calls.py)"
        return self._denial(session, needed)

    def request_violations(self, session, call):
        """Returns why the service rejects the parameters of this call; empty if it accepts them."""
        return self._record(session, call, "request", service_models.request_violations(call))

    def record_answer(self, session, call, content):
        """Records what the service cannot have answered: a defect of an emulator."""
        self._record(session, call, "answer", service_models.answer_violations(call, content))

    def _record(self, session, call, kind, violations):
        for violation in violations:
            self._violations.write(
                {
                    "function": session.function,
                    "call": f"{call.service}:{call.operation}",
                    "in": kind,
                    "violation": violation,
                }
            )
        return violations

    def registry_denial_reason(self, session, action, repository):
        """Returns the same for a registry request that was authenticated with this session's token."""
        resource = arn("ecr", f"repository/{repository}")
        return self._denial(session, [Permission(action, resource, repository_context(resource, self._account))])

    def simulate(self, principal, permission):
        """Returns the decision about a role's policies in the words of SimulatePrincipalPolicy."""
        policies = self._account.policies(principal.rpartition("/")[2])
        if self._evaluator.allows(principal, policies, permission)[0]:
            return "allowed"
        without_denials = [
            {**policy, "Statement": [one for one in statements(policy) if one["Effect"] == "Allow"]}
            for policy in policies
        ]
        # What would be allowed without statements that deny is denied by one of them.
        is_denied = self._evaluator.allows(principal, without_denials, permission)[0]
        return "explicitDeny" if is_denied else "implicitDeny"

    def _denial(self, session, needed):
        policies = self._account.policies(session.role)
        for permission in needed:
            allowed, error = self._evaluator.allows(session.principal, policies, permission)
            self._decisions.write(decision(session, policies, permission, allowed))
            if not allowed:
                because = error or f"no identity-based policy allows the {permission.action} action"
                return f"User: {session.principal} is not authorized to perform: {permission.action} on resource: {permission.resource} because {because}"
        return None


def statements(policy):
    statement = policy["Statement"]
    return [statement] if isinstance(statement, dict) else statement


def decision(session, policies, permission, allowed):
    return {
        "function": session.function,
        "principal": session.principal,
        "action": permission.action,
        "resource": permission.resource,
        "context": permission.context,
        "allowed": allowed,
        "policies": policies,
    }
