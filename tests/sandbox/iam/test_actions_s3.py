"""What calls of S3 and CloudFormation ask for.

Sources: S3 User Guide, *Required permissions for Amazon S3 API operations*; Service Authorization Reference,
*AWS CloudFormation*.
"""

from __future__ import annotations

import pytest

from sandbox.iam.actions import NothingKnown, asks

REGION, ACCOUNT = "us-east-1", "111111111111"
ARN = "arn:aws:s3:::"
BUCKET = {"Bucket": "lab"}
OBJECT = {"Bucket": "lab", "Key": "a/b.txt"}
VERSION = {**OBJECT, "VersionId": "v1"}
POINT = f"arn:aws:s3:{REGION}:{ACCOUNT}:accesspoint/p"


def found(service, operation, parameters, lookup=None):
    return asks(service, operation, parameters, REGION, ACCOUNT, lookup=lookup or NothingKnown())


ROWS = [
    ("ListBuckets", {}, ["s3:ListAllMyBuckets *"]),
    ("CreateBucket", BUCKET, ["s3:CreateBucket lab"]),
    ("CreateBucket", {**BUCKET, "ACL": "private"}, ["s3:CreateBucket lab", "s3:PutBucketAcl lab"]),
    (
        "CreateBucket",
        {**BUCKET, "ObjectLockEnabledForBucket": True, "ObjectOwnership": "ObjectWriter"},
        [
            "s3:CreateBucket lab",
            "s3:PutBucketObjectLockConfiguration lab",
            "s3:PutBucketVersioning lab",
            "s3:PutBucketOwnershipControls lab",
        ],
    ),
    (
        "CreateBucket",
        {**BUCKET, "CreateBucketConfiguration": {"Tags": [{"Key": "a", "Value": "b"}]}},
        ["s3:CreateBucket lab", "s3:TagResource lab"],
    ),
    ("HeadBucket", BUCKET, ["s3:ListBucket lab"]),
    ("ListObjects", BUCKET, ["s3:ListBucket lab"]),
    ("ListObjectsV2", BUCKET, ["s3:ListBucket lab"]),
    ("ListObjectsV2", {"Bucket": POINT}, [f"s3:ListBucket {POINT}"]),
    ("ListObjectVersions", BUCKET, ["s3:ListBucketVersions lab"]),
    ("ListMultipartUploads", BUCKET, ["s3:ListBucketMultipartUploads lab"]),
    ("GetObject", OBJECT, ["s3:GetObject lab/a/b.txt"]),
    ("GetObject", {"Bucket": POINT, "Key": "k"}, [f"s3:GetObject {POINT}/object/k"]),
    ("GetObject", VERSION, ["s3:GetObjectVersion lab/a/b.txt"]),
    ("HeadObject", OBJECT, ["s3:GetObject lab/a/b.txt"]),
    ("GetObjectAttributes", OBJECT, ["s3:GetObject lab/a/b.txt", "s3:GetObjectAttributes lab/a/b.txt"]),
    (
        "GetObjectAttributes",
        VERSION,
        ["s3:GetObjectVersion lab/a/b.txt", "s3:GetObjectVersionAttributes lab/a/b.txt"],
    ),
    ("GetObjectAcl", VERSION, ["s3:GetObjectVersionAcl lab/a/b.txt"]),
    ("GetObjectTagging", OBJECT, ["s3:GetObjectTagging lab/a/b.txt"]),
    ("PutObject", OBJECT, ["s3:PutObject lab/a/b.txt"]),
    (
        "PutObject",
        {**OBJECT, "ACL": "public-read", "Tagging": "a=b", "ObjectLockMode": "GOVERNANCE"},
        [
            "s3:PutObject lab/a/b.txt",
            "s3:PutObjectAcl lab/a/b.txt",
            "s3:PutObjectTagging lab/a/b.txt",
            "s3:PutObjectRetention lab/a/b.txt",
        ],
    ),
    (
        "PutObject",
        {**OBJECT, "GrantRead": "id=1", "ObjectLockLegalHoldStatus": "ON"},
        ["s3:PutObject lab/a/b.txt", "s3:PutObjectAcl lab/a/b.txt", "s3:PutObjectLegalHold lab/a/b.txt"],
    ),
    ("CreateMultipartUpload", OBJECT, ["s3:PutObject lab/a/b.txt"]),
    ("UploadPart", OBJECT, ["s3:PutObject lab/a/b.txt"]),
    ("CompleteMultipartUpload", OBJECT, ["s3:PutObject lab/a/b.txt"]),
    ("AbortMultipartUpload", OBJECT, ["s3:AbortMultipartUpload lab/a/b.txt"]),
    ("ListParts", OBJECT, ["s3:ListMultipartUploadParts lab/a/b.txt"]),
    (
        "CopyObject",
        {**OBJECT, "CopySource": "from/x%20y.txt"},
        ["s3:GetObject from/x y.txt", "s3:PutObject lab/a/b.txt"],
    ),
    (
        "CopyObject",
        {**OBJECT, "CopySource": "/from/x?versionId=1"},
        ["s3:GetObjectVersion from/x", "s3:PutObject lab/a/b.txt"],
    ),
    (
        "UploadPartCopy",
        {**OBJECT, "CopySource": {"Bucket": "from", "Key": "x"}},
        ["s3:GetObject from/x", "s3:PutObject lab/a/b.txt"],
    ),
    ("DeleteObject", OBJECT, ["s3:DeleteObject lab/a/b.txt"]),
    (
        "DeleteObject",
        {**VERSION, "BypassGovernanceRetention": True},
        ["s3:DeleteObjectVersion lab/a/b.txt", "s3:BypassGovernanceRetention lab/a/b.txt"],
    ),
    (
        "DeleteObjects",
        {**BUCKET, "Delete": {"Objects": [{"Key": "a"}, {"Key": "b", "VersionId": "1"}]}},
        ["s3:DeleteObject lab/a", "s3:DeleteObjectVersion lab/b"],
    ),
    ("PutObjectRetention", OBJECT, ["s3:PutObjectRetention lab/a/b.txt"]),
    ("GetBucketEncryption", BUCKET, ["s3:GetEncryptionConfiguration lab"]),
    ("DeleteBucketEncryption", BUCKET, ["s3:PutEncryptionConfiguration lab"]),
    ("PutBucketLifecycleConfiguration", BUCKET, ["s3:PutLifecycleConfiguration lab"]),
    ("GetBucketCors", BUCKET, ["s3:GetBucketCORS lab"]),
    ("PutBucketNotificationConfiguration", BUCKET, ["s3:PutBucketNotification lab"]),
    ("PutPublicAccessBlock", BUCKET, ["s3:PutBucketPublicAccessBlock lab"]),
    ("GetObjectLockConfiguration", BUCKET, ["s3:GetBucketObjectLockConfiguration lab"]),
    ("DeleteBucketTagging", BUCKET, ["s3:PutBucketTagging lab"]),
    ("DeleteBucketPolicy", BUCKET, ["s3:DeleteBucketPolicy lab"]),
    ("GetBucketLocation", BUCKET, ["s3:GetBucketLocation lab"]),
    (
        "PutBucketReplication",
        {**BUCKET, "ReplicationConfiguration": {"Role": "arn:aws:iam::1:role/r"}},
        ["s3:PutReplicationConfiguration lab", "iam:PassRole arn:aws:iam::1:role/r"],
    ),
]


@pytest.mark.parametrize(("operation", "parameters", "expected"), ROWS)
def test_what_s3_asks_for(operation, parameters, expected):
    asked = found("s3", operation, parameters)
    assert [f"{a.action} {a.resource.removeprefix(ARN)}" for a in asked] == expected


KEYS = [
    ("ListObjectsV2", {"Prefix": "a/", "Delimiter": "/"}, "s3:prefix", ("a/",)),
    ("ListObjectsV2", {"Prefix": "a/", "Delimiter": "/"}, "s3:delimiter", ("/",)),
    ("ListObjectVersions", {"MaxKeys": 5}, "s3:max-keys", ("5",)),
    ("GetObject", {"VersionId": "v1"}, "s3:versionid", ("v1",)),
    ("PutObject", {"ACL": "private"}, "s3:x-amz-acl", ("private",)),
    ("PutObject", {"ServerSideEncryption": "aws:kms"}, "s3:x-amz-server-side-encryption", ("aws:kms",)),
    ("PutObject", {"Tagging": "Team=a&x=y"}, "s3:requestobjecttag/team", ("a",)),
    ("PutObject", {"Tagging": "Team=a&x=y"}, "s3:requestobjecttagkeys", ("Team", "x")),
    (
        "PutObjectTagging",
        {"Tagging": {"TagSet": [{"Key": "Team", "Value": "a"}]}},
        "s3:requestobjecttag/team",
        ("a",),
    ),
    (
        "CreateBucket",
        {"CreateBucketConfiguration": {"LocationConstraint": "eu-west-1"}},
        "s3:locationconstraint",
        ("eu-west-1",),
    ),
    (
        "CreateBucket",
        {"CreateBucketConfiguration": {"Tags": [{"Key": "Lab", "Value": "1"}]}},
        "aws:requesttag/lab",
        ("1",),
    ),
]


@pytest.mark.parametrize(("operation", "parameters", "key", "expected"), KEYS)
def test_condition_keys_of_s3(operation, parameters, key, expected):
    assert found("s3", operation, {**OBJECT, **parameters})[0].context[key] == expected


CFN = f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:"
STACK_ARN = f"{CFN}stack/workshop/1234"
CHANGE_SET = f"{CFN}changeSet/first/abcd"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/deploy"
STACK = {"StackName": "workshop"}


class Known(NothingKnown):
    """The stack workshop is there, and has a change set."""

    def stack_arn(self, name, region, account):
        return STACK_ARN if name in ("workshop", CHANGE_SET) else ""


STACKS = [
    ("CreateStack", STACK, ["cloudformation:CreateStack stack/workshop/*"]),
    (
        "CreateStack",
        {**STACK, "RoleARN": ROLE},
        ["cloudformation:CreateStack stack/workshop/*", f"iam:PassRole {ROLE}"],
    ),
    ("DescribeStacks", STACK, ["cloudformation:DescribeStacks stack/workshop/*"]),
    ("DescribeStacks", {"StackName": STACK_ARN}, ["cloudformation:DescribeStacks stack/workshop/1234"]),
    (
        "DescribeStacks",
        {},
        ["cloudformation:DescribeStacks stack/*/*", "cloudformation:ListStacks stack/*/*"],
    ),
    ("ListStacks", {}, ["cloudformation:ListStacks stack/*/*"]),
    ("DeleteStack", STACK, ["cloudformation:DeleteStack stack/workshop/*"]),
    ("UpdateStack", STACK, ["cloudformation:UpdateStack stack/workshop/*"]),
    ("GetTemplate", STACK, ["cloudformation:GetTemplate stack/workshop/*"]),
    ("GetTemplateSummary", STACK, ["cloudformation:GetTemplateSummary stack/workshop/*"]),
    ("GetTemplateSummary", {"TemplateBody": "{}"}, ["cloudformation:GetTemplateSummary *"]),
    (
        "GetTemplateSummary",
        {"StackSetName": "all"},
        ["cloudformation:GetTemplateSummary stackset/all:*"],
    ),
    ("ValidateTemplate", {"TemplateBody": "{}"}, ["cloudformation:ValidateTemplate *"]),
    (
        "CreateChangeSet",
        {**STACK, "ChangeSetName": "first"},
        ["cloudformation:CreateChangeSet stack/workshop/*"],
    ),
    (
        "DescribeChangeSet",
        {"ChangeSetName": CHANGE_SET},
        ["cloudformation:DescribeChangeSet changeSet/first/abcd"],
    ),
    ("DescribeStackEvents", STACK, ["cloudformation:DescribeStackEvents stack/workshop/*"]),
    ("ListExports", {}, ["cloudformation:ListExports *"]),
    ("DescribeStackSet", {"StackSetName": "all"}, ["cloudformation:DescribeStackSet stackset/all:*"]),
]


@pytest.mark.parametrize(("operation", "parameters", "expected"), STACKS)
def test_what_cloudformation_asks_for(operation, parameters, expected):
    asked = found("cloudformation", operation, parameters)
    assert [f"{a.action} {a.resource.removeprefix(CFN)}" for a in asked] == expected


@pytest.mark.parametrize("parameters", [STACK, {"ChangeSetName": CHANGE_SET}])
def test_a_stack_that_is_there_is_named_with_its_id(parameters):
    (ask,) = found("cloudformation", "DescribeChangeSet", parameters, Known())
    assert ask.resource == STACK_ARN


@pytest.mark.parametrize(
    ("operation", "parameters", "key", "expected"),
    [
        ("CreateChangeSet", {"ChangeSetName": "first"}, "cloudformation:changesetname", "first"),
        ("ExecuteChangeSet", {"ChangeSetName": CHANGE_SET}, "cloudformation:changesetname", "first"),
        ("CreateStack", {"TemplateURL": "https://t"}, "cloudformation:templateurl", "https://t"),
        ("CreateStack", {"RoleARN": ROLE}, "cloudformation:rolearn", ROLE),
        ("CreateStack", {"Tags": [{"Key": "Lab", "Value": "1"}]}, "aws:requesttag/lab", "1"),
        (
            "CreateChangeSet",
            {"ResourcesToImport": [{"ResourceType": "AWS::S3::Bucket"}]},
            "cloudformation:importresourcetypes",
            "AWS::S3::Bucket",
        ),
    ],
)
def test_condition_keys_of_cloudformation(operation, parameters, key, expected):
    assert found("cloudformation", operation, {**STACK, **parameters})[0].context[key] == (expected,)
