"""The anatomy of an ARN, and the card of a denial."""

import json
import xml.etree.ElementTree as ET

import pytest
from botocore.exceptions import ClientError

from sandbox.decisions import Decision, Request
from workshop import explaining
from workshop.errors import NotRunning, Problem
from workshop.figures import arn_anatomy, denial
from workshop.target import sandbox_at

ACCOUNT, EMPTY = "666677778888", "666677779999"
USERS = f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/users"
SLIP = f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/usesr"


class TestAnatomy:
    def test_the_six_parts_are_named(self):
        lines = repr(arn_anatomy(USERS)).splitlines()
        assert lines[0] == USERS
        assert [line.split()[:2] for line in lines[2:]] == [
            ["arn", "arn"],
            ["partition", "aws"],
            ["service", "dynamodb"],
            ["region", "us-east-1"],
            ["account", ACCOUNT],
            ["resource", "table/users"],
        ]
        assert lines[3].endswith("which AWS: aws, or aws-cn, aws-us-gov")

    def test_an_empty_part_is_said(self):
        assert "region     (empty)" in repr(arn_anatomy("arn:aws:s3:::pictures"))
        assert "<i>empty</i>" in arn_anatomy("arn:aws:s3:::pictures")._repr_html_()

    def test_two_are_compared_letter_by_letter(self):
        lines = repr(arn_anatomy(SLIP, USERS)).splitlines()
        assert lines[1].strip() == "^^"
        assert lines[0][lines[1].index("^") :] == "sr"
        assert lines[2][lines[3].index("^") :] == "rs"
        assert [line[:10] for line in lines if line.startswith("≠")] == ["≠ resource"]
        assert lines[-1] == "They differ in: resource."

    def test_a_pattern_names_an_arn(self):
        both = arn_anatomy(USERS.replace("users", "*"), USERS)
        assert both.verdict == "The first names the second: no part differs."
        assert "≠" not in both._repr_html_()

    def test_the_marked_letters_in_html(self):
        marks = ET.fromstring(arn_anatomy(SLIP, USERS)._repr_html_()).iter("mark")
        assert [mark.text for mark in marks] == ["sr", "rs", "sr", "rs"]

    def test_text_of_others_is_text(self):
        assert "<b>" not in arn_anatomy("arn:aws:s3:::<b>")._repr_html_()

    @pytest.mark.parametrize("text", ["users", "arn:aws:dynamodb:table/users", "urn:a:b:c:d:e"])
    def test_what_is_no_arn_is_refused(self, text):
        with pytest.raises(ValueError, match=f"'{text}' is no ARN: one begins with"):
            arn_anatomy(text)
        with pytest.raises(ValueError, match="is no ARN"):
            arn_anatomy(USERS, text)


@pytest.fixture
def here(sandbox):
    return sandbox_at(sandbox.url, ACCOUNT)


@pytest.fixture(scope="session")
def ada(sandbox):
    iam = sandbox.session(ACCOUNT).client("iam")
    iam.create_user(UserName="ada")
    statement = {"Sid": "Read", "Effect": "Allow", "Action": "dynamodb:*", "Resource": SLIP}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_user_policy(UserName="ada", PolicyName="read", PolicyDocument=document)
    key = iam.create_access_key(UserName="ada")["AccessKey"]
    return sandbox.session(ACCOUNT).client(
        "dynamodb", aws_access_key_id=key["AccessKeyId"], aws_secret_access_key=key["SecretAccessKey"]
    )


@pytest.fixture
def error(ada):
    with pytest.raises(ClientError) as caught:
        ada.describe_table(TableName="users")
    return caught.value


WHO = f"who asked     arn:aws:iam::{ACCOUNT}:user/ada"


class TestDenial:
    def test_the_card_of_an_error(self, error, here):
        said = repr(denial(error, here))
        assert said.startswith(f"Denied.\n  {WHO}\n  for what      dynamodb:DescribeTable\n")
        assert f"  on what       {USERS}\n  AWS's reason  because no identity-based policy allows" in said
        assert "Statement `Read` of policy `read` allows dynamodb:DescribeTable, but on" in said
        assert f"  the statement is on\n    {SLIP}\n" in said
        assert f"  you asked for\n    {USERS}\n" in said
        assert said.splitlines()[-1].startswith("Do next: If the request is right, write")

    def test_the_card_as_html(self, error, here):
        root = ET.fromstring(denial(error, here)._repr_html_())
        assert [mark.text for mark in root.iter("mark")] == ["sr", "rs"]
        assert json.loads(root.find("details/pre").text)["Sid"] == "Read"
        assert "✗ Denied" in "".join(root.itertext())

    def test_the_last_denial_even_if_something_was_allowed_since(self, ada, error, here):
        with pytest.raises(ClientError, match="ResourceNotFound"):
            ada.describe_table(TableName="usesr")
        assert WHO in repr(denial(target=here))

    def test_the_last_denial_where_none_was(self, sandbox):
        with pytest.raises(Problem, match="IAM has decided nothing yet"):
            denial(target=sandbox_at(sandbox.url, EMPTY))

    def test_where_all_was_allowed(self, sandbox):
        session = sandbox.session(EMPTY)
        iam = session.client("iam")
        iam.create_user(UserName="eve")
        statement = {"Effect": "Allow", "Action": "*", "Resource": "*"}
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        iam.put_user_policy(UserName="eve", PolicyName="all", PolicyDocument=document)
        key = iam.create_access_key(UserName="eve")["AccessKey"]
        eve = session.client(
            "dynamodb", aws_access_key_id=key["AccessKeyId"], aws_secret_access_key=key["SecretAccessKey"]
        )
        eve.list_tables()
        with pytest.raises(Problem, match="IAM has denied none"):
            denial(target=sandbox_at(sandbox.url, EMPTY))

    def test_an_error_of_elsewhere_is_taken_apart_all_the_same(self, here):
        text = f"User: {USERS} is not authorized to perform: s3:PutObject with an explicit deny in a policy"
        answer = {"Error": {"Code": "AccessDenied", "Message": text}, "ResponseMetadata": {"RequestId": "x"}}
        said = repr(denial(ClientError(answer, "PutObject"), here))
        assert "  for what      s3:PutObject\n  AWS's reason  with an explicit deny in a policy\n" in said
        assert said.splitlines()[-1].startswith("There is no more to be told of it: None of the last ")
        assert said.endswith("the id x.")

    def test_a_message_of_another_build_is_shown_whole(self, here):
        answer = {"Error": {"Code": "AccessDenied", "Message": "Access Denied"}, "ResponseMetadata": {}}
        card = denial(ClientError(answer, "GetObject"), here)
        assert card.parts == [("it says", "Access Denied")]
        assert "Access Denied" in card._repr_html_()

    def test_a_gateway_that_may_not_invoke_has_no_message_of_aws(self, here, monkeypatch):
        why = "the function's resource policy is empty"
        gateway = "apigateway.amazonaws.com"
        refused = Decision(False, "lambda:InvokeFunction", "arn:f", gateway, "", "", "", why, None)
        monkeypatch.setattr(explaining, "decided", lambda *_: Request("1-a", "GET /", 0.0, (refused,)))
        said = f"  it says       {gateway} may not lambda:InvokeFunction on arn:f: {why}"
        assert repr(denial(target=here)) == f"Denied.\n{said}"

    def test_where_no_sandbox_runs(self, error, monkeypatch):
        monkeypatch.setenv("SANDBOX_URL", "http://127.0.0.1:1")
        assert "There is no more to be told of it: no sandbox that answers." in repr(denial(error))
        with pytest.raises(NotRunning):
            denial()

    def test_another_error_is_refused(self, here):
        answer = {"Error": {"Code": "ValidationException", "Message": "no"}, "ResponseMetadata": {}}
        with pytest.raises(ValueError, match="ValidationException: no request that IAM has denied"):
            denial(ClientError(answer, "PutItem"), here)
        with pytest.raises(ValueError, match="KeyError"):
            denial(KeyError("x"), here)
