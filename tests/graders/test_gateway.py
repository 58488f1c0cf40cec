"""What lab 4 decides by itself: routes, permissions, log lines, and what the sandbox cannot deploy."""

from __future__ import annotations

import json
from dataclasses import dataclass
from types import SimpleNamespace

import pytest

from tests.graders.proving import graded
from tests.graders.submission import Edit, Submission, own_user
from tests.graders.test_right_answers import items_of
from tests.labs.gateway import diagnosis, messages
from tests.labs.gateway.api import HttpApi, RestApi
from tests.labs.gateway.diagnosis import Case, explain
from tests.labs.gateway.find import outputs_saved
from tests.labs.gateway.function import Log, shown
from tests.labs.gateway.permission import grants
from tests.labs.gateway.reply import Reply
from tests.labs.gateway.routes import Integration, Route, best, filled
from workshop.checking.finding import CheckFailed
from workshop.checking.http_call import HttpCall

URI = (
    "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:1:function:users"
)
PROXY = Integration("AWS_PROXY", f"{URI}/invocations", "POST", "1.0")
SOURCE = "arn:aws:execute-api:us-east-1:123456789012:a1b2/*/GET/users"
START = ("START RequestId: 1 Version: $LATEST",)


@pytest.mark.parametrize(
    ("method", "path", "taken"),
    [
        ("GET", "/users", "GET /users"),
        ("PUT", "/users", "ANY /users"),
        ("GET", "/users/", "GET /users"),
        ("GET", "/users/ada", "GET /users/{userId}"),
        ("GET", "/users/me", "GET /users/me"),
        ("GET", "/users/ada/pets", "GET /users/{rest+}"),
        ("POST", "/nothing", "$default"),
    ],
)
def test_a_request_goes_to_the_most_specific_route(method, path, taken):
    keys = ["ANY /users", "GET /users", "GET /users/{rest+}", "GET /users/{userId}", "GET /users/me"]
    routes = [Route(*key.split(" "), PROXY) for key in keys] + [Route("ANY", "$default", PROXY)]
    assert str(best(routes, method, path)) == taken


def test_a_request_that_no_route_takes():
    assert best([Route("GET", "/users", PROXY)], "POST", "/users") is None
    assert best([Route("GET", "/user", PROXY)], "GET", "/users") is None


def test_an_integration_names_its_function():
    uri = filled(f"{URI}:${{stageVariables.alias}}/invocations", {"alias": "live"})
    made = Integration("AWS_PROXY", uri, "POST", "1.0")
    assert (made.function, made.qualifier) == ("users", "live")
    assert (Integration("MOCK", "", "", "1.0").function, PROXY.qualifier) == ("", "")


def statement(principal, condition=None, action="lambda:InvokeFunction", effect="Allow"):
    return {
        "Sid": "one",
        "Effect": effect,
        "Principal": principal,
        "Action": action,
        "Resource": "*",
        **({"Condition": condition} if condition else {}),
    }


API = {"Service": "apigateway.amazonaws.com"}


@pytest.mark.parametrize(
    ("given", "one_api"),
    [
        (statement(API, {"ArnLike": {"AWS:SourceArn": SOURCE}}), True),
        (statement(API, {"ArnLike": {"aws:SourceArn": [SOURCE, SOURCE.replace("a1b2", "*")]}}), False),
        (statement(API, {"ArnLikeIfExists": {"AWS:SourceArn": SOURCE}}), False),
        (statement(API, {"StringEquals": {"AWS:SourceAccount": "123456789012"}}), False),
        (statement({"AWS": "*"}), False),
        (statement("*", {"ArnLike": {"AWS:SourceArn": SOURCE}}), True),
        (statement(API, action="lambda:*"), False),
    ],
)
def test_statements_that_let_apis_in(given, one_api):
    (grant,) = grants([given])
    assert grant.is_for_one_api == one_api


@pytest.mark.parametrize(
    "given",
    [
        statement({"Service": "events.amazonaws.com"}),
        statement({"AWS": "arn:aws:iam::123456789012:root"}),
        statement(API, effect="Deny"),
        statement(API, action="lambda:GetFunction"),
    ],
)
def test_statements_that_are_not_about_apis(given):
    assert list(grants([given])) == []


def test_whose_answer_it_was():
    assert "has no START line" in Log("users", ()).who
    assert "cannot be seen" in Log("users", None).who
    assert "no line of its own" in Log("users", START).who
    assert Log("users", (*START, "hello\n")).who == "Your function answered; its log says: hello"
    failed = Log("users", (*START, "hello", "[ERROR] KeyError: 'userId'\nTraceback …"))
    assert failed.who.startswith("Your function failed; its log says: [ERROR] KeyError: 'userId'")
    in_json = ('{"type": "platform.start", "record": {}}', '{"level": "INFO", "message": "hello"}')
    assert Log("users", in_json).started
    assert Log("users", in_json).last == '{"message": "hello"}'
    assert not Log("users", in_json).failed


@pytest.mark.parametrize(
    ("line", "failed"),
    [
        ('{"level": "ERROR", "errorMessage": "x", "errorType": "KeyError", "requestId": "1"}', True),
        ('{"level": "ERROR", "message": "caught", "logger": "root", "errorType": "KeyError"}', False),
        ('{"level":"ERROR","requestId":"1","message":{"errorType":"TypeError"}}', True),
        ('{"time":"t","type":"platform.report","record":{"requestId":"1","status":"timeout"}}', True),
        ('{"time":"t","type":"platform.report","record":{"requestId":"1","status":"success"}}', False),
    ],
)
def test_which_functions_failed_by_a_log_in_json(line, failed):
    assert Log("users", ('{"type":"platform.start","record":{}}', line)).failed is failed


def test_a_record_is_shown_with_what_its_message_holds():
    record = {
        "timestamp": "t",
        "level": "INFO",
        "requestId": "1",
        "message": '{"status": 500, "userId": "ada"}',
    }
    assert shown(json.dumps(record)) == '{"status": 500, "userId": "ada"}'
    thrown = {"message": {"errorType": "TypeError", "stackTrace": []}}
    assert shown(json.dumps(thrown)) == '{"errorType": "TypeError"}'


def test_a_log_without_start_is_no_sign():
    """At the SystemLogLevel WARN."""
    assert Log("users", ("hello",), quiet=True).who == "Your function answered; its log says: hello"
    assert "its SystemLogLevel is WARN" in Log("users", (), quiet=True).who


def test_lines_are_shown_in_short():
    node = '2026 INFO {"status":500,"error":"Denied: you\\n    at users.mjs:3"}'
    assert shown(node) == '{"status": 500, "error": "Denied: you"}'
    assert shown("x" * 1000).endswith("x…")
    assert shown("[1]") == "[1]"


def test_outputs_of_a_template_that_is_none(tmp_path):
    file = tmp_path / "template.yaml"
    assert outputs_saved(file) == []
    for text in ("", "- 1", "Outputs: [", "Resources: {}"):
        file.write_text(text)
        assert outputs_saved(file) == []
    file.write_text("Outputs: {HttpApiUrl: {Value: !GetAtt Api.ApiEndpoint}}")
    assert outputs_saved(file) == ["HttpApiUrl"]


@dataclass(frozen=True)
class Told:
    """What the control plane tells of an API, without one."""

    routes: tuple[Route, ...]

    @property
    def serves(self):
        return {route.place: {} for route in self.routes}


class ToldHttpApi(Told, HttpApi):
    def __init__(self, *routes):
        Told.__init__(self, routes)
        vars(self).update(lab=LAB, id="a1", stage="$default")


class ToldRestApi(Told, RestApi):
    def __init__(self, *routes):
        Told.__init__(self, routes)
        vars(self).update(lab=LAB, id="a1", stage="prod")


LAB = SimpleNamespace(find=lambda output: SimpleNamespace(name="users"), target=None)


def finding(api, status, text, log, monkeypatch):
    """What is said of an answer to POST /users."""
    sent = HttpCall("POST", "https://a1/users")
    reply = Reply("POST", "https://a1/users", "/users", status, text, {}, 0, sent)
    monkeypatch.setattr(diagnosis, "_log", lambda case, route: log)
    with pytest.raises(CheckFailed) as failed:
        explain(Case(api, reply, "POST /users", "201"))
    assert failed.value.finding.evidence[0] == sent
    return failed.value.finding


@pytest.mark.parametrize(
    ("api", "status", "text"),
    [
        (ToldRestApi(Route("POST", "/users", PROXY, "AWS_IAM")), 403, "Missing Authentication Token"),
        (ToldRestApi(Route("POST", "/users", PROXY, "an API key")), 403, "Forbidden"),
        (ToldHttpApi(Route("POST", "/users", PROXY, "JWT")), 401, "Unauthorized"),
    ],
)
def test_routes_that_are_closed(api, status, text, monkeypatch):
    said = finding(api, status, f'{{"message":"{text}"}}', Log("users", ()), monkeypatch)
    assert messages.CLOSED.made(said)
    assert api.routes[0].authorization in said.saw


@pytest.mark.parametrize("kind", ["AWS", "HTTP", "HTTP_PROXY"])
def test_integrations_that_are_no_proxy(kind, monkeypatch):
    log = Log("users", START) if kind == "AWS" else None
    uri = PROXY.uri if kind == "AWS" else "https://www.example.com"
    api = ToldRestApi(Route("POST", "/users", Integration(kind, uri, "POST", "1.0")))
    said = finding(api, 200, '{"statusCode": 201}', log, monkeypatch)
    assert messages.NOT_PROXY.made(said)
    assert f"type {kind}" in said.saw


def test_a_function_whose_log_cannot_be_read(monkeypatch):
    api = ToldRestApi(Route("POST", "/users", PROXY))
    said = finding(api, 500, '{"message": "Internal server error"}', Log("users", None), monkeypatch)
    assert messages.WRONG_STATUS.made(said)
    assert "cannot be seen" in said.saw


@pytest.mark.parametrize("change", ["", "400 if status == 204 else "], ids=["right", "failing"])
def test_the_checks_leave_the_table_as_they_found_it(change, target, tmp_path):
    before = '"statusCode": status, "headers": CORS'
    edit = Edit("proxy.py", before.replace("status,", f"{change}status,"), before)
    mine = Submission("04-api-gateway", "python-in-use", edits=(edit,), users=3)
    results = graded(mine, target, tmp_path)
    assert results.outcomes["http-crud"] == ("failed" if change else "passed")
    assert sorted(items_of(target), key=str) == sorted(map(own_user, range(3)), key=str)
