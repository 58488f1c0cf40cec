"""Requests to the JSON services whose members have other types than AWS takes, or are not there."""

from __future__ import annotations

import json

import pytest

from sandbox.api_call import ApiCall
from sandbox.backend import members
from sandbox.errors import AwsError
from sandbox.messages import HttpRequest

ARN = "arn:aws:iam::123456789012:role/r"
CODE = {"ZipFile": "UEsFBg=="}
FUNCTION = {"FunctionName": "f", "Role": ARN, "Code": CODE}


def call(service: str, operation: str, body: bytes | object, query: str = "", **uri: str) -> ApiCall:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return ApiCall(service, operation, "us-east-1", None, HttpRequest("POST", "/", query, (), data), uri)


def refusal(*given, **more) -> tuple[str, str]:
    with pytest.raises(AwsError) as refused:
        members.check(call(*given, **more))
    assert refused.value.status == 400
    return refused.value.code, refused.value.message


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"Timeout": "3"}, "STRING_VALUE can not be converted to an Integer"),
        ({"Timeout": True}, "TRUE_VALUE can not be converted to an Integer"),
        ({"Timeout": 2**31}, "NUMBER_VALUE can not be converted to an Integer"),
        ({"Timeout": {}}, "Start of structure or map found where not expected."),
        ({"Timeout": []}, "Start of list found where not expected"),
        ({"Description": 5}, "NUMBER_VALUE can not be converted to a String"),
        ({"Publish": "maybe"}, "Unexpected token received from parser"),
        ({"TracingConfig": 5}, "Unexpected field type"),
        ({"Environment": {"Variables": {"A": ["b"]}}}, "Start of list found where not expected"),
        ({"Layers": "text"}, "Unexpected field type"),
        ({"Layers": [None]}, "NULL_VALUE can not be converted to a member of a list or map"),
        ({"Code": {"ZipFile": 5}}, "only base-64-encoded strings are convertible to bytes"),
    ],
)
def test_another_type_is_a_serialization_exception(changed, told):
    assert refusal("lambda", "CreateFunction", {**FUNCTION, **changed}) == ("SerializationException", told)


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b'"x"',
        b"5",
        b"\xff{}",
        b"[" * 20_000,
        b'{"Timeout": NaN}',
        b'{"FunctionName": "\\ud800"}',
    ],
)
def test_what_is_no_json_object_is_refused(body):
    assert refusal("lambda", "CreateFunction", body)[0] == "SerializationException"
    assert refusal("apigatewayv2", "CreateApi", body) == ("BadRequestException", "Invalid request input")


def test_what_is_required_is_named_by_its_place():
    told = "1 validation error detected: Value null at '{}' failed to satisfy constraint: "
    told += "Member must not be null"
    without = {**FUNCTION, "Role": None}
    assert refusal("lambda", "CreateFunction", without) == ("ValidationException", told.format("role"))
    gone = refusal("lambda", "UntagResource", b"", "", Resource="arn")
    assert gone == ("ValidationException", told.format("tagKeys"))
    assert refusal("apigateway", "UntagResource", b"")[0] == "BadRequestException"


def test_a_null_is_a_member_that_is_not_there():
    given = call(
        "lambda", "CreateFunction", {**FUNCTION, "Timeout": None, "Environment": {"Variables": None}}
    )
    assert json.loads(members.check(given).request.body) == {**FUNCTION, "Environment": {}}


def test_a_body_that_no_member_is_in_is_not_read():
    assert members.check(call("lambda", "GetFunction", b"[1]", FunctionName="f")).request.body == b""


def test_no_body_is_an_empty_object():
    assert members.check(call("apigatewayv2", "UpdateIntegrationResponse", b"")).request.body == b"{}"


def test_a_right_call_and_a_document_stay_as_they_are():
    for right in (
        call("lambda", "CreateFunction", {**FUNCTION, "Unknown": {"a": [1]}}),
        call("apigateway", "ImportRestApi", b'{"swagger": "2.0"}'),
        call("logs", "NoSuchOperation", b"anything"),
    ):
        assert members.check(right) is right
    assert (
        refusal("apigateway", "ImportApiKeys", b"\xff", "format=csv&mode=import")[0] == "BadRequestException"
    )


def test_a_patch_operation_has_an_op_and_a_path():
    for odd in ({}, {"op": "replace"}, {"path": "/name"}, "text", None):
        assert refusal("apigateway", "UpdateRestApi", {"patchOperations": [odd]})[0] == "BadRequestException"


# ---- over HTTP -------------------------------------------------------------------------------------------

NOT_FOUND = "NotFoundException"
ODD = [
    ("lambda", "POST", "/2015-03-31/functions", {"FunctionName": ["f"]}, 400, "SerializationException"),
    ("lambda", "PUT", "/2021-10-31/functions/f/url", {}, 501, "NotImplemented"),
    ("apigateway", "PATCH", "/account", {}, 200, ""),
    ("apigateway", "DELETE", "/usageplans/%5B%5D/keys/k", None, 404, NOT_FOUND),
    ("apigateway", "GET", "/v2/apis/none/routes?maxResults=x", None, 404, NOT_FOUND),
    ("apigateway", "POST", "/v2/apis", [], 400, "BadRequestException"),
    ("lambda", "DELETE", "/2017-10-31/functions/a:b:c:d:e/concurrency", None, 400, "ValidationException"),
    (
        "lambda",
        "GET",
        "/2019-09-25/functions/a:b:c:d:e/event-invoke-config/list",
        None,
        400,
        "ValidationException",
    ),
]


def signed(account: str, service: str) -> dict[str, str]:
    scope = f"{account}/20260101/us-east-1/{service}/aws4_request"
    return {
        "Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0",
        "X-Amz-Date": "20260101T000000Z",
    }


@pytest.mark.parametrize(("service", "method", "path", "body", "status", "code"), ODD)
def test_an_odd_rest_request_has_an_answer_of_aws_s(raw, account, service, method, path, body, status, code):
    data = b"" if body is None else json.dumps(body).encode()
    reply = raw.request(method, path, signed(account, service), data)
    assert (reply.status, reply.headers.get("x-amzn-errortype", "")) == (status, code), reply.text


def test_a_page_size_that_is_no_number_is_refused(raw, account, client):
    api = client("apigatewayv2").create_api(Name="odd", ProtocolType="HTTP")["ApiId"]
    reply = raw.request("GET", f"/v2/apis/{api}/routes?maxResults=x", signed(account, "apigateway"))
    assert (reply.status, reply.headers["x-amzn-errortype"]) == (400, "BadRequestException")


@pytest.mark.parametrize(
    ("operation", "parameters", "status", "code"),
    [
        (
            "PutSubscriptionFilter",
            {"logGroupName": "g", "filterName": "f", "filterPattern": "", "destinationArn": "x"},
            501,
            "NotImplemented",
        ),
        ("PutDeliverySource", {"name": "n", "resourceArn": "x", "logType": "y"}, 501, "NotImplemented"),
    ],
)
def test_an_odd_call_to_logs_has_an_answer_of_aws_s(raw, account, operation, parameters, status, code):
    reply = raw.call("logs", f"Logs_20140328.{operation}", json.dumps(parameters), account)
    assert (reply.status, reply.json()["__type"]) == (status, code), reply.text


def test_what_an_event_lacks_is_named_by_its_place(raw, account):
    event = {"timestamp": 1, "message": "m"}
    put = {"logGroupName": "g", "logStreamName": "s", "logEvents": [event, {"message": "m"}]}
    reply = raw.call("logs", "Logs_20140328.PutLogEvents", json.dumps(put), account)
    place = "'logEvents.2.member.timestamp' failed to satisfy constraint: Member must not be null"
    assert reply.json()["message"] == f"1 validation error detected: Value null at {place}"
    assert reply.json()["__type"] == "InvalidParameterException"


def test_the_name_of_a_log_group_has_a_length_and_a_form(raw, account):
    reply = raw.call("logs", "Logs_20140328.CreateLogGroup", '{"logGroupName": ""}', account)
    begin = "Value '' at 'logGroupName' failed to satisfy constraint: Member must "
    assert reply.json() == {
        "__type": "InvalidParameterException",
        "message": f"2 validation errors detected: {begin}have length greater than or equal to 1; "
        rf"{begin}satisfy regular expression pattern: [\.\-_/#A-Za-z0-9]+",
    }


def test_settings_nested_without_end_are_no_settings(raw):
    assert raw.request("PUT", "/_sandbox/settings", body=b"[" * 100_000).status == 400
