"""What HTTP APIs answer, by what the function behind them returned or failed with."""

from __future__ import annotations

import json

import pytest

from tests.sandbox.cases import case
from tests.sandbox.gateway.conftest import Api, do

ERROR = '{"message":"Internal Server Error"}'


def answered(api: Api, result: object, method: str = "GET", **headers: str):
    return api.call("/x", method, headers={**do(**{"return": result}), **headers})


@case("http-resp-infer-object")
def test_object_without_status(echo, expected):
    reply = answered(echo, {"message": "Hello from Lambda!"})
    expected.check_response(reply.status, reply.headers, reply.body)


@case("http-resp-infer-string")
def test_string(echo, expected):
    reply = answered(echo, "Hello from Lambda!")
    expected.check_response(reply.status, reply.headers, reply.body)


@case("http-resp-infer-scalars")
def test_scalars(echo, expected):
    for index, result in enumerate((3, 3.1, True, ["hello", 3, True])):
        reply = answered(echo, result)
        expected.part(index).check_response(reply.status, reply.headers, reply.body)


@case("http-resp-default-ctype")
def test_default_content_type(echo, expected):
    reply = answered(echo, {"statusCode": 200, "body": "Hello, World!"})
    expected.check_response(reply.status, reply.headers, reply.body)


@case("http-resp-v1-default-ctype")
def test_default_content_type_of_payload_1(echo_1, expected):
    reply = answered(echo_1, {"statusCode": 200, "body": "Hello, World!"})
    expected.check_response(reply.status, reply.headers, reply.body)


@case("http-resp-status-zero")
@pytest.mark.parametrize("payload", ["echo", "echo_1"])
def test_status_zero(request, payload, expected):
    reply = answered(request.getfixturevalue(payload), {"statusCode": 0, "body": "…"})
    expected.check_response(reply.status, reply.headers, reply.body)


@case("http-resp-status-text")
def test_status_text(echo, expected):
    reply = answered(echo, {"statusCode": "abc"})
    expected.check_response(reply.status, reply.headers, reply.body)


@case("http-resp-status-float")
def test_status_float(echo, expected):
    reply = answered(echo, {"statusCode": 200.5, "body": "…"})
    expected.check_response(reply.status, reply.headers, reply.body)


@case("http-lambda-exception")
def test_exception(echo, expected):
    reply = echo.call(headers=do(**{"raise": "no"}))
    expected.check_response(reply.status, reply.headers, reply.body)


@case("http-resp-b64")
def test_base64_body(echo, expected):
    result = {"statusCode": 200, "isBase64Encoded": True, "body": "AQID"}
    reply = answered(echo, result)
    expected.check_response(reply.status, reply.headers, reply.body.decode("latin-1"))
    assert reply.body == bytes.fromhex(expected.take("bytes"))


@case("ts-no-statuscode")
def test_forgotten_status_code(echo, rest, expected):
    http, over_rest = (answered(api, {"message": "ok"}) for api in (echo, rest))
    expected.take("http")  # 200 with the object as body
    assert (http.status, http.json()) == (200, {"message": "ok"})
    assert over_rest.status == int(expected.take("rest").split()[0])


@case("ts-forgot-stringify")
def test_body_that_is_an_object(echo, rest, expected):
    result = {"statusCode": 200, "body": {"a": 1}}
    expected.take("http")  # 500, recalled
    assert answered(echo, result).status == 500
    assert answered(rest, result).status == int(expected.take("rest").split()[0])


@case("ts-502-vs-500")
def test_crash_in_both_kinds_of_api(echo, rest, expected):
    for api, key in ((rest, "rest"), (echo, "http")):
        reply = api.call("/x", headers=do(**{"raise": "no"}))
        assert f"{reply.status} {reply.text}" == expected.take(key)


@case("ts-403-vs-404")
def test_wrong_path_in_both_kinds_of_api(work, expected):
    http, over_rest = work.http_api("GET /here"), work.rest_proxy("here")
    for api, key in ((over_rest, "rest"), (http, "http")):
        reply = api.call("/nothing")
        assert f"{reply.status} {reply.text}" == expected.take(key)


def test_payload_1_needs_a_status_code(echo_1):
    reply = answered(echo_1, {"message": "ok"})
    assert (reply.status, reply.text) == (500, ERROR)


def test_null_is_a_result_too(echo, echo_1):
    assert (answered(echo, None).status, answered(echo, None).text) == (200, "null")
    assert answered(echo_1, None).status == 500


def test_status_as_digits(echo):
    assert answered(echo, {"statusCode": "201"}).status == 201


@pytest.mark.parametrize("status", [100, 101, 199, 600, 99999, -1, True, None, [200]])
def test_statuses_that_http_has_not(echo, status):
    assert answered(echo, {"statusCode": status}).status == 500


def test_unknown_keys_are_ignored(echo):
    reply = answered(echo, {"statusCode": 202, "wrong": 1, "multiValueHeaders": {"x": ["1"]}})
    assert reply.status == 202
    assert "x" not in reply.headers


def test_cookies_and_headers(work, echo):
    result = {
        "statusCode": 200,
        "headers": {"X-Number": 1, "X-Bool": True, "X-Null": None},
        "cookies": ["a=1", "b=2; Path=/"],
    }
    reply = answered(echo, result)
    assert reply.headers["set-cookie"] == "a=1, b=2; Path=/"
    assert (reply.headers["x-number"], reply.headers["x-bool"]) == ("1", "true")
    assert "x-null" not in reply.headers


def test_payload_1_merges_headers(echo_1):
    result = {
        "statusCode": 200,
        "headers": {"Combined-Header": "single-value"},
        "multiValueHeaders": {"combined-header": ["multi-value1", "multi-value2"]},
    }
    assert answered(echo_1, result).headers["combined-header"] == "single-value, multi-value1, multi-value2"


@pytest.mark.parametrize(
    "result",
    [
        {"statusCode": 200, "headers": ["a"]},
        {"statusCode": 200, "headers": {"a": ["b"]}},
        {"statusCode": 200, "cookies": "a=1"},
        {"statusCode": 200, "isBase64Encoded": True, "body": "not base64"},
        {"statusCode": 200, "isBase64Encoded": "yes", "body": "AQID"},
        {"statusCode": 200, "body": 7},
    ],
)
def test_malformed_results(echo, result):
    reply = answered(echo, result)
    assert (reply.status, reply.text) == (500, ERROR)


def test_204_has_no_body_and_no_content_type(echo):
    reply = answered(echo, {"statusCode": 204, "body": "ignored"})
    assert (reply.status, reply.body) == (204, b"")
    assert "content-type" not in reply.headers
    assert echo.call().status == 200


def test_head_has_the_length_and_no_body(echo):
    result = {"statusCode": 200, "body": "12345"}
    reply = answered(echo, result, "HEAD")
    assert (reply.status, reply.body, reply.headers["content-length"]) == (200, b"", "5")


@pytest.mark.parametrize("kind", ["echo", "echo_1", "rest"])
def test_headers_that_would_break_the_connection(request, kind):
    headers = {
        "Connection": "close",
        "Transfer-Encoding": "chunked",
        "Content-Length": "9999",
        "Keep-Alive": "timeout=1",
        "X-Split": "one\r\nX-Smuggled: two",
        "Bad Name": "x",
        "X-Bad\r\nX-Smuggled": "x",
        "": "x",
        "X-Utf8": "λ",
        "X-Nul": "a\x00b",
    }
    reply = answered(request.getfixturevalue(kind), {"statusCode": 200, "headers": headers, "body": "fine"})
    assert (reply.status, reply.text, reply.headers["content-length"]) == (200, "fine", "4")
    assert "x-smuggled" not in reply.headers
    assert "transfer-encoding" not in reply.headers
    assert reply.headers["x-split"] == "one  X-Smuggled: two"
    assert reply.headers["x-utf8"].encode("latin-1").decode() == "λ"


def test_large_result(work, echo):
    big = "x" * 1_000_000
    code = f"def handler(event, context):\n    return {{'statusCode': 200, 'body': 'x' * {len(big)}}}\n"
    api = work.http_api(function=work.make_function(code=code, permitted=True))
    assert api.call().text == big


def test_answer_says_nothing_of_the_inside(echo):
    reply = echo.call(headers=do(**{"raise": "secret"}))
    assert "secret" not in reply.text + json.dumps(dict(reply.headers))
    assert set(reply.headers) <= {"content-type", "content-length", "apigw-requestid", "date", "connection"}


def test_the_wire(echo, rest):
    """Names as snapshots V1_HandlesHeadersCorrectlyHttpV1 and …Rest of aws-lambda-dotnet have them."""
    headers = {"myHeader": "a", "anotherheader": "b"}
    order = json.dumps({"return": {"statusCode": 200, "headers": headers, "body": "x"}})
    own = ["Date", "Content-Type", "Content-Length", "Connection"]
    wanted = {
        echo.path: [*own, "Myheader", "Anotherheader", "Apigw-Requestid"],
        f"{rest.path}/x": [*own, "myHeader", "anotherheader", "x-amzn-RequestId", "x-amz-apigw-id"],
    }
    for target, expected in wanted.items():
        request = f"GET {target} HTTP/1.1\r\nHost: localhost\r\nX-Do: {order}\r\nConnection: close\r\n\r\n"
        head = echo.raw.send_bytes(request.encode()).partition(b"\r\n\r\n")[0].decode().split("\r\n")
        names = [line.partition(":")[0] for line in head[1:]]
        assert [name for name in names if name != "X-Amzn-Trace-Id"] == expected
