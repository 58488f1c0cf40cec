"""HTTP_PROXY integrations of HTTP APIs, and the parameter mapping of both kinds of integration."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox.gateway.conftest import Api, Workplace, do
from tests.sandbox.gateway.endpoint import Running, running
from tests.sandbox.gateway.test_http_control import HTTP_PROXY, refused

UNAVAILABLE = (503, '{"message":"Service Unavailable"}')


@pytest.fixture(scope="module")
def endpoint() -> Iterator[Running]:
    with running() as server:
        yield server


def proxied(work: Workplace, uri: str, *keys: str, stage: str = "$default", **more: Any) -> Api:
    """An HTTP API whose routes lead to a URI."""
    api = work.v2.create_api(Name="proxy", ProtocolType="HTTP")["ApiId"]
    variables = more.pop("variables", {})
    made = work.v2.create_integration(ApiId=api, IntegrationUri=uri, **{**HTTP_PROXY, **more})
    for key in keys or ("ANY /{proxy+}",):
        work.v2.create_route(ApiId=api, RouteKey=key, Target=f"integrations/{made['IntegrationId']}")
    work.v2.create_stage(ApiId=api, StageName=stage, AutoDeploy=True, StageVariables=variables)
    return Api(work.raw, api, work.v2, "" if stage == "$default" else f"/{stage}")


@pytest.fixture(scope="module")
def api(work: Workplace, endpoint: Running) -> Api:
    """An API that passes every path on."""
    return proxied(work, f"{endpoint.url}/{{proxy}}")


def headers_of(told: dict[str, Any]) -> dict[str, str]:
    return {name.lower(): value for name, value in told["headers"]}


def test_what_the_endpoint_is_sent(api: Api, endpoint: Running):
    sent = {"X-Mine": "a", "Content-Type": "text/plain", "TE": "deflate", "X-Forwarded-For": "1.2.3.4"}
    told = api.call("/a/b%20c?q=1&q=2&p=a+b", "PATCH", sent, "body").json()
    assert (told["method"], told["target"], told["body"]) == ("PATCH", "/a/b%20c?q=1&q=2&p=a+b", "body")
    assert ("X-Mine", "a") in [tuple(pair) for pair in told["headers"]]
    given = headers_of(told)
    assert given["host"] == f"127.0.0.1:{endpoint.port}"
    assert given["via"] == "HTTP/1.1 AmazonAPIGateway"
    host = f"{api.id}.execute-api.us-east-1.amazonaws.com"
    assert given["forwarded"] == f"by=127.0.0.1;for=127.0.0.1;host={host};proto=https"
    assert given["x-amzn-trace-id"].startswith("Root=1-")
    assert given["x-forwarded-for"] == "1.2.3.4"
    assert given["content-length"] == "4"
    assert "te" not in given


def test_forwarded_is_appended_to(api: Api):
    given = headers_of(api.call("/a", headers={"Forwarded": "for=1.2.3.4", "Via": "1.0 fred"}).json())
    assert given["forwarded"].startswith("for=1.2.3.4,by=")
    assert given["via"] == "1.0 fred, HTTP/1.1 AmazonAPIGateway"


def test_what_the_client_gets(api: Api):
    reply = api.call("/status/404")
    assert reply.status == 404
    assert reply.headers["x-endpoint"] == "yes"
    assert len(reply.headers["apigw-requestid"]) == 16
    wire = api.raw.send_bytes(
        f"GET {api.path}/other-case HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode()
    )
    for line in (b"X-Small: 1", b"X-Big: 2", b"Server: mine", b"Content-Length: 2", b"Connection: close"):
        assert b"\r\n" + line + b"\r\n" in wire
    assert wire.count(b"onnection:") == 1


def test_redirects_are_passed_on(api: Api):
    reply = api.call("/status/302")
    assert (reply.status, reply.headers["location"]) == (302, "http://127.0.0.1:1/elsewhere")


def test_an_endpoint_that_closes_the_connection(api: Api):
    reply = api.call("/close")
    assert (reply.status, reply.text) == UNAVAILABLE


def test_an_endpoint_that_takes_too_long(work: Workplace, endpoint: Running):
    reply = proxied(work, f"{endpoint.url}/slow", "$default", TimeoutInMillis=100).call("/")
    assert (reply.status, reply.text) == UNAVAILABLE


def test_an_answer_over_ten_megabytes(work: Workplace, endpoint: Running):
    reply = proxied(work, f"{endpoint.url}/{{proxy}}").call("/large")
    assert (reply.status, reply.text) == (500, '{"message":"Internal Server Error"}')


def test_a_head_request(api: Api):
    reply = api.call("/a", "HEAD")
    assert (reply.status, reply.body) == (200, b"")
    assert int(reply.headers["content-length"]) > 100


def test_an_api_behind_another(work: Workplace, sandbox, echo: Api):
    front = proxied(work, f"{sandbox.url}{echo.path}/{{proxy}}")
    event = front.event("/users/7?a=1", "PUT")
    assert (event["rawPath"], event["rawQueryString"]) == ("/users/7", "a=1")
    assert event["headers"]["via"] == "HTTP/1.1 AmazonAPIGateway"


def test_an_api_that_leads_to_itself_comes_to_an_end(work: Workplace, sandbox):
    loop = proxied(work, "http://localhost/", "$default", TimeoutInMillis=400)
    (integration,) = work.v2.get_integrations(ApiId=loop.id)["Items"]
    place = {"ApiId": loop.id, "IntegrationId": integration["IntegrationId"]}
    work.v2.update_integration(**place, IntegrationUri=f"{sandbox.url}{loop.path}/")
    # In time each call adds to the headers, until they are too large; else the first one's time is over.
    assert {loop.call("/").status, loop.call("/", "GET").status} <= {431, 503}


def test_nobody_listens(work: Workplace):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        refusing = proxied(work, f"http://localhost:{taken.getsockname()[1]}/", "$default")
        reply = refusing.call("/a")
    assert (reply.status, reply.text) == UNAVAILABLE


def test_a_server_on_the_other_loopback_address(work: Workplace):
    with running("127.0.0.5") as server:
        told = proxied(work, f"http://127.0.0.5:{server.port}/here", "$default").call("/there").json()
    assert told["target"] == "/here"


def test_a_stage_variable_that_leads_elsewhere_is_named_when_it_is_used(work: Workplace):
    variables = {"host": "example.com", "nowhere": "a.invalid"}
    away = proxied(work, "https://${stageVariables.host}/", "$default", variables=variables)
    reply = away.call("/")
    assert reply.status == 501
    assert "other machines (host example.com)" in reply.json()["message"]
    for name in ("nowhere", "missing"):
        lost = proxied(work, f"http://${{stageVariables.{name}}}/", "$default", variables=variables)
        reply = lost.call("/")
        assert (reply.status, reply.text) == UNAVAILABLE


def test_quick_create_of_a_url(work: Workplace, endpoint: Running):
    made = work.v2.create_api(Name="a", ProtocolType="HTTP", Target=f"{endpoint.url}/quick")
    told = Api(work.raw, made["ApiId"], work.v2).call("/any?a=1", "PUT").json()
    assert (told["method"], told["target"]) == ("PUT", "/quick?a=1")
    (integration,) = work.v2.get_integrations(ApiId=made["ApiId"])["Items"]
    kept = [integration[name] for name in ("IntegrationType", "IntegrationMethod", "PayloadFormatVersion")]
    assert kept == ["HTTP_PROXY", "ANY", "1.0"]
    work.v2.update_api(ApiId=made["ApiId"], Target=work.function)
    (integration,) = work.v2.get_integrations(ApiId=made["ApiId"])["Items"]
    assert (integration["IntegrationType"], integration["PayloadFormatVersion"]) == ("AWS_PROXY", "2.0")


def test_mapped_requests_and_answers(work: Workplace, endpoint: Running):
    mapping = {
        "append:header.x-id": "$context.requestId",
        "overwrite:header.x-mine": "${request.querystring.q}-${stageVariables.env}",
        "remove:header.x-secret": "''",
        "overwrite:header.host": "inner.example",
        "append:querystring.pet": "$request.body.pets[0].name",
        "remove:querystring.q": "''",
        "overwrite:path": "/v2/$literal${request.path.id}",
    }
    answers = {"200": {"overwrite:statuscode": "202", "append:header.was": "$response.body.method"}}
    api = proxied(
        work,
        f"{endpoint.url}/old",
        "ANY /users/{id}",
        RequestParameters=mapping,
        ResponseParameters=answers,
        variables={"env": "test"},
    )
    sent = {"X-Mine": "old", "X-Secret": "s", "Content-Type": "application/json"}
    reply = api.call("/users/7?q=1&r=2", "POST", sent, json.dumps({"pets": [{"name": "Ada"}]}))
    assert (reply.status, reply.headers["was"]) == (202, "POST")
    told = reply.json()
    assert told["target"] == "/v2/$literal7?r=2&pet=Ada"
    given = headers_of(told)
    assert given["x-id"] == reply.headers["apigw-requestid"]
    assert (given["x-mine"], given["host"], "x-secret" in given) == ("1-test", "inner.example", False)


def test_mapping_of_a_function(work: Workplace):
    integration = {
        "RequestParameters": {"overwrite:header.x-new": "a", "append:querystring.more": "$context.stage"},
        "ResponseParameters": {"418": {"overwrite:statuscode": "200", "remove:header.x-gone": "''"}},
    }
    api = work.http_api(integration=integration)
    event = api.event("/a?q=1", headers={"X-New": "b", "Host": "localhost"})
    assert event["headers"]["x-new"] == "a"
    assert event["headers"]["host"].endswith(".amazonaws.com")
    assert event["queryStringParameters"] == {"q": "1", "more": "$default"}
    result = {"statusCode": 418, "headers": {"X-Gone": "1", "X-Kept": "2"}}
    reply = api.call("/", headers=do(**{"return": result}))
    assert (reply.status, "x-gone" in reply.headers, reply.headers["x-kept"]) == (200, False, "2")
    crash = api.call("/", headers=do(**{"return": {"statusCode": 0}}))
    assert crash.status == 500


def test_an_update_adds_to_the_mapping_and_takes_away_what_is_empty(work: Workplace):
    api = work.v2.create_api(Name="a", ProtocolType="HTTP")["ApiId"]
    given = {"append:header.a": "1", "append:header.b": "2"}
    made = work.v2.create_integration(
        ApiId=api,
        IntegrationUri="http://localhost/",
        RequestParameters=given,
        ResponseParameters={"200": {"append:header.a": "1"}, "404": {"append:header.a": "1"}},
        **HTTP_PROXY,
    )
    place = {"ApiId": api, "IntegrationId": made["IntegrationId"]}
    changed = work.v2.update_integration(
        **place,
        RequestParameters={"append:header.a": "", "append:header.c": "3"},
        ResponseParameters={"200": {}},
    )
    assert changed["RequestParameters"] == {"append:header.b": "2", "append:header.c": "3"}
    assert changed["ResponseParameters"] == {"404": {"append:header.a": "1"}}
    assert work.v2.get_integration(**place)["RequestParameters"] == changed["RequestParameters"]


def test_what_is_no_endpoint(work: Workplace):
    api = work.v2.create_api(Name="a", ProtocolType="HTTP")["ApiId"]
    asked = [
        ({"IntegrationUri": "localhost/a"}, "Invalid HTTP endpoint specified for URI"),
        ({"IntegrationUri": "http://localhost", "IntegrationMethod": "BREW"}, "IntegrationMethod"),
        ({"IntegrationUri": "http://localhost", "PayloadFormatVersion": "2.0"}, "should be 1.0"),
        ({"IntegrationUri": "http://localhost", "TimeoutInMillis": 40_000}, "Timeout should be between"),
        (
            {"IntegrationUri": "http://localhost", "RequestParameters": {"append:header.X-Amz-A": "1"}},
            "errors : [Operations on header X-Amz-A are restricted]",
        ),
    ]
    for given, words in asked:
        status, code, message = refused(work.v2.create_integration, ApiId=api, **{**HTTP_PROXY, **given})
        assert (status, code) == (400, "BadRequestException")
        assert words in message


def test_import_and_export(work: Workplace, endpoint: Running):
    integration = {
        "type": "http_proxy",
        "httpMethod": "ANY",
        "uri": f"{endpoint.url}/{{proxy}}",
        "payloadFormatVersion": "1.0",
        "requestParameters": {"append:header.x-a": "1"},
        "responseParameters": {"200": {"overwrite:statuscode": "201"}},
    }
    paths = {
        "/{proxy+}": {"x-amazon-apigateway-any-method": {"x-amazon-apigateway-integration": integration}}
    }
    document = {"openapi": "3.0.1", "info": {"title": "a", "version": "1"}, "paths": paths}
    made = work.v2.import_api(Body=json.dumps(document))["ApiId"]
    work.v2.create_stage(ApiId=made, StageName="$default", AutoDeploy=True)
    reply = Api(work.raw, made, work.v2).call("/x")
    assert (reply.status, headers_of(reply.json())["x-a"]) == (201, "1")
    exported = json.loads(
        work.v2.export_api(ApiId=made, Specification="OAS30", OutputType="JSON")["body"].read()
    )
    operation = exported["paths"]["/{proxy+}"]["x-amazon-apigateway-any-method"]
    kept = operation["x-amazon-apigateway-integration"]
    assert {**integration, "connectionType": "INTERNET", "timeoutInMillis": 30_000} == kept
