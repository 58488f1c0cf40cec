"""REST APIs: events, answers, routing, deployments, MOCK, validators, TestInvokeMethod."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.sandbox.cases import case
from tests.sandbox.gateway.conftest import Api, Workplace, do

QUERY = "?encodedPlus=a%2Bb&literalPlus=a+b&redirect=https%3A%2F%2Fexample.com%2Fa%2Fb"
ERROR = '{"message": "Internal server error"}'


def answered(api: Api, result: object, path: str = "/x", **headers: str):
    return api.call(path, headers={**do(**{"return": result}), **headers})


@case("rest-evt1-fields")
def test_fields(rest, expected):
    event = rest.event("/proxy-value?a=1")
    meanings = {
        "resource path with {names}": "/{proxy+}",
        "path without stage": "/proxy-value",
    }
    expected.check_event(event, meanings=meanings)


@case("rest-evt1-context")
def test_context(rest, expected):
    reply = rest.call("/proxy-value")
    meanings = {
        "includes /{stage}": "/test/proxy-value",
        "equals the x-amz-apigw-id header": reply.headers["x-amz-apigw-id"],
    }
    event = reply.json()
    expected.check_event(event, meanings=meanings)
    assert event["requestContext"]["requestId"] == reply.headers["x-amzn-requestid"]


@case("rest-evt1-nulls")
def test_nulls(work: Workplace, expected):
    api = work.rest_proxy("plain")
    expected.check_event(api.event("/plain"))


@case("rest-evt1-path-encoded")
def test_encoded_path(work: Workplace, expected):
    api = work.rest_api()
    work.proxy(api, work.resource(api, "{proxy+}"))
    expected.check_event(work.deploy(api, "live").event("/capture/space%20value", "POST"))


@case("rest-evt1-multi")
def test_repeated_names(rest, expected):
    headers = [("x-voker-probe", "first"), ("x-voker-probe", "second")]
    expected.check_event(rest.event("/x?repeat=one&repeat=two", headers=headers))


@case("rest-evt1-query-decoded")
def test_query(rest, expected):
    expected.check_event(rest.event("/x" + QUERY))


@case("rest-evt1-header-case")
def test_header_case(rest, expected):
    headers = {
        "host": f"127.0.0.1:{rest.raw.port}",
        "user-agent": "curl/8.7.1",
        "accept": "*/*",
        "content-type": "application/json",
        "cookie": "a=b",
        "connection": "close",
    }
    expected.check_event(rest.event("/x", headers=headers))
    event = rest.event("/x", headers={"tEsT-HEADeR": "aValUE"})
    assert event["headers"]["tEsT-HEADeR"] == "aValUE"


@case("rest-evt1-trailing-slash", "rest-evt1-double-slash")
def test_slashes(rest, expected):
    path = expected.when.removeprefix("GET /stage")
    stage = rest.prefix.removeprefix("/")
    context = {"requestContext.path": f"/{stage}//a"}
    expected.check_event(rest.event(path), meanings=context)


def test_double_slash_within_a_greedy_variable(rest):
    event = rest.event("/proxy-value//double-slash")
    assert event["pathParameters"] == {"proxy": "proxy-value//double-slash"}


@case("rest-stage-variables")
def test_stage_variables(work: Workplace, expected):
    api = work.rest_api()
    work.proxy(api, work.resource(api, "{proxy+}"))
    expected.check_event(work.deploy(api, variables={"fn": "my-func"}).event("/x"))
    work.deploy(api)
    assert api.event("/x")["stageVariables"] == {"fn": "my-func"}


@case("rest-403-unknown-path")
def test_unknown_path(work: Workplace, expected):
    api = work.rest_proxy("here")
    reply = api.call("/unknown")
    expected.check_response(reply.status, reply.headers, reply.body)
    assert api.call("/here").status == 200


def test_wrong_method(work: Workplace):
    api = work.rest_api()
    work.proxy(api, work.resource(api, "here"), "GET")
    work.deploy(api)
    reply = api.call("/here", "POST")
    assert (reply.status, reply.text) == (403, '{"message":"Missing Authentication Token"}')


@case("rest-root-no-method")
def test_root_without_method(rest, expected):
    reply = rest.call("/")
    expected.check_response(reply.status, reply.headers, reply.body)


def test_unknown_stage_and_unknown_api(rest):
    for path in (f"/_aws/execute-api/{rest.id}/wrong/x", "/_aws/execute-api/nosuchapi1/test/x"):
        reply = rest.raw.request("GET", path)
        assert (reply.status, reply.text) == (403, '{"message":"Forbidden"}')
        assert reply.headers["x-amzn-errortype"] == "ForbiddenException"


@case("rest-502-status-zero")
def test_status_zero(rest, expected):
    reply = answered(rest, {"statusCode": 0, "body": "…"})
    expected.check_response(reply.status, reply.headers, reply.body)


MALFORMED = {
    "rest-502-plain-string": "hello",
    "rest-502-unknown-key": {"statusCode": 200, "wrongValue": "x"},
    "rest-502-status-text": {"statusCode": "test"},
    "rest-502-multivalue-not-list": {"statusCode": 200, "multiValueHeaders": {"k": "v"}},
}


@case(*MALFORMED)
def test_malformed(rest, expected):
    reply = answered(rest, MALFORMED[expected.id])
    expected.check_response(reply.status, reply.headers, reply.body)


@case("rest-502-malformed-log")
def test_log_of_a_malformed_result(work: Workplace, expected):
    api = work.rest_proxy("x", function=work.make_function(code=STRING, permitted=True))
    reply = api.call("/x")
    expected.check_response(reply.status, reply.headers, reply.body)
    log = tried(work, api, "/x")["log"]
    assert all(f" : {line}\n" in log for line in expected.take("execution_log"))


STRING = "def handler(event, context):\n    return 'hello'\n"


@case("rest-200-headers-only")
def test_headers_only(rest, expected):
    reply = answered(rest, {"headers": {"test-header": "value"}})
    expected.check_response(reply.status, reply.headers, reply.body)
    assert reply.headers["content-type"] == "application/json"


@case("rest-201-status-string")
def test_status_as_digits(rest, expected):
    reply = answered(rest, {"statusCode": "201"})
    expected.check_response(reply.status, reply.headers, reply.body)


@case("rest-multi-merge")
def test_merged_headers(rest, expected):
    result = {
        "statusCode": 200,
        "headers": {"test-multi": "value-solo"},
        "multiValueHeaders": {"test-multi": ["value-multi"]},
    }
    reply = answered(rest, result)
    expected.check_response(reply.status, reply.headers, reply.body)


def test_header_values_that_are_no_strings(rest):
    reply = answered(rest, {"statusCode": 200, "headers": {"header-bool": True, "n": 1}})
    assert (reply.headers["header-bool"], reply.headers["n"]) == ("true", "1")
    assert answered(rest, {"statusCode": 200, "headers": None}).status == 200


def test_remapped_headers(rest):
    headers = {"Date": "then", "Server": "mine", "WWW-Authenticate": "Basic"}
    reply = answered(rest, {"statusCode": 401, "headers": headers})
    assert reply.headers["x-amzn-remapped-date"] == "then"
    assert reply.headers["x-amzn-remapped-server"] == "mine"
    assert reply.headers["x-amzn-remapped-www-authenticate"] == "Basic"
    assert "www-authenticate" not in reply.headers


@case("rest-b64-not-decoded")
def test_base64_without_binary_types(rest, expected):
    result = {"statusCode": 200, "isBase64Encoded": True, "body": "dGVzdC1kYXRh"}
    reply = answered(rest, result, Accept="*/*")
    expected.check_response(reply.status, reply.headers, reply.body)


@case("rest-b64-binary-media")
def test_binary_media_types(work: Workplace, expected):
    api = work.rest_proxy(binaryMediaTypes=["image/png"])
    expected.check_event(api.event("/x", "POST", headers={"Content-Type": "image/png"}, body=b"\x89PNG"))
    result = {"statusCode": 200, "isBase64Encoded": True, "body": "AQID"}
    accepted = {
        accept: answered(api, result, Accept=accept).body
        for accept in ("image/png", "image/png, */*", "text/html, image/png")
    }
    expected.take("response")  # decoded only if the first Accept value matches
    assert list(accepted.values()) == [b"\x01\x02\x03", b"\x01\x02\x03", b"AQID"]


@case("rest-success-headers")
def test_headers_of_success(rest, expected):
    reply = rest.call("/x")
    expected.check_response(reply.status, reply.headers, reply.body)


def test_crash(rest):
    reply = rest.call("/x", headers=do(**{"raise": "no"}))
    assert (reply.status, reply.text) == (502, ERROR)
    assert "x-amzn-trace-id" not in reply.headers


@case("rest-413")
def test_body_over_ten_megabytes(rest, expected):
    reply = rest.call("/x", "POST", body=b"x" * (10 * 1024 * 1024 + 1))
    expected.check_response(reply.status, reply.headers, reply.body)
    over_lambda = rest.call("/x", "POST", body=b"x" * (7 * 1024 * 1024))
    assert over_lambda.status == 413


@case("rest-timeout-limits")
def test_time_out(work: Workplace, expected):
    limits = expected.take("limits")
    api = work.rest_api()
    resource = work.resource(api, "{proxy+}")
    work.v1.put_method(restApiId=api.id, resourceId=resource, httpMethod="GET", authorizationType="NONE")
    common = {
        "restApiId": api.id,
        "resourceId": resource,
        "httpMethod": "GET",
        "type": "AWS_PROXY",
        "integrationHttpMethod": "POST",
        "uri": work.invocations(),
    }
    for milliseconds in (limits["min_ms"] - 1, limits["max_ms"] + 1):
        with pytest.raises(work.v1.exceptions.BadRequestException):
            work.v1.put_integration(timeoutInMillis=milliseconds, **common)
    work.v1.put_integration(timeoutInMillis=limits["min_ms"], **common)
    work.deploy(api)
    reply = api.call("/x", headers=do(sleep=0.5))
    assert (reply.status, reply.text) == (504, '{"message": "Endpoint request timed out"}')
    # Quotas are AWS's to raise; a sandbox has none.
    assert limits["regional_private_can_be_raised"]


@case("rest-post-required")
def test_integration_method_other_than_post(work: Workplace, expected):
    api = work.rest_api()
    work.proxy(api, work.resource(api, "x"), integrationHttpMethod="GET")
    reply = work.deploy(api).call("/x")
    expected.check_response(reply.status, reply.headers, reply.body)


@case("rest-deploy-required")
def test_deployment_is_required(work: Workplace, expected):
    api = work.rest_proxy("old")
    work.proxy(api, work.resource(api, "new"))
    reply = api.call("/new")
    expected.check_response(reply.status, reply.headers, reply.body)
    assert expected.take("after_create_deployment") == "live"
    work.deploy(api)
    assert api.call("/new").status == 200


def test_deployment_is_a_snapshot(work: Workplace):
    api = work.rest_proxy("a")
    first = work.v1.get_stage(restApiId=api.id, stageName="test")["deploymentId"]
    resource = next(r for r in work.v1.get_resources(restApiId=api.id)["items"] if r["path"] == "/a")
    work.v1.update_resource(
        restApiId=api.id,
        resourceId=resource["id"],
        patchOperations=[{"op": "replace", "path": "/pathPart", "value": "b"}],
    )
    second = work.v1.create_deployment(restApiId=api.id)["id"]
    assert (api.call("/a").status, api.call("/b").status) == (200, 403)
    work.v1.create_stage(restApiId=api.id, stageName="other", deploymentId=second)
    other = Api(api.raw, api.id, api.client, "/other")
    assert (other.call("/a").status, other.call("/b").status) == (403, 200)
    point = [{"op": "replace", "path": "/deploymentId", "value": first}]
    work.v1.update_stage(restApiId=api.id, stageName="other", patchOperations=point)
    assert (other.call("/a").status, other.call("/b").status) == (200, 403)
    work.v1.delete_stage(restApiId=api.id, stageName="other")
    assert other.call("/a").status == 403
    work.v1.delete_rest_api(restApiId=api.id)
    assert api.call("/a").status == 403


def test_routing(work: Workplace):
    api = work.rest_api()
    users = work.resource(api, "users")
    work.proxy(api, users, "GET")
    work.proxy(api, work.resource(api, "me", parent=users), "ANY")
    work.proxy(api, work.resource(api, "{id}", parent=users), "GET")
    work.proxy(api, work.resource(api, "{rest+}"), "POST")
    work.deploy(api)
    routes = {
        ("GET", "/users"): "/users",
        ("GET", "/users/"): "/users",
        ("GET", "/users/me"): "/users/me",
        ("GET", "/users/7"): "/users/{id}",
        ("POST", "/users/7"): "/{rest+}",
        ("POST", "/a/b"): "/{rest+}",
    }
    assert {(m, p): api.event(p, m)["resource"] for m, p in routes} == routes
    assert [api.call(p, "PUT").status for p in ("/users", "/users/7", "/")] == [403] * 3


@pytest.mark.parametrize("path", ["/%", "/%zz", "/a%00b", "/%ff", "/" + "a" * 9000, "/a;b=1", "/λ"])
def test_odd_paths(rest, path):
    sent = path.encode().decode("latin-1") if path.isascii() else "/%CE%BB"
    assert rest.event(sent)["path"] == sent


def test_disabled_endpoint(work: Workplace):
    api = work.rest_proxy()
    off = [{"op": "replace", "path": "/disableExecuteApiEndpoint", "value": "true"}]
    work.v1.update_rest_api(restApiId=api.id, patchOperations=off)
    assert api.call("/x").status == 403


@case("rest-validator-params")
def test_required_parameters(work: Workplace, expected):
    api = validated(work, validateRequestParameters=True)
    reply = api.call("/none", "POST")
    variables = reply.json()["message"]
    # The path parameter of the case is one that the resource does not have, so it is always missing.
    expected.check_response(reply.status, reply.headers, reply.body)
    assert variables.endswith("qs1]")
    some = api.call("/none?qs1=1", "POST", {"x-header-param": "1"})
    assert some.json() == {"message": "Missing required request parameters: [issuer]"}


@case("rest-validator-body")
def test_body_by_schema(work: Workplace, expected):
    api = validated(work, validateRequestBody=True)
    bad = api.call("/none", "POST", {"content-type": "application/json"}, '{"a": "x"}')
    expected.check_response(bad.status, bad.headers, bad.body)
    assert api.call("/none", "POST", {"content-type": "application/json"}, "{").status == 400
    assert api.call("/none", "POST", {"content-type": "application/json"}, '{"a": 1}').status == 200
    assert api.call("/none", "POST", {"content-type": "text/plain"}, "{").status == 200


def validated(work: Workplace, **validator: bool) -> Api:
    """A REST API with a validated method POST /{test}."""
    api = work.rest_api()
    schema = {
        "$schema": "http://json-schema.org/draft-04/schema#",
        "type": "object",
        "properties": {"a": {"type": "number"}},
        "required": ["a"],
    }
    work.v1.create_model(
        restApiId=api.id, name="test", contentType="application/json", schema=json.dumps(schema)
    )
    made = work.v1.create_request_validator(restApiId=api.id, name="validator", **validator)
    resource = work.resource(api, "{test}")
    work.v1.put_method(
        restApiId=api.id,
        resourceId=resource,
        httpMethod="POST",
        authorizationType="NONE",
        requestValidatorId=made["id"],
        requestModels={"application/json": "test"},
        requestParameters={
            "method.request.querystring.qs1": True,
            "method.request.path.issuer": True,
            "method.request.header.x-header-param": True,
        },
    )
    work.v1.put_integration(
        restApiId=api.id,
        resourceId=resource,
        httpMethod="POST",
        type="AWS_PROXY",
        integrationHttpMethod="POST",
        uri=work.invocations(),
    )
    return work.deploy(api)


def mocked(work: Workplace, request: str = '{"statusCode": 200}', **response: object) -> Api:
    """A REST API whose GET /health is a MOCK."""
    api = work.rest_api()
    place = {"restApiId": api.id, "resourceId": work.resource(api, "health"), "httpMethod": "GET"}
    work.v1.put_method(**place, authorizationType="NONE")
    work.v1.put_method_response(
        **place, statusCode="200", responseParameters={"method.response.header.X-Kind": True}
    )
    work.v1.put_integration(**place, type="MOCK", requestTemplates={"application/json": request})
    work.v1.put_integration_response(**place, statusCode="200", **response)
    return work.deploy(api)


def test_mock(work: Workplace):
    api = mocked(
        work,
        responseTemplates={"application/json": '{"status": "ok", "id": "$context.requestId"}'},
        responseParameters={"method.response.header.X-Kind": "'mock'"},
    )
    reply = api.call("/health")
    assert (reply.status, reply.json()["status"]) == (200, "ok")
    assert reply.json()["id"] == reply.headers["x-amzn-requestid"]
    assert reply.headers["x-kind"] == "mock"
    assert "x-amzn-trace-id" not in reply.headers


def test_mock_without_a_fitting_response(work: Workplace):
    assert mocked(work, request="{statusCode: 200}").call("/health").status == 200
    reply = mocked(work, request="{}").call("/health")
    assert (reply.status, reply.text) == (500, ERROR)
    reply = mocked(work, request='{"statusCode": 404}', selectionPattern="200").call("/health")
    assert (reply.status, reply.text) == (500, ERROR)


@pytest.mark.parametrize("template", ["#set($a = 1)", "$util.escapeJavaScript($input.body)", "${foo}"])
def test_templates_that_are_not_modelled(work: Workplace, template: str):
    with pytest.raises(work.v1.exceptions.ClientError, match="does not model") as caught:
        mocked(work, responseTemplates={"application/json": template})
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501


def tried(work: Workplace, api: Api, path: str, method: str = "GET", **more: object) -> dict:
    resource = next(r for r in work.v1.get_resources(restApiId=api.id)["items"] if r["path"] != "/")
    return work.v1.test_invoke_method(
        restApiId=api.id, resourceId=resource["id"], httpMethod=method, pathWithQueryString=path, **more
    )


def test_method_that_is_not_deployed(work: Workplace):
    api = work.rest_api()
    work.proxy(api, work.resource(api, "{id}"))
    answer = tried(work, api, "/7?a=1", "POST", body="{}", headers={"X-A": "b"})
    event = json.loads(answer["body"])
    assert (answer["status"], event["body"], event["headers"]["X-A"]) == (200, "{}", "b")
    assert event["pathParameters"] == {"id": "7"}
    assert event["queryStringParameters"] == {"a": "1"}
    assert "Successfully completed execution" in answer["log"]
    with pytest.raises(work.v1.exceptions.NotFoundException, match="Invalid Method"):
        work.v1.test_invoke_method(restApiId=api.id, resourceId=api.root, httpMethod="GET")


def test_fifty_at_once(echo, rest):
    with ThreadPoolExecutor(50) as pool:
        statuses = list(pool.map(lambda n: (echo, rest)[n % 2].call(f"/{n}").status, range(50)))
    assert statuses == [200] * 50


def test_function_that_lambda_throttles(work: Workplace):
    function = work.make_function(permitted=True)
    http, over_rest = work.http_api(function=function), work.rest_proxy(function=function)
    work.lambda_.put_function_concurrency(FunctionName=function, ReservedConcurrentExecutions=0)
    assert (http.call("/x").status, http.call("/x").text) == (503, '{"message":"Service Unavailable"}')
    assert (over_rest.call("/x").status, over_rest.call("/x").text) == (500, ERROR)
    log = tried(work, over_rest, "/x")["log"]
    assert "Execution failed due to configuration error: Rate Exceeded." in log
    assert "Method completed with status: 500" in log
    work.lambda_.delete_function_concurrency(FunctionName=function)
    assert (http.call("/x").status, over_rest.call("/x").status) == (200, 200)
