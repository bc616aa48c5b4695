"""The AWS account of the sandbox."""

ACCOUNT_ID = "123456789012"
REGION = "us-east-1"
ENDPOINT = "http://localhost:4566"
ECR_REGISTRY = f"{ACCOUNT_ID}.dkr.ecr.{REGION}.amazonaws.com"
# moto issues this token to everybody; sessions of functions get it with their access key appended.
ECR_CREDENTIALS = f"AWS:{ACCOUNT_ID}-auth-token"
# The administrator, whose calls skip the IAM emulator.
ADMINISTRATOR = "sandbox"

# The account at Docker Hub, and the secret in which the functions find it.
DOCKER_HUB_SECRET = "docker-hub"
DOCKER_HUB_USER = "rescuer"
DOCKER_HUB_PASSWORD = "correct-horse"


def arn(service, resource):
    return f"arn:aws:{service}:{REGION}:{ACCOUNT_ID}:{resource}"
