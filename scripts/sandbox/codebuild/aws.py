"""Clients for the services around CodeBuild, and the names of this account."""

import boto3
from botocore.config import Config

ACCOUNT = "123456789012"
REGION = "us-east-1"
ECR_REGISTRY = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com"


class Aws:
    def __init__(self, endpoint):
        self.endpoint = endpoint

    def client(self, service):
        # One session a client: the default session of boto3 is not safe to share between build threads.
        session = boto3.session.Session(aws_access_key_id="sandbox", aws_secret_access_key="sandbox", region_name=REGION)
        settings = Config(connect_timeout=5, read_timeout=30, retries={"total_max_attempts": 3}, s3={"addressing_style": "path"})
        return session.client(service, endpoint_url=self.endpoint, config=settings)

    def variables(self):
        """What the AWS CLI and SDKs inside a build need to find this account."""
        return {
            "AWS_REGION": REGION, "AWS_DEFAULT_REGION": REGION, "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": "sandbox", "AWS_SECRET_ACCESS_KEY": "sandbox",
        }


def arn(resource):
    return f"arn:aws:codebuild:{REGION}:{ACCOUNT}:{resource}"
