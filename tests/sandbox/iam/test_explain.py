"""Which policy decided, which statement came closest, and the explanation as data."""

from __future__ import annotations

import json

import pytest

from sandbox.iam.explain import GONE
from sandbox.iam.policy import parse
from tests.sandbox.iam.explaining import (
    ACCOUNT,
    ADA,
    GATEWAY,
    LAMBDA,
    ROLE,
    ROLE_ARN,
    ROOT,
    USERS,
    allow,
    deny,
    explained,
    policy,
)

MISSPELT = USERS.replace("table/users-table", "table/users-tabel")


def test_an_allow_names_the_statement_that_decided():
    why = explained(allow())
    assert why.text == f"Statement `CrudOnUsers` of policy `users` allows dynamodb:PutItem on {USERS}."
    assert (why.verdict, why.kind, why.shape, why.do_next) == ("allowed", "identity", "allow", "")
    assert why.written == allow()
    assert str(why) == why.text


def test_the_administrator_needs_no_policy():
    why = explained(who=ROOT)
    assert why.text == f"The administrator of account {ACCOUNT} needs no policy for dynamodb:PutItem."


def test_a_managed_policy_has_its_arn_as_name():
    arn = f"arn:aws:iam::{ACCOUNT}:policy/team/writers"
    why = explained(identity=(policy(allow(), name="writers", arn=arn),))
    assert (why.policy, why.statement) == (arn, "CrudOnUsers")
    assert "policy `writers`" in why.text


DENIES = {
    "deny": ({"Action": "dynamodb:*", "Resource": "*"}, f"denies dynamodb:PutItem on {USERS}"),
    "deny-not-action": (
        {"NotAction": ["dynamodb:GetItem"], "Resource": "*"},
        "denies every action but dynamodb:GetItem, and so dynamodb:PutItem",
    ),
    "deny-not-resource": (
        {"Action": "*", "NotResource": MISSPELT},
        f"denies all resources but {MISSPELT}, and so {USERS}",
    ),
}


@pytest.mark.parametrize("shape", DENIES)
def test_an_explicit_deny(shape):
    elements, said = DENIES[shape]
    why = explained(allow(), deny(**elements))
    assert (why.verdict, why.kind, why.shape) == ("explicitDeny", "identity", shape)
    assert why.text == f"Statement `Never` of policy `users` {said}; a Deny outweighs every Allow."
    assert why.do_next.startswith("Take the request out of that Deny")
    assert why.written == deny(**elements)


def test_a_deny_by_condition_names_its_key():
    condition = {"StringNotEquals": {"aws:RequestedRegion": "eu-west-1"}}
    why = explained(allow(), deny(Action="*", Resource="*", Condition=condition))
    assert ", as its condition on aws:requestedregion holds; a Deny" in why.text


def test_a_deny_that_leaves_out_somebody_else():
    statement = deny(NotPrincipal={"AWS": ADA.arn}, Action="*", Resource="*")
    why = explained(allow(), attached=policy(statement, name="the bucket's policy"))
    assert (why.shape, why.kind) == ("deny-not-principal", "resource")
    assert (
        f"Statement `Never` of the bucket's policy denies all whom it does not leave out, and so {ROLE.arn}"
        in (why.text)
    )


def test_a_deny_of_a_boundary_says_whose_it_is():
    why = explained(allow(), boundary=policy(deny(Action="*", Resource="*"), name="limit"))
    assert why.text.startswith("Statement `Never` of the permissions boundary `limit` denies")


class TestNothingAllows:
    def test_no_policy(self):
        why = explained()
        assert (why.shape, why.text) == ("no-policies", "Role `users-role` has no policy at all.")
        assert why.do_next == f"Add a policy that allows dynamodb:PutItem on {USERS}."

    def test_policies_that_only_deny(self):
        why = explained(deny(Action="s3:*", Resource="*"), who=ADA)
        assert why.shape == "no-allow"
        assert why.text == "None of the policies of user `ada` has a statement that allows anything."

    def test_a_role_that_is_gone(self):
        why = explained(identity=(parse("{}", GONE),))
        assert (why.shape, why.text) == ("gone", "The role `users-role` has been deleted.")
        assert why.do_next == "Make it again, and take fresh credentials."

    def test_a_role_that_never_was(self):
        why = explained(who=ADA, action="sts:AssumeRole", resource=ROLE_ARN, trust=parse("{}", "nobody's"))
        assert why.shape == "trust-empty"
        assert why.text == f"There is no role {ROLE_ARN}, or its trust policy allows nobody."
        assert "aws iam get-role" in why.do_next

    def test_a_function_without_any_permission(self):
        why = explained(who=GATEWAY, action="lambda:InvokeFunction", resource="arn:f")
        assert (why.kind, why.shape) == ("resource", "resource-empty")
        assert why.text == (
            "No policy of arn:f lets apigateway.amazonaws.com in, which it must, "
            "as a service has no policies of its own."
        )
        assert why.do_next == "Add a permission for apigateway.amazonaws.com to the resource's policy."

    def test_a_resource_of_another_account(self):
        why = explained(allow(resource="*"), owner="999988887777")
        assert why.shape == "resource-empty"
        assert why.text.endswith("as they are in two accounts.")


class TestLimits:
    def test_a_boundary_that_lacks_the_action(self):
        limit = policy(allow("dynamodb:GetItem", "*"), name="limit")
        why = explained(allow(), boundary=limit)
        assert (why.kind, why.shape, why.policy) == ("boundary", "action-not-listed", "limit")
        assert why.text.startswith(
            "The policies of role `users-role` allow it, but its permissions boundary must allow it, too. "
            "Statement `CrudOnUsers` of the permissions boundary `limit` is about"
        )

    def test_a_session_policy_that_lacks_the_resource(self):
        session = (policy(allow(resource=MISSPELT), name="session policy"),)
        why = explained(allow(), session=session)
        assert (why.kind, why.shape) == ("session", "resource-letters")
        assert "but the session policy must allow it, too. Statement `CrudOnUsers` of the session policy" in (
            why.text
        )

    def test_an_empty_session_policy(self):
        why = explained(allow(), session=(policy(name="session policy"),))
        assert (why.kind, why.shape) == ("session", "no-allow")

    def test_a_trust_policy_that_leaves_it_to_the_account(self):
        trust = policy({"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"})
        why = explained(who=ADA, action="sts:AssumeRole", resource=ROLE_ARN, trust=trust)
        assert (why.kind, why.shape) == ("identity", "no-policies")
        assert why.text == (
            f"The resource's side lets the account {ACCOUNT} in, but a policy of user `ada` must allow it, "
            "too. User `ada` has no policy at all."
        )


class TestNearest:
    def test_fewest_misses_first(self):
        far = allow("dynamodb:PutItems", MISSPELT, Sid="Both")
        why = explained(far, allow("dynamodb:GetItem", Sid="One"))
        assert why.statement == "One"

    def test_of_equals_the_one_whose_text_is_closest(self):
        other = USERS.replace("table/users-table", "table/orders")
        why = explained(allow(resource=other, Sid="Far"), allow(resource=MISSPELT, Sid="Near"))
        assert why.statement == "Near"

    def test_of_several_resources_the_closest(self):
        why = explained(allow(resource=["*:nothing", f"{USERS}s", MISSPELT.replace("tabel", "xyz")]))
        assert why.misses[0].compared.wanted == f"{USERS}s"

    def test_a_statement_about_another_service_comes_last(self):
        logs = allow("logs:*", "*", Sid="Logs")
        why = explained(logs, allow("dynamodb:PutItems", MISSPELT, Sid="Both"))
        assert why.statement == "Both"

    def test_a_principal_in_the_wrong_service_beside_an_action(self):
        trust = policy(
            {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:TagSession"}
        )
        why = explained(who=LAMBDA, action="sts:AssumeRole", resource=ROLE_ARN, trust=trust)
        assert [miss.shape for miss in why.misses] == ["action-not-listed", "principal-other-service"]

    def test_several_misses_are_all_told(self):
        why = explained(allow("dynamodb:Putitems", MISSPELT))
        assert why.shape == "several"
        assert why.text == (
            "Statement `CrudOnUsers` of policy `users` comes closest, but misses in Action and Resource: "
            "it allows dynamodb:Putitems, which is no action there is; you asked for dynamodb:PutItem; "
            f"it is on {MISSPELT}; you asked for {USERS}: the names are alike, but not the same."
        )
        assert why.do_next == (
            f"Add a statement that allows dynamodb:PutItem on {USERS}, "
            "or mend Action and Resource of this one."
        )

    def test_an_action_of_another_service_in_the_nearest_statement(self):
        trust = policy({"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": ["s3:GetObject", "sts:*"]})
        assert (
            explained(who=ADA, action="sts:AssumeRole", resource=ROLE_ARN, trust=trust).verdict == "allowed"
        )


def test_it_is_plain_data():
    data = explained(allow(resource=MISSPELT)).as_dict()
    assert json.loads(json.dumps(data)) == data
    assert data["misses"][0]["compared"]["parts"] == ["resource"]
    assert data["written"]["Sid"] == "CrudOnUsers"
    assert str(explained(allow(resource=MISSPELT))) == f"{data['text']} {data['do_next']}"
