"""The bucket that code goes to on its way into functions, and each archive in it once."""

from __future__ import annotations

import hashlib
from typing import Any

from botocore.exceptions import ClientError

from workshop.deploy.package import Package
from workshop.errors import Problem
from workshop.target import TAG, Target


def bucket_name(prefix: str, target: Target) -> str:
    """The bucket's name; the account in it makes it one of its own among all of AWS.

    >>> bucket_name("workshop", Target("sandbox", "", "123456789012", "us-east-1", "test"))
    'workshop-artifacts-123456789012-us-east-1'
    """
    return f"{prefix.lower()}-artifacts-{target.account}-{target.region}"


def upload(session: Any, target: Target, prefix: str, packages: list[Package]) -> list[Package]:
    """Puts what is not there yet into the bucket, which is made if need be; returns what was put.

    Raises Problem if the bucket's name is taken by another account.
    """
    if not packages:
        return []
    s3, bucket = session.client("s3"), bucket_name(prefix, target)
    new = [package for package in packages if not _is_there(s3, bucket, package.key)]
    if new:
        _make(s3, bucket, prefix, target.region)
    for package in new:
        s3.put_object(Bucket=bucket, Key=package.key, Body=package.content)
    return new


def upload_template(session: Any, target: Target, prefix: str, text: str) -> str:
    """Puts a template into the bucket that is too long for the call; returns its URL."""
    s3, bucket = session.client("s3"), bucket_name(prefix, target)
    key = f"{hashlib.sha256(text.encode()).hexdigest()}.yaml"
    if not _is_there(s3, bucket, key):
        _make(s3, bucket, prefix, target.region)
        s3.put_object(Bucket=bucket, Key=key, Body=text.encode())
    return target.object_url(bucket, key)


def make_bucket(session: Any, target: Target, prefix: str) -> str:
    """The bucket's name; it is made if need be. Raises Problem if another account has it."""
    bucket = bucket_name(prefix, target)
    _make(session.client("s3"), bucket, prefix, target.region)
    return bucket


def _is_there(s3: Any, bucket: str, key: str) -> bool:
    try:
        s3.head_object(Bucket=bucket, Key=key)
    except ClientError as error:
        # HEAD has no body: a missing bucket or object is a bare 404, and 403 without s3:ListBucket or where
        # the bucket is another account's. What it is, CreateBucket then says.
        if error.response["Error"]["Code"] in ("404", "403"):
            return False
        raise
    return True


def _make(s3: Any, bucket: str, prefix: str, region: str) -> None:
    # us-east-1 is the one region that must not be named (S3 API Reference, CreateBucket).
    where = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    try:
        s3.create_bucket(Bucket=bucket, **where)
    except s3.exceptions.BucketAlreadyOwnedByYou:
        return
    except s3.exceptions.BucketAlreadyExists as error:
        raise Problem(
            f"the bucket {bucket} for your code",
            "another account has a bucket of this name",
            "a name of your own: all of AWS shares one list of bucket names",
            "export WORKSHOP_PREFIX=workshop-yourname, then the same command again",
        ) from error
    s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": [{"Key": TAG, "Value": prefix}]})
