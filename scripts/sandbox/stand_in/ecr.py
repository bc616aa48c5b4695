"""Images in Amazon ECR, and how a docker host comes to pull them."""

import base64
import re

IMAGE = re.compile(r"(\d{12})\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com/(.+)")


def holds(image):
    return IMAGE.fullmatch(image) is not None


def log_in(host, aws, image):
    token = aws.client("ecr").get_authorization_token()["authorizationData"][0]["authorizationToken"]
    user, _, password = base64.b64decode(token).decode().partition(":")
    host.log_in(image, user, password)
