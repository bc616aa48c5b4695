"""python3 -m rights --port 4574 --apis 127.0.0.1:4573 --record DIR --said DIR"""

import argparse

from .account import Account
from .evaluator import Evaluator
from .guard import Guard
from .record import Record
from .server import serve


def main():
    parser = argparse.ArgumentParser(prog="rights", description="IAM for the functions of the sandbox.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--apis", required=True, metavar="HOST:PORT", help="the AWS APIs, for whoever may do anything")
    parser.add_argument("--record", required=True, metavar="DIR", help="where to write what was asked for and granted")
    parser.add_argument("--said", required=True, metavar="DIR", help="where to write all that functions say to the APIs")
    options = parser.parse_args()
    host, _, port = options.apis.partition(":")
    guard = Guard(Account(f"http://{options.apis}"), Evaluator(), Record(options.record), Record(options.said, "said.jsonl"))
    serve(options.port, (host, int(port)), guard).serve_forever()


if __name__ == "__main__":
    main()
