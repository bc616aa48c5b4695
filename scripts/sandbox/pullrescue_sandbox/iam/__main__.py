"""python3 -m pullrescue_sandbox.iam --port 4574 --apis 127.0.0.1:4573 --record DIR --traffic DIR"""

import argparse

from .account import Account
from .evaluator import Evaluator
from .enforcer import Enforcer
from .server import serve
from .traffic import CALLS, DECISIONS, VIOLATIONS, JsonLines


def main():
    parser = argparse.ArgumentParser(prog="iam", description="IAM for the functions of the sandbox.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--apis", required=True, metavar="HOST:PORT", help="the AWS APIs without IAM")
    parser.add_argument(
        "--record", required=True, metavar="DIR", help="folder for the permissions that were needed, and the decisions"
    )
    parser.add_argument(
        "--traffic", required=True, metavar="DIR", help="folder for all calls of functions with their parameters"
    )
    options = parser.parse_args()
    host, _, port = options.apis.partition(":")
    decisions, calls = JsonLines(options.record, DECISIONS), JsonLines(options.traffic, CALLS)
    violations = JsonLines(options.record, VIOLATIONS)
    enforcer = Enforcer(Account(f"http://{options.apis}"), Evaluator(), decisions, calls, violations)
    serve(options.port, (host, int(port)), enforcer).serve_forever()


if __name__ == "__main__":
    main()
