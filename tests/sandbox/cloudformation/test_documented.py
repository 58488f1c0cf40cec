"""Templates written after the examples and rules of AWS's documentation: each does what is documented.

Every file of `documented/` says in `Metadata: Documented:` what must come of it:

    source      where AWS documents it
    before      another file, deployed first as a stack of its own (for what it exports)
    parameters  values of parameters
    caller      the only actions that whoever deploys it may do
    outcome     CREATE_COMPLETE, ROLLBACK_COMPLETE, or REFUSED: CreateStack itself answers with an error
    outputs     name → regular expression of its whole value
    described   what services say afterwards: the call `ask` with the parameters `with` answers `is` at the
                JMESPath `at`
    left        what stays when the stack is deleted, by the calls of INVENTORY
    failed      the resource that fails, and its whole status reason: `reason`, or the parts of a handler's
                message (`message`, `service`, `status`, `code`)
    reason      why the stack rolls back, where that is not the failure of a resource
    refused     the message of CreateStack's error

`{account}` and `{Name}` of an output stand for their values.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import jmespath
import pytest

from sandbox.cloudformation.reading import read
from tests.sandbox.cloudformation.conftest import Deployer
from tests.sandbox.refusals import refusal

FOLDER = Path(__file__).parent / "documented"
FILES = sorted(path.name for path in FOLDER.glob("*.yaml"))
CAPABILITIES = ["CAPABILITY_NAMED_IAM"]
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
VARIABLE = re.compile(r"\{(\w+)\}")

INVENTORY = (
    ("dynamodb.list_tables", {}, "TableNames"),
    ("iam.list_roles", {}, "Roles[].RoleName"),
    ("iam.list_users", {}, "Users[?UserName != 'deployer'].UserName"),
    ("iam.list_policies", {"Scope": "Local"}, "Policies[].PolicyName"),
    ("lambda.list_functions", {}, "Functions[].FunctionName"),
    ("logs.describe_log_groups", {}, "logGroups[].logGroupName"),
    ("apigateway.get_rest_apis", {}, "items[].name"),
    ("apigatewayv2.get_apis", {}, "Items[].Name"),
    ("s3.list_buckets", {}, "Buckets[].Name"),
    ("ssm.describe_parameters", {}, "Parameters[].Name"),
    ("cloudformation.list_exports", {}, "Exports[].Name"),
)
"""The call and the names of everything that a modelled type makes and that does not go with another."""


class Documented:
    """One file, deployed in an account of its own."""

    def __init__(self, name: str, api: Any, client: Any, account: str) -> None:
        self.body = (FOLDER / name).read_text("utf-8")
        self.says: dict[str, Any] = read(self.body)["Metadata"]["Documented"]
        self.client = client
        self.values = {"account": account}
        self.stack = Deployer(api, "documented")

    def options(self) -> dict[str, Any]:
        given = [
            {"ParameterKey": key, "ParameterValue": value}
            for key, value in self.says.get("parameters", {}).items()
        ]
        return {"Capabilities": CAPABILITIES, "Parameters": given}

    def filled(self, value: Any, of: Any = str) -> Any:
        """A value with `{account}` and the outputs in their places."""
        if isinstance(value, dict):
            return {key: self.filled(one, of) for key, one in value.items()}
        if isinstance(value, list):
            return [self.filled(one, of) for one in value]
        if not isinstance(value, str):
            return value
        return VARIABLE.sub(lambda found: of(self.values.get(found[1], found[0])), value)

    def ask(self, call: str, parameters: Any, path: str) -> Any:
        service, operation = call.split(".")
        answer = getattr(self.client(service), operation)(**self.filled(parameters))
        return jmespath.search(path, answer)

    def there(self) -> dict[str, list[str]]:
        """What exists in the account."""
        found = {call: self.ask(call, parameters, path) for call, parameters, path in INVENTORY}
        return {call: sorted(names) for call, names in found.items() if names}


@pytest.fixture
def documented(api, client, account, sandbox):
    made = []

    def make(name: str) -> Documented:
        one = Documented(name, api, client, account)
        before = one.says.get("before")
        if before:
            made.append(Deployer(api, before.removesuffix(".yaml")))
            made[0].create((FOLDER / before).read_text("utf-8"), Capabilities=CAPABILITIES)
        if "caller" in one.says:
            one.stack.api = limited(client, sandbox, one.says["caller"])
        return one

    yield make
    for stack in made:
        assert stack.delete() == "DELETE_COMPLETE", stack.events()


def limited(client: Any, sandbox: Any, actions: list[str]) -> Any:
    """A CloudFormation client of a user who may do nothing but `actions`."""
    iam = client("iam")
    iam.create_user(UserName="deployer")
    statement = {"Effect": "Allow", "Action": actions, "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_user_policy(UserName="deployer", PolicyName="deploys", PolicyDocument=document)
    key = iam.create_access_key(UserName="deployer")["AccessKey"]
    session = boto3.Session(key["AccessKeyId"], key["SecretAccessKey"], region_name="us-east-1")
    return session.client("cloudformation", endpoint_url=sandbox.url)


@cache
def outcome_of(name: str) -> str:
    return read((FOLDER / name).read_text("utf-8"))["Metadata"]["Documented"]["outcome"]


def files(outcome: str) -> list[str]:
    return [name for name in FILES if outcome_of(name) == outcome]


@pytest.mark.parametrize("name", files("CREATE_COMPLETE"))
def test_what_deploys(name, documented):
    one = documented(name)
    before = one.there()
    assert one.stack.create(one.body, **one.options()) == "CREATE_COMPLETE", one.stack.events()
    wanted = one.says.get("outputs", {})
    told = one.stack.outputs
    assert told.keys() == wanted.keys()
    for key, pattern in wanted.items():
        assert re.fullmatch(one.filled(pattern), told[key]), (key, told[key])
    one.values |= told
    for question in one.says.get("described", []):
        found = one.ask(question["ask"], question.get("with", {}), question["at"])
        assert found == one.filled(question["is"]), question
    assert one.stack.delete() == "DELETE_COMPLETE", one.stack.events()
    left = one.filled(one.says.get("left", {}))
    assert one.there() == {**before, **left}


@pytest.mark.parametrize("name", files("ROLLBACK_COMPLETE"))
def test_what_fails_and_rolls_back(name, documented):
    one = documented(name)
    before = one.there()
    assert one.stack.create(one.body, **one.options()) == "ROLLBACK_COMPLETE", one.stack.events()
    failures = {
        logical_id: reason
        for logical_id, status, reason in one.stack.events()
        if status == "CREATE_FAILED" and reason != "Resource creation cancelled"
    }
    failed = one.filled(one.says.get("failed"))
    why = [reason for _, status, reason in one.stack.events() if status == "ROLLBACK_IN_PROGRESS"]
    if failed is None:
        assert failures == {}
        assert why == [f"{one.says['reason']}. Rollback requested by user."]
    else:
        assert {name: UUID.sub("{id}", reason) for name, reason in failures.items()} == {
            failed["resource"]: failed.get("reason") or handler_message(**failed)
        }
        assert failed["resource"] in why[0]
    assert one.there() == before


@pytest.mark.parametrize("name", files("REFUSED"))
def test_what_is_refused_at_once(name, documented, api):
    one = documented(name)
    error = refusal(api.create_stack, StackName="documented", TemplateBody=one.body, **one.options())
    assert error.response["Error"] == {
        "Type": "Sender",
        "Code": "ValidationError",
        "Message": one.filled(one.says["refused"]),
    }
    assert api.describe_stacks()["Stacks"] == []
    assert one.there() == {}


def handler_message(message: str, service: str, code: str, status: int = 400, **_: Any) -> str:
    """The status reason of a resource whose service refused a call."""
    told = f"{message} (Service: {service}, Status Code: {status}, Request ID: {{id}})"
    return f'Resource handler returned message: "{told}" (RequestToken: {{id}}, HandlerErrorCode: {code})'


def test_every_file_is_run():
    ran = [*files("CREATE_COMPLETE"), *files("ROLLBACK_COMPLETE"), *files("REFUSED")]
    assert sorted(ran) == FILES
    assert len(FILES) >= 30
    assert len(files("ROLLBACK_COMPLETE")) + len(files("REFUSED")) >= len(FILES) / 3
