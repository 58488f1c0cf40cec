"""Users of the account with their own keys in the terminal: they may read nothing, something, or all."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.workshop.doctor.faults import FAULTS, HTTP, REST
from tests.workshop.doctor.stack import KINDS
from workshop.doctor import verb
from workshop.doctor.asking import Wish
from workshop.errors import Problem

COMMAND = Path(sys.executable).with_name("workshop")
SECONDS = 60
LAYERS = 13
READS = ["apigateway:GET", "lambda:Get*", "logs:FilterLogEvents", "cloudformation:DescribeStacks"]


@pytest.fixture(scope="module")
def stack(stack_in):
    return stack_in("python")


@pytest.fixture
def caller(stack, monkeypatch):
    """`caller(actions)`: the terminal has the keys of a new user who may do these; the name of the user."""
    iam = stack.client("iam")
    made = []

    def make(*actions):
        name = f"caller-{len(actions)}"
        iam.create_user(UserName=name)
        key = iam.create_access_key(UserName=name)["AccessKey"]
        made.append((name, key["AccessKeyId"]))
        if actions:
            statement = {"Effect": "Allow", "Action": actions, "Resource": "*"}
            document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
            iam.put_user_policy(UserName=name, PolicyName="reads", PolicyDocument=document)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", key["AccessKeyId"])
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", key["SecretAccessKey"])
        return f"arn:aws:iam::{stack.target.account}:user/{name}"

    yield make
    for name, key in made:
        for policy in iam.list_user_policies(UserName=name)["PolicyNames"]:
            iam.delete_user_policy(UserName=name, PolicyName=policy)
        iam.delete_access_key(UserName=name, AccessKeyId=key)
        iam.delete_user(UserName=name)


def doctor(stack, url, data=None, as_json=False):
    """The verb, with what the terminal says: exit code and text."""
    said = []
    code = verb.doctor(url, None, Wish(data=data), stack.target.url, as_json, said.append)
    return code, "\n".join(said)


def states(said):
    (report,) = json.loads(said)
    return {one["layer"]: one["state"] for one in report["layers"]}


def user(name):
    return json.dumps({"userId": name})


def test_the_command_itself_of_who_may_read_nothing(stack, caller):
    """The console script in a process of its own, as somebody at a terminal runs it."""
    arn = caller()
    wanted = [COMMAND, "doctor", f"{stack.outputs[HTTP]}/users", "--data", user("command")]
    with FAULTS["put-item-missing"].break_it(stack):
        ended = subprocess.run(
            wanted, capture_output=True, text=True, env=os.environ, timeout=SECONDS, check=False
        )
    assert (ended.returncode, ended.stderr) == (4, "")
    text = " ".join(ended.stdout.split())
    assert text.startswith(f"Read with the permissions of {arn}.")
    assert f"{arn} is not authorized to perform: apigateway:GET" in text
    assert text.count("could not be read") == LAYERS - 1 + 1
    assert "Unknown: no cause was found. Ruled out: name and address." in text
    assert "The answer alone shows: the function itself gave it" in text


@pytest.mark.parametrize(
    ("kind", "path", "shows"),
    [
        (HTTP, "/user", "the HTTP API has no route for this method and path"),
        (REST, "/user", "the REST API has no such path"),
    ],
)
def test_the_answer_alone_names_what_it_shows(stack, caller, kind, path, shows):
    caller()
    code, said = doctor(stack, f"{stack.outputs[kind]}{path}")
    assert code == 4
    assert f"The answer alone shows: {shows}" in " ".join(said.split())


def test_a_stack_that_may_not_be_read_is_said(stack, caller):
    caller()
    with pytest.raises(Problem, match="not authorized to perform: cloudformation:DescribeStacks") as problem:
        doctor(stack, "/users")
    assert "workshop doctor URL" in problem.value.do_next


def test_who_may_read_the_way_to_the_function_is_told_its_errors(stack, caller):
    caller(*READS)
    url = f"{stack.outputs[REST]}/users"
    with FAULTS["unhandled-exception"].break_it(stack):
        code, said = doctor(stack, url, user("way"), as_json=True)
    (report,) = json.loads(said)
    assert (code, report["cause"]["id"]) == (1, "unhandled-exception")
    assert set(states(said).values()) == {"sound", "broken"}


@pytest.mark.parametrize(
    ("fault", "cause", "why"),
    [
        ("put-item-missing", "action-not-allowed", "no statement of it fits both"),
        ("explicit-deny", "explicit-deny", "a Deny is written somewhere"),
        ("boundary-without-the-table", "boundary-or-other-policy", "its permissions boundary"),
    ],
)
def test_who_may_not_read_the_role_is_told_what_the_log_says_of_a_denial(stack, caller, fault, cause, why):
    caller(*READS)
    with FAULTS[fault].break_it(stack):
        code, said = doctor(stack, f"{stack.outputs[REST]}/users", user(fault), as_json=True)
    found = states(said)
    assert (code, found["role of the function"], found["answer"]) == (1, "unread", "broken")
    (report,) = json.loads(said)
    assert report["cause"]["id"] == cause
    assert why in report["cause"]["cause"]
    assert "you may not read the role" in report["cause"]["cause"]


@pytest.mark.parametrize("kind", KINDS)
def test_who_may_read_everything_is_told_the_cause(stack, caller, kind):
    arn = caller("*")
    with FAULTS["put-item-missing"].break_it(stack):
        code, said = doctor(stack, f"{stack.outputs[kind]}/users", user("all"))
    assert code == 1
    assert said.startswith(f"Read with the permissions of {arn}.")
    assert "does not allow dynamodb:PutItem" in said
