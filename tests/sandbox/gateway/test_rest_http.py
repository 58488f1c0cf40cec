"""HTTP, HTTP_PROXY and AWS integrations of REST APIs, their mappings, and how they fail."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tests.sandbox.cases import case
from tests.sandbox.gateway.conftest import Api, Workplace
from tests.sandbox.gateway.endpoint import Running, running
from tests.sandbox.gateway.test_http_control import refused

JSON = "application/json"
INTERNAL = '{"message": "Internal server error"}'
ERROR = ("x-amzn-errortype", "InternalServerErrorException")


@pytest.fixture(scope="module")
def endpoint() -> Iterator[Running]:
    with running() as server:
        yield server


class Built:
    """A REST API whose methods are put one by one, then deployed."""

    def __init__(self, work: Workplace) -> None:
        self.work, self.api = work, work.rest_api()

    def add(
        self,
        part: str,
        integration: Mapping[str, Any],
        *responses: Mapping[str, Any],
        declared: tuple[str, ...] = (),
        headers: tuple[str, ...] = (),
    ) -> None:
        """`ANY` of a resource. declared: request parameters; headers: of each method response."""
        v1, resource = self.work.v1, self.work.resource(self.api, part)
        place = {"restApiId": self.api.id, "resourceId": resource, "httpMethod": "ANY"}
        parameters = {f"method.request.{name}": False for name in declared}
        v1.put_method(**place, authorizationType="NONE", requestParameters=parameters)
        v1.put_integration(**place, **{"integrationHttpMethod": "POST", **integration})
        told = {f"method.response.header.{name}": False for name in headers}
        for response in responses:
            v1.put_method_response(**place, statusCode=response["statusCode"], responseParameters=told)
            v1.put_integration_response(**place, **response)

    def deployed(self, **more: Any) -> Api:
        return self.work.deploy(self.api, **more)


REQUEST = {
    "integration.request.header.headerVar": "method.request.header.foobar",
    "integration.request.header.Via": "'dropped'",
    "integration.request.path.qsVar": "method.request.querystring.testVar",
    "integration.request.path.pathVar": "method.request.path.pathVariable",
    "integration.request.querystring.testQs": "method.request.querystring.testQueryString",
    "integration.request.querystring.empty": "method.request.header.emptyheader",
    "integration.request.querystring.name": "method.request.body.pets[0].name",
}
DECLARED = (
    *("header.foobar", "header.emptyheader", "querystring.testVar", "querystring.testQueryString"),
    *("path.pathVariable", "path.map"),
)


@pytest.fixture(scope="module")
def api(work: Workplace, endpoint: Running) -> Api:
    """Methods of all kinds, deployed."""
    built = Built(work)
    uri = endpoint.url
    target = f"{uri}/x?testVar={{pathVar}}&testQs={{qsVar}}"
    proxy = {"type": "HTTP_PROXY", "integrationHttpMethod": "ANY"}
    built.add("{pathVariable}", {**proxy, "uri": target, "requestParameters": REQUEST}, declared=DECLARED)
    status = {"requestParameters": {"integration.request.path.map": "method.request.path.map"}}
    for part, kind in (("proxy", "HTTP_PROXY"), ("custom", "HTTP")):
        resource = work.resource(built.api, part)
        place = {"restApiId": built.api.id, "httpMethod": "ANY"}
        place["resourceId"] = work.resource(built.api, "{map+}", parent=resource)
        work.v1.put_method(
            **place, authorizationType="NONE", requestParameters={"method.request.path.map": True}
        )
        work.v1.put_integration(
            **place,
            **status,
            type=kind,
            integrationHttpMethod="POST",
            uri=f"{uri}/{{map}}",
        )
        built.add(f"slow-{part}", {"type": kind, "uri": f"{uri}/slow", "timeoutInMillis": 100})
        if kind == "HTTP":
            work.v1.put_integration_response(**place, statusCode="200")
            work.v1.put_integration_response(**place, statusCode="409", selectionPattern="4\\d{2}")
    built.add("stuck", {**proxy, "uri": f"{uri}/{{unmapped}}"})
    built.add("nowhere", {**proxy, "uri": "http://${stageVariables.missing}/"})
    built.add("away", {**proxy, "uri": "http://${stageVariables.away}/"})
    illegal = {"integration.request.header.Content-Length": "'0'"}
    built.add("illegal", {**proxy, "uri": uri, "requestParameters": illegal})
    built.add("unanswered", {"type": "HTTP", "uri": uri})
    return built.deployed(variables={"away": "example.com"})


def headers_of(told: dict[str, Any]) -> dict[str, str]:
    return {name.lower(): value for name, value in told["headers"]}


def test_mapped_requests(api: Api):
    """As test_http_proxy_integration_request_data_mappings of LocalStack recorded it on AWS."""
    headers = {"foobar": "mapped-value", "headerVar": "request-value", "Content-Type": JSON}
    body = json.dumps({"pets": [{"name": "Ada"}]})
    reply = api.call("/foobar?testQueryString=foo&testVar=bar", "POST", headers, body)
    told = reply.json()
    wanted = "/x?testVar=foobar&testQs=bar&testQueryString=foo&testVar=bar&testQs=foo&name=Ada"
    assert told["target"] == wanted
    given = headers_of(told)
    assert (given["headervar"], given["foobar"]) == ("mapped-value", "mapped-value")
    assert "via" not in given


def test_what_the_endpoint_of_a_proxy_is_sent(api: Api, endpoint: Running):
    sent = {
        "Accept": "text/html",
        "Content-Encoding": "deflate",
        "Content-MD5": "x",
        "X-Forwarded-For": "1.2.3.4",
    }
    given = headers_of(api.call("/proxy/a", "PUT", {**sent, "Authorization": "mine"}, "body").json())
    assert given["host"] == f"127.0.0.1:{endpoint.port}"
    assert (given["accept"], given["authorization"], given["content-length"]) == ("text/html", "mine", "4")
    assert given["x-amzn-apigateway-api-id"] == api.id
    assert given["x-amzn-trace-id"].startswith("Root=1-")
    assert (given["x-forwarded-for"], given["x-forwarded-port"]) == ("1.2.3.4, 127.0.0.1", "443")
    assert not {"content-encoding", "content-md5", "via"} & given.keys()


def test_what_the_endpoint_of_a_custom_integration_is_sent(api: Api):
    told = api.call("/custom/a/b?q=1", "GET", {"X-Mine": "a", "User-Agent": "curl"}).json()
    given = headers_of(told)
    assert (told["method"], told["target"], told["body"]) == ("POST", "/a/b", "")
    assert (given["accept"], given["user-agent"]) == (JSON, f"AmazonAPIGateway_{api.id}")
    assert not {"x-mine", "x-forwarded-for", "content-type"} & given.keys()


def test_answers_are_passed_back_or_mapped(api: Api):
    passed = api.call("/proxy/status/400")
    assert (passed.status, passed.headers["x-endpoint"]) == (400, "yes")
    assert passed.headers["x-amzn-remapped-connection"] == "keep-alive"
    assert passed.headers["x-amzn-remapped-content-length"] == passed.headers["content-length"]
    assert "x-amzn-trace-id" not in passed.headers
    mapped = api.call("/custom/status/400")
    assert (mapped.status, mapped.json()["target"]) == (409, "/status/400")
    assert "x-endpoint" not in mapped.headers
    assert mapped.headers["x-amzn-trace-id"].startswith("Root=1-")
    assert api.call("/custom/status/204").status == 200


@pytest.mark.parametrize("kind", ["proxy", "custom"])
def test_endpoints_that_do_not_answer(api: Api, kind: str):
    closed = api.call(f"/{kind}/close")
    assert (closed.status, closed.text) == (504, '{"message": "Network error communicating with endpoint"}')
    assert (ERROR[0], closed.headers[ERROR[0]]) == ERROR
    slow = api.call(f"/slow-{kind}")
    assert (slow.status, slow.text) == (504, '{"message": "Endpoint request timed out"}')


@pytest.mark.parametrize("path", ["/stuck", "/nowhere", "/illegal", "/unanswered"])
def test_configuration_errors(api: Api, path: str):
    reply = api.call(path)
    assert (reply.status, reply.text) == (500, INTERNAL)


def test_a_stage_variable_that_leads_elsewhere(api: Api):
    reply = api.call("/away")
    assert (reply.status, "host example.com" in reply.json()["message"]) == (501, True)


def test_nobody_listens(work: Workplace):
    built = Built(work)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        built.add("a", {"type": "HTTP_PROXY", "uri": f"http://127.0.0.1:{taken.getsockname()[1]}"})
        work.v1.put_gateway_response(
            restApiId=built.api.id, responseType="INTEGRATION_FAILURE", statusCode="502"
        )
        reply = built.deployed().call("/a")
    assert (reply.status, reply.json()) == (502, {"message": "Network error communicating with endpoint"})


@case("rest-test-invoke-failure")
def test_test_invoke_of_no_endpoint(work: Workplace, expected):
    built = Built(work)
    uri = "https://${stageVariables.testHost}"
    built.add("a", {"type": "HTTP_PROXY", "integrationHttpMethod": "ANY", "uri": uri})
    place = {"restApiId": built.api.id, "resourceId": work.v1.get_resources(restApiId=built.api.id)["items"]}
    place["resourceId"] = next(r["id"] for r in place["resourceId"] if r["path"] == "/a")
    tried = work.v1.test_invoke_method(**place, httpMethod="GET")
    tail = [line.partition(" : ")[2] for line in tried["log"].splitlines()[-2:]]
    assert tail == expected.take("log_lines_tail")
    assert tried["ResponseMetadata"]["HTTPStatusCode"] == expected.take("status")
    wanted = expected.take("json_subset")
    assert (tried["status"], json.loads(tried["body"])) == (wanted["status"], wanted["body"])
    assert tried["headers"] == wanted["headers"]


def invoking(work: Workplace, function: str, **more: Any) -> dict[str, Any]:
    return {"type": "AWS", "uri": work.invocations(function), **more}


@pytest.fixture(scope="module")
def custom(work: Workplace) -> Api:
    """A function that is no proxy: its event is what the template makes, its errors choose answers."""
    code = (
        "def handler(event, context):\n"
        "    if isinstance(event, dict) and event.get('fail'):\n"
        "        raise Exception(event['fail'])\n"
        "    return event\n"
    )
    function = work.make_function(code=code, permitted=True)
    built = Built(work)
    template = {JSON: '{"fail": "$input.params(\'fail\')", "who": "$context.identity.sourceIp"}'}
    parameters = {
        "method.response.header.X-Type": "integration.response.body.errorType",
        "method.response.header.Server": "'mine'",
    }
    teapot = {"statusCode": "418", "selectionPattern": ".*four hundred.*", "responseParameters": parameters}
    teapot["responseTemplates"] = {JSON: "{\"why\": $input.json('$.errorMessage')}"}
    responses = ({"statusCode": "200"}, teapot, {"statusCode": "502", "selectionPattern": ".+"})
    built.add(
        "a", invoking(work, function, requestTemplates=template), *responses, headers=("X-Type", "Server")
    )
    built.add(
        "strict",
        invoking(work, function, passthroughBehavior="NEVER", requestTemplates=template),
        *responses[:1],
    )
    built.add("plain", invoking(work, function), *responses[:1])
    return built.deployed()


def test_the_template_makes_the_event(custom: Api):
    reply = custom.call("/a")
    assert (reply.status, reply.json()) == (200, {"fail": "", "who": "127.0.0.1"})
    assert reply.headers["x-amzn-trace-id"].startswith("Root=1-")
    assert custom.call("/plain", "POST", body='{"a": 1}').json() == {"a": 1}
    assert custom.call("/plain").json() == {}
    told = custom.call("/plain", "POST", body="{").json()
    assert told["Type"] == "User"
    assert told["message"].startswith("Could not parse request body into json")
    assert custom.call("/strict", "POST", {"Content-Type": "text/plain"}, "a").status == 415


def test_the_error_message_chooses_the_answer(custom: Api):
    """As test_lambda_selection_patterns of LocalStack recorded it on AWS."""
    reply = custom.call("/a?fail=a+four+hundred+b")
    assert (reply.status, reply.json()) == (418, {"why": "a four hundred b"})
    assert (reply.headers["x-type"], reply.headers["x-amzn-remapped-server"]) == ("Exception", "mine")
    reply = custom.call("/a?fail=five")
    assert (reply.status, reply.json()["errorMessage"]) == (502, "five")


def test_what_is_no_mapping(work: Workplace):
    built = Built(work)
    built.add("a", {"type": "HTTP", "uri": "http://localhost/"})
    resources = work.v1.get_resources(restApiId=built.api.id)["items"]
    place = {"restApiId": built.api.id, "httpMethod": "ANY"}
    place["resourceId"] = next(r["id"] for r in resources if r["path"] == "/a")
    base = {**place, "type": "HTTP", "integrationHttpMethod": "GET", "uri": "http://localhost/"}
    key = "integration.request.header.a"
    asked = [
        (work.v1.put_integration, {**base, "uri": "localhost"}, "Invalid HTTP endpoint specified for URI"),
        (work.v1.put_integration, {**base, "requestParameters": {key: "b"}}, "expression specified: b]"),
        (work.v1.put_integration, {**base, "requestParameters": {"a": "'b'"}}, "expression specified: a]"),
        (
            work.v1.put_integration,
            {**base, "requestParameters": {key: "method.request.header.b"}},
            "errors : [Invalid mapping expression parameter specified: method.request.header.b]",
        ),
        (
            work.v1.put_integration_response,
            {**place, "statusCode": "200", "responseParameters": {"method.response.header.a": "'b'"}},
            "errors : [No method response exists for method.]",
        ),
    ]
    for call, given, words in asked:
        status, code, message = refused(call, **given)
        assert (status, code) == (400, "BadRequestException")
        assert words in message
    patch = [{"op": "add", "path": f"/requestParameters/{key}", "value": "'b'"}]
    changed = work.v1.update_integration(**place, patchOperations=patch)
    assert (changed["requestParameters"], changed["connectionType"]) == ({key: "'b'"}, "INTERNET")


def test_mappings_of_a_proxied_function(work: Workplace):
    """Without effect, but for those that no mapping may set (TestApiGatewayHeaderRemapping of LocalStack)."""
    built = Built(work)
    for part, header in (("a", "X-Mapped"), ("b", "Authorization")):
        mapping = {f"integration.request.header.{header}": "'1'"}
        uri = work.invocations()
        built.add(part, {"type": "AWS_PROXY", "uri": uri, "requestParameters": mapping})
    api = built.deployed()
    assert "X-Mapped" not in api.event("/a")["headers"]
    reply = api.call("/b")
    assert (reply.status, reply.text) == (500, INTERNAL)
