"""The failures that people meet behind an API, seen as they see them."""

from __future__ import annotations

import json
from typing import Any

from tests.sandbox.cases import case
from tests.sandbox.gateway.conftest import Workplace, do
from tests.sandbox.roles import allow


def failing(work: Workplace, body: str, **more: Any) -> str:
    """A function whose handler does what `body` says."""
    code = f"import json\nfrom decimal import Decimal\ndef handler(event, context):\n    {body}\n"
    return work.make_function(code=code, permitted=True, **more)


def error_of(work: Workplace, function: str, event: dict[str, Any]) -> dict[str, Any]:
    """What the invocation fails with."""
    answer = work.lambda_.invoke(FunctionName=function, Payload=json.dumps(event))
    assert answer["FunctionError"] == "Unhandled"
    return json.loads(answer["Payload"].read())


@case("ts-decimal-json")
def test_decimal(work, expected):
    function = failing(work, "return {'statusCode': 200, 'body': json.dumps({'age': Decimal('7')})}")
    expected.check_fields("json_keys", error_of(work, function, {}))
    statuses = [make(function=function).call("/x").status for make in (work.rest_proxy, work.http_api)]
    assert statuses == [502, 500]


@case("ts-wrong-event-version")
def test_handler_written_for_the_other_payload_format(work, echo, expected):
    function = failing(work, "return {'statusCode': 200, 'body': event['httpMethod']}")
    expected.check_fields("json_keys", error_of(work, function, echo.event("/x")))
    assert work.http_api(function=function).call("/x").status == 500
    assert work.http_api(function=function, payload="1.0").call("/x").text == "GET"


@case("ts-body-none")
def test_body_of_a_get(work, rest, echo, expected):
    function = failing(work, "return {'statusCode': 200, 'body': json.loads(event['body'])}")
    expected.check_fields("json_keys", error_of(work, function, rest.event("/x")))
    over_http = error_of(work, function, echo.event("/x"))
    assert (over_http["errorType"], over_http["errorMessage"]) == ("KeyError", "'body'")
    assert work.rest_proxy(function=function).call("/x").status == 502


@case("ts-env-table-name")
def test_wrong_table_name(work, expected):
    body = (
        "import boto3, os; boto3.resource('dynamodb').Table(os.environ['TABLE_NAME'])"
        ".get_item(Key={'userId': 'ada'})"
    )
    variables = {"Variables": {"TABLE_NAME": "nosuchtable"}}
    function = failing(work, body, Environment=variables, Timeout=20)
    reads = allow("dynamodb:GetItem", resource="arn:aws:dynamodb:*:*:table/*")
    work.client("iam").put_role_policy(RoleName="puppet", PolicyName="reads", PolicyDocument=reads)
    assert work.http_api(function=function).call("/x").status == 500
    group = f"/aws/lambda/{function.rpartition(':')[2]}"
    events = work.client("logs").filter_log_events(logGroupName=group)["events"]
    text = "\n".join(event["message"] for event in events)
    assert expected.take("log_contains") in text
    assert expected.take("message") in text


@case("ts-cors-missing")
def test_browser_without_cors_headers(work, rest, expected):
    asked = {"Origin": "https://shop.example"}
    silent = rest.call("/x", headers=asked)
    assert "status is 200" in expected.take("rule")
    assert silent.status == 200
    assert "access-control-allow-origin" not in silent.headers
    result = {"statusCode": 200, "headers": {"Access-Control-Allow-Origin": "*"}}
    spoken = rest.call("/x", headers={**asked, **do(**{"return": result})})
    assert spoken.headers["access-control-allow-origin"] == "*"
