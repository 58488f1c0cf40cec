"""The Invoke operation: its types, its headers, and the trace it leaves."""

from __future__ import annotations

import json
import time

import pytest
from botocore.exceptions import ClientError

from tests.sandbox.cases import case

ECHO = "def handler(event, context):\n    print('event', event)\n    return event"


def test_headers(deploy, client):
    function = deploy(ECHO)
    answer = client("lambda").invoke(FunctionName=function.name, Payload=b'{"a": 1}')
    assert answer["StatusCode"] == 200
    assert answer["ExecutedVersion"] == "$LATEST"
    assert "FunctionError" not in answer
    assert "LogResult" not in answer
    assert json.load(answer["Payload"]) == {"a": 1}
    assert answer["ResponseMetadata"]["HTTPHeaders"]["x-amzn-trace-id"].startswith("Root=1-")


@pytest.mark.parametrize("options", [{}, {"Payload": b""}])
def test_no_payload_is_an_empty_object(deploy, client, options):
    function = deploy(ECHO)
    assert json.load(client("lambda").invoke(FunctionName=function.name, **options)["Payload"]) == {}


@case("lam-invoke-event")
def test_an_asynchronous_invocation(deploy, client, expected):
    function = deploy(ECHO)
    answer = client("lambda").invoke(FunctionName=function.name, InvocationType="Event", Payload=b'{"b": 2}')
    body = answer["Payload"].read()
    expected.check_response(answer["StatusCode"], answer["ResponseMetadata"]["HTTPHeaders"], body)
    end = time.monotonic() + 15
    while "event {'b': 2}\n" not in _log(function):
        assert time.monotonic() < end, "the event did not arrive within 15 s"
        time.sleep(0.02)


def _log(function):
    try:
        return function.log()
    except ClientError:
        return []  # no environment has made the log group yet


def test_a_dry_run_runs_nothing(deploy, client):
    function = deploy(ECHO)
    answer = client("lambda").invoke(FunctionName=function.name, InvocationType="DryRun")
    assert (answer["StatusCode"], answer["Payload"].read()) == (204, b"")
    assert len(answer["ResponseMetadata"]["HTTPHeaders"]["x-amzn-requestid"]) == 36
    assert client("logs").describe_log_groups()["logGroups"] == []


@pytest.mark.parametrize("kind", ["Event", "DryRun", "RequestResponse"])
def test_no_such_function_in_any_type(client, kind):
    with pytest.raises(ClientError, match=r"Function not found: arn:.*:function:nobody:\$LATEST"):
        client("lambda").invoke(FunctionName="nobody", InvocationType=kind)


def test_an_asynchronous_payload_over_1_mb(deploy, client):
    function = deploy(ECHO)
    with pytest.raises(ClientError, match="too large for the Event invocation type"):
        client("lambda").invoke(
            FunctionName=function.name, InvocationType="Event", Payload=json.dumps("x" * 1024 * 1024)
        )


@pytest.mark.parametrize(
    ("header", "value", "code", "words"),
    [
        *(
            ("X-Amz-Client-Context", value, "InvalidRequestContentException", "a valid Base64-encoded JSON")
            for value in ("{not base64}", "////")
        ),
        ("X-Amz-Invocation-Type", "event", "ValidationException", "[Event, RequestResponse, DryRun]"),
        ("X-Amz-Log-Type", "All", "ValidationException", "Value 'All' at 'logType' failed to satisfy"),
        ("X-Amz-Tenant-Id", "blue", "NotImplemented", "does not model tenant isolation"),
        ("X-Amz-Durable-Execution-Name", "once", "NotImplemented", "does not model durable functions"),
    ],
)
def test_a_header_that_is_refused(deploy, client, header, value, code, words):
    function = deploy(ECHO)
    api = client("lambda")

    def add(request, **_):
        request.headers.add_header(header, value)

    api.meta.events.register("before-sign.lambda.Invoke", add)
    with pytest.raises(ClientError) as caught:
        api.invoke(FunctionName=function.name)
    error = caught.value.response["Error"]
    assert (error["Code"], words in error["Message"]) == (code, True)


def test_calls_of_a_handler_land_in_its_trace(deploy, client, raw):
    function = deploy(
        "import boto3, os\ndef handler(event, context):\n"
        "    boto3.client('sts').get_caller_identity()\n    return os.environ['_X_AMZN_TRACE_ID']",
        Timeout=20,
    )
    seen = function.invoke()
    root = seen.json.partition("Root=")[2].partition(";")[0]
    assert seen.headers["x-amzn-trace-id"].startswith(f"Root={root}")
    traces = raw.request("GET", "/_sandbox/traces").json()
    traces = traces if isinstance(traces, list) else traces["traces"]
    (trace,) = [trace for trace in traces if trace["trace_id"] == root]
    hops = {hop["name"]: hop for hop in trace["hops"]}
    facts = hops["lambda"]["facts"]
    assert facts["function"] == function.name
    assert facts["environment"] == "cold"
    assert facts["request_id"] == seen.request_id
    assert 0 < facts["init_ms"] < 10_000
    operations = [hop["facts"].get("operation") for hop in trace["hops"] if hop["name"] == "aws-api"]
    assert operations[-1] == "GetCallerIdentity"
