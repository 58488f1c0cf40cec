"""A denial in the running sandbox, and `sandbox explain` on it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from sandbox.bound_session import BoundSession
from sandbox.iam import judge
from tests.sandbox.iam.explaining import ROLE, USERS, allow, judged
from tests.sandbox.refusals import refusal

SANDBOX = Path(sys.executable).with_name("sandbox")
MISSPELT = USERS.replace("users-table", "users-tabel")


def test_only_a_denial_carries_its_explanation():
    denied = judge.told(judged(allow(resource=MISSPELT)))
    assert denied["explanation"]["shape"] == "resource-letters"
    assert denied["principal"] == ROLE.arn
    assert "explanation" not in judge.told(judged(allow()))


def explain(port, *arguments):
    return subprocess.run(
        [SANDBOX, "explain", *arguments, "--port", str(port)], capture_output=True, text=True, check=False
    )


@pytest.fixture
def port(sandbox):
    return sandbox.url.rpartition(":")[2]


@pytest.fixture
def ada(client, sandbox, account):
    """`ada("dynamodb")`: clients of a user who may put items into a table of nearly the right name."""
    iam = client("iam")
    iam.create_user(UserName="ada")
    resource = f"arn:aws:dynamodb:us-east-1:{account}:table/users-tabel"
    document = {"Version": "2012-10-17", "Statement": [allow(resource=resource)]}
    iam.put_user_policy(UserName="ada", PolicyName="users", PolicyDocument=json.dumps(document))
    key = iam.create_access_key(UserName="ada")["AccessKey"]
    return BoundSession(sandbox.url, key["AccessKeyId"], key["SecretAccessKey"], "us-east-1").client


def put(ada):
    """The request id of a put_item that was denied."""
    item = {"userId": {"S": "1"}}
    error = refusal(ada("dynamodb").put_item, TableName="users-table", Item=item)
    return error.response["ResponseMetadata"]["RequestId"]


def test_a_denied_call_is_explained_by_its_request_id(ada, port, account):
    done = explain(port, put(ada))
    assert done.returncode == 0, done.stderr
    said = done.stdout
    assert f"Denied dynamodb:PutItem on arn:aws:dynamodb:us-east-1:{account}:table/users-table" in said
    assert "because no identity-based policy allows the dynamodb:PutItem action" in said
    assert "Statement `CrudOnUsers` of policy `users` allows dynamodb:PutItem, but on" in said
    assert (
        "users-tabel\n" + " " * (len(f"    arn:aws:dynamodb:us-east-1:{account}:table/users-tab")) + "^^"
        in said
    )
    assert "look       aws iam get-user-policy --user-name ada --policy-name users" in said
    assert "\033[" not in said


def test_the_last_one_as_json(ada, port):
    identity = put(ada)
    data = json.loads(explain(port, "--json").stdout)
    (decision,) = data["decisions"]
    assert (decision["request_id"], decision["allowed"]) == (identity, False)
    assert decision["explanation"]["written"]["Sid"] == "CrudOnUsers"


@pytest.mark.parametrize("service", ["s3", "iam", "lambda", "logs"])
def test_every_protocol_tells_its_request_id(ada, port, service):
    calls = {
        "s3": "list_buckets",
        "iam": "list_roles",
        "lambda": "list_functions",
        "logs": "describe_log_groups",
    }
    error = refusal(getattr(ada(service), calls[service]))
    done = explain(port, error.response["ResponseMetadata"]["RequestId"])
    assert done.returncode == 0, done.stderr
    assert f"No statement of policy `users` allows any action of {service}" in done.stdout


def test_an_answer_tells_its_request_id_too(client, sandbox, port):
    identity = client("dynamodb").list_tables()["ResponseMetadata"]["RequestId"]
    done = explain(port, identity)
    assert done.returncode == 1
    assert "its caller is the administrator, whom no policy limits" in done.stderr
    traces = requests.get(f"{sandbox.url}/_sandbox/traces", timeout=10).json()["traces"]
    assert traces[-1]["hops"][0]["facts"]["request_id"] == identity


def test_an_id_nobody_knows(port):
    done = explain(port, "nope")
    assert (done.returncode, done.stdout) == (1, "")
    assert "has the id nope. Copy it whole" in done.stderr


def test_no_sandbox():
    done = explain(1)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "No sandbox answers at http://127.0.0.1:1. Start one with `sandbox serve`.\n"
