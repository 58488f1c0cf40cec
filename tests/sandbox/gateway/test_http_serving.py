"""Routes, stages, deployments and CORS of HTTP APIs."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from tests.sandbox.cases import case
from tests.sandbox.gateway.conftest import Workplace, do

NOT_FOUND = (404, '{"message":"Not Found"}')


@case("http-404-unknown-path")
def test_unknown_path(work, expected):
    reply = work.http_api("GET /items").call("/nothing")
    expected.check_response(reply.status, reply.headers, reply.body)


@case("http-404-unknown-method")
def test_unknown_method(work, expected):
    reply = work.http_api("GET /items").call("/items", "DELETE")
    expected.check_response(reply.status, reply.headers, reply.body)


@case("http-route-precedence")
def test_route_precedence(work, expected):
    api = work.http_api(
        "GET /pets/dog/1", "GET /pets/dog/{id}", "GET /pets/{proxy+}", "ANY /{proxy+}", "$default"
    )
    asked = [
        ("GET", "/pets/dog/1"),
        ("GET", "/pets/dog/2"),
        ("GET", "/pets/cat/1"),
        ("POST", "/pets/dog/1"),
        ("GET", "/"),
    ]
    chosen = [api.event(path, method)["routeKey"] for method, path in asked]
    assert chosen == expected.take("route_selected")


@case("http-route-any")
def test_any_method(work, expected):
    api = work.http_api("GET /items", "ANY /items")
    chosen = [api.event("/items", method)["routeKey"] for method in ("GET", "PATCH")]
    assert chosen == expected.take("route_selected")


def test_path_variables(work: Workplace):
    api = work.http_api("GET /a/{one}/b/{two}", "GET /files/{path+}")
    assert api.event("/a/1/b/2")["pathParameters"] == {"one": "1", "two": "2"}
    assert api.event("/files/x/y.txt")["pathParameters"] == {"path": "x/y.txt"}
    missing = ("/a//b/2", "/files", "/files/", "/a/1/b/2/", "//a/1/b/2", "/A/1/b/2")
    assert {api.call(path).status for path in missing} == {404}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/percent%25done", 400),
        ("/bad%zz", 400),
        ("/%", 400),
        ("/%00", 200),
        ("/%ff%fe", 200),
        ("/a/../b", 200),
        ("/;a=b", 200),
        ("/" + "a" * 9000, 200),
    ],
)
def test_odd_paths(echo, path, status):
    assert echo.call(path).status == status


def test_literal_percent(echo):
    """Recorded: hotsock/voker, ingress-paths.json."""
    paths = {
        "/capture/question%3Fvalue": "/capture/question",
        "/capture/literal%252Fvalue": "/capture/literal/value",
        "/capture/literal%253Fvalue": "/capture/literal?value",
        "/capture/literal%2525value": "/capture/literal%value",
    }
    assert {sent: echo.event(sent)["rawPath"] for sent in paths} == paths


@case("http-autodeploy-on")
def test_change_with_auto_deploy(work, expected):
    api = work.http_api("GET /old")
    target = work.integrate(api.id)
    work.v2.create_route(ApiId=api.id, RouteKey="GET /new", Target=target)
    live = api.call("/new").status == 200
    assert live is expected.take("live_without_create_deployment")


@case("http-autodeploy-off")
def test_change_without_auto_deploy(work, expected):
    api = work.http_api("GET /items", auto_deploy=False)
    reply = api.call("/items")
    expected.check_response(reply.status, reply.headers, reply.body)
    work.v2.create_deployment(ApiId=api.id, StageName="$default")
    assert api.call("/items").status == 200


def test_deployment_is_a_snapshot(work: Workplace):
    api = work.http_api("GET /items", auto_deploy=False)
    first = work.v2.create_deployment(ApiId=api.id, StageName="$default")["DeploymentId"]
    route = work.v2.get_routes(ApiId=api.id)["Items"][0]
    integration = route["Target"].partition("/")[2]
    work.v2.update_integration(ApiId=api.id, IntegrationId=integration, PayloadFormatVersion="1.0")
    work.v2.update_route(ApiId=api.id, RouteId=route["RouteId"], RouteKey="GET /things")
    assert api.event("/items")["version"] == "2.0"
    assert api.call("/things").status == 404

    second = work.v2.create_deployment(ApiId=api.id)["DeploymentId"]
    assert api.call("/things").status == 404
    work.v2.update_stage(ApiId=api.id, StageName="$default", DeploymentId=second)
    assert api.event("/things")["version"] == "1.0"
    assert (api.call("/items").status, api.call("/items").text) == NOT_FOUND

    work.v2.update_stage(ApiId=api.id, StageName="$default", DeploymentId=first)
    assert api.call("/items").status == 200


def test_auto_deploy_can_be_switched(work: Workplace):
    api = work.http_api("GET /items", auto_deploy=False)
    work.v2.update_stage(ApiId=api.id, StageName="$default", AutoDeploy=True)
    assert api.call("/items").status == 200
    work.v2.update_stage(ApiId=api.id, StageName="$default", AutoDeploy=False)
    work.v2.create_route(ApiId=api.id, RouteKey="GET /new", Target=work.integrate(api.id))
    assert api.call("/new").status == 404
    assert api.call("/items").status == 200


def test_stages_side_by_side(work: Workplace):
    api = work.http_api("GET /items")
    work.v2.create_stage(ApiId=api.id, StageName="dev", AutoDeploy=True, StageVariables={"a": "b"})
    assert api.event("/items")["requestContext"]["stage"] == "$default"
    event = api.event("/dev/items")
    assert (event["requestContext"]["stage"], event["stageVariables"]) == ("dev", {"a": "b"})
    work.v2.delete_stage(ApiId=api.id, StageName="dev")
    assert api.call("/dev/items").status == 404
    work.v2.delete_stage(ApiId=api.id, StageName="$default")
    assert api.call("/items").status == 404


def test_deleted_api_vanishes_at_once(work: Workplace):
    api = work.http_api("GET /items")
    assert api.call("/items").status == 200
    work.v2.delete_api(ApiId=api.id)
    assert api.call("/items").status == 403
    with pytest.raises(ClientError, match="Invalid API identifier specified"):
        work.v2.get_api(ApiId=api.id)


def test_deleted_route_and_changed_target(work: Workplace):
    other = work.make_function(code="def handler(event, context):\n    return 'other'\n", permitted=True)
    api = work.http_api("GET /a", "GET /b")
    routes = {r["RouteKey"]: r["RouteId"] for r in work.v2.get_routes(ApiId=api.id)["Items"]}
    target = work.integrate(api.id, other)
    work.v2.update_route(ApiId=api.id, RouteId=routes["GET /a"], Target=target)
    work.v2.delete_route(ApiId=api.id, RouteId=routes["GET /b"])
    assert api.call("/a").text == "other"
    assert api.call("/b").status == 404


def test_route_without_integration(work: Workplace):
    api = work.http_api("GET /a")
    work.v2.create_route(ApiId=api.id, RouteKey="GET /b")
    assert api.call("/b").status == 404


def test_stage_variables_choose_the_function(work: Workplace):
    name = work.function.rpartition(":")[2]
    uri = work.function.replace(name, "${stageVariables.fn}")
    api = work.http_api(function=uri, variables={"fn": name})
    assert api.call().status == 200
    work.v2.update_stage(ApiId=api.id, StageName="$default", StageVariables={"fn": "nobody"})
    assert api.call().status == 500


@case("http-lambda-timeout-503")
def test_integration_time_out(work, expected):
    api = work.http_api(integration={"TimeoutInMillis": 50})
    reply = api.call(headers=do(sleep=0.5))
    expected.check_response(reply.status, reply.headers, reply.body)


@case("ts-timeout-chain")
def test_function_time_out(work, expected):
    function = work.make_function(permitted=True, Timeout=1)
    http, rest = work.http_api(function=function), work.rest_proxy(function=function)
    told = {"http": http.call("/x", headers=do(sleep=5)), "rest": rest.call("/x", headers=do(sleep=5))}
    for key, reply in told.items():
        assert str(reply.status) == expected.take(key).split()[0]
    logs = work.client("logs")
    group = f"/aws/lambda/{function.rpartition(':')[2]}"
    lines = [event["message"] for event in logs.filter_log_events(logGroupName=group)["events"]]
    assert any(expected.take("log").replace("3.00", "1.00") in line for line in lines)


CORS = {
    "AllowOrigins": ["https://one.example", "http://*"],
    "AllowMethods": ["GET", "POST"],
    "AllowHeaders": ["content-type"],
    "ExposeHeaders": ["x-total"],
    "MaxAge": 300,
    "AllowCredentials": True,
}
PREFLIGHT = {"Access-Control-Request-Method": "POST"}


@case("http-cors-backend-ignored")
def test_cors_headers_of_the_function_are_ignored(work, expected):
    api = work.http_api(CorsConfiguration=CORS)
    result = {"statusCode": 200, "headers": {"Access-Control-Allow-Origin": "x"}}
    reply = api.call(headers={"Origin": "https://one.example", **do(**{"return": result})})
    meanings = {"value from the CORS configuration": "https://one.example"}
    expected.check_response(reply.status, reply.headers, reply.body, meanings=meanings)
    assert reply.headers["access-control-expose-headers"] == "x-total"
    assert reply.headers["access-control-allow-credentials"] == "true"


def test_preflight(work: Workplace):
    api = work.http_api("GET /items", CorsConfiguration=CORS)
    reply = api.call("/items", "OPTIONS", {"Origin": "https://one.example", **PREFLIGHT})
    assert (reply.status, reply.body) == (204, b"")
    assert reply.headers["access-control-allow-origin"] == "https://one.example"
    assert reply.headers["access-control-allow-methods"] == "GET,POST"
    assert reply.headers["access-control-allow-headers"] == "content-type"
    assert reply.headers["access-control-max-age"] == "300"


@pytest.mark.parametrize(
    ("origin", "allowed"), [("http://any.example", True), ("https://two.example", False)]
)
def test_origins(work: Workplace, origin: str, allowed: bool):
    api = work.http_api("GET /items", CorsConfiguration=CORS)
    for method, more in (("OPTIONS", PREFLIGHT), ("GET", {})):
        headers = api.call("/items", method, {"Origin": origin, **more}).headers
        assert headers.get("access-control-allow-origin") == (origin if allowed else None)


def test_cors_of_any_origin_and_its_end(work: Workplace):
    api = work.http_api("GET /items", CorsConfiguration={"AllowOrigins": ["*"]})
    asked = {"Origin": "https://any.example"}
    assert api.call("/items", headers=asked).headers["access-control-allow-origin"] == "*"
    assert api.call("/none", headers=asked).headers["access-control-allow-origin"] == "*"
    work.v2.delete_cors_configuration(ApiId=api.id)
    assert "access-control-allow-origin" not in api.call("/items", headers=asked).headers
    assert api.call("/items", "OPTIONS", {**asked, **PREFLIGHT}).status == 404


@case("http-413")
def test_body_over_ten_megabytes(echo, expected):
    reply = echo.call("/", "POST", body=b"x" * (10 * 1024 * 1024 + 1))
    expected.check_response(reply.status, reply.headers, reply.body)


def test_body_over_lambdas_six_megabytes(echo):
    headers = {"Content-Type": "text/plain"}
    reply = echo.call("/", "POST", headers=headers, body=b"x" * (7 * 1024 * 1024))
    assert (reply.status, reply.text) == (413, '{"message":"Request Entity Too Large"}')


@case("http-header-limit")
def test_header_limit(echo, expected):
    most = expected.take("limits")["bytes"]
    refused = echo.call(headers={"X-Big": "x" * (most + 1)}).status == 431
    assert refused is expected.take("rejected_by_gateway")
    assert echo.call(headers={"X-Big": "x" * (most - 500)}).status == 200


def test_many_headers(echo):
    headers = [(f"X-{n}", "y") for n in range(1000)]
    assert len(echo.event("/", headers=headers)["headers"]) > 1000


def test_an_options_route_beside_cors(work: Workplace):
    """A preflight request never reaches the route; another OPTIONS request does."""
    api = work.http_api("OPTIONS /items", CorsConfiguration=CORS)
    asked = {"Origin": "https://one.example"}
    assert api.call("/items", "OPTIONS", {**asked, **PREFLIGHT}).status == 204
    assert api.call("/none", "OPTIONS", {**asked, **PREFLIGHT}).status == 204
    assert api.event("/items", "OPTIONS", headers=asked)["routeKey"] == "OPTIONS /items"
    assert api.call("/none", "OPTIONS", asked).status == 404


def test_slashes(work: Workplace):
    """Slashes at the end and double ones make other paths; `%2F` is decoded before a route is chosen."""
    api = work.http_api("GET /a", "GET /a/{x}", "GET /a/{x}/b", "GET /g/{rest+}")
    told = {
        "/a/1%2Fb": ("/a/{x}/b", {"x": "1"}),
        "/g/x//y/": ("/g/{rest+}", {"rest": "x//y/"}),
        "/g/x%2F%2Fy": ("/g/{rest+}", {"rest": "x//y"}),
        "/a/b%2520c": ("/a/{x}", {"x": "b c"}),
    }
    for path, (route, variables) in told.items():
        event = api.event(path)
        assert (event["routeKey"], event["pathParameters"]) == (f"GET {route}", variables)
    assert {api.call(path).status for path in ("/a/", "//a", "/a//b", "/g/", "/a%2F")} == {404}
