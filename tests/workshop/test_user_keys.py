"""Keys of IAM users and role sessions in the environment: used where the sandbox has made them."""

import json

import pytest

from tests.solutions.deployed import fresh_account
from workshop.environment import redirect
from workshop.errors import Problem
from workshop.target import choose, discover

TRUST = {"Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]}


@pytest.fixture(scope="module")
def account(sandbox):
    return fresh_account()


@pytest.fixture(scope="module")
def ada(sandbox, account):
    """The keys of a user without any policy, as a terminal has them."""
    iam = sandbox.session(account).client("iam")
    iam.create_user(UserName="ada")
    return exported(iam.create_access_key(UserName="ada")["AccessKey"])


def exported(key):
    keys = {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}
    return keys | ({"AWS_SESSION_TOKEN": key["SessionToken"]} if "SessionToken" in key else {})


def who(target):
    return target.session().client("sts").get_caller_identity()["Arn"]


def test_a_user_of_the_sandbox_is_used(sandbox, account, ada):
    arn = f"arn:aws:iam::{account}:user/ada"
    for target in (choose(sandbox.url, ada), discover({**ada, "SANDBOX_URL": sandbox.url})):
        assert (target.account, target.arn, who(target)) == (account, arn, arn)
        assert ada["AWS_SECRET_ACCESS_KEY"] not in repr(target)


def test_a_token_left_over_from_a_session_does_no_harm(sandbox, ada):
    target = choose(sandbox.url, {**ada, "AWS_SESSION_TOKEN": "old"})
    assert who(target).endswith(":user/ada")


def test_a_role_session_is_used_with_its_token(sandbox, account):
    session = sandbox.session(account)
    trust = json.dumps({"Version": "2012-10-17", **TRUST})
    role = session.client("iam").create_role(RoleName="reader", AssumeRolePolicyDocument=trust)["Role"]
    taken = session.client("sts").assume_role(RoleArn=role["Arn"], RoleSessionName="me")["Credentials"]
    target = choose(sandbox.url, exported(taken))
    assert who(target) == target.arn == f"arn:aws:sts::{account}:assumed-role/reader/me"
    values = redirect(target, exported(taken)).values
    assert {name: values[name] for name in exported(taken)} == exported(taken)


def test_a_key_of_another_aws_is_not_used(sandbox):
    stranger = {"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "hush"}
    target = choose(sandbox.url, stranger)
    assert (target.account, target.access_key, target.arn) == ("123456789012", "test", "")
    assert redirect(target, stranger).real_key


def test_a_wrong_secret_is_said(sandbox, ada):
    with pytest.raises(Problem, match="SignatureDoesNotMatch") as problem:
        choose(sandbox.url, {**ada, "AWS_SECRET_ACCESS_KEY": "wrong"})
    assert ada["AWS_ACCESS_KEY_ID"] in problem.value.looked_at


def test_a_key_of_the_sandbox_is_no_real_one(sandbox, ada):
    assert not redirect(choose(sandbox.url, ada), ada).real_key
