"""Events of HTTP APIs, as functions behind them receive them."""

from __future__ import annotations

import base64

from tests.sandbox.cases import case
from tests.sandbox.gateway.conftest import Api, Workplace

QUERY = (
    "?repeat=one&repeat=two&redirect=https%3A%2F%2Fexample.com%2Fa%2Fb"
    "&literalPlus=a+b&encodedPlus=a%2Bb&empty="
)
JSON = {"Content-Type": "application/json"}


@case("http-evt2-context")
def test_context(echo, expected):
    expected.check_event(
        echo.event("/any"),
        apiId=echo.id,
        meanings={
            "apiId": echo.id,
            "same as routeKey": "$default",
            "requestContext.timeEpoch": lambda value: isinstance(value, int) and value > 10**12,
        },
    )


@case("http-evt2-omits-absent", "http-evt2-no-multivalue-maps")
def test_absent_keys(echo, expected):
    expected.check_event(echo.event("/any"))


@case("http-evt2-headers-lowercase-joined")
def test_repeated_headers(echo, expected):
    headers = [("X-Voker-Probe", "first"), ("X-Voker-Probe", "second")]
    expected.check_event(echo.event("/", headers=headers))


@case("http-evt2-standard-headers")
def test_standard_headers(echo, expected):
    domain = f"{echo.id}.execute-api.us-east-1.amazonaws.com"
    meanings = {"domainName": domain, "client ip": "127.0.0.1", '"0" when there is no body': "0"}
    expected.check_event(echo.event("/"), meanings=meanings)


def test_trace_id_of_the_client_is_kept(echo):
    sent = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
    event = echo.event("/", headers={"X-Amzn-Trace-Id": sent})
    assert event["headers"]["x-amzn-trace-id"] == sent


def test_hop_by_hop_headers_do_not_arrive(echo):
    headers = {"Connection": "close, X-Other", "TE": "trailers", "Upgrade": "h2c", "X-Other": "1"}
    arrived = echo.event("/", headers=headers)["headers"]
    assert not {"connection", "te", "upgrade"} & set(arrived)
    assert arrived["x-other"] == "1"


def test_forwarded_for_is_appended_to(echo):
    event = echo.event("/", headers={"X-Forwarded-For": "203.0.113.9"})
    assert event["headers"]["x-forwarded-for"] == "203.0.113.9, 127.0.0.1"


@case("http-evt2-cookies")
def test_cookies(echo, expected):
    expected.check_event(echo.event("/", headers={"Cookie": "session=abc123; theme=dark"}))


@case("http-evt2-query")
def test_query(echo, expected):
    expected.check_event(echo.event("/" + QUERY))


@case("http-evt2-routekey")
def test_route_key(work, expected):
    api = work.http_api("POST /test9/api/users/{userId}/orders")
    expected.check_event(api.event("/test9/api/users/123/orders", "POST"))


@case("http-evt2-routekey-default")
def test_default_route_key(echo, expected):
    expected.check_event(echo.event("/what/ever", "PUT"))


@case("http-rawpath-default-stage")
def test_raw_path_of_the_default_stage(work, expected):
    expected.check_event(work.http_api("GET /items").event("/items"))


@case("http-rawpath-named-stage")
def test_raw_path_of_a_named_stage(work, expected):
    expected.check_event(work.http_api("GET /items", stage="dev").event("/items"))


@case("http-rawpath-slash-decodes")
def test_encoded_slash(echo, expected):
    expected.check_event(echo.event("/capture/slash%2Fvalue"))


@case("http-rawpath-hash-decodes")
def test_encoded_hash(echo, expected):
    expected.check_event(echo.event("/capture/hash%23value"))


@case("http-rawpath-unicode")
def test_unicode_path(echo, expected):
    expected.check_event(echo.event("/capture/unicode-%CE%BB-%E4%B8%96%E7%95%8C"))


@case("http-pathparam-decoded")
def test_decoded_path_parameter(work, expected):
    expected.check_event(work.http_api("GET /folder/{name}").event("/folder/Summer%20Sale%202023"))


def test_stage_variables(work: Workplace):
    event = work.http_api(variables={"fn": "my-func"}).event("/")
    assert event["stageVariables"] == {"fn": "my-func"}


@case("http-req-b64-json")
def test_json_body_is_text(echo, expected):
    event = echo.event("/", "POST", headers=JSON, body='{"a": "λ"}')
    expected.check_event(event)
    assert event["body"] == '{"a": "λ"}'
    assert event["headers"]["content-length"] == "11"


@case("http-req-b64-form")
def test_form_body_is_base64(echo, expected):
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    event = echo.event("/", "POST", headers=headers, body="a=1")
    expected.check_event(event, meanings={"base64 of a=1": base64.b64encode(b"a=1").decode()})


@case("http-req-b64-octet")
def test_binary_body_is_base64(echo, expected):
    headers = {"Content-Type": "application/octet-stream"}
    expected.check_event(echo.event("/", "POST", headers=headers, body=bytes([1, 2, 3, 4, 5])))


@case("http-evt1-shape")
def test_payload_1(work: Workplace, expected):
    api = work.http_api("GET /folder/{name}", payload="1.0")
    event = api.event("/folder/Summer%20Sale")
    context = event["requestContext"]
    meanings = {
        "path": "/folder/Summer%20Sale",
        "pathParameters": {"name": "Summer Sale"},
        "the route key": "GET /folder/{name}",
        "equals extendedRequestId": context["extendedRequestId"],
    }
    expected.check_event(event, meanings=meanings)
    assert event["resource"] == context["resourcePath"] == "/folder/{name}"
    assert context["path"] == "/folder/Summer Sale"


@case("http-evt1-multi")
def test_payload_1_repeated_query(echo_1, expected):
    expected.check_event(echo_1.event("/?tag=a&tag=b"))


def test_payload_1_has_nulls_and_title_cased_headers(echo_1: Api):
    event = echo_1.event("/", headers=[("x-one", "1"), ("x-one", "2"), ("cookie", "a=b")])
    absent = ("queryStringParameters", "multiValueQueryStringParameters", "pathParameters", "body")
    assert [event[key] for key in (*absent, "stageVariables")] == [None] * 5
    assert event["headers"]["X-One"] == "2"
    assert event["multiValueHeaders"]["X-One"] == ["1", "2"]
    assert event["headers"]["Cookie"] == "a=b"
    assert event["headers"]["Content-Length"] == "0"
    assert event["requestContext"]["resourceId"] == "$default"
