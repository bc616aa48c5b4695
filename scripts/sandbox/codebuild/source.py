"""Fetches a build's source and its buildspec."""

import io
import os
import zipfile

from botocore.exceptions import BotoCoreError, ClientError

from .buildspec import BuildspecRefused, is_inline

S3_ARN = "arn:aws:s3:::"


class SourceRefused(Exception):
    """What CodeBuild reports as CLIENT_ERROR in DOWNLOAD_SOURCE."""


def download(aws, source, version, folder):
    if source["type"] == "NO_SOURCE":
        return
    if source["type"] == "CODEPIPELINE":
        source, version = {"location": version}, None
    elif source["type"] != "S3":
        raise SourceRefused(f"sources of type {source['type']} cannot be downloaded here, only S3, CODEPIPELINE and NO_SOURCE")
    bucket, _, key = source["location"].removeprefix(S3_ARN).partition("/")
    try:
        if key.endswith("/"):
            _download_folder(aws, bucket, key, folder)
        else:
            _extract(_get(aws, bucket, key, version), folder)
    except (ClientError, BotoCoreError, zipfile.BadZipFile) as refusal:
        raise SourceRefused(f"{refusal} for primary source and source version {version or ''}") from refusal


def _get(aws, bucket, key, version=None):
    parameters = {"VersionId": version} if version else {}
    return aws.client("s3").get_object(Bucket=bucket, Key=key, **parameters)["Body"].read()


def _download_folder(aws, bucket, prefix, folder):
    pages = aws.client("s3").get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    for item in (item for page in pages for item in page.get("Contents", [])):
        path = os.path.realpath(os.path.join(folder, item["Key"].removeprefix(prefix)))
        if item["Key"].endswith("/") or not path.startswith(os.path.realpath(folder) + os.sep):
            continue
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(_get(aws, bucket, item["Key"]))


def _extract(data, folder):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for entry in archive.infolist():
            path = archive.extract(entry, folder)
            # zipfile leaves out the permissions, and a build needs its scripts executable.
            mode = entry.external_attr >> 16 & 0o777
            if mode and not entry.is_dir():
                os.chmod(path, mode)


def buildspec_text(aws, source, folder, shown_folder):
    """Answers the text and, unless it is inline, where it came from."""
    wanted = source.get("buildspec") or "buildspec.yml"
    if is_inline(wanted):
        return wanted, None
    if wanted.startswith(S3_ARN):
        bucket, _, key = wanted.removeprefix(S3_ARN).partition("/")
        try:
            return _get(aws, bucket, key).decode(), wanted
        except (ClientError, BotoCoreError, UnicodeDecodeError) as refusal:
            raise BuildspecRefused(f"{wanted}: {refusal}") from refusal
    shown = f"{shown_folder}/{wanted}"
    path = os.path.realpath(f"{folder}/{wanted}")
    if not path.startswith(os.path.realpath(folder) + os.sep):
        raise BuildspecRefused(f"{shown} is outside of the source")
    try:
        with open(path, encoding="utf-8") as file:
            return file.read(), shown
    except FileNotFoundError as missing:
        raise BuildspecRefused(f"stat {shown}: no such file or directory") from missing
    except (OSError, UnicodeDecodeError) as refusal:
        raise BuildspecRefused(f"{shown}: {refusal}") from refusal
