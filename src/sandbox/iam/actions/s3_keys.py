"""S3's condition keys: what a request asks to list, and how it wants an object to be stored.

Source: Service Authorization Reference, *Actions, resources, and condition keys for Amazon S3*.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.iam.actions.ask import Call, Keys
from sandbox.iam.actions.rules import MoreKeys, copied
from sandbox.iam.actions.tags import pairs

listing: MoreKeys = copied({"Prefix": "s3:prefix", "Delimiter": "s3:delimiter", "MaxKeys": "s3:max-keys"})
version: MoreKeys = copied({"VersionId": "s3:versionid", "IfMatch": "s3:if-match"})

_stored = copied(
    {
        "ACL": "s3:x-amz-acl",
        "CopySource": "s3:x-amz-copy-source",
        "GrantFullControl": "s3:x-amz-grant-full-control",
        "GrantRead": "s3:x-amz-grant-read",
        "GrantReadACP": "s3:x-amz-grant-read-acp",
        "GrantWrite": "s3:x-amz-grant-write",
        "GrantWriteACP": "s3:x-amz-grant-write-acp",
        "IfMatch": "s3:if-match",
        "IfNoneMatch": "s3:if-none-match",
        "MetadataDirective": "s3:x-amz-metadata-directive",
        "ObjectLockLegalHoldStatus": "s3:object-lock-legal-hold",
        "ObjectLockMode": "s3:object-lock-mode",
        "ObjectLockRetainUntilDate": "s3:object-lock-retain-until-date",
        "ObjectOwnership": "s3:x-amz-object-ownership",
        "SSECustomerAlgorithm": "s3:x-amz-server-side-encryption-customer-algorithm",
        "SSEKMSKeyId": "s3:x-amz-server-side-encryption-aws-kms-key-id",
        "ServerSideEncryption": "s3:x-amz-server-side-encryption",
        "StorageClass": "s3:x-amz-storage-class",
        "VersionId": "s3:versionid",
        "WebsiteRedirectLocation": "s3:x-amz-website-redirect-location",
    }
)


def stored(call: Call) -> Keys:
    """How the object is to be stored; its tags are keys of S3's own."""
    return {**_stored(call), **_object_tags(call.parameters.get("Tagging"))}


def bucket(call: Call) -> Keys:
    """How a bucket is to be made: who may use it, and where it is."""
    found = dict(_stored(call))
    configuration = call.parameters.get("CreateBucketConfiguration")
    if isinstance(configuration, Mapping):
        if configuration.get("LocationConstraint"):
            found["s3:locationconstraint"] = (str(configuration["LocationConstraint"]),)
        tags = list(pairs(configuration.get("Tags")))
        found |= {f"aws:requesttag/{name.lower()}": (value or "",) for name, value in tags}
        found["aws:tagkeys"] = tuple(name for name, _ in tags)
    return found


def _object_tags(tagging: Any) -> dict[str, tuple[str, ...]]:
    tags = tagging.get("TagSet") if isinstance(tagging, Mapping) else tagging
    found = {name: value or "" for name, value in pairs(tags)}
    keys = {f"s3:requestobjecttag/{name.lower()}": (value,) for name, value in found.items()}
    return {**keys, "s3:requestobjecttagkeys": tuple(found)}
