"""Writes docs/snippets/aws/learners.yaml: what learners who share an AWS account may do, under their prefix.

Run it after a change of docs/reference/deployer-policy.json, of which it takes what a deployment needs:
python tools/learners_template.py. One stack a learner: its parameter is the learner's prefix.
"""

import json
from pathlib import Path
from typing import Any, Dict, List

import yaml

ROOT = Path(__file__).resolve().parent.parent
DEPLOYER = ROOT / "docs" / "reference" / "deployer-policy.json"
FILE = ROOT / "docs" / "snippets" / "aws" / "learners.yaml"

PREFIX = "${Prefix}"
REF = {"Ref": "Prefix"}
MINE = {"aws:RequestTag/workshop": REF}
OF_SAM = "aws-sam-cli-managed-default"
LEFT_OUT = ("CompanionStacksThatSamLooksFor",)
GRANTS = ("iam:CreateRole", "iam:PutRolePolicy")
"""What makes or widens a role: only with the boundary (IAM User Guide, *Permissions boundaries*)."""

HEAD = """\
# What a learner may do who shares an AWS account with others: what the workshop needs, under one prefix only.
# Written by tools/learners_template.py from docs/reference/deployer-policy.json. Deployed by the instructor,
# once for each learner:
#
#   aws cloudformation deploy --stack-name workshop-learner-ada --parameter-overrides Prefix=ada \\
#     --template-file docs/snippets/aws/learners.yaml --capabilities CAPABILITY_NAMED_IAM
"""

Json = Dict[str, Any]


def template() -> Json:
    """The template, as CloudFormation takes it."""
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "The serverless CRUD workshop: what one learner of a shared account may do.",
        "Parameters": {
            "Prefix": {
                "Type": "String",
                "AllowedPattern": "[a-z][a-z0-9]{0,30}",
                "Description": "What the learner's stack is called, and begins the names of all else.",
            },
            "User": {
                "Type": "String",
                "AllowedValues": ["yes", "no"],
                "Default": "yes",
                "Description": "Whether to make an IAM user; no where people sign in with SSO.",
            },
        },
        "Conditions": {"WithUser": {"Fn::Equals": [{"Ref": "User"}, "yes"]}},
        "Resources": {
            "Boundary": _policy("boundary", "What roles of the learner may do at most.", _roles()),
            "Deploy": _policy("learner-deploy", "Deploy the labs under the prefix.", _deploy()),
            "Work": _policy("learner-work", "Check, look at and clean what is one's own.", _work()),
            "Learner": {
                "Type": "AWS::IAM::User",
                "Condition": "WithUser",
                "Properties": {
                    "UserName": {"Fn::Sub": f"workshop-{PREFIX}"},
                    "ManagedPolicyArns": [{"Ref": "Deploy"}, {"Ref": "Work"}],
                },
            },
        },
        "Outputs": {"BoundaryArn": {"Value": {"Ref": "Boundary"}}},
    }


def text() -> str:
    """The file's content."""
    plain = json.loads(json.dumps(template()))  # so that nothing is shared: CloudFormation takes no aliases
    return HEAD + yaml.safe_dump(plain, sort_keys=False, width=110)


def _policy(name: str, description: str, statements: List[Json]) -> Json:
    document = {"Version": "2012-10-17", "Statement": [_filled(one) for one in statements]}
    properties = {
        "ManagedPolicyName": {"Fn::Sub": f"{PREFIX}-{name}"},
        "Description": description,
        "PolicyDocument": document,
    }
    return {"Type": "AWS::IAM::ManagedPolicy", "Properties": properties}


def _filled(statement: Json) -> Json:
    """The statement, the parameter in its resources."""
    given = statement["Resource"]
    resources = [given] if isinstance(given, str) else given
    return {**statement, "Resource": [{"Fn::Sub": one} if PREFIX in one else one for one in resources]}


def _allow(sid: str, actions: List[str], *resources: str, **condition: Json) -> Json:
    statement: Json = {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": list(resources)}
    return {**statement, "Condition": condition} if condition else statement


def _deploy() -> List[Json]:
    """The deployer's statements with the learner's prefix; roles only with the boundary and the tag."""
    given = json.loads(DEPLOYER.read_text(encoding="utf-8"))["Statement"]
    statements = []
    for one in given:
        if one["Sid"] in LEFT_OUT:
            continue
        resources = [one["Resource"]] if isinstance(one["Resource"], str) else one["Resource"]
        own = [_own(resource) for resource in resources if OF_SAM not in resource]
        actions = [one["Action"]] if isinstance(one["Action"], str) else one["Action"]
        if one["Sid"] == "Roles":
            statements += _roles_of_learners(actions, own[0])
        else:
            statements.append({**one, "Resource": own})
    return statements


def _own(resource: str) -> str:
    return resource.replace("workshop-", f"{PREFIX}-").replace("stack/workshop/", f"stack/{PREFIX}/")


def _roles_of_learners(actions: List[str], roles: str) -> List[Json]:
    bounded = {"iam:PermissionsBoundary": {"Ref": "Boundary"}}
    others = [one for one in actions if one not in (*GRANTS, "iam:TagRole", "iam:UntagRole")]
    return [
        _allow("RolesWithTheBoundary", ["iam:CreateRole"], roles, StringEquals={**bounded, **MINE}),
        _allow("PoliciesOfThose", ["iam:PutRolePolicy"], roles, StringEquals=bounded),
        _allow("TagsOfThose", ["iam:TagRole"], roles, StringEquals=MINE),
        _allow("Roles", others, roles),
    ]


def _work() -> List[Json]:
    names = f"{PREFIX}-*"
    groups = [f"arn:aws:logs:*:*:log-group:{names}", f"arn:aws:logs:*:*:log-group:/aws/lambda/{names}"]
    return [
        _allow(
            "Lists",
            [
                *("cloudformation:DescribeStacks", "cloudformation:ListStacks"),
                *("dynamodb:ListTables", "dynamodb:ListTagsOfResource"),
                *("iam:GetPolicy", "iam:GetPolicyVersion", "iam:ListAccountAliases", "iam:ListPolicies"),
                *("iam:ListRoleTags", "iam:ListRoles", "lambda:ListFunctions", "lambda:ListTags"),
                *("logs:ListTagsForResource", "s3:ListAllMyBuckets"),
            ],
            "*",
        ),
        _allow(
            "Items",
            [
                *("dynamodb:BatchGetItem", "dynamodb:BatchWriteItem", "dynamodb:DeleteItem"),
                *("dynamodb:GetItem", "dynamodb:PutItem"),
                *("dynamodb:Query", "dynamodb:Scan", "dynamodb:UpdateItem"),
            ],
            f"arn:aws:dynamodb:*:*:table/{names}",
        ),
        _allow(
            "Functions",
            [
                *("lambda:DeleteFunctionConcurrency", "lambda:GetFunctionConcurrency"),
                *(
                    "lambda:GetFunctionConfiguration",
                    "lambda:InvokeFunction",
                    "lambda:PutFunctionConcurrency",
                ),
            ],
            f"arn:aws:lambda:*:*:function:{names}",
        ),
        _allow(
            "Logs",
            [
                *("logs:DeleteLogGroup", "logs:DeleteLogStream", "logs:DescribeLogStreams"),
                *("logs:FilterLogEvents", "logs:GetLogEvents"),
            ],
            *(f"{group}{end}" for group in groups for end in ("", ":*")),
        ),
        _allow(
            "LogsOfRestApis",
            ["logs:DeleteLogGroup"],
            "arn:aws:logs:*:*:log-group:API-Gateway-Execution-Logs_*",
        ),
        _allow(
            "RolesAreSeen",
            ["iam:DetachRolePolicy", "iam:GetContextKeysForPrincipalPolicy", "iam:SimulatePrincipalPolicy"],
            f"arn:aws:iam::*:role/{names}",
        ),
        _allow(
            "BucketIsEmptied",
            ["s3:DeleteBucket", "s3:DeleteObjectVersion", "s3:ListBucketVersions"],
            f"arn:aws:s3:::{PREFIX}-artifacts-*",
            f"arn:aws:s3:::{PREFIX}-artifacts-*/*",
        ),
    ]


def _roles() -> List[Json]:
    """At most this: data of the learner's own tables, and lines of the learner's own logs."""
    names = f"{PREFIX}-*"
    return [
        _allow(
            "Tables",
            [
                *("dynamodb:BatchGetItem", "dynamodb:BatchWriteItem", "dynamodb:DeleteItem"),
                *("dynamodb:DescribeTable", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"),
                *("dynamodb:Scan", "dynamodb:UpdateItem"),
            ],
            f"arn:aws:dynamodb:*:*:table/{names}",
        ),
        _allow(
            "Logs",
            ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
            f"arn:aws:logs:*:*:log-group:{names}",
            f"arn:aws:logs:*:*:log-group:/aws/lambda/{names}",
        ),
    ]


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
