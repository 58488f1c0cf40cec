"""The two HTTP messages that all doors deal in."""

from __future__ import annotations

import json

from sandbox.messages import HttpRequest, Reply


def request(**fields: object) -> HttpRequest:
    headers = (("Host", "a"), ("X-Twice", "one"), ("x-twice", "two"), ("Empty", ""))
    return HttpRequest(**{"method": "GET", "raw_path": "/", "query_string": "", "headers": headers, **fields})


def test_headers_are_found_in_any_letter_case_and_joined():
    assert request().header("HOST") == "a"
    assert request().header("X-TWICE") == "one,two"
    assert request().header("absent", "default") == "default"


def test_an_empty_header_is_there():
    assert request().has_header("empty")
    assert not request().has_header("absent")


def test_query_is_decoded_in_order_with_repeats_and_empty_values():
    query = "b=2&a=1&b=%20x+y&empty=&bare&%C3%A9=%2B"
    assert request(query_string=query).query == (
        ("b", "2"),
        ("a", "1"),
        ("b", " x y"),
        ("empty", ""),
        ("bare", ""),
        ("é", "+"),
    )


def test_json_is_compact_and_keeps_characters():
    reply = Reply.of_json({"a": ["é", None]}, 201, [("X", "y")])
    assert reply.body == '{"a":["é",null]}'.encode()
    assert reply.status == 201
    assert reply.header("content-type") == "application/json"
    assert reply.header("x") == "y"
    assert json.loads(reply.body) == {"a": ["é", None]}


def test_headers_of_a_reply_are_replaced_in_any_letter_case():
    reply = Reply(headers=(("Content-Type", "a"), ("X", "1"))).with_headers(("content-type", "b"))
    assert reply.headers == (("X", "1"), ("content-type", "b"))
    assert reply.header("CONTENT-TYPE") == "b"
    assert reply.header("absent", "none") == "none"
