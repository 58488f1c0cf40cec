"""Which account a profile leads to, and what is said where it leads to none."""

import json

import pytest

from workshop.errors import Problem
from workshop.target import choose, chosen, prefers_aws
from workshop.target.account import connect, introduction
from workshop.target.chosen import Chosen
from workshop.target.profile_session import wait_for_role
from workshop.target.verb import Wish, choose_target, said

IDENTITY = (
    '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>'
    "<Arn>arn:aws:iam::111122223333:root</Arn><UserId>x</UserId><Account>111122223333</Account>"
    "</GetCallerIdentityResult></GetCallerIdentityResponse>"
)


def refused(code, message):
    return (
        '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>'
        f"<Code>{code}</Code><Message>{message}</Message></Error><RequestId>x</RequestId></ErrorResponse>"
    )


class TestWhoItIs:
    def test_the_first_line_names_account_alias_region_prefix_and_caller(self, door, account, account_number):
        door.sandbox.session(account_number).client("iam").create_account_alias(AccountAlias="class-of-26")
        assert introduction(connect("learner"), {"WORKSHOP_PREFIX": "ada"}) == (
            f"Talking to AWS account {account_number} (class-of-26), region us-east-1, prefix ada, "
            f"as arn:aws:iam::{account_number}:user/learner"
        )

    def test_neither_keys_nor_endpoints_of_the_environment_are_used(self, door, account):
        assert account.access_key != door.environment()["AWS_ACCESS_KEY_ID"]
        account.session().client("dynamodb").list_tables()
        assert door.hosts[-1] == "dynamodb.us-east-1.amazonaws.com"

    def test_addresses_are_those_of_aws(self, account):
        assert account.rest_api_url("a1", "prod") == "https://a1.execute-api.us-east-1.amazonaws.com/prod"
        assert account.object_url("b", "k.yaml") == "https://b.s3.us-east-1.amazonaws.com/k.yaml"
        assert account.answers()

    def test_its_secret_is_in_no_text(self, account):
        assert account.keys().secret not in repr(account)
        assert account.keys().secret not in str(vars(account))


class TestWhoItIsNot:
    @pytest.fixture
    def empty(self, door):
        with (door.folder / "config").open("a") as file:
            file.write("[profile empty]\nregion = us-east-1\n")

    @pytest.fixture
    def signed_out(self, door):
        with (door.folder / "config").open("a") as file:
            file.write(
                "[profile signed-out]\nregion = us-east-1\nsso_session = s\nsso_account_id = 111122223333\n"
                "sso_role_name = Learner\n[sso-session s]\nsso_region = us-east-1\n"
                "sso_start_url = https://example.awsapps.com/start\n"
            )

    def test_a_profile_that_is_not_there_names_those_that_are(self, door):
        with pytest.raises(Problem, match=r"no profile nobody; there is .*learner"):
            connect("nobody")

    def test_a_profile_without_keys_does_not_fall_back_on_the_machine(self, empty, monkeypatch):
        monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:1/")
        with pytest.raises(Problem, match="no credentials in it"):
            connect("empty")

    def test_who_is_signed_out_is_told_how_to_sign_in(self, signed_out):
        with pytest.raises(Problem, match="aws sso login --profile signed-out"):
            connect("signed-out")

    @pytest.mark.parametrize(("region", "found"), [("eu-west-9", "'eu-west-9', which is no region")])
    def test_a_region_that_is_none(self, door, region, found):
        with pytest.raises(Problem, match=found):
            connect("learner", region)

    def test_no_region_at_all_although_the_environment_has_one(self, door, monkeypatch):
        monkeypatch.setenv("AWS_REGION", "us-east-1")
        (door.folder / "config").write_text(
            (door.folder / "config").read_text() + "[profile nowhere]\naws_access_key_id = AKIAX\n"
            "aws_secret_access_key = x\n"
        )
        with pytest.raises(Problem, match="Found:     none"):
            connect("nowhere")

    def test_the_root_user_is_refused(self, door):
        door.faults["sts"] = [(200, IDENTITY)]
        with pytest.raises(Problem, match="root user of account 111122223333"):
            connect("learner")

    @pytest.mark.parametrize(
        ("code", "message", "words"),
        [
            ("ExpiredToken", "The security token included in the request is expired", "aws sso login"),
            ("SignatureDoesNotMatch", "Signature expired: 20261123T is now earlier than 20261124T", "clock"),
            ("SignatureDoesNotMatch", "Signature not yet current: 2027 is still later than 2026", "clock"),
            (
                "InvalidClientTokenId",
                "The security token included in the request is invalid.",
                "deleted or sw",
            ),
            ("AccessDenied", "explicit deny in a service control policy", "AccessDenied: explicit deny"),
        ],
    )
    def test_what_sts_alone_refuses(self, door, code, message, words):
        door.faults["sts"] = [(403, refused(code, message))] * 3
        with pytest.raises(Problem, match=words):
            connect("learner")
        door.faults.clear()

    def test_no_network_no_proxy_and_a_strangers_certificate(self, door, monkeypatch):
        monkeypatch.delenv("AWS_CA_BUNDLE")
        with pytest.raises(Problem, match="AWS_CA_BUNDLE"):
            connect("learner")
        monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
        monkeypatch.setenv("https_proxy", "http://127.0.0.1:1")
        with pytest.raises(Problem, match="the proxy that HTTPS_PROXY names"):
            connect("learner")

    def test_no_way_to_aws(self, door, monkeypatch):
        def nobody(*_, **__):
            raise OSError("Name or service not known")

        monkeypatch.delenv("HTTPS_PROXY")
        monkeypatch.delenv("https_proxy")
        monkeypatch.setattr("socket.getaddrinfo", nobody)
        with pytest.raises(Problem, match="the way to AWS"):
            connect("learner")


class TestTheChoice:
    def test_it_is_noted_kept_and_said(self, door, tmp_path, account_number):
        told = choose_target(tmp_path, Wish("aws", "learner"), {})
        assert f"AWS account {account_number}" in told
        assert "workshop clean" in told
        assert chosen.read(tmp_path) == Chosen("aws", "learner", "us-east-1")
        lines = []
        target = choose(None, {}, tmp_path, say=lines.append)
        assert target.kind == "aws"
        assert lines == [introduction(target, {})]
        assert "`workshop target aws` has chosen it, by the profile learner" in said(tmp_path, {})

    def test_back_to_the_sandbox_and_once_more_to_the_account(self, door, tmp_path, sandbox):
        choose_target(tmp_path, Wish("aws", "learner"), {})
        choose_target(tmp_path, Wish("sandbox"), {})
        assert choose(None, {"AWS_ENDPOINT_URL": sandbox.url}, tmp_path).kind == "sandbox"
        assert choose("aws", {}, tmp_path, say=lambda line: None).kind == "aws"
        assert "no AWS account is chosen" in said(tmp_path, {"AWS_ENDPOINT_URL": sandbox.url})

    def test_a_sandbox_that_the_terminal_names_comes_first_and_that_is_said(self, door, tmp_path, sandbox):
        choose_target(tmp_path, Wish("aws", "learner"), {})
        stated = {"SANDBOX_URL": sandbox.url}
        assert not prefers_aws(stated, tmp_path)
        assert choose(None, stated, tmp_path).url == sandbox.url
        assert "SANDBOX_URL names it" in said(tmp_path, stated)

    def test_nothing_is_noted_of_a_choice_that_does_not_work(self, door, tmp_path):
        with pytest.raises(Problem):
            choose_target(tmp_path, Wish("aws", "nobody"), {})
        assert chosen.read(tmp_path) == Chosen()

    @pytest.mark.parametrize(
        ("wish", "words"),
        [
            (Wish("aws"), "no profile is named"),
            (Wish("azure"), "neither sandbox nor aws"),
            (Wish(None, "learner"), "neither sandbox nor aws"),
            (Wish("sandbox", "learner"), "an option that is about AWS accounts"),
            (Wish("aws", "learner", boundary="boundary"), "no ARN of a policy"),
        ],
    )
    def test_what_goes_not_together_is_refused(self, door, tmp_path, wish, words):
        with pytest.raises(Problem, match=words):
            choose_target(tmp_path, wish, {})

    def test_aws_without_a_choice_does_not_take_what_lies_about(self, door, tmp_path):
        with pytest.raises(Problem, match="no AWS account was chosen yet"):
            choose("aws", {}, tmp_path)

    @pytest.mark.parametrize(
        "text", ["{", "[]", json.dumps({"kind": "azure"}), json.dumps({"colour": "red"})]
    )
    def test_a_record_that_makes_no_sense_is_not_taken_for_the_sandbox(self, tmp_path, text):
        (tmp_path / ".sandbox").mkdir()
        (tmp_path / ".sandbox" / "target.json").write_text(text)
        with pytest.raises(Problem, match="cannot be understood"):
            choose(None, {}, tmp_path)


def test_a_role_that_was_just_made_is_waited_for_and_nothing_else():
    def answer(message):
        return (None, {"Error": {"Code": "InvalidParameterValueException", "Message": message}})

    too_new = answer("The role defined for the function cannot be assumed by Lambda.")
    assert wait_for_role(too_new, 1) == 3.0
    assert wait_for_role(too_new, 11) is None
    assert wait_for_role(answer("Unzipped size must be smaller"), 1) is None
    assert wait_for_role(None, 1) is None
