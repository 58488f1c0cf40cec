"""How each protocol writes an error."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest

from sandbox.errors import AwsError, NotModelled, error_reply

ODD = 'a <b> & "c" é 世 \x00'


def test_dynamodb_names_the_namespace_of_an_error():
    names = {
        "ValidationException": "com.amazon.coral.validate#ValidationException",
        "AccessDeniedException": "com.amazon.coral.service#AccessDeniedException",
        "ResourceNotFoundException": "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException",
    }
    for code, kind in names.items():
        reply = error_reply("json", "dynamodb", AwsError(code, "no"))
        assert json.loads(reply.body)["__type"] == kind
        assert reply.header("content-type") == "application/x-amz-json-1.0"


def test_a_refusal_by_iam_has_a_capital_message():
    body = json.loads(error_reply("json", "dynamodb", AwsError("AccessDeniedException", "no")).body)
    assert body["Message"] == "no"
    assert "message" not in body


def test_other_json_services_name_no_namespace():
    reply = error_reply("json", "logs", AwsError("ResourceNotFoundException", ODD))
    assert json.loads(reply.body) == {"__type": "ResourceNotFoundException", "message": ODD}
    assert reply.header("content-type") == "application/x-amz-json-1.1"


def test_further_fields_go_with_the_error():
    error = AwsError("ConditionalCheckFailedException", "no", Item={"pk": {"S": "a"}})
    assert json.loads(error_reply("json", "dynamodb", error).body)["Item"] == {"pk": {"S": "a"}}


@pytest.mark.parametrize(("status", "kind"), [(404, "User"), (500, "Service")])
def test_lambda_says_whose_fault_it_is(status, kind):
    reply = error_reply("rest-json", "lambda", AwsError("SomeException", "no", status))
    assert json.loads(reply.body) == {"Type": kind, "Message": "no"}
    assert reply.header("x-amzn-ErrorType") == "SomeException"
    assert reply.status == status


def test_the_front_of_lambda_writes_a_small_message():
    error = AwsError("TooManyRequestsException", "Rate Exceeded.", 429, message_key="message", Reason="x")
    body = json.loads(error_reply("rest-json", "lambda", error).body)
    assert body == {"Type": "User", "message": "Rate Exceeded.", "Reason": "x"}


@pytest.mark.parametrize("protocol", ["json", "rest-json", "query", "rest-xml"])
def test_how_the_message_is_keyed_is_never_part_of_it(protocol):
    error = AwsError("InvalidSignatureException", "no", 403, message_key="message")
    assert b"message_key" not in error_reply(protocol, "apigateway", error).body


@pytest.mark.parametrize("protocol", ["query", "rest-xml"])
def test_xml_is_well_formed_whatever_is_said(protocol):
    reply = error_reply(protocol, "iam", AwsError("SomeError", ODD, 404))
    root = ElementTree.fromstring(reply.body)
    found = {element.tag: element.text for element in root.iter()}
    assert found["Code"] == "SomeError"
    assert found["Message"] == ODD.replace("\x00", "\ufffd")
    assert found["RequestId"] == reply.header("x-amzn-RequestId") or reply.header("x-amz-request-id")


@pytest.mark.parametrize(("status", "kind"), [(400, "Sender"), (503, "Receiver")])
def test_the_query_protocol_says_whose_fault_it_is(status, kind):
    root = ElementTree.fromstring(error_reply("query", "iam", AwsError("X", "no", status)).body)
    assert root.findtext("Error/Type") == kind


def test_what_is_not_modelled_is_named():
    error = NotModelled("the service 'sqs'", "Use another.")
    assert (error.code, error.status) == ("NotImplemented", 501)
    assert error.message == "The sandbox does not model the service 'sqs'. Use another."
