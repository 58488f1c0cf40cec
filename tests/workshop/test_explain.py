"""`workshop explain`, as typed."""

import json
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from botocore.exceptions import ClientError
from typer.testing import CliRunner

from tests.repository.sources import ROOT
from tests.workshop.terminal import type_into
from workshop import cli, explaining
from workshop.errors import NotRunning, Problem
from workshop.target import Target

ACCOUNT, OTHER = "444455556666", "777788889999"
TRUST = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
IN_TERMINAL = "from workshop.cli import main; main()"


@pytest.fixture(scope="session")
def reader(sandbox):
    """A client under a role that may read a table of nearly the right name."""
    iam = sandbox.session(ACCOUNT).client("iam")
    trust = json.dumps({"Version": "2012-10-17", "Statement": [TRUST]})
    role = iam.create_role(RoleName="reader", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    resource = f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/userz"
    statement = {"Sid": "Read", "Effect": "Allow", "Action": "dynamodb:GetItem", "Resource": resource}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_role_policy(RoleName="reader", PolicyName="read", PolicyDocument=document)
    sts = sandbox.session(ACCOUNT).client("sts")
    keys = sts.assume_role(RoleArn=role, RoleSessionName="reading")["Credentials"]
    return sandbox.session(ACCOUNT).client(
        "dynamodb",
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
    )


@pytest.fixture
def here(sandbox, monkeypatch):
    monkeypatch.setenv("SANDBOX_URL", sandbox.url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", ACCOUNT)


def read(reader):
    """The request id of a read that was denied."""
    with pytest.raises(ClientError) as caught:
        reader.get_item(TableName="users", Key={"userId": {"S": "1"}})
    return caught.value.response["ResponseMetadata"]["RequestId"]


def workshop(*arguments):
    result = CliRunner().invoke(cli.app, ["explain", *arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.output


def test_the_last_denial(reader, here):
    read(reader)
    said = workshop()
    assert "Statement `Read` of policy `read` allows dynamodb:GetItem, but on" in said
    assert "look       aws iam get-role-policy --role-name reader --policy-name read" in said


def test_by_its_request_id_as_json(reader, here):
    identity = read(reader)
    read(reader)
    data = json.loads(workshop(identity, "--json"))
    assert [decision["request_id"] for decision in data["decisions"]] == [identity]


def test_in_a_terminal_it_has_colours_and_keeps_to_the_width(reader, here):
    read(reader)
    code, shown = type_into([sys.executable, "-c", IN_TERMINAL, "explain"], "", cwd=ROOT)
    assert code == 0
    assert "\033[31;1mDenied\033[0m" in shown


def test_the_last_of_ones_own_account(reader, here, monkeypatch):
    read(reader)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", OTHER)
    with pytest.raises(Problem, match="a request of account 777788889999") as caught:
        workshop()
    assert caught.value.looked_at.startswith("the last decided request, at http://127.0.0.1:")


def test_an_id_nobody_knows(here):
    with pytest.raises(Problem, match="has the id nope") as caught:
        workshop("nope")
    assert caught.value.looked_at.startswith("the request nope, at ")
    assert caught.value.expected == "a request IAM decided about"


def test_no_sandbox(monkeypatch):
    monkeypatch.setenv("SANDBOX_URL", "http://127.0.0.1:1")
    with pytest.raises(NotRunning, match="workshop up"):
        workshop()


def test_another_emulator_keeps_no_record():
    elsewhere = Target("endpoint", "http://127.0.0.1:1", ACCOUNT, "us-east-1", "test")
    with pytest.raises(Problem, match="it keeps no record of what its IAM decided"):
        explaining.decided(elsewhere)


def test_a_sandbox_that_ends_meanwhile():
    gone = Target("sandbox", "http://127.0.0.1:1", ACCOUNT, "us-east-1", "test")
    with pytest.raises(NotRunning, match=r"No sandbox answers at http://127\.0\.0\.1:1"):
        explaining.decided(gone)


def test_an_answer_that_is_no_list_of_traces():
    class Wrong(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'{"traces": null}')

        def log_message(self, *arguments):
            pass

    with HTTPServer(("127.0.0.1", 0), Wrong) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        with pytest.raises(NotRunning, match="No sandbox answers"):
            explaining.decided(Target("sandbox", url, ACCOUNT, "us-east-1", "test"))
        server.shutdown()
