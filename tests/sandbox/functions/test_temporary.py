"""The TMPDIR of an execution environment, and EphemeralStorage."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from tests.sandbox.functions.conftest import invoke
from tests.workshop.waiting import wait_until

COUNTS = """
import os, pathlib, tempfile, time
file = pathlib.Path(tempfile.gettempdir(), "count")
def handler(event, context):
    count = int(file.read_text()) + 1 if file.exists() else 1
    file.write_text(str(count))
    if event.get("end"):
        os._exit(1)
    time.sleep(event.get("sleep", 0))
    return [count, os.environ["TMPDIR"], tempfile.gettempdir(), os.path.expanduser("~")]
"""


def test_what_is_in_it_stays_from_one_invocation_to_the_next(deploy, client):
    function = deploy(COUNTS)
    (count, folder, found, home), second = function.invoke().json, function.invoke().json
    assert (count, second[0]) == (1, 2)
    assert folder == found == home == second[1]
    assert Path(folder).is_dir()
    client("lambda").delete_function(FunctionName=function.name)
    wait_until(lambda: not Path(folder).exists(), "the removal of the environment's folder")


def test_each_environment_has_its_own(deploy, client):
    function = deploy(COUNTS, Timeout=20)
    api = client("lambda")
    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(lambda _: invoke(api, function.name, {"sleep": 1}).json, range(2)))
    assert [count for count, *_ in answers] == [1, 1]
    assert answers[0][1] != answers[1][1]


def test_it_outlives_a_failure_as_the_log_stream_does(deploy, client):
    function = deploy(COUNTS)
    assert function.invoke().json[0] == 1
    assert function.invoke({"end": True}).json["errorType"] == "Runtime.ExitError"
    answer = function.invoke()
    assert answer.json[0] == 3
    assert "Init Duration" not in answer.log  # it is in the Duration
    groups = client("logs").describe_log_streams(logGroupName=f"/aws/lambda/{function.name}")["logStreams"]
    assert len(groups) == 1
    starts = [line for line in function.log() if line.startswith("INIT_START")]
    assert len(starts) == 1
    client("lambda").delete_function(FunctionName=function.name)
    wait_until(lambda: not Path(answer.json[1]).exists(), "the removal of the environment's folder")


def test_the_size_is_stored_within_its_bounds(deploy, client):
    function = deploy(COUNTS, EphemeralStorage={"Size": 10240})
    api = client("lambda")

    def size():
        return api.get_function_configuration(FunctionName=function.name)["EphemeralStorage"]["Size"]

    assert size() == 10240
    api.update_function_configuration(FunctionName=function.name, EphemeralStorage={"Size": 600})
    assert size() == 600
    # Beyond the bounds that botocore checks itself, which has no upper one.
    with pytest.raises(ClientError) as caught:
        api.update_function_configuration(FunctionName=function.name, EphemeralStorage={"Size": 10241})
    assert caught.value.response["Error"]["Message"] == (
        "1 validation error detected: Value '10241' at 'ephemeralStorage.size' failed to satisfy constraint: "
        "Member must have value less than or equal to 10240"
    )
    assert size() == 600
