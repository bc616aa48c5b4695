"""python3 -m codebuild --port 4571 --state DIR [--endpoint URL]"""

import argparse
import os
import signal
import threading

from .aws import Aws
from .operations import Operations
from .server import serve


def main():
    parser = argparse.ArgumentParser(prog="codebuild", description="A stand-in for AWS CodeBuild that really runs builds.")
    parser.add_argument("--port", type=int, default=4571)
    parser.add_argument("--state", required=True, help="folder for the work of running builds")
    parser.add_argument("--endpoint", default=os.environ.get("AWS_ENDPOINT_URL", "http://localhost:4566"),
                        help="where every other AWS service is (default: AWS_ENDPOINT_URL)")
    options = parser.parse_args()
    operations = Operations(Aws(options.endpoint), os.path.abspath(options.state))
    server = serve(options.port, operations)
    # shutdown() waits for serve_forever() to return, so it cannot be called from this thread.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
    print(f"listening on http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()
    operations.close()


if __name__ == "__main__":
    main()
