"""Recognizes images in Amazon ECR, and gives a docker host the credentials to pull them."""

import base64
import re

IMAGE = re.compile(r"(\d{12})\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com/(.+)")


def is_ecr_image(image):
    return IMAGE.fullmatch(image) is not None


def configure(host, aws, image):
    token = aws.client("ecr").get_authorization_token()["authorizationData"][0]["authorizationToken"]
    user, _, password = base64.b64decode(token).decode().partition(":")
    host.write_credentials(image, user, password)
