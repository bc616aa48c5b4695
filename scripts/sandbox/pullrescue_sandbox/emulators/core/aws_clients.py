"""Clients for the services around an emulator."""

import threading

import boto3
from botocore.config import Config

from pullrescue_sandbox.account import ADMINISTRATOR, REGION


class AwsClients:
    def __init__(self, endpoint):
        self.endpoint = endpoint
        self.clients = {}
        # Clients are thread-safe, creating them is not.
        self.lock = threading.Lock()

    def client(self, service):
        with self.lock:
            if service not in self.clients:
                settings = Config(
                    connect_timeout=5,
                    read_timeout=30,
                    retries={"total_max_attempts": 3},
                    s3={"addressing_style": "path"},
                )
                self.clients[service] = boto3.client(
                    service,
                    endpoint_url=self.endpoint,
                    config=settings,
                    region_name=REGION,
                    aws_access_key_id=ADMINISTRATOR,
                    aws_secret_access_key=ADMINISTRATOR,
                )
            return self.clients[service]

    def container_variables(self):
        """Returns the variables with which the AWS CLI and SDKs inside a container reach this account. The credentials are at
        169.254.170.2, as in every container that AWS runs: https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
        """
        return {
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/credentials/sandbox",
        }
