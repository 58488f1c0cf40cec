"""Where a stage's limit stands, and the command that raises it."""

import pytest

from workshop.doctor.routes import ANY, DEFAULT, Route
from workshop.doctor.throttling import (
    Limit,
    has_slow_place,
    http_command,
    http_limit,
    rest_command,
    rest_limit,
)

NOTHING = {"ThrottlingRateLimit": 0.0, "ThrottlingBurstLimit": 0}
REST_NOTHING = {"throttlingRateLimit": 0.0, "throttlingBurstLimit": 0}
LIST = Route("GET", "/users", None, "NONE", "r")


@pytest.mark.parametrize(
    ("stage", "route", "limit"),
    [
        ({"DefaultRouteSettings": NOTHING}, LIST, Limit("", 0.0, 0)),
        ({"DefaultRouteSettings": NOTHING}, None, Limit("", 0.0, 0)),
        (
            {"DefaultRouteSettings": NOTHING, "RouteSettings": {"GET /users": {"ThrottlingBurstLimit": 7}}},
            LIST,
            Limit("GET /users", None, 7),
        ),
        (
            {"RouteSettings": {"$default": NOTHING}},
            Route(ANY, DEFAULT, None, "NONE", "r"),
            Limit("$default", 0.0, 0),
        ),
        ({}, LIST, Limit("", None, None)),
    ],
)
def test_of_an_http_api(stage, route, limit):
    assert http_limit(stage, route) == limit


@pytest.mark.parametrize(
    ("settings", "place"),
    [
        ({"*/*": REST_NOTHING}, ""),
        ({"*/*": {}, "~1users/GET": REST_NOTHING}, "~1users/GET"),
        ({"users/GET": REST_NOTHING}, "~1users/GET"),
    ],
)
def test_of_a_rest_api(settings, place):
    assert rest_limit({"methodSettings": settings}, LIST) == Limit(place, 0.0, 0)


def test_commands():
    everything, one = Limit("", 0.0, 0), Limit("GET /users", 0.0, 0)
    assert http_command("a", "$default", everything) == (
        "aws apigatewayv2 update-stage --api-id a --stage-name '$default' "
        "--default-route-settings ThrottlingRateLimit=100,ThrottlingBurstLimit=50"
    )
    assert http_command("a", "$default", one).endswith(
        """--route-settings '{"GET /users": {"ThrottlingRateLimit": 100, "ThrottlingBurstLimit": 50}}'"""
    )
    assert rest_command("a", "prod", everything) == (
        "aws apigateway update-stage --rest-api-id a --stage-name prod --patch-operations "
        "'op=replace,path=/*/*/throttling/rateLimit,value=100' "
        "'op=replace,path=/*/*/throttling/burstLimit,value=50'"
    )
    assert "path=/~1users/GET/throttling/" in rest_command("a", "prod", Limit("~1users/GET", 0.0, 0))


@pytest.mark.parametrize(
    ("stage", "slow"),
    [
        ({}, False),
        ({"DefaultRouteSettings": {"ThrottlingRateLimit": 1.0, "ThrottlingBurstLimit": 1}}, False),
        ({"DefaultRouteSettings": NOTHING}, True),
        ({"RouteSettings": {"GET /users": NOTHING}}, True),
        ({"methodSettings": {"*/*": {"loggingLevel": "INFO"}, "users/GET": REST_NOTHING}}, True),
    ],
)
def test_a_stage_that_lets_less_than_one_request_a_second_through(stage, slow):
    assert has_slow_place(stage) is slow


def test_in_words():
    assert str(Limit("", 0.5, 0)) == "ThrottlingRateLimit 0.5, ThrottlingBurstLimit 0"
    assert str(Limit("", None, None)) == "no limit of its own"
