"""Clients for the services around a stand-in, and the names of this account."""

import threading

import boto3
from botocore.config import Config

ACCOUNT = "123456789012"
REGION = "us-east-1"
ECR_REGISTRY = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com"


class Aws:
    def __init__(self, endpoint):
        self.endpoint = endpoint
        self.clients = {}
        # A client may be shared between the stand-in's threads, making one may not.
        self.making = threading.Lock()

    def client(self, service):
        with self.making:
            if service not in self.clients:
                settings = Config(
                    connect_timeout=5, read_timeout=30, retries={"total_max_attempts": 3}, s3={"addressing_style": "path"})
                self.clients[service] = boto3.client(
                    service, endpoint_url=self.endpoint, config=settings, region_name=REGION, aws_access_key_id="sandbox",
                    aws_secret_access_key="sandbox")
            return self.clients[service]

    def variables(self):
        """What the AWS CLI and SDKs inside a container need to find this account."""
        return {
            "AWS_REGION": REGION, "AWS_DEFAULT_REGION": REGION, "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": "sandbox", "AWS_SECRET_ACCESS_KEY": "sandbox",
        }


def arn(service, resource):
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}"
