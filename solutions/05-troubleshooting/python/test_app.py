"""The function as Lambda calls it, with events of both payload formats, on a table in moto's memory."""

from __future__ import annotations

import base64
import importlib
import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from moto import mock_aws

CONTEXT = SimpleNamespace(aws_request_id="the-request")
ADA = {"userId": "ada", "name": "Ada", "age": 36, "ratio": 0.1, "big": 12345678901234567890}


@pytest.fixture(scope="module")
def module() -> Iterator[Any]:
    """The module app, as a new execution environment imports it, and a table for it."""
    keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1"}
    with pytest.MonkeyPatch.context() as environment, mock_aws():
        for name, value in {**keys, "TABLE_NAME": "users"}.items():
            environment.setenv(name, value)
        boto3.client("dynamodb").create_table(
            TableName="users",
            AttributeDefinitions=[{"AttributeName": "userId", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "userId", "KeyType": "HASH"}],
            BillingMode="PAY_PER_REQUEST",
        )
        yield importlib.import_module("app")


@pytest.fixture
def app(module: Any) -> Any:
    """The same, with nobody in the table."""
    for user in module.table.scan()["Items"]:
        module.table.delete_item(Key={"userId": user["userId"]})
    return module


def event_2(route: str, user_id: str | None, body: str | None, query: dict[str, str]) -> dict[str, Any]:
    """As an HTTP API sends it: what is not there is left out."""
    given = {"pathParameters": user_id and {"userId": user_id}, "body": body, "queryStringParameters": query}
    return {"version": "2.0", "routeKey": route, **{name: value for name, value in given.items() if value}}


def event_1(route: str, user_id: str | None, body: str | None, query: dict[str, str]) -> dict[str, Any]:
    """As a REST API sends it: what is not there is None."""
    method, _, resource = route.partition(" ")
    return {
        "httpMethod": method,
        "resource": resource,
        "pathParameters": {"userId": user_id} if user_id else None,
        "queryStringParameters": query or None,
        "body": body,
        "isBase64Encoded": False,
    }


@pytest.fixture(params=[event_1, event_2], ids=["payload 1.0", "payload 2.0"])
def call(request: pytest.FixtureRequest, app: Any) -> Any:
    """`call("GET /users/{userId}", "ada")`: the status, and the body as JSON says it."""

    def invoke(route: str, user_id: str | None = None, body: Any = None, **query: str) -> tuple[int, Any]:
        text = body if isinstance(body, str) or body is None else json.dumps(body)
        given = app.handler(request.param(route, user_id, text, query), CONTEXT)
        return given["statusCode"], json.loads(given["body"]) if "body" in given else None

    return invoke


def test_a_users_life(call: Any) -> None:
    assert call("POST /users", body=ADA) == (201, ADA)
    assert call("GET /users/{userId}", "ada") == (200, ADA)
    changed = ADA | {"name": "Ada Lovelace", "town": "London"}
    changes = {"name": "Ada Lovelace", "town": "London"}
    assert call("PATCH /users/{userId}", "ada", changes) == (200, changed)
    assert call("GET /users") == (200, {"users": [changed]})
    assert call("DELETE /users/{userId}", "ada") == (204, None)
    assert call("GET /users/{userId}", "ada") == (404, {"message": "there is no user ada"})


def test_pages(call: Any) -> None:
    ids = {f"user-{number}" for number in range(5)}
    for user_id in ids:
        call("POST /users", body={"userId": user_id})
    seen: list[str] = []
    query: dict[str, str] = {"limit": "2"}
    while True:
        status, page = call("GET /users", **query)
        assert (status, len(page["users"]) <= 2) == (200, True)
        seen += [user["userId"] for user in page["users"]]
        if "next" not in page:
            break
        query["next"] = page["next"]
    assert sorted(seen) == sorted(ids)


@pytest.mark.parametrize(
    "query",
    [{"limit": text} for text in ("0", "101", "-1", "ten", "1.5", " 5", "٣", "", "9999")]
    + [{"next": text} for text in ("nonsense", "", "bnVsbA", "W10", "eyJ1c2VySWQiOjF9", "ü")],
)
def test_a_bad_page_is_refused(call: Any, query: dict[str, str]) -> None:
    status, value = call("GET /users", **query)
    assert (status, list(value)) == (400, ["message"])


@pytest.mark.parametrize(
    "body",
    [
        *(None, "", "no json", "[]", "null", '"ada"', "[" * 100_000),
        *("{}", '{"name": "Ada"}', '{"userId": 1}', '{"userId": ""}', '{"userId": "a/b"}'),
        json.dumps({"userId": "a" * 65}),
        *(f'{{"userId": "ada", "n": {n}}}' for n in ("NaN", "-Infinity", "1e400", "1e-200", "1" * 39)),
        *('{"userId": "ada", "home": {"": 1}}', '{"userId": "\\ud800"}', '{"userId": "ada", "\\udfff": 1}'),
    ],
)
def test_a_bad_user_is_refused(call: Any, body: str | None) -> None:
    status, value = call("POST /users", body=body)
    assert (status, list(value)) == (400, ["message"])
    assert call("GET /users") == (200, {"users": []})


def test_a_second_user_of_the_same_id(call: Any) -> None:
    call("POST /users", body=ADA)
    assert call("POST /users", body={"userId": "ada"}) == (409, {"message": "user ada exists already"})
    assert call("GET /users/{userId}", "ada") == (200, ADA)


@pytest.mark.parametrize("body", [None, "no json", {}, [], {"userId": "bob"}, {"userId": None, "name": "x"}])
def test_a_bad_change_is_refused(call: Any, body: Any) -> None:
    call("POST /users", body=ADA)
    assert call("PATCH /users/{userId}", "ada", body)[0] == 400
    assert call("GET /users/{userId}", "ada") == (200, ADA)


@pytest.mark.parametrize("user_id", ["nobody", "n" * 3000])
def test_nobody_is_not_found(call: Any, user_id: str) -> None:
    answers = [
        call("GET /users/{userId}", user_id),
        call("PATCH /users/{userId}", user_id, {"name": "Nobody"}),
        call("DELETE /users/{userId}", user_id),
    ]
    assert answers == [(404, {"message": f"there is no user {user_id}"})] * 3


def test_health(call: Any) -> None:
    assert call("GET /health") == (200, {"status": "ok"})


def test_no_such_route(call: Any) -> None:
    assert call("PUT /users") == (404, {"message": "there is no route PUT /users"})


@pytest.mark.parametrize("value", [f'"{"x" * 500_000}"', "[" * 500 + "]" * 500], ids=["large", "deep"])
def test_a_user_that_is_no_item(call: Any, value: str) -> None:
    status, said = call("POST /users", body=f'{{"userId": "ada", "value": {value}}}')
    assert (status, said) == (400, {"message": "the user is too large, or nested too deep"})


def test_a_body_in_base64(app: Any) -> None:
    event = {"version": "2.0", "routeKey": "POST /users", "isBase64Encoded": True}
    bodies = [
        base64.b64encode(b'{"userId": "z\xc3\xbc"}').decode(),
        "no base64",
        base64.b64encode(b"\xff").decode(),
    ]
    given = [app.handler(event | {"body": body}, CONTEXT) for body in bodies]
    assert [one["statusCode"] for one in given] == [201, 400, 400]
    assert json.loads(given[0]["body"]) == {"userId": "zü"}


def test_ids_with_blanks_and_umlauts(app: Any) -> None:
    app.handler(event_2("POST /users", None, json.dumps({"userId": "zoë 50%"}), {}), CONTEXT)
    in_rest = app.handler(event_1("GET /users/{userId}", "zo%C3%AB%2050%25", None, {}), CONTEXT)
    in_http = app.handler(event_2("GET /users/{userId}", "zoë 50%", None, {}), CONTEXT)
    assert [in_rest["statusCode"], in_http["statusCode"]] == [200, 200]


def test_what_others_have_put_into_the_table(app: Any, call: Any) -> None:
    app.table.put_item(Item={"userId": "own", "bytes": b"0", "numbers": {1}, "names": {"b", "a"}})
    user = {"userId": "own", "bytes": "MA==", "numbers": [1], "names": ["a", "b"]}
    assert call("GET /users") == (200, {"users": [user]})


def test_the_proxy_response(app: Any) -> None:
    given = app.handler(event_2("GET /users", None, None, {}), CONTEXT)
    assert given == {
        "statusCode": 200,
        "headers": {"content-type": "application/json", "access-control-allow-origin": "*"},
        "body": '{"users": []}',
    }


def test_each_invocation_writes_one_line(call: Any, capsys: pytest.CaptureFixture[str]) -> None:
    call("POST /users", body=ADA)
    call("GET /users/{userId}", "nobody")
    call("GET /users")
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    common = {"level": "INFO", "requestId": "the-request"}
    missing = {"userId": "nobody", "error": "there is no user nobody"}
    assert lines == [
        {**common, "route": "POST /users", "status": 201, "userId": "ada"},
        {**common, "route": "GET /users/{userId}", "status": 404, **missing},
        {**common, "route": "GET /users", "status": 200},
    ]


def test_our_own_fault_is_in_the_log_and_not_in_the_answer(
    app: Any, call: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "table", boto3.resource("dynamodb").Table("another"))
    assert call("GET /users/{userId}", "ada") == (500, {"message": "Internal server error"})
    [line] = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (line["level"], line["requestId"], line["userId"]) == ("ERROR", "the-request", "ada")
    assert "ResourceNotFoundException" in line["error"]
