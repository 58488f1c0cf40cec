"""Details of HTTP APIs, without a server: queries, cookies, bodies, CORS in every combination."""

from __future__ import annotations

import base64
import itertools

import pytest

from sandbox.gateway import events, responses
from sandbox.gateway.cors import Cors
from sandbox.gateway.events import Routed
from sandbox.messages import HttpRequest

ORIGIN = "https://one.example"


def event(query: str = "", headers=(), body: bytes = b"") -> dict:
    """The event of payload 2.0 of a request."""
    request = HttpRequest("POST", "/a", query, tuple(headers), body)
    return events.http_event_2(
        Routed(request, "1", "us-east-1", "api", "$default", "$default", "/a", "", {}, {})
    )


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("a=1&a=2&b=3", {"a": "1,2", "b": "3"}),
        ("a=b+c", {"a": "b c"}),
        ("a=b%2Bc%20d", {"a": "b+c d"}),
        ("a", {"a": ""}),
        ("a=&b", {"a": "", "b": ""}),
        ("a=1=2", {"a": "1=2"}),
        ("%C3%A9=%CE%BB", {"é": "λ"}),
        ("a=1,2&a=3", {"a": "1,2,3"}),
    ],
)
def test_queries(query, expected):
    made = event(query)
    assert (made["rawQueryString"], made["queryStringParameters"]) == (query, expected)


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (["a=1; b=2"], ["a=1", "b=2"]),
        (["a=1", "b=2; c=3"], ["a=1", "b=2", "c=3"]),
        (["a=1;b=2;", "; "], ["a=1", "b=2"]),
        (["a=x=y; a=1"], ["a=x=y", "a=1"]),
    ],
)
def test_cookies_in(sent, expected):
    made = event(headers=[("Cookie", value) for value in sent])
    assert made["cookies"] == expected
    assert "cookie" not in made["headers"]


def test_cookies_out():
    result = b'{"statusCode": 200, "headers": {"Set-Cookie": "a=1"}, "cookies": ["b=2; Secure", "c=3"]}'
    sent = [value for name, value in responses.http_2(result).headers if name == "Set-Cookie"]
    assert sent == ["a=1", "b=2; Secure", "c=3"]


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        *(
            ("text/html; charset=utf-8", True),
            ("application/json; charset=utf-8", True),
            ("TEXT/PLAIN", True),
        ),
        *(("application/xml", True), ("image/png", False), ("multipart/form-data; boundary=x", False)),
        *(("application/x-www-form-urlencoded", False), ("", False)),
    ],
)
def test_bodies_in(kind, text):
    made = event(headers=[("Content-Type", kind)] if kind else [], body=b"a=1")
    expected = ("a=1", False) if text else (base64.b64encode(b"a=1").decode(), True)
    assert (made["body"], made["isBase64Encoded"]) == expected


@pytest.mark.parametrize(("encoded", "body"), [("true", b"\x00\xff"), ("false", b"AP8="), ("null", b"AP8=")])
def test_bodies_out(encoded, body):
    result = f'{{"statusCode": 200, "body": "AP8=", "isBase64Encoded": {encoded}}}'.encode()
    assert (responses.http_2(result).body, responses.http_1(result).body) == (body, body)


CONFIGURATIONS = [
    dict(zip(("methods", "headers", "expose", "max_age", "credentials"), chosen, strict=True))
    for chosen in itertools.product(
        ((), ("GET", "POST")), ((), ("x-a", "x-b")), ((), ("x-c",)), (None, 0, 60), (False, True)
    )
]


@pytest.mark.parametrize("given", CONFIGURATIONS)
def test_cors_in_every_combination(given):
    cors = Cors(origins=(ORIGIN, "http://*"), **given)
    credentials = {"Access-Control-Allow-Credentials": "true"} if given["credentials"] else {}
    preflight = {"Access-Control-Allow-Origin": ORIGIN, **credentials}
    if given["methods"]:
        preflight["Access-Control-Allow-Methods"] = "GET,POST"
    if given["headers"]:
        preflight["Access-Control-Allow-Headers"] = "x-a,x-b"
    if given["max_age"] is not None:
        preflight["Access-Control-Max-Age"] = str(given["max_age"])
    assert dict(cors.preflight_headers(ORIGIN)) == preflight
    answer = {"X-Own": "1", "Access-Control-Allow-Origin": ORIGIN, **credentials}
    if given["expose"]:
        answer["Access-Control-Expose-Headers"] = "x-c"
    functions = [
        ("X-Own", "1"),
        ("Access-Control-Allow-Methods", "PUT"),
        ("access-control-allow-origin", "*"),
    ]
    assert dict(cors.apply(ORIGIN, functions)) == answer
    for stranger in ("https://two.example", ""):
        assert cors.preflight_headers(stranger) == []
        assert cors.apply(stranger, functions) == [("X-Own", "1")]


@pytest.mark.parametrize(
    ("origins", "origin", "allowed"),
    [
        (("*",), "https://any.example", "*"),
        (("https://*",), "https://any.example", "https://any.example"),
        (("https://*",), "http://any.example", None),
        (("https://One.example",), "https://one.EXAMPLE", "https://one.EXAMPLE"),
        (("https://one.example",), "https://one.example:8443", None),
        (("https://one.example",), "null", None),
        ((), "https://one.example", None),
    ],
)
def test_origins_that_are_allowed(origins, origin, allowed):
    headers = dict(Cors(origins=origins).preflight_headers(origin))
    assert headers.get("Access-Control-Allow-Origin") == allowed
