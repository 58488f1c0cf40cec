"""The states of a function: Pending after its creation, and the last update in progress."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.exceptions import ClientError

from sandbox.errors import AwsError
from sandbox.functions.names import FunctionName
from sandbox.functions.options import FunctionOptions
from sandbox.functions.states import FunctionStates
from tests.sandbox.cases import case
from tests.sandbox.functions.conftest import invoke, zipped
from tests.workshop.waiting import wait_until

LONG_MS = 4000
"""Longer than an answer is held back."""
NOT_NOW = "The operation cannot be performed at this time."
PENDING = f"{NOT_NOW} The function is currently in the following state: Pending"
UPDATING = NOT_NOW + " An update is in progress for resource: {}"
VERSION = """
import os, pathlib, time
def handler(event, context):
    for name in event.get("until", []):
        pathlib.Path(name, "begun").touch()
        while not os.path.exists(f"{{name}}/go"): time.sleep(0.01)
    return {}
"""


def code(number):
    return zipped({"index.py": VERSION.format(number)})


@pytest.fixture
def lasting(sandbox):
    """`lasting(1500)`: from now on a state lasts so many milliseconds."""
    yield lambda milliseconds: sandbox.settings(function_state_ms=milliseconds)
    sandbox.settings(function_state_ms=0)


@pytest.fixture
def api(client):
    return client("lambda")


def conflict(call, **parameters):
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    answer = caught.value.response
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 409
    assert answer["Error"]["Code"] == "ResourceConflictException"
    return answer["Error"]["Message"]


def state(api, name):
    told = api.get_function_configuration(FunctionName=name)
    return told["State"], told.get("LastUpdateStatus")


@case("lam-409-update")
@pytest.mark.parametrize("first", ["update_function_code", "update_function_configuration"])
def test_an_update_in_progress_excludes_another(deploy, api, lasting, expected, first, account):
    function = deploy(VERSION.format(1), FunctionName="users")
    change = {"update_function_code": {"ZipFile": code(2)}, "update_function_configuration": {"Timeout": 9}}
    lasting(LONG_MS)
    told = getattr(api, first)(FunctionName="users", **change[first])
    assert (told["State"], told["LastUpdateStatus"]) == ("Active", "InProgress")
    with pytest.raises(ClientError) as caught:
        api.update_function_configuration(FunctionName="users", MemorySize=256)
    expected.check_error(caught.value, name="users", region="us-east-1", account=account)
    message = UPDATING.format(function.arn)
    assert conflict(api.update_function_code, FunctionName="users", ZipFile=code(3)) == message
    assert conflict(api.publish_version, FunctionName="users") == message
    api.tag_resource(Resource=function.arn, Tags={"other": "changes"})


def test_while_an_update_is_in_progress_requests_go_to_what_was_before(deploy, api, lasting):
    function = deploy(VERSION.format(1))
    lasting(LONG_MS)
    api.update_function_code(FunctionName=function.name, ZipFile=code(2))
    assert function.invoke().json == 1
    assert state(api, function.name) == ("Active", "InProgress")  # held back for a second, but no longer
    api.get_waiter("function_updated_v2").wait(FunctionName=function.name)
    assert function.invoke().json == 2


def test_a_function_that_is_pending_is_not_invoked(deploy, api, lasting):
    lasting(LONG_MS)
    function = deploy(VERSION.format(1))
    assert function.created["State"] == "Pending"
    assert conflict(api.invoke, FunctionName=function.name, Payload=b"{}") == PENDING
    assert conflict(api.update_function_configuration, FunctionName=function.name, Timeout=9) == PENDING
    assert conflict(api.publish_version, FunctionName=function.name) == PENDING
    told = api.get_function(FunctionName=function.name)["Configuration"]
    assert (told["State"], told["StateReasonCode"]) == ("Pending", "Creating")
    assert "LastUpdateStatus" not in told
    api.get_waiter("function_active_v2").wait(FunctionName=function.name)
    assert function.invoke().json == 1


def test_the_waiters_return_at_their_first_look(deploy, api, lasting):
    lasting(60)
    once = {"MaxAttempts": 1}
    began = time.monotonic()
    name = deploy(VERSION.format(1)).name
    api.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig=once)
    api.update_function_code(FunctionName=name, ZipFile=code(2))
    api.get_waiter("function_updated_v2").wait(FunctionName=name, WaiterConfig=once)
    version = api.publish_version(FunctionName=name)["Version"]
    api.get_waiter("published_version_active").wait(FunctionName=name, Qualifier=version, WaiterConfig=once)
    assert 0.12 < time.monotonic() - began < 5


def test_an_update_that_fails_leaves_the_function_free():
    """What moto refuses after all checks; with functions that only note what they are asked."""
    asked, retired = [], []

    class Functions:
        def hold(self, *key):
            asked.append("hold")

        def release(self, *key):
            asked.append("release")

    async def main():
        states = FunctionStates(Functions(), lambda *key: retired.append(key), FunctionOptions())
        function = FunctionName("123456789012", "us-east-1", "users")
        with pytest.raises(AwsError, match="no"), states.updating(function, None):
            raise AwsError("X", "no")
        states.check_changeable(function)

    asyncio.run(main())
    assert asked == ["hold", "release"]
    assert retired == []


def test_a_function_made_again_is_another(deploy, api, lasting):
    first = deploy(VERSION.format(1))
    lasting(LONG_MS)
    api.update_function_code(FunctionName=first.name, ZipFile=code(2))
    api.delete_function(FunctionName=first.name)
    lasting(0)
    assert deploy(VERSION.format(3), FunctionName=first.name).invoke().json == 3


def test_running_requests_finish_on_the_old_code(deploy, api, tmp_path):
    function = deploy(VERSION.format(1), Timeout=30)
    with ThreadPoolExecutor(1) as thread:
        answer = thread.submit(invoke, api, function.name, {"until": [str(tmp_path)]})
        wait_until(lambda: (tmp_path / "begun").exists(), "a request under way")
        api.update_function_code(FunctionName=function.name, ZipFile=code(2))
        assert function.invoke().json == 2
        assert not answer.done()
        (tmp_path / "go").touch()
        assert answer.result(20).json == 1
    assert function.invoke().json == 2


def test_what_a_stack_makes_and_changes_waits_for_nothing(client, lasting, role):
    """CloudFormation waits until a function is Active: here it is so at once."""
    lasting(60_000)
    cloudformation, name = client("cloudformation"), f"s{secrets.token_hex(4)}"
    for memory in (128, 256):
        template = {
            "Resources": {
                "Function": {
                    "Type": "AWS::Lambda::Function",
                    "Properties": {
                        "Code": {"ZipFile": f"def handler(event, context): return {memory}"},
                        "Handler": "index.handler",
                        "Runtime": "python3.13",
                        "Role": role,
                        "MemorySize": memory,
                    },
                },
                "Version": {
                    "Type": "AWS::Lambda::Version",
                    "Properties": {"FunctionName": {"Ref": "Function"}},
                },
            },
            "Outputs": {"Name": {"Value": {"Ref": "Function"}}},
        }
        change = cloudformation.create_stack if memory == 128 else cloudformation.update_stack
        change(StackName=name, TemplateBody=json.dumps(template))
        waiter = "stack_create_complete" if memory == 128 else "stack_update_complete"
        cloudformation.get_waiter(waiter).wait(StackName=name)
        (stack,) = cloudformation.describe_stacks(StackName=name)["Stacks"]
        function = stack["Outputs"][0]["OutputValue"]
        assert invoke(client("lambda"), function).json == memory
