"""SimulatePrincipalPolicy, which moto does not have: the decisions of the evaluator about the policies of a role.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
"""

from xml.sax.saxutils import escape

from botocore.exceptions import ClientError

from .permission import Permission

NAMESPACE = "https://iam.amazonaws.com/doc/2010-05-08/"
XML = [("Content-Type", "text/xml")]


def answer(parameters, enforcer):
    """Returns status, body and headers. A role of another account, or none, is no such entity."""
    principal = parameters["PolicySourceArn"]
    try:
        results = "".join(
            result(action, resource, enforcer.simulate(principal, Permission(action, resource, {})))
            for action in members(parameters, "ActionNames")
            for resource in members(parameters, "ResourceArns") or ["*"]
        )
    except ClientError as error:
        return 404, failure(error.response["Error"]["Message"]), XML
    return 200, response(results), XML


def members(parameters, name):
    """Returns the items of a list in the query protocol: Name.member.1, Name.member.2, ..."""
    prefix = f"{name}.member."
    numbers = sorted(int(key.removeprefix(prefix)) for key in parameters if key.startswith(prefix))
    return [parameters[f"{prefix}{number}"] for number in numbers]


def result(action, resource, decision):
    return (
        f"<member><EvalActionName>{escape(action)}</EvalActionName>"
        f"<EvalResourceName>{escape(resource)}</EvalResourceName>"
        f"<EvalDecision>{decision}</EvalDecision><MatchedStatements/><MissingContextValues/></member>"
    )


def response(results):
    return (
        f'<SimulatePrincipalPolicyResponse xmlns="{NAMESPACE}"><SimulatePrincipalPolicyResult>'
        f"<IsTruncated>false</IsTruncated><EvaluationResults>{results}</EvaluationResults>"
        "</SimulatePrincipalPolicyResult></SimulatePrincipalPolicyResponse>"
    ).encode()


def failure(message):
    return (
        f'<ErrorResponse xmlns="{NAMESPACE}"><Error><Type>Sender</Type><Code>NoSuchEntity</Code>'
        f"<Message>{escape(message)}</Message></Error></ErrorResponse>"
    ).encode()
