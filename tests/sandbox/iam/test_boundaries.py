"""Permissions boundaries, and the managed policies of AWS."""

from __future__ import annotations

import pytest

from tests.sandbox.refusals import refusal, told
from tests.sandbox.roles import LAMBDA, allow, trust

READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"
LAMBDA_BASIC = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"


class TestBoundaries:
    def test_a_user_s_is_put_shown_and_deleted(self, iam):
        iam.create_user(UserName="ada")
        iam.put_user_permissions_boundary(UserName="ada", PermissionsBoundary=READ_ONLY)
        shown = iam.get_user(UserName="ada")["User"]["PermissionsBoundary"]
        assert shown["PermissionsBoundaryArn"] == READ_ONLY
        assert "PermissionsBoundary" not in iam.list_users()["Users"][0]
        iam.delete_user_permissions_boundary(UserName="ada")
        assert "PermissionsBoundary" not in iam.get_user(UserName="ada")["User"]

    def test_a_new_user_may_have_one(self, iam):
        made = iam.create_user(UserName="ada", PermissionsBoundary=READ_ONLY)["User"]
        assert made["PermissionsBoundary"]["PermissionsBoundaryArn"] == READ_ONLY
        assert iam.get_user(UserName="ada")["User"]["PermissionsBoundary"] == made["PermissionsBoundary"]

    def test_a_role_s_is_put_shown_and_deleted(self, iam, holder):
        role = holder("role")
        iam.put_role_permissions_boundary(**role, PermissionsBoundary=READ_ONLY)
        assert iam.get_role(**role)["Role"]["PermissionsBoundary"]["PermissionsBoundaryArn"] == READ_ONLY
        iam.delete_role_permissions_boundary(**role)
        assert "PermissionsBoundary" not in iam.get_role(**role)["Role"]

    @pytest.mark.parametrize("operation", ["create", "put"])
    @pytest.mark.parametrize("kind", ["user", "role"])
    def test_the_policy_exists(self, iam, holder, account, operation, kind):
        """github.com/hashicorp/boundary pull 4255."""
        arn = f"arn:aws:iam::{account}:policy/none"
        if operation == "put":
            given = holder(kind)
            call = getattr(iam, f"put_{kind}_permissions_boundary")
        else:
            given = {f"{kind.title()}Name": "new", "AssumeRolePolicyDocument": trust(LAMBDA)}
            given = given if kind == "role" else {"UserName": "new"}
            call = getattr(iam, f"create_{kind}")
        text = f"Scope ARN: {arn} does not exist or is not attachable."
        assert told(refusal(call, **given, PermissionsBoundary=arn)) == (404, "NoSuchEntity", text)
        error = refusal(call, **given, PermissionsBoundary="readonly")
        assert told(error) == (400, "ValidationError", "Invalid ARN:  Could not be parsed!")

    @pytest.mark.parametrize("kind", ["user", "role"])
    def test_one_that_is_not_there_is_not_deleted(self, iam, holder, kind):
        """github.com/radkawar/stackd, policy_management.json, which does not tell AWS's words."""
        delete = getattr(iam, f"delete_{kind}_permissions_boundary")
        text = f"The {kind} held has no permissions boundary."
        assert told(refusal(delete, **holder(kind))) == (404, "NoSuchEntity", text)

    @pytest.mark.parametrize("kind", ["user", "role"])
    def test_of_whom_is_not_there(self, iam, kind):
        put = getattr(iam, f"put_{kind}_permissions_boundary")
        error = refusal(put, **{f"{kind.title()}Name": "nobody"}, PermissionsBoundary=READ_ONLY)
        assert told(error) == (404, "NoSuchEntity", f"The {kind} with name nobody cannot be found.")

    def test_a_policy_that_bounds_is_in_use(self, iam):
        arn = iam.create_policy(PolicyName="limit", PolicyDocument=allow("s3:*"))["Policy"]["Arn"]
        iam.create_user(UserName="ada", PermissionsBoundary=arn)
        assert told(refusal(iam.delete_policy, PolicyArn=arn))[1] == "DeleteConflict"


class TestPoliciesOfAws:
    def test_one_is_known_when_it_is_named(self, iam):
        version = iam.get_policy(PolicyArn=LAMBDA_BASIC)["Policy"]["DefaultVersionId"]
        document = iam.get_policy_version(PolicyArn=LAMBDA_BASIC, VersionId=version)["PolicyVersion"][
            "Document"
        ]
        assert "logs:PutLogEvents" in document["Statement"][0]["Action"]

    def test_one_is_attached(self, iam, holder):
        role = holder("role")
        iam.attach_role_policy(**role, PolicyArn=LAMBDA_BASIC)
        attached = iam.list_attached_role_policies(**role)["AttachedPolicies"]
        assert [policy["PolicyArn"] for policy in attached] == [LAMBDA_BASIC]
        assert iam.list_entities_for_policy(PolicyArn=LAMBDA_BASIC)["PolicyRoles"][0]["RoleName"] == "held"

    @pytest.mark.parametrize("operation", ["get_policy", "list_entities_for_policy", "list_policy_versions"])
    def test_one_that_aws_does_not_have(self, iam, operation):
        arn = "arn:aws:iam::aws:policy/NoSuchAccess"
        error = refusal(getattr(iam, operation), PolicyArn=arn)
        assert told(error) == (404, "NoSuchEntity", f"Policy {arn} was not found.")

    def test_all_are_listed(self, iam):
        own = iam.create_policy(PolicyName="own", PolicyDocument=allow("s3:*"))["Policy"]["Arn"]
        pages = iam.get_paginator("list_policies").paginate
        arns = {
            scope: {p["Arn"] for page in pages(Scope=scope) for p in page["Policies"]}
            for scope in ("AWS", "Local")
        }
        assert READ_ONLY in arns["AWS"]
        assert len(arns["AWS"]) > 1000
        assert arns["Local"] == {own}
        assert iam.list_policies(OnlyAttached=True)["Policies"] == []
