"""Execution logs of REST APIs: which lines each level writes, with data trace and without.

Sources: beside the code, in `sandbox.gateway.execution_log`.
"""

from __future__ import annotations

import pytest

from tests.sandbox.gateway.conftest import Api, Workplace, do
from tests.sandbox.gateway.test_rest_updates import replaced
from tests.sandbox.roles import allow, let_apis_log


@pytest.fixture(scope="module")
def role(work: Workplace) -> str:
    return let_apis_log(work.client)


@pytest.fixture(scope="module")
def api(work: Workplace, role: str) -> Api:
    return work.rest_proxy("pets")


def levels(work: Workplace, api: Api, place: str = "*/*", **settings: str) -> None:
    operations = [
        one for name, value in settings.items() for one in replaced(f"/{place}/logging/{name}", value)
    ]
    work.v1.update_stage(restApiId=api.id, stageName="test", patchOperations=operations)


def written(work: Workplace, api: Api, reply) -> list[str]:
    """The lines of a request, without what each begins with."""
    events = work.client("logs").filter_log_events(logGroupName=f"API-Gateway-Execution-Logs_{api.id}/test")
    mark = f"({reply.headers['x-amzn-requestid']}) "
    messages = [event["message"] for event in events["events"]]
    return [message.removeprefix(mark) for message in messages if message.startswith(mark)]


def test_level_info(work: Workplace, api):
    levels(work, api, loglevel="INFO")
    reply = api.call("/pets")
    request_id, place = reply.headers["x-amzn-requestid"], f"{api.id}/test"
    said = written(work, api, reply)
    assert said[:-1] == [
        f"Extended Request Id: {reply.headers['x-amz-apigw-id']}",
        f"Verifying Usage Plan for request: {request_id}. API Key:  API Stage: {place}",
        (
            "API Key  authorized because method 'ANY /pets' does not require API Key. "
            "Request will not contribute to throttle or quota limits"
        ),
        f"Usage Plan check succeeded for API Key  and API Stage {place}",
        f"Starting execution for request: {request_id}",
        "HTTP Method: GET, Resource Path: /pets",
        "Successfully completed execution",
        "Method completed with status: 200",
    ]
    assert said[-1].startswith("AWS Integration Endpoint RequestId : ")
    reply = api.call("/pets", headers=do(**{"raise": "no pets"}))
    said = written(work, api, reply)
    failed = (
        "Lambda execution failed with status 200 due to customer function error: no pets. Lambda request id: "
    )
    assert said[6].startswith(failed)
    assert said[7] == "Method completed with status: 502"
    assert said[8].endswith(said[6].removeprefix(failed))


def test_data_trace(work: Workplace, api):
    levels(work, api, loglevel="INFO", dataTrace="true")
    reply = api.call("/pets?a=1", "POST", headers={"X-A": "b"}, body="x" * 2000)
    said = written(work, api, reply)
    starts = [
        "Method request path: {}",
        "Method request query string: {a=1}",
        "Method request headers: {",
        "Method request body before transformations: xxx",
        f"Endpoint request URI: https://lambda.us-east-1.amazonaws.com/2015-03-31/functions/{work.function}/",
        f"Endpoint request headers: {{x-amzn-lambda-integration-tag={reply.headers['x-amzn-requestid']}, ",
        'Endpoint request body after transformations: {"resource":"/pets"',
        "Sending request to https://lambda.us-east-1.amazonaws.com/",
        "Received response. Status: 200, Integration latency: ",
        "Endpoint response headers: {Date=",
        'Endpoint response body before transformations: {"statusCode": 200, ',
        'Method response body after transformations: {"resource"',
        "Method response headers: {",
        "Successfully completed execution",
    ]
    assert [line[: len(start)] for line, start in zip(said[6:], starts, strict=False)] == starts
    assert "X-A=b" in said[8]
    assert said[9].endswith("xxx [TRUNCATED]")
    assert max(map(len, said)) == 1024 + len(" [TRUNCATED]")
    levels(work, api, dataTrace="false")


def test_level_error_and_methods_of_their_own(work: Workplace, api):
    levels(work, api, loglevel="ERROR")
    quiet = api.call("/pets")
    malformed = api.call("/pets", headers=do(**{"return": "x"}))
    assert written(work, api, quiet) == []
    assert written(work, api, malformed) == [
        "Execution failed due to configuration error: Malformed Lambda proxy response",
        "Method completed with status: 502",
    ]
    levels(work, api, "~1pets/ANY", loglevel="OFF")
    assert written(work, api, api.call("/pets", headers=do(**{"return": "x"}))) == []


def test_a_role_that_may_write_no_longer(work: Workplace):
    iam, name = work.client("iam"), let_apis_log(work.client).rpartition("/")[2]
    api = work.rest_proxy("a")
    levels(work, api, loglevel="INFO")
    assert written(work, api, api.call("/a"))
    iam.put_role_policy(RoleName=name, PolicyName="allowed", PolicyDocument=allow("s3:GetObject"))
    reply = api.call("/a")
    assert (reply.status, written(work, api, reply)) == (200, [])
    let_apis_log(work.client)
    assert written(work, api, api.call("/a"))
