"""Who is calling: administrators, users and sessions, and how each protocol refuses the others."""

from __future__ import annotations

import datetime

import pytest
from botocore.config import Config

from sandbox.bound_session import BoundSession
from tests.sandbox.cases import case
from tests.sandbox.core.conftest import text
from tests.sandbox.refusals import refusal
from tests.sandbox.roles import allow, make_role

CALLS = {
    "dynamodb": "list_tables",
    "logs": "describe_log_groups",
    "iam": "list_users",
    "sts": "get_caller_identity",
    "lambda": "list_functions",
    "apigatewayv2": "get_apis",
    "s3": "list_buckets",
}
JSON = "dynamodb", "logs"
QUERY = "iam", "sts"


@pytest.fixture
def with_keys(sandbox):
    """`with_keys("sts", key, secret, token)`: a client with these keys, whosever they are."""

    def make(service: str, key: str, secret: str, token: str | None = None):
        session = BoundSession(sandbox.url, "unused", "unused", "us-east-1")
        return session.client(
            service,
            aws_access_key_id=key,
            aws_secret_access_key=secret,
            aws_session_token=token,
            config=Config(retries={"max_attempts": 0}),
        )

    return make


@pytest.fixture
def role_arn(client, account):
    """A role that whoever may in the account may assume."""
    return make_role(client("iam"), "users-role", "dynamodb:ListTables", principal={"AWS": account})


def told(error) -> tuple[str, int]:
    return error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"]


@pytest.mark.parametrize("service", CALLS)
def test_the_administrator_may(with_keys, service):
    getattr(with_keys(service, "test", "test"), CALLS[service])()


@pytest.mark.parametrize("service", CALLS)
def test_a_wrong_secret(with_keys, service):
    error = refusal(getattr(with_keys(service, "test", "wrong"), CALLS[service]))
    codes = {
        **dict.fromkeys(JSON, ("InvalidSignatureException", 400)),
        **dict.fromkeys(QUERY, ("SignatureDoesNotMatch", 403)),
        "s3": ("SignatureDoesNotMatch", 403),
    }
    assert told(error) == codes.get(service, ("InvalidSignatureException", 403))


@pytest.mark.parametrize("service", CALLS)
def test_an_unknown_key(with_keys, service):
    error = refusal(getattr(with_keys(service, "AKIAIOSFODNN7EXAMPLE", "x"), CALLS[service]))
    codes = {
        **dict.fromkeys(JSON, ("UnrecognizedClientException", 400)),
        **dict.fromkeys(QUERY, ("InvalidClientTokenId", 403)),
        "s3": ("InvalidAccessKeyId", 403),
    }
    assert told(error) == codes.get(service, ("UnrecognizedClientException", 403))


@case("ddb-unrecognized-client")
def test_how_dynamodb_refuses_an_unknown_key(expected, with_keys):
    expected.check_error(refusal(with_keys("dynamodb", "AKIAIOSFODNN7EXAMPLE", "x").list_tables))


def test_who_am_i(client, account, with_keys):
    told = client("sts").get_caller_identity()
    assert (told["Account"], told["Arn"]) == (account, f"arn:aws:iam::{account}:root")
    assert with_keys("sts", "test", "test").get_caller_identity()["Account"] == "123456789012"


class TestRoleSessions:
    @pytest.fixture
    def answer(self, client, role_arn):
        return client("sts").assume_role(RoleArn=role_arn, RoleSessionName="one", DurationSeconds=900)

    @pytest.fixture
    def keys(self, answer):
        given = answer["Credentials"]
        return given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"]

    def test_what_assume_role_answers(self, answer, account):
        arn = f"arn:aws:sts::{account}:assumed-role/users-role/one"
        assert answer["AssumedRoleUser"]["Arn"] == arn
        assert answer["AssumedRoleUser"]["AssumedRoleId"].endswith(":one")
        assert answer["Credentials"]["AccessKeyId"].startswith("ASIA")
        lasts = answer["Credentials"]["Expiration"] - datetime.datetime.now(datetime.UTC)
        assert 800 < lasts.total_seconds() <= 900

    def test_the_session_calls_as_the_role(self, answer, keys, with_keys):
        identity = with_keys("sts", *keys).get_caller_identity()
        assert identity["Arn"] == answer["AssumedRoleUser"]["Arn"]
        assert identity["UserId"] == answer["AssumedRoleUser"]["AssumedRoleId"]

    def test_the_session_is_of_the_account(self, keys, with_keys, users):
        assert with_keys("dynamodb", *keys).list_tables()["TableNames"] == [users]

    @pytest.mark.parametrize("service", ["dynamodb", "iam", "lambda", "s3"])
    def test_without_its_token(self, keys, with_keys, service):
        error = refusal(getattr(with_keys(service, *keys[:2]), CALLS[service]))
        codes = {"dynamodb": "UnrecognizedClientException", "iam": "InvalidClientTokenId"}
        codes |= {"s3": "InvalidAccessKeyId", "lambda": "UnrecognizedClientException"}
        assert error.response["Error"]["Code"] == codes[service]

    def test_a_session_makes_no_session_token(self, keys, with_keys):
        assert told(refusal(with_keys("sts", *keys).get_session_token)) == ("AccessDenied", 403)


@case("iam-sts-badarn")
def test_a_role_is_named_by_arn(expected, client):
    sts = client("sts")
    expected.check_error(refusal(sts.assume_role, RoleArn="nothing-valid-in-here", RoleSessionName="one"))


@case("iam-assumerole-denied")
def test_a_role_that_is_not_there_is_not_assumed(expected, client, account):
    arn = f"arn:aws:iam::{account}:role/none"
    expected.check_error(refusal(client("sts").assume_role, RoleArn=arn, RoleSessionName="one"))


@pytest.mark.parametrize("name", ["a", "with blank", "x" * 65])
def test_a_session_name_has_a_form(client, role_arn, name):
    sts = client("sts", config=Config(parameter_validation=False))
    error = refusal(sts.assume_role, RoleArn=role_arn, RoleSessionName=name)
    assert told(error) == ("ValidationError", 400)
    assert name in error.response["Error"]["Message"]


@pytest.mark.parametrize("seconds", [0, 899, 43201, 100_000])
def test_a_session_lasts_a_quarter_of_an_hour_to_half_a_day(client, role_arn, seconds):
    sts = client("sts", config=Config(parameter_validation=False))
    error = refusal(sts.assume_role, RoleArn=role_arn, RoleSessionName="one", DurationSeconds=seconds)
    assert told(error) == ("ValidationError", 400)


def test_a_role_says_how_long_its_sessions_last(client, role_arn):
    sts, iam = client("sts"), client("iam")
    error = refusal(sts.assume_role, RoleArn=role_arn, RoleSessionName="one", DurationSeconds=7200)
    assert "MaxSessionDuration" in error.response["Error"]["Message"]
    iam.update_role(RoleName="users-role", MaxSessionDuration=7200)
    sts.assume_role(RoleArn=role_arn, RoleSessionName="one", DurationSeconds=7200)


def test_a_session_token_is_oneself(client, with_keys, account):
    given = client("sts").get_session_token()["Credentials"]
    sts = with_keys("sts", given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
    assert sts.get_caller_identity()["Arn"] == f"arn:aws:iam::{account}:root"


class TestUsers:
    @pytest.fixture
    def key(self, client):
        iam = client("iam")
        iam.create_user(UserName="ada")
        iam.put_user_policy(UserName="ada", PolicyName="p", PolicyDocument=allow("dynamodb:PutItem"))
        return iam.create_access_key(UserName="ada")["AccessKey"]

    def test_a_user_calls_with_her_key(self, key, with_keys, account, users):
        pair = key["AccessKeyId"], key["SecretAccessKey"]
        assert with_keys("sts", *pair).get_caller_identity()["Arn"] == f"arn:aws:iam::{account}:user/ada"
        with_keys("dynamodb", *pair).put_item(TableName=users, Item={"pk": text("ada")})

    def test_a_path_is_part_of_her_name(self, client, with_keys, account):
        iam = client("iam")
        iam.create_user(UserName="bob", Path="/team/")
        key = iam.create_access_key(UserName="bob")["AccessKey"]
        sts = with_keys("sts", key["AccessKeyId"], key["SecretAccessKey"])
        assert sts.get_caller_identity()["Arn"] == f"arn:aws:iam::{account}:user/team/bob"

    def test_with_another_secret_she_does_not(self, key, with_keys):
        assert told(refusal(with_keys("dynamodb", key["AccessKeyId"], "x").list_tables))[1] == 400

    def test_an_inactive_key_is_refused(self, client, key, with_keys):
        client("iam").update_access_key(UserName="ada", AccessKeyId=key["AccessKeyId"], Status="Inactive")
        pair = key["AccessKeyId"], key["SecretAccessKey"]
        error = refusal(with_keys("dynamodb", *pair).list_tables)
        assert told(error) == ("UnrecognizedClientException", 400)

    def test_a_deleted_key_is_refused(self, client, key, with_keys):
        client("iam").delete_access_key(UserName="ada", AccessKeyId=key["AccessKeyId"])
        pair = key["AccessKeyId"], key["SecretAccessKey"]
        assert told(refusal(with_keys("dynamodb", *pair).list_tables))[0] == "UnrecognizedClientException"


def test_header_and_body_give_one_request_id(client):
    told = client("sts").get_caller_identity()["ResponseMetadata"]
    assert told["RequestId"] == told["HTTPHeaders"]["x-amzn-requestid"] != "request-id"
