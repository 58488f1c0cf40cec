"""What calls of IAM and STS ask for. Source: Service Authorization Reference."""

from __future__ import annotations

import pytest

from sandbox.iam.actions import NothingKnown, asks

REGION, ACCOUNT = "us-east-1", "111111111111"
ARN = f"arn:aws:iam::{ACCOUNT}:"
POLICY = f"{ARN}policy/lab/read"
BOUNDARY = f"{ARN}policy/limit"


class Known(NothingKnown):
    """Roles live under /app/ and have a boundary; ada is calling."""

    def path(self, kind, account, name):
        return "/app/" if kind == "role" else "/"

    def boundary(self, arn):
        return BOUNDARY if arn == f"{ARN}role/app/hello" else ""

    def user_name(self):
        return "ada"


def found(operation, parameters, service="iam", lookup=None):
    return asks(service, operation, parameters, REGION, ACCOUNT, lookup=lookup or NothingKnown())


ADA = {"UserName": "ada"}
HELLO = {"RoleName": "hello"}
TAGS = {"Tags": [{"Key": "Team", "Value": "a"}]}
ROWS = [
    ("GetUser", ADA, ["iam:GetUser user/ada"]),
    ("CreateUser", ADA, ["iam:CreateUser user/ada"]),
    ("CreateUser", {**ADA, "Path": "/lab/"}, ["iam:CreateUser user/lab/ada"]),
    ("CreateUser", {**ADA, **TAGS}, ["iam:CreateUser user/ada", "iam:TagUser user/ada"]),
    ("DeleteUser", ADA, ["iam:DeleteUser user/ada"]),
    ("UpdateUser", {**ADA, "NewUserName": "bo"}, ["iam:UpdateUser user/ada", "iam:UpdateUser user/bo"]),
    ("UpdateUser", {**ADA, "NewPath": "/x/"}, ["iam:UpdateUser user/ada", "iam:UpdateUser user/x/ada"]),
    ("UpdateUser", ADA, ["iam:UpdateUser user/ada"]),
    ("CreateAccessKey", ADA, ["iam:CreateAccessKey user/ada"]),
    ("ListAccessKeys", ADA, ["iam:ListAccessKeys user/ada"]),
    ("PutUserPolicy", ADA, ["iam:PutUserPolicy user/ada"]),
    ("AttachUserPolicy", {**ADA, "PolicyArn": POLICY}, ["iam:AttachUserPolicy user/ada"]),
    ("CreateRole", HELLO, ["iam:CreateRole role/hello"]),
    ("CreateRole", {**HELLO, "Path": "/app/"}, ["iam:CreateRole role/app/hello"]),
    ("CreateRole", {**HELLO, **TAGS}, ["iam:CreateRole role/hello", "iam:TagRole role/hello"]),
    ("GetRole", HELLO, ["iam:GetRole role/hello"]),
    ("DeleteRole", HELLO, ["iam:DeleteRole role/hello"]),
    ("AttachRolePolicy", {**HELLO, "PolicyArn": POLICY}, ["iam:AttachRolePolicy role/hello"]),
    ("PutRolePolicy", {**HELLO, "PolicyName": "p"}, ["iam:PutRolePolicy role/hello"]),
    ("UpdateAssumeRolePolicy", HELLO, ["iam:UpdateAssumeRolePolicy role/hello"]),
    ("ListAttachedRolePolicies", HELLO, ["iam:ListAttachedRolePolicies role/hello"]),
    ("CreatePolicy", {"PolicyName": "read"}, ["iam:CreatePolicy policy/read"]),
    ("CreatePolicy", {"PolicyName": "read", "Path": "/lab/"}, ["iam:CreatePolicy policy/lab/read"]),
    ("GetPolicy", {"PolicyArn": POLICY}, ["iam:GetPolicy policy/lab/read"]),
    ("CreatePolicyVersion", {"PolicyArn": POLICY}, ["iam:CreatePolicyVersion policy/lab/read"]),
    (
        "GetPolicy",
        {"PolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"},
        ["iam:GetPolicy arn:aws:iam::aws:policy/ReadOnlyAccess"],
    ),
    ("CreateGroup", {"GroupName": "devs"}, ["iam:CreateGroup group/devs"]),
    ("AddUserToGroup", {"GroupName": "devs", **ADA}, ["iam:AddUserToGroup group/devs"]),
    ("CreateInstanceProfile", {"InstanceProfileName": "i"}, ["iam:CreateInstanceProfile instance-profile/i"]),
    (
        "AddRoleToInstanceProfile",
        {"InstanceProfileName": "i", **HELLO},
        ["iam:AddRoleToInstanceProfile instance-profile/i", "iam:PassRole role/hello"],
    ),
    ("ListRoles", {}, ["iam:ListRoles role/"]),
    ("ListRoles", {"PathPrefix": "/app/"}, ["iam:ListRoles role/app/"]),
    ("ListUsers", {}, ["iam:ListUsers user/"]),
    ("ListPolicies", {}, ["iam:ListPolicies policy/"]),
    ("GetAccountSummary", {}, ["iam:GetAccountSummary *"]),
    ("SimulatePrincipalPolicy", {"PolicySourceArn": f"{ARN}role/r"}, ["iam:SimulatePrincipalPolicy role/r"]),
    ("SimulateCustomPolicy", {}, ["iam:SimulateCustomPolicy *"]),
    (
        "CreateServiceLinkedRole",
        {"AWSServiceName": "ops.apigateway.amazonaws.com"},
        ["iam:CreateServiceLinkedRole role/aws-service-role/ops.apigateway.amazonaws.com/*"],
    ),
    (
        "GetServiceLinkedRoleDeletionStatus",
        {"DeletionTaskId": "task/aws-service-role/a.amazonaws.com/Role/1"},
        ["iam:GetServiceLinkedRoleDeletionStatus role/aws-service-role/a.amazonaws.com/Role"],
    ),
    (
        "CreateOpenIDConnectProvider",
        {"Url": "https://a.b/c"},
        ["iam:CreateOpenIDConnectProvider oidc-provider/a.b/c"],
    ),
    ("CreateSAMLProvider", {"Name": "s"}, ["iam:CreateSAMLProvider saml-provider/s"]),
    ("EnableMFADevice", ADA, ["iam:EnableMFADevice user/ada"]),
]


@pytest.mark.parametrize(("operation", "parameters", "expected"), ROWS)
def test_what_a_call_asks_for(operation, parameters, expected):
    assert [f"{a.action} {a.resource.removeprefix(ARN)}" for a in found(operation, parameters)] == expected


def test_the_path_of_what_exists_is_looked_up():
    (ask,) = found("GetRole", HELLO, lookup=Known())
    assert ask.resource == f"{ARN}role/app/hello"


def test_without_a_user_name_the_caller_is_meant():
    (ask,) = found("GetUser", {}, lookup=Known())
    assert ask.resource == f"{ARN}user/ada"


KEYS = [
    ("AttachRolePolicy", {**HELLO, "PolicyArn": POLICY}, "iam:policyarn", (POLICY,)),
    ("AttachRolePolicy", {**HELLO, "PolicyArn": POLICY}, "iam:permissionsboundary", (BOUNDARY,)),
    ("DetachUserPolicy", {**ADA, "PolicyArn": POLICY}, "iam:policyarn", (POLICY,)),
    ("DetachUserPolicy", {**ADA, "PolicyArn": POLICY}, "iam:permissionsboundary", None),
    ("AttachGroupPolicy", {"GroupName": "g", "PolicyArn": POLICY}, "iam:policyarn", (POLICY,)),
    ("CreateRole", {**HELLO, "PermissionsBoundary": BOUNDARY}, "iam:permissionsboundary", (BOUNDARY,)),
    (
        "PutUserPermissionsBoundary",
        {**ADA, "PermissionsBoundary": BOUNDARY},
        "iam:permissionsboundary",
        (BOUNDARY,),
    ),
    ("DeleteRole", HELLO, "iam:permissionsboundary", (BOUNDARY,)),
    ("TagRole", {**HELLO, **TAGS}, "aws:requesttag/team", ("a",)),
    ("UntagRole", {**HELLO, "TagKeys": ["Team"]}, "aws:tagkeys", ("Team",)),
    ("CreateServiceLinkedRole", {"AWSServiceName": "x"}, "iam:awsservicename", ("x",)),
]


@pytest.mark.parametrize(("operation", "parameters", "key", "expected"), KEYS)
def test_condition_keys(operation, parameters, key, expected):
    assert found(operation, parameters, lookup=Known())[0].context.get(key) == expected


def test_a_role_of_an_instance_profile_is_passed_to_ec2():
    passed = found("AddRoleToInstanceProfile", {"InstanceProfileName": "i", **HELLO})[1]
    assert passed.context["iam:passedtoservice"] == ("ec2.amazonaws.com",)


ROLE = "arn:aws:iam::222222222222:role/other"
SESSION = {"RoleArn": ROLE, "RoleSessionName": "s"}
STS = [
    ("GetCallerIdentity", {}, []),
    ("GetSessionToken", {}, []),
    ("AssumeRole", SESSION, [f"sts:AssumeRole {ROLE}"]),
    ("AssumeRole", {**SESSION, **TAGS}, [f"sts:AssumeRole {ROLE}", f"sts:TagSession {ROLE}"]),
    (
        "AssumeRole",
        {**SESSION, "SourceIdentity": "ada"},
        [f"sts:AssumeRole {ROLE}", f"sts:SetSourceIdentity {ROLE}"],
    ),
    ("AssumeRoleWithWebIdentity", SESSION, [f"sts:AssumeRoleWithWebIdentity {ROLE}"]),
    (
        "GetFederationToken",
        {"Name": "bo"},
        [f"sts:GetFederationToken arn:aws:sts::{ACCOUNT}:federated-user/bo"],
    ),
    ("GetAccessKeyInfo", {}, ["sts:GetAccessKeyInfo *"]),
]


@pytest.mark.parametrize(("operation", "parameters", "expected"), STS)
def test_what_sts_asks_for(operation, parameters, expected):
    assert [f"{a.action} {a.resource}" for a in found(operation, parameters, "sts")] == expected


def test_condition_keys_of_a_session():
    (ask, *_) = found("AssumeRole", {**SESSION, "ExternalId": "e", "TransitiveTagKeys": ["t"], **TAGS}, "sts")
    assert dict(ask.context) == {
        "sts:rolesessionname": ("s",),
        "sts:externalid": ("e",),
        "sts:transitivetagkeys": ("t",),
        "aws:requesttag/team": ("a",),
        "aws:tagkeys": ("Team",),
    }
