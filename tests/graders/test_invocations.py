"""What lab 3's checks are made of, where no submission on the sandbox shows it."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest
from botocore.exceptions import ReadTimeoutError

from tests.labs.function import events, inside, logs, package
from tests.labs.function.invoking import Api, Invocation, own_lines
from tests.labs.function.messages import TIMED_OUT
from tests.labs.function.shape import reply_to
from workshop.checking.finding import CheckFailed

REQUEST_ID = "5f1f9b3c-0f6d-4c50-93a1-1b2f0a6f4a11"


def invocation(result, error=""):
    payload = json.dumps(result)
    return Invocation(events.get("ada"), "users", "us-east-1", payload, error, REQUEST_ID, "")


class TestOwnLines:
    """Lambda's own lines are not the handler's, in both log formats."""

    def test_of_the_format_text(self):
        own = [f'{{"requestId": "{REQUEST_ID}"}}\n', f"[INFO]\t2026-11-22T10:00:00.000Z\t{REQUEST_ID}\tada\n"]
        lambdas = [
            f"{word} RequestId: {REQUEST_ID} Version: $LATEST\n" for word in ("START", "END", "REPORT")
        ]
        assert logs.own_of([*lambdas, *own]) == own

    def test_of_the_format_json(self):
        """As the Developer Guide shows them, *Configuring JSON and plain text log formats*."""
        own = json.dumps({"timestamp": "2026", "level": "INFO", "requestId": REQUEST_ID, "message": "ada"})
        lambdas = [
            json.dumps({"time": "2026", "type": f"platform.{word}", "record": {"requestId": REQUEST_ID}})
            for word in ("start", "report")
        ]
        assert logs.own_of([*lambdas, own]) == [own]

    def test_of_a_tail(self):
        assert own_lines("START RequestId: x\nada\n\nEND RequestId: x\nREPORT RequestId: x\n") == ["ada"]


def test_a_log_group_that_is_not_said_is_the_functions():
    assert logs.group_of({"FunctionName": "users"}) == "/aws/lambda/users"
    assert logs.group_of({"FunctionName": "users", "LoggingConfig": {"LogGroup": "own"}}) == "own"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('{"message": "Internal server error"}', None),
        ('{"message": "InternalServerError"}', None),
        ('{"message": "Item size has exceeded the maximum allowed size"}', None),
        ('{"message": "DynamoDB does not keep the number 1e400"}', None),
        ('{"message": "the user is too large"}', None),
        ('{"message": "KeyError: \'userId\'"}', "KeyError"),
        ('{"message": "at /var/task/app.mjs:12:3"}', "app.mjs:12"),
        ('{"message": "Traceback (most recent call last): …"}', "Traceback (most recent"),
        ('{"message": "no item in users-1"}', "users-1"),
        (
            '{"message": "denied on arn:aws:dynamodb:us-east-1:1:table/x"}',
            "arn:aws:dynamodb:us-east-1:1:table/x",
        ),
    ],
)
def test_what_tells_of_the_inside(text, found):
    said = inside.found_in(text, ["users-1"])
    assert (said is None) == (found is None), said
    assert found is None or found in said


@pytest.mark.parametrize("status", [200, 200.0, "200"], ids=repr)
def test_statuses_that_api_gateway_takes(status):
    assert reply_to(invocation({"statusCode": status, "body": "{}"}), "200", "users").status == 200


@pytest.mark.parametrize("status", [True, "OK", "2OO", 99, 600, 200.5, [200]], ids=repr)
def test_statuses_that_it_does_not_take(status):
    with pytest.raises(CheckFailed, match="statusCode is"):
        reply_to(invocation({"statusCode": status}), "200", "users")


def test_a_body_in_base64_is_read():
    reply = reply_to(invocation({"statusCode": 200, "body": "e30=", "isBase64Encoded": True}), "200", "users")
    assert reply.value == {}


def test_an_invocation_is_not_waited_for_without_end():
    class Slow:
        def invoke(self, **_):
            raise ReadTimeoutError(endpoint_url="http://127.0.0.1")

    session = SimpleNamespace(client=lambda service, config: Slow())
    found = SimpleNamespace(name="users")
    lab = SimpleNamespace(session=session, client=lambda service: None, find=lambda output: found)
    with pytest.raises(CheckFailed) as failed:
        Api(lab).invoke(events.get("ada"))
    assert TIMED_OUT.made(failed.value.finding)


class TestThePackage:
    """What GetFunction may answer on other targets."""

    def lab(self, code, size=1):
        answer = {"Configuration": {"CodeSize": size}, "Code": code}
        client = SimpleNamespace(get_function=lambda FunctionName: answer)
        content = SimpleNamespace(content=b"<html>no zip</html>")
        return SimpleNamespace(client=lambda service: client, request=lambda method, url: content)

    def test_an_image_has_none(self):
        assert package.package_of(self.lab({"ImageUri": "x"}), "users") is None

    def test_what_is_no_zip_is_not_looked_into(self):
        assert package.package_of(self.lab({"Location": "http://127.0.0.1/x"}), "users") is None

    def test_what_is_far_too_large_is_not_downloaded(self):
        found = package.package_of(self.lab({"Location": "x"}, size=100 * package.LARGEST), "users")
        assert (found.size, found.files, found.file_with("x")) == (100 * package.LARGEST, {}, None)
        assert found.shown_largest == "(not looked into)"


def test_an_event_is_as_an_http_api_sends_it():
    """Without what is not there; the parts that a request has are those of the sandbox's own gateway."""
    event = events.page(limit="2").event()
    assert event["queryStringParameters"] == {"limit": "2"}
    assert event["rawQueryString"] == "limit=2"
    assert not {"body", "pathParameters"} & event.keys()
    event = events.create({"userId": "ü"}, in_base64=True).event()
    assert (event["isBase64Encoded"], event["body"]) == (True, "eyJ1c2VySWQiOiAiw7wifQ==")
    assert events.elsewhere("/x").event()["requestContext"]["http"] == {
        "method": "GET",
        "path": "/x",
        "protocol": "HTTP/1.1",
        "sourceIp": "127.0.0.1",
        "userAgent": events.AGENT,
    }
