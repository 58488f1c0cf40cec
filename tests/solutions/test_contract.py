"""The API that is built, at every door: each route and each status of the contract (DESIGN: *The API*)."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

import pytest

from tests.solutions.deployed import LANGUAGES, Deployed
from tests.solutions.doors import Http, Invoke, Reply
from tests.workshop.waiting import wait_until

BIG = 12345678901234567890123456789
UNKNOWN = {"invoke-1.0": 404, "invoke-2.0": 404, "http": 404, "rest": 403}
"""The status of a path that no route has: the handler's, or that of the API before it."""

DOORS: dict[str, tuple[str, Callable[[Deployed], Any]]] = {
    "invoke-1.0": ("04-api-gateway", lambda deployed: Invoke(deployed, "1.0")),
    "invoke-2.0": ("03-lambda", lambda deployed: Invoke(deployed, "2.0")),
    "http": ("04-api-gateway", lambda deployed: Http(deployed.outputs["HttpApiUrl"])),
    "rest": ("04-api-gateway", lambda deployed: Http(deployed.outputs["RestApiUrl"])),
}
Call = Callable[..., Reply]


def str_id(body: Any) -> str:
    return str(body)[:40]


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=DOORS)
def door(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def call(door: str, language: str, stack_of: Callable[[str, str], Deployed]) -> Call:
    """`call("GET", user_id="ada")`: sends a request through the door."""
    lab, through = DOORS[door]
    return through(stack_of(lab, language))


@pytest.fixture
def user() -> dict[str, Any]:
    """A user that no other test has."""
    nested = {"floor": -2, "rooms": [1.5, None, True, ""]}
    return {"userId": f"user-{secrets.token_hex(6)}", "name": "Ada", "age": 36, "ratio": 0.1, "home": nested}


def is_refused(reply: Reply, status: int) -> bool:
    """Whether a reply is an error of the contract's form."""
    return (
        reply.status == status
        and list(reply.value) == ["message"]
        and isinstance(reply.value["message"], str)
    )


def test_create(call: Call, user: dict[str, Any]) -> None:
    assert call("POST", body=user) == Reply(201, user, "application/json")


def test_create_twice(call: Call, user: dict[str, Any]) -> None:
    call("POST", body=user)
    assert is_refused(call("POST", body={"userId": user["userId"], "name": "Another"}), 409)
    assert call("GET", user_id=user["userId"]).value == user


@pytest.mark.parametrize(
    "body",
    [
        *(None, "no json", "[]", "null", '"ada"', "7"),
        *({}, {"name": "Ada"}, {"userId": 1}, {"userId": None}, {"userId": ""}),
        *({"userId": "a/b"}, {"userId": "a" * 65}),
        *('{"userId": "u", "n": NaN}', f'{{"userId": "u", "n": {"9" * 39}}}', '{"userId": "u", "": 1}'),
        '{"userId": "\\ud800"}',
        '{"userId": "u", "deep": ' + "[" * 40 + "]" * 40 + "}",
        {"userId": "u", "large": "x" * 410_000},
    ],
    ids=str_id,
)
def test_create_from_a_bad_body(call: Call, body: Any) -> None:
    assert is_refused(call("POST", body=body), 400)


def test_an_id_of_64_characters(call: Call) -> None:
    user_id = secrets.token_hex(30) + "äöü€"
    assert call("POST", body={"userId": user_id}).status == 201
    assert call("GET", user_id=user_id).value == {"userId": user_id}


def test_get(call: Call, user: dict[str, Any]) -> None:
    call("POST", body=user)
    assert call("GET", user_id=user["userId"]) == Reply(200, user, "application/json")


@pytest.mark.parametrize("user_id", ["Zoë Müller", "a+b & c=d", "🦊", "..", "#;:@"])
def test_ids_of_any_characters(call: Call, user_id: str) -> None:
    user_id = f"{user_id} {secrets.token_hex(4)}"
    assert call("POST", body={"userId": user_id}).status == 201
    assert call("GET", user_id=user_id).value == {"userId": user_id}
    assert call("DELETE", user_id=user_id).status == 204


@pytest.mark.parametrize("user_id", ["50%", "who?", "%41"])
def test_ids_that_http_apis_decode_away(call: Call, door: str, user_id: str) -> None:
    """HTTP APIs decode a path twice and cut it at a `?` (sandbox.gateway.paths): no handler sees the id."""
    user_id = f"{secrets.token_hex(4)}{user_id}"
    assert call("POST", body={"userId": user_id}).status == 201
    assert call("GET", user_id=user_id).status in ((400, 404) if door == "http" else (200,))


def test_whole_numbers_keep_each_digit(call: Call, user: dict[str, Any]) -> None:
    user["big"], user["deep"] = BIG, {"big": [-BIG, 2**53 + 1]}
    assert call("POST", body=user).value == user
    assert call("GET", user_id=user["userId"]).value == user
    assert call("PATCH", user_id=user["userId"], body={"big": BIG + 1}).value == {**user, "big": BIG + 1}


@pytest.mark.parametrize("user_id", ["nobody", "n" * 65])
def test_nobody(call: Call, user_id: str) -> None:
    assert is_refused(call("GET", user_id=user_id), 404)
    assert is_refused(call("PATCH", user_id=user_id, body={"name": "Nobody"}), 404)
    assert is_refused(call("DELETE", user_id=user_id), 404)
    assert is_refused(call("GET", user_id=user_id), 404)


def all_pages(call: Call, limit: int) -> list[str]:
    """The ids on all pages, one after the other."""
    seen: list[str] = []
    query = {"limit": str(limit)}
    while True:
        reply = call("GET", **query)
        assert reply.status == 200
        assert len(reply.value["users"]) <= limit
        seen += [user["userId"] for user in reply.value["users"]]
        if "next" not in reply.value:
            return seen
        assert isinstance(reply.value["next"], str)
        query["next"] = reply.value["next"]


def test_list(call: Call) -> None:
    prefix = f"list-{secrets.token_hex(4)}-"
    ids = [f"{prefix}{number}" for number in range(7)]
    for user_id in ids:
        call("POST", body={"userId": user_id})

    def listed() -> list[str]:
        return sorted(user_id for user_id in all_pages(call, 3) if user_id.startswith(prefix))

    # A scan is eventually consistent: what was just written may be missing for a moment.
    wait_until(lambda: listed() == ids, "all users in the list")


def test_list_without_a_limit(call: Call) -> None:
    for _ in range(26):
        call("POST", body={"userId": secrets.token_hex(8)})

    def page() -> dict[str, Any]:
        return dict(call("GET").value)

    wait_until(lambda: "next" in page(), "a second page")
    assert len(page()["users"]) == 25


@pytest.mark.parametrize(
    "query",
    [{"limit": text} for text in ("0", "101", "-1", "ten", "2.5", "1e1")]
    + [{"next": text} for text in ("nonsense", "e30", "eyJpZCI6ImEifQ")],
    ids=lambda query: "-".join(*query.items()),
)
def test_list_with_a_bad_query(call: Call, query: dict[str, str]) -> None:
    assert is_refused(call("GET", **query), 400)


@pytest.mark.parametrize("limit", ["1", "100"])
def test_list_at_the_limits_of_limit(call: Call, limit: str) -> None:
    assert call("GET", limit=limit).status == 200


def test_update(call: Call, user: dict[str, Any]) -> None:
    call("POST", body=user)
    changes = {"userId": user["userId"], "name": "Ada Lovelace", "home-town": "London", "status": {"a": 1}}
    assert call("PATCH", user_id=user["userId"], body=changes) == Reply(
        200, user | changes, "application/json"
    )
    assert call("GET", user_id=user["userId"]).value == user | changes


@pytest.mark.parametrize(
    "body", [None, "no json", "[]", {}, {"userId": "another"}, {"userId": 1, "name": "x"}], ids=str_id
)
def test_update_from_a_bad_body(call: Call, user: dict[str, Any], body: Any) -> None:
    call("POST", body=user)
    assert is_refused(call("PATCH", user_id=user["userId"], body=body), 400)
    assert call("GET", user_id=user["userId"]).value == user


def test_delete(call: Call, user: dict[str, Any]) -> None:
    call("POST", body=user)
    reply = call("DELETE", user_id=user["userId"])
    assert (reply.status, reply.value) == (204, None)
    assert is_refused(call("GET", user_id=user["userId"]), 404)


@pytest.mark.parametrize(("method", "path"), [("GET", "/user"), ("PUT", "/users"), ("GET", "/")])
def test_an_unknown_route(call: Call, door: str, method: str, path: str) -> None:
    assert call(method, path).status == UNKNOWN[door]
