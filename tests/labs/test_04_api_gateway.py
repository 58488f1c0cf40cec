"""Lab 4, API Gateway: the checks.

Each sends real HTTP requests to the URLs that the outputs of your stack say. Where an answer is wrong, it
looks from layer to layer for the reason. The users that a check makes are called check-…; it removes them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.labs import standing
from tests.labs.dynamodb.table import UsersTable
from tests.labs.gateway import cors, current, function, permission, unknown, users
from tests.labs.gateway.diagnosis import Case, explain
from tests.labs.gateway.find import HTTP, REST, find_api
from tests.labs.gateway.reply import send
from workshop.checking import check

BOTH = ["http-crud", "rest-crud"]
"""What the checks of both APIs need: two APIs that serve users."""


@pytest.fixture
def table(lab: Any) -> Iterator[UsersTable]:
    """The learner's table, without the check's users at the end."""
    table = UsersTable(lab)
    yield table
    table.clean()


@pytest.fixture
def apis(lab: Any) -> tuple[Any, Any]:
    """The learner's HTTP API and REST API."""
    return find_api(lab, HTTP), find_api(lab, REST)


@check(
    "What you built before still stands, and the function answers", points=0, guide="api-gateway#layers-below"
)
def test_layers_below(lab):
    standing.layers_below(lab)
    function.check_answers(lab, lab.find("UsersFunctionName").name)


@check("There is an HTTP API, and its URL answers", guide="api-gateway#http-api", needs=["layers-below"])
def test_http_api(lab):
    send(find_api(lab, HTTP), "GET", "/users")


@check(
    "Users are created, read, listed, changed and deleted through the HTTP API",
    points=3,
    guide="api-gateway#http-crud",
    needs=["http-api"],
)
def test_http_crud(lab, table):
    users.check_life(find_api(lab, HTTP), table)


@check(
    "There is a REST API with the stage `prod`, and its URL answers",
    guide="api-gateway#rest-api",
    needs=["layers-below"],
)
def test_rest_api(lab):
    send(find_api(lab, REST), "GET", "/users")


@check(
    "The REST API serves users too: the function understands events of payload format 1.0",
    points=3,
    guide="api-gateway#rest-crud",
    needs=["rest-api", "http-crud"],
)
def test_rest_crud(lab, table):
    users.check_life(find_api(lab, REST), table)


@check(
    "An unknown path and an unknown method are refused, as each kind of API does it",
    guide="api-gateway#unknown-routes",
    needs=BOTH,
)
def test_unknown_routes(apis, table):
    for api in apis:
        unknown.check_unknown(api, table)


@check(
    "No other API than yours may invoke the function",
    points=2,
    guide="api-gateway#permission",
    needs=BOTH,
)
def test_permission(lab, apis):
    permission.check_scope(lab, apis)


@check("`GET /health` answers 200 on both APIs", points=2, guide="api-gateway#health", needs=BOTH)
def test_health(apis):
    for api in reversed(apis):  # the task begins with the REST API
        case = Case(api, send(api, "GET", "/health"), "GET /health", "200")
        if case.reply.status != users.OK:
            explain(case)


@check(
    "What is configured is what the stages serve",
    guide="api-gateway#deployed",
    needs=[*BOTH, "health"],
)
def test_deployed(apis):
    for api in apis:
        current.check_current(api)


@check(
    "A page of another origin may call both APIs (CORS)",
    guide="api-gateway#cors",
    needs=BOTH,
    stretch=True,
)
def test_cors(apis):
    for api in apis:
        cors.check_cors(api)


@check(
    "Ids with blanks and umlauts come back as they went in, on both APIs",
    guide="api-gateway#odd-ids",
    needs=BOTH,
    stretch=True,
)
def test_odd_ids(apis, table):
    for api in apis:
        users.check_odd_id(api, table)
