"""Roles for tests, with the permissions that what runs under them needs."""

from __future__ import annotations

import json
import secrets
from typing import Any

LAMBDA = {"Service": "lambda.amazonaws.com"}
WRITES_LOGS = ("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents")
"""What AWSLambdaBasicExecutionRole allows."""


def trust(principal: dict[str, str]) -> str:
    """A trust policy for one principal."""
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def allow(*actions: str, resource: str = "*") -> str:
    """An identity policy that allows `actions`."""
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": resource}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def let_apis_log(session_client: Any) -> str:
    """Give the account the role by which API Gateway writes logs: its ARN. `session_client` makes clients."""
    iam, name = session_client("iam"), f"apis-log-{secrets.token_hex(4)}"
    arn = make_role(iam, name, *WRITES_LOGS, principal={"Service": "apigateway.amazonaws.com"})
    role = {"op": "replace", "path": "/cloudwatchRoleArn", "value": arn}
    session_client("apigateway").update_account(patchOperations=[role])
    return arn


def make_role(iam: Any, name: str, *actions: str, principal: dict[str, str] | None = None) -> str:
    """The ARN of a role that may do `actions`; by default one for Lambda, which writes logs."""
    document = trust(principal or LAMBDA)
    arn: str = iam.create_role(RoleName=name, AssumeRolePolicyDocument=document)["Role"]["Arn"]
    actions = actions or (() if principal else WRITES_LOGS)
    if actions:
        iam.put_role_policy(RoleName=name, PolicyName="allowed", PolicyDocument=allow(*actions))
    return arn
