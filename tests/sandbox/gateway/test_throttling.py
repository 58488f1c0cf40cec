"""Throttling of stages, routes and methods."""

from __future__ import annotations

import pytest

from sandbox.gateway.throttling import Limit, Throttle
from tests.sandbox.gateway.conftest import Api, Workplace
from tests.sandbox.gateway.test_access_logs import last, lines_format, log_group
from tests.sandbox.gateway.test_execution_logs import levels, written
from tests.sandbox.gateway.test_http_control import refused
from tests.sandbox.gateway.test_rest_updates import replaced
from tests.sandbox.roles import let_apis_log

TOO_MANY = '{"message":"Too Many Requests"}'
SLOW = 0.001
"""Requests a second: no token comes back while a test runs."""


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket():
    clock = Clock()
    throttle = Throttle(Limit(2.0, 3), {"b": Limit(0.0, 1), "c": Limit(5.0, 0), "d": Limit()}, clock)
    assert [throttle.admits("a") for _ in range(4)] == [True, True, True, False]
    clock.now += 0.5
    assert [throttle.admits("a") for _ in range(2)] == [True, False]
    clock.now += 1000
    assert [throttle.admits("a") for _ in range(4)] == [True, True, True, False]
    assert throttle.admits("another")
    clock.now += 1000
    assert [throttle.admits("b") for _ in range(2)] == [True, False]
    clock.now += 1000
    assert not throttle.admits("b")
    assert not throttle.admits("c")
    assert all(throttle.admits("d") for _ in range(10_000))


@pytest.fixture(scope="module")
def api(work: Workplace) -> Api:
    return work.http_api("GET /a", "GET /b")


def limit(work: Workplace, api: Api, **settings) -> None:
    work.v2.update_stage(ApiId=api.id, StageName="$default", **settings)


def test_routes_of_an_http_api(work: Workplace, api):
    group, arn = log_group(work)
    limit(
        work,
        api,
        DefaultRouteSettings={"ThrottlingRateLimit": SLOW, "ThrottlingBurstLimit": 2},
        RouteSettings={"GET /b": {"DetailedMetricsEnabled": True}},
        AccessLogSettings={
            "DestinationArn": arn,
            "Format": lines_format(("requestId", "error.responseType", "routeKey")),
        },
    )
    assert [api.call("/a").status for _ in range(3)] == [200, 200, 429]
    reply = api.call("/a")
    assert (reply.status, reply.text) == (429, TOO_MANY)
    assert reply.headers["content-type"] == "application/json"
    request_id = reply.headers["apigw-requestid"]
    said = {"requestId": request_id, "error.responseType": "THROTTLED", "routeKey": "GET /a"}
    assert last(work, group) == said
    # A route with settings of its own has none of the stage's.
    assert [api.call("/b").status for _ in range(3)] == [200] * 3
    limit(work, api, DefaultRouteSettings={"ThrottlingRateLimit": 100.0, "ThrottlingBurstLimit": 0})
    assert api.call("/a").status == 429
    limit(work, api, DefaultRouteSettings={})
    assert api.call("/a").status == 200


def test_what_a_stage_of_an_http_api_refuses(work: Workplace, api):
    place = {"ApiId": api.id, "StageName": "$default"}
    words = "Unable to find Route by key GET /none within the provided RouteSettings"
    asked = {"GET /none": {"ThrottlingBurstLimit": 1}}
    assert refused(work.v2.update_stage, **place, RouteSettings=asked) == (404, "NotFoundException", words)
    words = "Execution logs are not supported on protocolType HTTP"
    asked = {"LoggingLevel": "INFO"}
    assert refused(work.v2.update_stage, **place, DefaultRouteSettings=asked)[::2] == (400, words)
    asked = {"ThrottlingRateLimit": -1.0}
    assert refused(work.v2.update_stage, **place, DefaultRouteSettings=asked)[0] == 400


def test_methods_of_a_rest_api(work: Workplace):
    let_apis_log(work.client)
    api = work.rest_api()
    for part in ("a", "b"):
        work.proxy(api, work.resource(api, part), "GET")
    changed = {"restApiId": api.id, "responseType": "THROTTLED"}
    work.v1.put_gateway_response(**changed, responseParameters={"gatewayresponse.header.Retry-After": "'1'"})
    work.deploy(api)
    stage = {"restApiId": api.id, "stageName": "test"}
    operations = [
        *replaced("/*/*/throttling/rateLimit", str(SLOW)),
        *replaced("/*/*/throttling/burstLimit", "1"),
        *replaced("/~1b/GET/throttling/burstLimit", "2"),
        *replaced("/~1b/GET/throttling/rateLimit", str(SLOW)),
    ]
    work.v1.update_stage(**stage, patchOperations=operations)
    levels(work, api, loglevel="ERROR")
    assert [api.call("/a").status for _ in range(2)] == [200, 429]
    assert [api.call("/b").status for _ in range(3)] == [200, 200, 429]
    reply = api.call("/a")
    assert (reply.status, reply.text) == (429, TOO_MANY)
    assert reply.headers["x-amzn-errortype"] == "TooManyRequestsException"
    assert reply.headers["retry-after"] == "1"
    found = work.v1.get_resources(restApiId=api.id)["items"]
    resource = next(one["id"] for one in found if one["path"] == "/a")
    place = f"RestApi {api.id}, Stage test, Resource {resource}, HttpMethod GET"
    assert written(work, api, reply) == [
        f"Key throttle limit exceeded for {place}. Limit: 0.00 Burst: 1",
        "Method completed with status: 429",
    ]
    levels(work, api, loglevel="INFO")
    api.call("/a")
    said = written(work, api, api.call("/a"))
    assert said[1].startswith("Verifying Usage Plan for request: ")
    assert said[2:] == [
        f"Key throttle limit exceeded for {place}. Limit: 0.00 Burst: 1",
        "Method completed with status: 429",
    ]
    assert (
        refused(work.v1.update_stage, **stage, patchOperations=replaced("/*/*/throttling/rateLimit", "-1"))[0]
        == 400
    )
    work.v1.update_stage(**stage, patchOperations=[{"op": "remove", "path": "/*/*"}])
    assert {api.call("/a").status for _ in range(5)} == {200}
    assert api.call("/b").status == 200
