"""The function's role: its trust, its policies and its boundary."""

from __future__ import annotations

import json
from typing import Any

from workshop.incidents.stack import Stack

Plain = dict[str, Any]


def read(stack: Stack) -> Plain:
    """Inline: documents by name. Attached: documents of managed policies by ARN. Boundary: an ARN, or ""."""
    iam = stack.client("iam")
    told = iam.get_role(RoleName=stack.role)["Role"]
    boundary = told.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn", "")
    return {
        "RoleId": told["RoleId"],
        "Arn": told["Arn"],
        "Trust": told["AssumeRolePolicyDocument"],
        "Inline": {
            name: iam.get_role_policy(RoleName=stack.role, PolicyName=name)["PolicyDocument"]
            for name in _all(iam, stack.role, "list_role_policies", "PolicyNames")
        },
        "Attached": {
            one["PolicyArn"]: _document(iam, one["PolicyArn"])
            for one in _all(iam, stack.role, "list_attached_role_policies", "AttachedPolicies")
        },
        "Boundary": boundary,
        "BoundaryDocument": _document(iam, boundary) if boundary else None,
    }


def restore(stack: Stack, before: Plain) -> None:
    """The same trust, policies and boundary again; no other policy stays."""
    iam, now, who = stack.client("iam"), read(stack), {"RoleName": stack.role}
    if now["Trust"] != before["Trust"]:
        iam.update_assume_role_policy(**who, PolicyDocument=json.dumps(before["Trust"]))
    for name, document in before["Inline"].items():
        if now["Inline"].get(name) != document:
            iam.put_role_policy(**who, PolicyName=name, PolicyDocument=json.dumps(document))
    for arn in before["Attached"].keys() - now["Attached"].keys():
        iam.attach_role_policy(**who, PolicyArn=arn)
    for name in now["Inline"].keys() - before["Inline"].keys():
        iam.delete_role_policy(**who, PolicyName=name)
    for arn in now["Attached"].keys() - before["Attached"].keys():
        iam.detach_role_policy(**who, PolicyArn=arn)
    if now["Boundary"] == before["Boundary"]:
        return
    if before["Boundary"]:
        iam.put_role_permissions_boundary(**who, PermissionsBoundary=before["Boundary"])
    else:
        iam.delete_role_permissions_boundary(**who)


def _all(iam: Any, role: str, operation: str, members: str) -> list[Any]:
    pages = iam.get_paginator(operation).paginate(RoleName=role)
    return [one for page in pages for one in page[members]]


def _document(iam: Any, arn: str) -> Plain:
    version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    told: Plain = iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]
    return told
