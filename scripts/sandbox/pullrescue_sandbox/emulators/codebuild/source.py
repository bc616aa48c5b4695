"""Downloads the source of a build and its buildspec."""

import io
import json
import os
import subprocess
import zipfile

from botocore.exceptions import BotoCoreError, ClientError

from . import git
from .buildspec import BuildspecError, is_inline

S3_ARN = "arn:aws:s3:::"


class SourceError(Exception):
    """CodeBuild reports it as CLIENT_ERROR in DOWNLOAD_SOURCE."""


def download(aws, repositories, source, version, folder):
    """Returns the commit; None for sources that have none."""
    if source["type"] == "NO_SOURCE":
        return None
    if source["type"] in git.SOURCES:
        return _clone(repositories, source, version, folder)
    if source["type"] == "CODEPIPELINE":
        return _download_artifact(aws, repositories, version, folder)
    _download_from_s3(aws, source, version, folder)
    return None


def _clone(repositories, source, version, folder):
    try:
        commit = repositories.resolve(source, version)
        repositories.check_out(source, commit, folder)
    except (git.ReferenceNotFound, subprocess.CalledProcessError) as error:
        raise SourceError(str(error)) from error
    return commit


def _download_artifact(aws, repositories, location, folder):
    """A full clone passes a JSON document: https://github.com/thii/aws-codebuild-extras/issues/3 shows one."""
    bucket, _, key = location.removeprefix(S3_ARN).partition("/")
    data = _get(aws, bucket, key)
    if not data.startswith(b"{"):
        _download_from_s3(aws, {"location": location}, None, folder)
        return None
    clone = json.loads(data)
    return _clone(repositories, {"type": "GITHUB", "location": clone["CloneUrl"]}, clone["CommitId"], folder)


def _download_from_s3(aws, source, version, folder):
    bucket, _, key = source["location"].removeprefix(S3_ARN).partition("/")
    try:
        if key.endswith("/"):
            _download_folder(aws, bucket, key, folder)
        else:
            _extract(_get(aws, bucket, key, version), folder)
    except (ClientError, BotoCoreError, zipfile.BadZipFile) as error:
        raise SourceError(f"{error} for primary source and source version {version or ''}") from error


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
            # zipfile ignores permissions, but builds need executable scripts.
            mode = entry.external_attr >> 16 & 0o777
            if mode and not entry.is_dir():
                os.chmod(path, mode)


def buildspec_text(aws, source, folder, visible_folder):
    """Returns the buildspec and its location, which is None for an inline one."""
    location = source.get("buildspec") or "buildspec.yml"
    if is_inline(location):
        return location, None
    if location.startswith(S3_ARN):
        bucket, _, key = location.removeprefix(S3_ARN).partition("/")
        try:
            return _get(aws, bucket, key).decode(), location
        except (ClientError, BotoCoreError, UnicodeDecodeError) as error:
            raise BuildspecError(f"{location}: {error}") from error
    visible_path = f"{visible_folder}/{location}"
    path = os.path.realpath(f"{folder}/{location}")
    if not path.startswith(os.path.realpath(folder) + os.sep):
        raise BuildspecError(f"{visible_path} is outside of the source")
    try:
        with open(path, encoding="utf-8") as file:
            return file.read(), visible_path
    except FileNotFoundError as missing:
        raise BuildspecError(f"stat {visible_path}: no such file or directory") from missing
    except (OSError, UnicodeDecodeError) as error:
        raise BuildspecError(f"{visible_path}: {error}") from error
