"""Incidents in the function's role: what it may, where, and who may take it on."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from workshop.doctor.layers import role
from workshop.doctor.role import LAMBDA
from workshop.incidents.grants import Statement, rewritten
from workshop.incidents.incident import CREATE, LIST, Incident, Request
from workshop.incidents.places.role import read
from workshop.incidents.stack import Stack

ROLE = frozenset({"role"})
ONLY_LOGS = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
FREEZE = "freeze-writes"

Edit = Callable[[Statement], Statement]
"""From a statement that allows something on the table to another one."""


def _edited(edit: Callable[[Stack], Edit]) -> Callable[[Stack, str], None]:
    """A change of all statements that allow something on the table, wherever they stand.

    A managed policy belongs to others, too: in its place comes a changed copy, inline.
    """

    def break_it(stack: Stack, kind: str) -> None:
        iam, held, change = stack.client("iam"), read(stack), edit(stack)
        for name, document in held["Inline"].items():
            changed = rewritten(document, stack.table_arn, change)
            if changed != document:
                _put(iam, stack.role, name, changed)
        for arn, document in held["Attached"].items():
            changed = rewritten(document, stack.table_arn, change)
            if changed != document:
                _put(iam, stack.role, arn.rpartition("/")[2], changed)
                iam.detach_role_policy(RoleName=stack.role, PolicyArn=arn)

    return break_it


def _put(iam: Any, role_name: str, name: str, document: dict[str, Any]) -> None:
    if document["Statement"]:
        iam.put_role_policy(RoleName=role_name, PolicyName=name, PolicyDocument=json.dumps(document))
    else:
        iam.delete_role_policy(RoleName=role_name, PolicyName=name)


def _without_put(stack: Stack) -> Edit:
    def edit(one: Statement) -> Statement:
        return one.with_actions([action for action in one.actions if action != "dynamodb:PutItem"])

    return edit


def _other_region(stack: Stack) -> Edit:
    other = "eu-west-1" if stack.target.region != "eu-west-1" else "eu-central-1"
    return lambda one: one.on(stack.table_arn.replace(f":{stack.target.region}:", f":{other}:"))


def _letter_off(stack: Stack) -> Edit:
    return lambda one: one.on(stack.table_arn[:-1])


def _deny(stack: Stack, kind: str) -> None:
    statement = {"Effect": "Deny", "Action": ["dynamodb:Put*", "dynamodb:Delete*"], "Resource": "*"}
    document = {"Version": "2012-10-17", "Statement": [statement]}
    stack.client("iam").put_role_policy(
        RoleName=stack.role, PolicyName=FREEZE, PolicyDocument=json.dumps(document)
    )


def _trust(stack: Stack, kind: str) -> None:
    iam = stack.client("iam")
    told = iam.get_role(RoleName=stack.role)["Role"]["AssumeRolePolicyDocument"]
    wrong = json.dumps(told).replace(LAMBDA, "ec2.amazonaws.com")
    iam.update_assume_role_policy(RoleName=stack.role, PolicyDocument=wrong)


def _boundary(stack: Stack, kind: str) -> None:
    stack.client("iam").put_role_permissions_boundary(RoleName=stack.role, PermissionsBoundary=ONLY_LOGS)


def _denied(id_: str, cause: str, break_it: Callable[[Stack, str], None], request: Request) -> Incident:
    return Incident(id_, role.NAME, (cause,), break_it, ROLE, "call", request)


INCIDENTS = (
    _denied("put-item-missing", "action-not-allowed", _edited(_without_put), CREATE),
    _denied("arn-of-another-region", "resource-arn-differs", _edited(_other_region), LIST),
    _denied("arn-one-letter-off", "resource-arn-differs", _edited(_letter_off), CREATE),
    _denied("explicit-deny", "explicit-deny", _deny, CREATE),
    _denied("boundary-without-the-table", "boundary-or-other-policy", _boundary, LIST),
    Incident("trust-of-another-service", role.NAME, ("trust-without-lambda",), _trust, ROLE, "gateway", LIST),
)
