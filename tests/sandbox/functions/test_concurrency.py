"""How many invocations run at once: the account's limit, what is reserved of it, and what is left."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor, wait

import psutil
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from sandbox.errors import AwsError
from sandbox.functions.concurrency import Concurrency
from sandbox.functions.options import FunctionOptions
from tests.sandbox.functions.conftest import invoke
from tests.workshop.waiting import wait_until

WAITS = """
import os, pathlib, time
def handler(event, context):
    folder = pathlib.Path(event)
    (folder / context.aws_request_id).touch()
    while not (folder / "door").exists():
        time.sleep(0.01)
    return os.getpid()
"""
PLACE = ("111122223333", "us-east-1")


@pytest.fixture
def limit(sandbox):
    """`limit(10)`: the concurrency of every account, until the test's end."""
    before = sandbox.settings()["account_concurrency"]
    yield lambda number: sandbox.settings(account_concurrency=number)
    sandbox.settings(account_concurrency=before)


@pytest.fixture
def api(client):
    return client("lambda", config=Config(max_pool_connections=10))


def environments(sandbox):
    """The processes of its Python environments."""
    children = psutil.Process(sandbox.pid).children(recursive=True)
    return {child.pid for child in children if any(word.endswith("python.py") for word in child.cmdline())}


def test_eight_at_once_where_three_may_run(sandbox, limit, deploy, api, tmp_path):
    limit(3)
    function = deploy(WAITS, Timeout=20)
    before = environments(sandbox)

    def once(_):
        try:
            return invoke(api, function.name, str(tmp_path)).json
        except ClientError as error:
            return error.response

    with ThreadPoolExecutor(8) as pool:
        every = [pool.submit(once, number) for number in range(8)]
        wait_until(lambda: sum(one.done() for one in every) == 5, "five are refused")
        wait_until(lambda: len(list(tmp_path.iterdir())) == 3, "three run")
        started = environments(sandbox) - before
        (tmp_path / "door").touch()
        wait(every)
    answers = [one.result() for one in every]
    refused = [answer for answer in answers if isinstance(answer, dict)]
    ran = {answer for answer in answers if isinstance(answer, int)}
    assert (len(refused), len(ran)) == (5, 3)
    assert started == ran
    for answer in refused:
        assert answer["Reason"] == "ConcurrentInvocationLimitExceeded"
        assert answer["Error"] == {"Code": "TooManyRequestsException", "Message": "Rate Exceeded."}
        assert answer["ResponseMetadata"]["HTTPStatusCode"] == 429
        assert "retry-after" not in answer["ResponseMetadata"]["HTTPHeaders"]
    assert invoke(api, function.name, str(tmp_path)).json in ran


def test_what_is_reserved_is_kept_for_one(limit, deploy, api, tmp_path):
    limit(101)
    kept, other = deploy(WAITS, Timeout=20).name, deploy(WAITS, Timeout=20).name
    api.put_function_concurrency(FunctionName=kept, ReservedConcurrentExecutions=1)
    limit(1)
    with ThreadPoolExecutor(2) as pool:
        every = [pool.submit(invoke, api, name, str(tmp_path)) for name in (kept, other)]
        wait_until(lambda: len(list(tmp_path.iterdir())) == 2, "both run")
        for name, reason in ((kept, "ReservedFunctionConcurrent"), (other, "Concurrent")):
            with pytest.raises(ClientError) as caught:
                invoke(api, name, str(tmp_path))
            assert caught.value.response["Reason"] == f"{reason}InvocationLimitExceeded"
        (tmp_path / "door").touch()
        assert all(isinstance(one.result().json, int) for one in every)


def test_an_account_with_a_concurrency_of_ten(limit, deploy, api):
    limit(10)
    function = deploy("def handler(event, context): pass").name
    with pytest.raises(ClientError) as caught:
        api.put_function_concurrency(FunctionName=function, ReservedConcurrentExecutions=1)
    assert caught.value.response["Error"]["Message"].endswith("below its minimum value of [10].")
    put = api.put_function_concurrency(FunctionName=function, ReservedConcurrentExecutions=0)
    assert put["ReservedConcurrentExecutions"] == 0
    with pytest.raises(ClientError, match=r"Function not found: arn:.*:function:nobody:\$LATEST"):
        api.put_function_concurrency(FunctionName="nobody", ReservedConcurrentExecutions=0)


def test_account_settings(limit, deploy, api):
    limit(500)
    functions = [deploy("def handler(event, context): pass") for _ in range(2)]
    api.put_function_concurrency(FunctionName=functions[0].name, ReservedConcurrentExecutions=120)
    settings = api.get_account_settings()
    assert settings["AccountLimit"] == {
        "TotalCodeSize": 80530636800,
        "CodeSizeUnzipped": 262144000,
        "CodeSizeZipped": 52428800,
        "ConcurrentExecutions": 500,
        "UnreservedConcurrentExecutions": 380,
    }
    size = functions[0].created["CodeSize"]
    assert settings["AccountUsage"] == {"TotalCodeSize": 2 * size, "FunctionCount": 2}
    api.publish_version(FunctionName=functions[0].name)
    assert api.get_account_settings()["AccountUsage"] == {"TotalCodeSize": 3 * size, "FunctionCount": 2}
    assert api.list_functions()["Functions"] != []


def nothing(account, region):
    return 0


def test_what_is_reserved_is_missing_for_the_others():
    concurrency = Concurrency(FunctionOptions(account_concurrency=150), lambda account, region: 49)
    for _ in range(101):
        concurrency.enter(*PLACE, "f", None)
    with pytest.raises(AwsError, match="Rate Exceeded"):
        concurrency.enter(*PLACE, "g", None)


def test_who_has_left_makes_room():
    concurrency = Concurrency(FunctionOptions(account_concurrency=2), nothing)
    entered = [concurrency.enter(*PLACE, name, None) for name in ("f", "g")]
    with pytest.raises(AwsError) as caught:
        concurrency.enter(*PLACE, "f", None)
    assert json.dumps(caught.value.fields) == '{"Reason": "ConcurrentInvocationLimitExceeded"}'
    concurrency.enter("444455556666", "us-east-1", "f", None)  # another account
    concurrency.enter(PLACE[0], "eu-west-1", "f", None)
    concurrency.enter(*PLACE, "own", 1)  # takes nothing of what others share
    concurrency.leave(entered[0])
    concurrency.enter(*PLACE, "g", None)


def test_what_runs_already_counts_when_concurrency_is_reserved():
    concurrency = Concurrency(FunctionOptions(account_concurrency=2), nothing)
    running = concurrency.enter(*PLACE, "f", None)
    with pytest.raises(AwsError, match="Rate Exceeded"):
        concurrency.enter(*PLACE, "f", 1)
    concurrency.leave(running)
    concurrency.enter(*PLACE, "f", 1)
