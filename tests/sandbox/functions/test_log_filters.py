"""Filter patterns of CloudWatch Logs: CloudWatch Logs User Guide, *Filter pattern syntax*."""

import time

import pytest
from botocore.exceptions import ClientError

from sandbox.backend.log_filters import matches
from sandbox.errors import NotModelled

USER = (
    '{"userId": "ada", "status": 404, "took": 1.5, "ids": ["a", "b"], "ok": true, "at": {"path": "/users"}}'
)


@pytest.mark.parametrize(
    ("pattern", "message", "passes"),
    [
        ("", "anything", True),
        ("ERROR", "[ERROR 400] BAD REQUEST", True),
        ("ERROR", "[error 400]", False),
        ("ERROR ARGUMENTS", "[ERROR 419] MISSING ARGUMENTS", True),
        ("ERROR ARGUMENTS", "[ERROR 401] UNAUTHORIZED REQUEST", False),
        ("?ERROR ?ARGUMENTS", "MISSING ARGUMENTS", True),
        ("?ERROR ?ARGUMENTS", "BAD REQUEST", False),
        ('"INTERNAL SERVER ERROR"', "[ERROR 500] INTERNAL SERVER ERROR", True),
        ('"INTERNAL SERVER ERROR"', "SERVER ERROR, INTERNAL", False),
        ('ERROR "status 500"', "ERROR: status 500", True),
        ('"\\"userId\\": \\"ada\\""', USER, True),
        ("ERROR -ARGUMENTS", "[ERROR 401] UNAUTHORIZED REQUEST", True),
        ("ERROR -ARGUMENTS", "[ERROR 419] MISSING ARGUMENTS", False),
        ("-ERROR", "fine", True),
        ('ERROR -"MISSING ARGUMENTS"', "[ERROR 419] MISSING ARGUMENTS", False),
        ('"8f5b1c1e-0000"', "START RequestId: 8f5b1c1e-0000", True),
    ],
)
def test_text_is_searched_for(pattern, message, passes):
    assert matches(pattern, message) is passes


@pytest.mark.parametrize(
    ("pattern", "passes"),
    [
        ('{ $.userId = "ada" }', True),
        ("{ $.userId = ada }", True),
        ('{ $.userId = "ad" }', False),
        ("{$.status=404}", True),
        ("{ $.status = 404.0 }", True),
        ("{ $.status = 500 }", False),
        ("{ $.status >= 400 && $.status < 500 }", True),
        ("{ $.status > 404 || $.took <= 1.5 }", True),
        ("{ $.status > 404 || $.took < 1.5 }", False),
        ('{ $.at.path = "/users" }', True),
        ('{ $.ids[1] = "b" }', True),
        ('{ $.ids[2] = "b" }', False),
        ('{ $.ids.path = "b" }', False),
        ('{ $.nobody = "ada" }', False),
        ('{ $.status = "404" }', False),
        ("{ $.ok = 1 }", False),
    ],
)
def test_fields_of_json_are_compared(pattern, passes):
    assert matches(pattern, USER) is passes


def test_what_is_not_json_has_no_fields():
    assert not matches('{ $.userId = "ada" }', f"INFO {USER}")


@pytest.mark.parametrize(
    "pattern",
    [
        "%ERROR%",
        "[ip, user, ...]",
        "?ERROR INFO",
        "a.b",
        "{ $.userId != ada }",
        "{ $.userId = ad* }",
        '{ $.userId = "ad*" }',
        "{ $.userId IS NULL }",
        "{ $.userId NOT EXISTS }",
        "{ ($.status = 404) }",
        "{ $.status = 404 && $.took = 1 || $.took = 2 }",
        '{ $.userId > "ada" }',
        "{ }",
    ],
)
def test_what_is_not_modelled_is_refused_by_name(pattern):
    with pytest.raises(NotModelled, match="does not model the filter pattern"):
        matches(pattern, USER)


def test_filter_log_events_uses_them(client):
    logs = client("logs")
    where = {"logGroupName": "filtered", "logStreamName": "s"}
    logs.create_log_group(logGroupName="filtered")
    logs.create_log_stream(**where)
    now = int(time.time() * 1000)
    messages = ("START", '{"userId": "ada"}', '{"userId": "grace"}')
    logs.put_log_events(**where, logEvents=[{"timestamp": now, "message": one} for one in messages])

    found = logs.filter_log_events(logGroupName="filtered", filterPattern='{ $.userId = "grace" }')
    assert [event["message"] for event in found["events"]] == ['{"userId": "grace"}']
    with pytest.raises(ClientError, match="does not model the filter pattern %START%") as caught:
        logs.filter_log_events(logGroupName="filtered", filterPattern="%START%")
    assert caught.value.response["Error"]["Code"] == "NotImplemented"
