"""What calls of S3 ask for.

Sources: Service Authorization Reference, *Amazon S3*; S3 User Guide, *Required permissions for Amazon S3 API
operations*. Many actions have another name than their operation, and a version has its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import unquote

from sandbox.iam.actions import s3_keys
from sandbox.iam.actions.ask import Ask, Call
from sandbox.iam.actions.rules import (
    MoreKeys,
    Resource,
    Rule,
    ask,
    listed,
    no_keys,
    one,
    pass_role,
    renamed,
    words,
)


def bucket(call: Call) -> str:
    """The bucket's ARN; an access point is named by its own."""
    name = call.text("Bucket")
    return name if name.startswith("arn:") else f"arn:aws:s3:::{name}"


def thing(call: Call) -> str:
    """The object's ARN."""
    return _object(bucket(call), call.text("Key"))


def _object(of: str, key: str) -> str:
    return f"{of}/object/{key}" if ":accesspoint/" in of else f"{of}/{key}"


def _versioned(*names: str, more: MoreKeys = s3_keys.version) -> Rule:
    """Actions on an object; given a version, those with `Version` in their names: s3:GetObjectVersion."""

    def rule(call: Call) -> tuple[Ask, ...]:
        told = bool(call.text("VersionId"))
        actions = (n.replace("Object", "ObjectVersion", 1) if told else n for n in names)
        return tuple(ask(call, f"s3:{action}", thing(call), more) for action in actions)

    return rule


def _put_object(call: Call) -> tuple[Ask, ...]:
    """An access list, tags, a retention and a legal hold are permissions of their own."""
    wanted = ["PutObject"]
    if _grants(call):
        wanted.append("PutObjectAcl")
    if call.text("Tagging"):
        wanted.append("PutObjectTagging")
    if call.text("ObjectLockMode"):
        wanted.append("PutObjectRetention")
    if call.text("ObjectLockLegalHoldStatus"):
        wanted.append("PutObjectLegalHold")
    return tuple(ask(call, f"s3:{action}", thing(call), s3_keys.stored) for action in wanted)


def _grants(call: Call) -> bool:
    return bool(call.text("ACL")) or any(name.startswith("Grant") for name in call.parameters)


def _copy(call: Call) -> tuple[Ask, ...]:
    """Reading the source, writing the destination (API Reference, *CopyObject*, Permissions)."""
    return (*_source(call), *_put_object(call))


def _copy_part(call: Call) -> tuple[Ask, ...]:
    return (*_source(call), ask(call, "s3:PutObject", thing(call), s3_keys.stored))


def _source(call: Call) -> tuple[Ask, ...]:
    given = call.parameters.get("CopySource")
    if isinstance(given, Mapping):
        name, told = f"{given.get('Bucket', '')}/{given.get('Key', '')}", bool(given.get("VersionId"))
    else:
        text, _, version = str(given or "").partition("?versionId=")
        name, told = unquote(text).removeprefix("/"), bool(version)
    source = name if name.startswith("arn:") else f"arn:aws:s3:::{name}"
    return (ask(call, "s3:GetObjectVersion" if told else "s3:GetObject", source),)


def _bypass(call: Call, resource: str) -> tuple[Ask, ...]:
    if not call.parameters.get("BypassGovernanceRetention"):
        return ()
    return (ask(call, "s3:BypassGovernanceRetention", resource),)


def _delete_object(call: Call) -> tuple[Ask, ...]:
    action = "s3:DeleteObjectVersion" if call.text("VersionId") else "s3:DeleteObject"
    return (ask(call, action, thing(call), s3_keys.version), *_bypass(call, thing(call)))


def _delete_objects(call: Call) -> tuple[Ask, ...]:
    wanted = call.parameters.get("Delete")
    entries = wanted.get("Objects") if isinstance(wanted, Mapping) else None
    found: list[Ask] = []
    for entry in listed(entries):
        if not isinstance(entry, Mapping):
            continue
        resource = _object(bucket(call), str(entry.get("Key", "")))
        action = "s3:DeleteObjectVersion" if entry.get("VersionId") else "s3:DeleteObject"
        found += (ask(call, action, resource), *_bypass(call, resource))
    return tuple(found)


def _create_bucket(call: Call) -> tuple[Ask, ...]:
    """API Reference, *CreateBucket*, Permissions."""
    wanted = ["CreateBucket"]
    if _grants(call):
        wanted.append("PutBucketAcl")
    if call.parameters.get("ObjectLockEnabledForBucket"):
        wanted += ["PutBucketObjectLockConfiguration", "PutBucketVersioning"]
    if call.text("ObjectOwnership"):
        wanted.append("PutBucketOwnershipControls")
    configuration = call.parameters.get("CreateBucketConfiguration")
    if isinstance(configuration, Mapping) and configuration.get("Tags"):
        wanted.append("TagResource")
    return tuple(ask(call, f"s3:{action}", bucket(call), s3_keys.bucket) for action in wanted)


def _replicate(call: Call) -> tuple[Ask, ...]:
    configuration = call.parameters.get("ReplicationConfiguration")
    role = str(configuration.get("Role") or "") if isinstance(configuration, Mapping) else ""
    return (
        ask(call, "s3:PutReplicationConfiguration", bucket(call)),
        *pass_role(call, role, "s3.amazonaws.com"),
    )


def _on_bucket() -> dict[str, str]:
    """Operation → action, of the configuration of a bucket."""
    same = (
        "DeleteBucket DeleteBucketPolicy DeleteBucketWebsite GetBucketAbac GetBucketAcl GetBucketLocation"
        " GetBucketLogging GetBucketNotification GetBucketOwnershipControls GetBucketPolicy"
        " GetBucketPolicyStatus GetBucketRequestPayment GetBucketTagging GetBucketVersioning"
        " GetBucketWebsite PutBucketAbac PutBucketLogging PutBucketNotification PutBucketOwnershipControls"
        " PutBucketPolicy PutBucketRequestPayment PutBucketTagging PutBucketVersioning PutBucketWebsite"
    )
    # Operations {Get,Put,Delete}Bucket… whose actions are {Get,Put}…: deleting needs Put.
    kinds = {
        "BucketEncryption": "EncryptionConfiguration",
        "BucketCors": "BucketCORS",
        "BucketLifecycle": "LifecycleConfiguration",
        "BucketLifecycleConfiguration": "LifecycleConfiguration",
        "BucketReplication": "ReplicationConfiguration",
        "BucketAnalyticsConfiguration": "AnalyticsConfiguration",
        "BucketIntelligentTieringConfiguration": "IntelligentTieringConfiguration",
        "BucketInventoryConfiguration": "InventoryConfiguration",
        "BucketMetricsConfiguration": "MetricsConfiguration",
        "BucketAccelerateConfiguration": "AccelerateConfiguration",
        "BucketNotificationConfiguration": "BucketNotification",
        "BucketOwnershipControls": "BucketOwnershipControls",
        "BucketTagging": "BucketTagging",
        "PublicAccessBlock": "BucketPublicAccessBlock",
        "ObjectLockConfiguration": "BucketObjectLockConfiguration",
    }
    verbs = {"Get": "Get", "Put": "Put", "Delete": "Put"}
    found = {name: name for name in same.split()}
    found |= {f"{v}{kind}": f"{a}{action}" for v, a in verbs.items() for kind, action in kinds.items()}
    for name in ("Analytics", "IntelligentTiering", "Inventory", "Metrics"):
        found[f"ListBucket{name}Configurations"] = f"Get{name}Configuration"
    for name in ("AccelerateConfiguration", "NotificationConfiguration", "LifecycleConfiguration"):
        del found[f"DeleteBucket{name}"]
    del found["DeleteObjectLockConfiguration"]
    return found


def _all(action: str, resource: Resource, more: MoreKeys = no_keys) -> Rule:
    return one(f"s3:{action}", resource, more)


RULES: dict[str, Rule] = {
    **renamed(
        "s3",
        {
            bucket: {**_on_bucket(), "ListMultipartUploads": "ListBucketMultipartUploads"},
            thing: {
                "AbortMultipartUpload": "AbortMultipartUpload",
                "GetObjectLegalHold": "GetObjectLegalHold",
                "GetObjectRetention": "GetObjectRetention",
                "ListParts": "ListMultipartUploadParts",
                "RestoreObject": "RestoreObject",
                "SelectObjectContent": "GetObject",
            },
        },
    ),
    "CreateBucket": _create_bucket,
    "PutBucketReplication": _replicate,
    "PutBucketAcl": _all("PutBucketAcl", bucket, s3_keys.bucket),
    "HeadBucket": _all("ListBucket", bucket),
    "ListBuckets": _all("ListAllMyBuckets", lambda call: "arn:aws:s3:::*"),
    "ListObjects": _all("ListBucket", bucket, s3_keys.listing),
    "ListObjectsV2": _all("ListBucket", bucket, s3_keys.listing),
    "ListObjectVersions": _all("ListBucketVersions", bucket, s3_keys.listing),
    "GetObject": _versioned("GetObject"),
    "HeadObject": _versioned("GetObject"),
    "GetObjectAcl": _versioned("GetObjectAcl"),
    "GetObjectAttributes": _versioned("GetObject", "GetObjectAttributes"),
    "GetObjectTagging": _versioned("GetObjectTagging"),
    "GetObjectTorrent": _versioned("GetObjectTorrent"),
    "DeleteObjectTagging": _versioned("DeleteObjectTagging"),
    "PutObjectAcl": _versioned("PutObjectAcl", more=s3_keys.stored),
    "PutObjectTagging": _versioned("PutObjectTagging", more=s3_keys.stored),
    "PutObjectLegalHold": _all("PutObjectLegalHold", thing),
    "PutObjectRetention": lambda call: (
        ask(call, "s3:PutObjectRetention", thing(call)),
        *_bypass(call, thing(call)),
    ),
    "PutObject": _put_object,
    "CreateMultipartUpload": _put_object,
    "UploadPart": _all("PutObject", thing),
    "CompleteMultipartUpload": _all("PutObject", thing),
    "UploadPartCopy": _copy_part,
    "CopyObject": _copy,
    "DeleteObject": _delete_object,
    "DeleteObjects": _delete_objects,
    # A browser's question before its request: nobody signs it.
    "BucketCORSPreflightCheck": lambda call: (),
    "ObjectCORSPreflightCheck": lambda call: (),
}

REFUSED = words(
    # Directory buckets, metadata tables, annotations, Object Lambda, uploads by an HTML form.
    "CreateSession ListDirectoryBuckets RenameObject CreateBucketMetadataConfiguration"
    " CreateBucketMetadataTableConfiguration DeleteBucketMetadataConfiguration"
    " DeleteBucketMetadataTableConfiguration GetBucketMetadataConfiguration"
    " GetBucketMetadataTableConfiguration UpdateBucketMetadataAnnotationTableConfiguration"
    " UpdateBucketMetadataInventoryTableConfiguration UpdateBucketMetadataJournalTableConfiguration"
    " DeleteObjectAnnotation GetObjectAnnotation ListObjectAnnotations PutObjectAnnotation"
    " UpdateObjectEncryption WriteGetObjectResponse PostObject"
)
