"""Hand-made requests whose parameters have other types than AWS takes: the caller's fault, never ours."""

from __future__ import annotations

import json

import pytest

from tests.sandbox.cases import case
from tests.sandbox.core.conftest import text

DYNAMODB, LOGS, SSM = "DynamoDB_20120810", "Logs_20140328", "AmazonSSM"
KEY = {"pk": text("ada")}
ODD = [
    ("dynamodb", f"{DYNAMODB}.GetItem", {"Key": KEY, "ProjectionExpression": 5}),
    ("dynamodb", f"{DYNAMODB}.GetItem", {"Key": KEY, "ExpressionAttributeNames": ["a"]}),
    ("dynamodb", f"{DYNAMODB}.GetItem", {"Key": {"pk": {"S": 5}}}),
    ("dynamodb", f"{DYNAMODB}.GetItem", {"Key": {"pk": {"S": None}}}),
    ("dynamodb", f"{DYNAMODB}.GetItem", {"Key": {"pk": {"S": "\ud83d"}}}),
    ("dynamodb", f"{DYNAMODB}.PutItem", {"Item": {**KEY, "a \udc00": {"S": "x"}}}),
    ("dynamodb", f"{DYNAMODB}.PutItem", {"Item": {**KEY, "a": {"L": "text"}}}),
    ("dynamodb", f"{DYNAMODB}.PutItem", {"Item": {**KEY, "a": {"M": ["text"]}}}),
    ("dynamodb", f"{DYNAMODB}.UpdateItem", {"Key": KEY, "UpdateExpression": ["SET a = :a"]}),
    ("dynamodb", f"{DYNAMODB}.UpdateItem", {"Key": KEY, "AttributeUpdates": "text"}),
    ("dynamodb", f"{DYNAMODB}.Query", {"KeyConditionExpression": {"a": 1}}),
    ("dynamodb", f"{DYNAMODB}.Query", {"KeyConditions": "text"}),
    ("dynamodb", f"{DYNAMODB}.BatchGetItem", {"RequestItems": "text"}),
    ("dynamodb", f"{DYNAMODB}.BatchWriteItem", {"RequestItems": {"users": "text"}}),
    ("dynamodb", f"{DYNAMODB}.TransactWriteItems", {"TransactItems": "text"}),
    ("dynamodb", f"{DYNAMODB}.CreateTable", {"TableName": "new", "KeySchema": "text"}),
    ("dynamodb", f"{DYNAMODB}.CreateTable", {"TableName": "new"}),
    ("logs", f"{LOGS}.PutLogEvents", {"logGroupName": 5}),
    ("logs", f"{LOGS}.FilterLogEvents", {}),
    ("ssm", f"{SSM}.GetParameter", {"Name": ["a"]}),
]


@pytest.mark.usefixtures("users")
@pytest.mark.parametrize(("service", "target", "parameters"), ODD, ids=str)
def test_an_odd_request_is_refused(raw, account, service, target, parameters):
    table = {"TableName": "users"} if service == "dynamodb" else {}
    reply = raw.call(service, target, json.dumps({**table, **parameters}), account)
    assert 400 <= reply.status < 500, reply.text
    assert reply.json()["__type"]
    assert reply.json().get("message") or reply.json()["Message"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (5, "NUMBER_VALUE cannot be converted to String"),
        (True, "TRUE_VALUE cannot be converted to String"),
        ({"a": 1}, "Start of structure or map found where not expected"),
        ([1], "Unrecognized collection type class java.lang.String"),
    ],
)
def test_a_number_is_sent_as_a_string(raw, account, users, content, told):
    item = {**KEY, "list": {"L": [{"N": content}]}}
    body = json.dumps({"TableName": users, "Item": item})
    reply = raw.call("dynamodb", f"{DYNAMODB}.PutItem", body, account)
    assert reply.status == 400
    assert reply.json() == {"__type": "com.amazon.coral.service#SerializationException", "Message": told}


@case("ddb-type-namespaces")
def test_how_errors_are_named_on_the_wire(expected, raw, account, users):
    wanted = {
        code.strip(): namespace
        for codes, namespace in expected.take("map").items()
        for code in codes.split(",")
    }
    get = {"TableName": users, "Key": KEY}
    calls = {
        "ResourceNotFoundException": ({**get, "TableName": "none"}, account),
        "ValidationException": ({**get, "Key": {"pk": text("")}}, account),
        "SerializationException": ([], account),
        "UnrecognizedClientException": (get, "AKIANOBODY"),
    }
    for code, (parameters, key) in calls.items():
        reply = raw.call("dynamodb", f"{DYNAMODB}.GetItem", json.dumps(parameters), key)
        assert reply.json()["__type"] == wanted[code] + code
