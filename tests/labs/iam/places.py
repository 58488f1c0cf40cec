"""The ARNs that the checks ask about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.labs.iam.role import Role
from tests.labs.standing import describe_table, find_resource

FIVE = (
    "dynamodb:PutItem",
    "dynamodb:GetItem",
    "dynamodb:UpdateItem",
    "dynamodb:DeleteItem",
    "dynamodb:Scan",
)
"""The calls of users.py and users.mjs, which lab 3's function makes."""

OTHER_ACTIONS = (
    *("dynamodb:DeleteTable", "dynamodb:UpdateTable", "dynamodb:BatchWriteItem", "dynamodb:Query"),
    *("dynamodb:BatchGetItem", "dynamodb:ConditionCheckItem", "dynamodb:CreateTable"),
    *("dynamodb:DescribeTable", "dynamodb:UpdateTimeToLive", "dynamodb:TagResource"),
    *("dynamodb:PartiQLDelete", "dynamodb:PartiQLInsert", "dynamodb:PartiQLSelect"),
    *("dynamodb:PartiQLUpdate", "dynamodb:CreateBackup", "dynamodb:ExportTableToPointInTime"),
    *("dynamodb:UpdateContinuousBackups", "dynamodb:PutResourcePolicy", "dynamodb:DeleteResourcePolicy"),
    *("dynamodb:RestoreTableToPointInTime", "dynamodb:UntagResource", "dynamodb:ListTagsOfResource"),
    *("dynamodb:DescribeTimeToLive", "dynamodb:DescribeContinuousBackups", "dynamodb:GetResourcePolicy"),
    *("dynamodb:EnableKinesisStreamingDestination", "dynamodb:UpdateContributorInsights"),
)
"""What can be done to a table besides (Service Authorization Reference, *Amazon DynamoDB*): worst first."""

OTHER_REGION = "eu-central-1"
OTHER_ACCOUNT = "999999999999"


def table_arn(lab: Any) -> str:
    """The ARN of the learner's table, as DynamoDB gives it; the check ends where there is none."""
    return str(describe_table(lab, find_resource(lab, "UsersTableName"))["TableArn"])


def other_tables(lab: Any, arn: str) -> Mapping[str, str]:
    """ARNs that the five calls have no business with, each with what is different, in words."""
    _, _, _, region, account, resource = arn.split(":", 5)
    name = resource.removeprefix("table/")

    def table(name: str, region: str = region, account: str = account) -> str:
        return f"arn:aws:dynamodb:{region}:{account}:table/{name}"

    elsewhere = OTHER_REGION if region != OTHER_REGION else "us-east-1"
    return {
        table("orders"): "another table",
        table(f"{lab.prefix}-orders"): "another table",
        table(f"{name}-2"): "another table",
        table(name, region=elsewhere): "a table in another region",
        table(name, account=OTHER_ACCOUNT): "a table of another account",
    }


def beyond(role: Role) -> Mapping[str, tuple[str, ...]]:
    """What the function never needs, by the resource it would be done to."""
    here, account = role.region, role.account
    return {
        "*": (
            "dynamodb:ListTables",
            "dynamodb:DescribeLimits",
            "iam:ListRoles",
            "s3:ListAllMyBuckets",
            "lambda:ListFunctions",
            "ec2:DescribeInstances",
            "sqs:ListQueues",
            "ssm:DescribeParameters",
            "cloudformation:ListStacks",
        ),
        role.arn: ("iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:PassRole", "sts:AssumeRole"),
        f"arn:aws:iam::{account}:user/check-user": (
            "iam:CreateUser",
            "iam:CreateAccessKey",
            "iam:DeleteUser",
        ),
        "arn:aws:s3:::check-bucket/key": ("s3:GetObject", "s3:PutObject"),
        f"arn:aws:lambda:{here}:{account}:function:check-function": (
            "lambda:InvokeFunction",
            "lambda:UpdateFunctionCode",
        ),
        f"arn:aws:secretsmanager:{here}:{account}:secret:check-secret": ("secretsmanager:GetSecretValue",),
        f"arn:aws:dynamodb:{here}:{account}:table/orders": ("dynamodb:CreateTable", "dynamodb:DeleteTable"),
    }
