"""How much IAM takes: sizes, attachments, versions, names."""

from __future__ import annotations

import json

import pytest
from botocore.config import Config

from tests.sandbox.cases import case
from tests.sandbox.refusals import refusal, told
from tests.sandbox.roles import LAMBDA, allow, trust


def of_size(characters: int) -> str:
    """A policy of so many characters without white space."""
    bare = json.dumps({"Version": "2012-10-17", "Statement": [statement("")]}, separators=(",", ":"))
    filled = json.dumps(
        {"Version": "2012-10-17", "Statement": [statement("x" * (characters - len(bare)))]}, indent=4
    )
    assert len("".join(filled.split())) == characters
    return filled


def statement(sid: str) -> dict:
    return {"Sid": sid, "Effect": "Allow", "Action": "*", "Resource": "*"}


class TestSizes:
    @case("iam-size-inline")
    def test_the_inline_policies_of_a_role_together(self, expected, iam, holder):
        role = holder("role")
        iam.put_role_policy(**role, PolicyName="first", PolicyDocument=of_size(6000))
        iam.put_role_policy(**role, PolicyName="second", PolicyDocument=of_size(4240))
        error = refusal(iam.put_role_policy, **role, PolicyName="second", PolicyDocument=of_size(4241))
        expected.check_error(error, name="held")
        error = refusal(iam.put_role_policy, **role, PolicyName="third", PolicyDocument=of_size(100))
        assert error.response["Error"]["Code"] == "LimitExceeded"

    @pytest.mark.parametrize(("kind", "longest"), [("user", 2048), ("group", 5120)])
    def test_those_of_a_user_or_a_group(self, iam, holder, kind, longest):
        """github.com/danvk/mapsnap pull 483."""
        given = {**holder(kind), "PolicyName": "p"}
        put = getattr(iam, f"put_{kind}_policy")
        put(**given, PolicyDocument=of_size(longest))
        text = f"Maximum policy size of {longest} bytes exceeded for {kind} held"
        assert told(refusal(put, **given, PolicyDocument=of_size(longest + 1))) == (
            409,
            "LimitExceeded",
            text,
        )

    def test_a_managed_policy(self, iam):
        """github.com/ministryofjustice/cloud-platform-environments pull 14473."""
        arn = iam.create_policy(PolicyName="p", PolicyDocument=of_size(6144))["Policy"]["Arn"]
        text = "Cannot exceed quota for PolicySize: 6144"
        for call, named in (
            (iam.create_policy, {"PolicyName": "q"}),
            (iam.create_policy_version, {"PolicyArn": arn}),
        ):
            error = refusal(call, **named, PolicyDocument=of_size(6145))
            assert told(error) == (409, "LimitExceeded", text)


class TestAttachments:
    @case("iam-attach-limit")
    def test_a_role_has_ten_managed_policies(self, expected, iam, holder, policies):
        role = holder("role")
        for arn in policies[:10]:
            iam.attach_role_policy(**role, PolicyArn=arn)
        iam.attach_role_policy(**role, PolicyArn=policies[0])
        expected.check_error(refusal(iam.attach_role_policy, **role, PolicyArn=policies[10]))

    @pytest.mark.parametrize("kind", ["user", "group"])
    def test_so_have_users_and_groups(self, iam, holder, policies, kind):
        named, attach = holder(kind), getattr(iam, f"attach_{kind}_policy")
        for arn in policies[:10]:
            attach(**named, PolicyArn=arn)
        text = f"Cannot exceed quota for PoliciesPer{kind.title()}: 10"
        assert told(refusal(attach, **named, PolicyArn=policies[10])) == (409, "LimitExceeded", text)

    @pytest.mark.parametrize("kind", ["user", "group", "role"])
    def test_what_is_attached_exists(self, iam, holder, account, kind):
        named, arn = holder(kind), f"arn:aws:iam::{account}:policy/none"
        error = refusal(getattr(iam, f"attach_{kind}_policy"), **named, PolicyArn=arn)
        assert told(error) == (404, "NoSuchEntity", f"Policy {arn} does not exist or is not attachable.")

    @pytest.mark.parametrize("kind", ["user", "group", "role"])
    def test_a_policy_in_use_is_not_deleted(self, iam, holder, policies, kind):
        """API Reference, DeletePolicy."""
        named = holder(kind)
        getattr(iam, f"attach_{kind}_policy")(**named, PolicyArn=policies[0])
        text = "Cannot delete a policy attached to entities."
        assert told(refusal(iam.delete_policy, PolicyArn=policies[0])) == (409, "DeleteConflict", text)
        getattr(iam, f"detach_{kind}_policy")(**named, PolicyArn=policies[0])
        iam.delete_policy(PolicyArn=policies[0])

    def test_nor_is_one_with_versions(self, iam, policies):
        iam.create_policy_version(PolicyArn=policies[0], PolicyDocument=allow("s3:*"))
        status, code, text = told(refusal(iam.delete_policy, PolicyArn=policies[0]))
        assert (status, code) == (409, "DeleteConflict")
        assert text.startswith("This policy has more than one version.")

    def test_a_policy_has_five_versions(self, iam, policies):
        for _ in range(4):
            iam.create_policy_version(PolicyArn=policies[0], PolicyDocument=allow("s3:*"))
        error = refusal(iam.create_policy_version, PolicyArn=policies[0], PolicyDocument=allow("s3:*"))
        text = (
            "A managed policy can have up to 5 versions. Before you create a new version, you must delete "
            "an existing version."
        )
        assert told(error) == (409, "LimitExceeded", text)

    @pytest.fixture
    def policies(self, iam):
        """Eleven managed policies."""
        names = (f"p{number}" for number in range(11))
        return [iam.create_policy(PolicyName=n, PolicyDocument=allow("s3:*"))["Policy"]["Arn"] for n in names]


class TestNames:
    @pytest.mark.parametrize(
        ("parameter", "longest"),
        [("RoleName", 64), ("UserName", 64), ("GroupName", 128), ("PolicyName", 128)],
    )
    def test_names_have_a_longest(self, iam, parameter, longest):
        create = getattr(iam, f"create_{parameter.removesuffix('Name').lower()}")
        documents = {"AssumeRolePolicyDocument": trust(LAMBDA), "PolicyDocument": allow("s3:*")}
        more = {"RoleName": "AssumeRolePolicyDocument", "PolicyName": "PolicyDocument"}.get(parameter)
        given = {more: documents[more]} if more else {}
        create(**{parameter: "x" * longest}, **given)
        field = parameter[0].lower() + parameter[1:]
        text = f"1 validation error detected: Value at '{field}' failed to satisfy constraint: "
        text += f"Member must have length less than or equal to {longest}"
        assert told(refusal(create, **{parameter: "x" * (longest + 1)}, **given)) == (
            400,
            "ValidationError",
            text,
        )

    @pytest.mark.parametrize(
        ("given", "text"),
        [
            (
                {"UserName": "ada lovelace"},
                (
                    "The specified value for userName is invalid. "
                    "It must contain only alphanumeric characters and/or the following: +=,.@_-"
                ),
            ),
            (
                {"UserName": "ada", "Path": "lab"},
                (
                    "The specified value for path is invalid. It must begin and end with / and contain only "
                    "alphanumeric characters and/or / characters."
                ),
            ),
        ],
    )
    def test_names_have_a_form(self, iam, given, text):
        assert told(refusal(iam.create_user, **given)) == (400, "ValidationError", text)

    @case("iam-limits")
    def test_the_limits_are_those_of_iam(self, expected, iam, client, account):
        limits = expected.take("limits")
        for parameter, key in (("RoleName", "role_name"), ("Path", "path")):
            given = {"RoleName": "r", "AssumeRolePolicyDocument": trust(LAMBDA)}
            given[parameter] = "/" + "x" * limits[key] + "/" if key == "path" else "x" * (limits[key] + 1)
            assert f"less than or equal to {limits[key]}" in told(refusal(iam.create_role, **given))[2]
        name = "x" * (limits["policy_name"] + 1)
        assert told(refusal(iam.create_policy, PolicyName=name, PolicyDocument=allow("s3:*")))[0] == 400
        session = {"RoleArn": f"arn:aws:iam::{account}:role/r", "RoleSessionName": "x" * 65}
        assert limits["role_session_name"] == 64
        assert (
            told(refusal(client("sts", config=Config(parameter_validation=False)).assume_role, **session))[0]
            == 400
        )
        document = trust(LAMBDA).replace("sts:", "sts:" + "x" * limits["trust_policy"])
        error = refusal(iam.create_role, RoleName="r", AssumeRolePolicyDocument=document)
        assert told(error)[2].endswith(f": {limits['trust_policy']}")
        assert (limits["managed_policies_per_role"], limits["policy_versions"]) == (10, 5)  # tests above

    @pytest.mark.parametrize("kind", ["role", "user", "group"])
    def test_who_is_not_there(self, iam, kind):
        error = refusal(getattr(iam, f"get_{kind}"), **{f"{kind.title()}Name": "nobody"})
        assert told(error) == (404, "NoSuchEntity", f"The {kind} with name nobody cannot be found.")
