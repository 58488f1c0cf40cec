"""Time, memory, size, concurrency: what ends a handler that goes too far."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.sandbox.cases import case
from tests.sandbox.functions.conftest import invoke

NODE = "nodejs24.x"


@case("lam-timeout")
@pytest.mark.parametrize("language", ["python", "node"])
def test_a_handler_that_never_answers(deploy, expected, language):
    sources = {
        "python": ("def handler(event, context):\n    while event.get('loop'): pass\n    return 1", None),
        "node": ("export const handler = async (event) => { while (event.loop); return 1 }", NODE),
    }
    source, runtime = sources[language]
    function = deploy(source, **({"runtime": runtime} if runtime else {}), Timeout=1)
    answer = function.invoke({"loop": True})
    expected.check_response(answer.status, answer.headers, answer.payload)
    assert re.search(r"Duration: 10\d\d\.\d\d ms\tBilled Duration: \d{4} ms", answer.log)
    assert function.invoke().json == 1  # another environment


@case("lam-exit")
@pytest.mark.parametrize("how", ["sys.exit(0)", "os._exit(0)"])
def test_a_handler_that_exits(deploy, expected, how):
    function = deploy(f"import os, sys\ndef handler(event, context):\n    if event: {how}\n    return 1")
    answer = function.invoke({"exit": True})
    expected.check_response(answer.status, answer.headers, answer.payload)
    assert "\tStatus: error\tError Type: Runtime.ExitError\t" in answer.log
    assert function.invoke().json == 1


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("os._exit(3)", "exit status 3"),
        ("sys.exit('oops')", "exit status 1"),
        ("os.kill(os.getpid(), 11)", "signal: segmentation fault"),
        ("os.kill(os.getpid(), 9)", "signal: killed"),
    ],
)
def test_how_it_exited_is_said(deploy, how, words):
    answer = deploy(f"import os, sys\ndef handler(event, context): {how}").invoke()
    assert (
        answer.json["errorMessage"]
        == f"RequestId: {answer.request_id} Error: Runtime exited with error: {words}"
    )


@case("lam-exit")
def test_node_that_exits(deploy, expected):
    answer = deploy("export const handler = async () => process.exit(0)", NODE).invoke()
    expected.check_response(answer.status, answer.headers, answer.payload)


def test_an_exit_at_import(deploy):
    function = deploy("import os\nos._exit(2)")
    answer = function.invoke()
    assert answer.json["errorType"] == "Runtime.ExitError"
    assert answer.json["errorMessage"].endswith("Error: Runtime exited with error: exit status 2")
    words = (
        r"INIT_REPORT Init Duration: [\d.]+ ms\tPhase: init\tStatus: error\tError Type: Runtime.ExitError\n"
    )
    assert [line for line in function.log() if re.fullmatch(words, line)]


@case("lam-oom")
@pytest.mark.parametrize("where", ["slowly", "at once", "in a child"])
def test_a_handler_that_takes_too_much_memory(deploy, expected, where):
    grow = {
        "slowly": "x = []\n    while True: x.append(b'1' * 1000000); time.sleep(0.002)",
        "at once": "return len(b'1' * 400_000_000)",
        "in a child": (
            "subprocess.run([sys.executable, '-c', 'import time; x = b\"1\" * 400_000_000; time.sleep(9)'])"
        ),
    }
    source = f"import subprocess, sys, time\ndef handler(event, context):\n    {grow[where]}"
    answer = deploy(source, Timeout=9).invoke()
    expected.check_response(answer.status, answer.headers, answer.payload)
    assert int(re.search(r"Max Memory Used: (\d+) MB", answer.log)[1]) > 128


def test_max_memory_used_is_measured(deploy):
    function = deploy(
        "keep = []\ndef handler(event, context): keep.append(b'1' * event['mb'] * 1_000_000)", MemorySize=512
    )
    used = [
        int(re.search(r"Max Memory Used: (\d+) MB", function.invoke({"mb": mb}).log)[1]) for mb in (0, 100, 0)
    ]
    assert used[0] < 60
    assert used[0] + 90 < used[1] <= used[2] < used[0] + 140


@case("lam-request-too-large")
def test_a_request_over_6_mb(deploy, expected):
    function = deploy("def handler(event, context): return len(event['text'])")
    most = 6 * 1024 * 1024
    frame = len(json.dumps({"text": ""}))
    assert function.invoke({"text": "x" * (most - frame)}).json == most - frame
    with pytest.raises(ClientError) as caught:
        function.invoke({"text": "x" * (most - frame + 1)})
    expected.check_error(caught.value)


@pytest.mark.parametrize("runtime", [None, NODE])
def test_a_response_over_6_mb(deploy, runtime):
    python = "def handler(event, context): return 'x' * event['n']"
    node = "export const handler = async (event) => 'x'.repeat(event.n)"
    function = deploy(node, NODE, MemorySize=256) if runtime else deploy(python)
    answer = function.invoke({"n": 6_300_000})
    assert answer.error == "Unhandled"
    assert answer.json == {
        "errorType": "Function.ResponseSizeTooLarge",
        "errorMessage": "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
    }
    assert len(function.invoke({"n": 6_000_000}).payload) == 6_000_002


def test_a_payload_that_is_not_json(deploy):
    with pytest.raises(ClientError) as caught:
        deploy("def handler(event, context): pass").invoke(b"{not json")
    assert caught.value.response["Error"]["Code"] == "InvalidRequestContentException"
    assert "Could not parse request body into json: Could not parse payload into json: " in str(caught.value)


@case("lam-429")
def test_no_concurrency_left(deploy, client, expected):
    function = deploy("def handler(event, context): pass")
    client("lambda").put_function_concurrency(FunctionName=function.name, ReservedConcurrentExecutions=0)
    with pytest.raises(ClientError) as caught:
        function.invoke()
    expected.check_error(caught.value)


def test_reserved_concurrency_is_a_limit(deploy, client):
    function = deploy("import time\ndef handler(event, context): time.sleep(1.5)", Timeout=20)
    api = client("lambda", config=Config(max_pool_connections=4))
    api.put_function_concurrency(FunctionName=function.name, ReservedConcurrentExecutions=2)

    def once(_):
        try:
            return invoke(api, function.name).status
        except ClientError as error:
            return error.response["ResponseMetadata"]["HTTPStatusCode"]

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(once, range(4))) == [200, 200, 429, 429]


def test_fifty_requests_at_once(deploy, client):
    function = deploy(
        "import os, time\ndef handler(event, context):\n"
        "    time.sleep(0.05)\n    return [event['i'], os.getpid()]",
        Timeout=60,
    )
    api = client("lambda", config=Config(max_pool_connections=50, read_timeout=60))
    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda i: invoke(api, function.name, {"i": i}).json, range(50)))
    assert [i for i, _ in answers] == list(range(50))
    assert len({pid for _, pid in answers}) > 1


def test_requests_at_the_same_time_never_share_an_environment(deploy, client):
    function = deploy(
        "import time\nbusy = 0\ndef handler(event, context):\n    global busy\n    busy += 1\n"
        "    time.sleep(0.2)\n    seen = busy\n    busy -= 1\n    return seen",
        Timeout=30,
    )
    api = client("lambda", config=Config(max_pool_connections=8))
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: invoke(api, function.name).json, range(16))) == {1}
