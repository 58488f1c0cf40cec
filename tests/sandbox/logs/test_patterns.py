"""Filter patterns: terms, regular expressions and JSON.

Sources: CloudWatch Logs User Guide, *Filter pattern syntax*; the tests of the package json_filter, which ask
AWS's TestMetricFilter.
"""

import pytest

from sandbox.errors import AwsError, NotModelled
from sandbox.logs.patterns import expressions, parse

USER = (
    '{"userId": "ada", "status": 404, "took": 12.0, "ids": ["a", "b"], "ok": true, "nothing": null,'
    ' "at": {"path": "/users", "x-y": "z"}, "ip": "111.111.111.111", "empty": "",'
    ' "list": [{"n": 1}, {"n": 2}]}'
)


@pytest.mark.parametrize(
    ("pattern", "message", "passes"),
    [
        ("", "anything", True),
        (" ", "anything", True),
        ("ERROR", "[ERROR 400] BAD REQUEST", True),
        ("ERROR", "Exiting with ERRORCODE: -1", True),
        ("ERROR", "[error 400]", False),
        ("ERROR ARGUMENTS", "[ERROR 419] MISSING ARGUMENTS", True),
        ("ERROR ARGUMENTS", "[ERROR 401] UNAUTHORIZED REQUEST", False),
        ("?ERROR ?ARGUMENTS", "MISSING ARGUMENTS", True),
        ("?ERROR ?ARGUMENTS", "BAD REQUEST", False),
        ("?ERROR REQUEST", "BAD REQUEST", True),
        ("?ERROR REQUEST", "ERROR", False),
        ("?ERROR -REQUEST", "fine", True),
        ('"INTERNAL SERVER ERROR"', "[ERROR 500] INTERNAL SERVER ERROR", True),
        ('"INTERNAL SERVER ERROR"', "SERVER ERROR, INTERNAL", False),
        ('ERROR "status 500"', "ERROR: status 500", True),
        ('"\\"userId\\": \\"ada\\""', USER, True),
        ("ERROR -ARGUMENTS", "[ERROR 401] UNAUTHORIZED REQUEST", True),
        ("ERROR -ARGUMENTS", "[ERROR 419] MISSING ARGUMENTS", False),
        ("-ERROR", "fine", True),
        ('ERROR -"MISSING ARGUMENTS"', "[ERROR 419] MISSING ARGUMENTS", False),
        ('?"8f5b1c1e-0000" ?x', "START RequestId: 8f5b1c1e-0000", True),
        ("%AUTHORIZED%", "[ERROR 401] UNAUTHORIZED REQUEST", True),
        (r"%^\d{1,3}\.\d{1,3}%", "10.10.0.1 GET", True),
        (r"%^\d{1,3}\.\d{1,3}%", "GET 10.10.0.1", False),
        ("%gr[ae]y|colou?r%", "a grey one", True),
        (r"%\x28now\x29%", "later (now)", True),
    ],
)
def test_text_is_searched_for(pattern, message, passes):
    assert parse(pattern).passes(message) is passes


@pytest.mark.parametrize(
    ("condition", "passes"),
    [
        ('$.userId = "ada"', True),
        ("$.userId = ada", True),
        ('$.userId = "ad"', False),
        ('$.userId != "ad"', True),
        ("$.userId = %^a.a$%", True),
        ("$.userId != %^a%", False),
        ("$.status=404", True),
        ("$.status = 404.0", True),
        ("$.status != 4.04e2", False),
        ("$.status = 4*", True),
        ('$.status = "404"', True),
        ('$.status != "404.0"', True),
        ("$.took = 12", True),
        ('$.took != "12"', True),
        ("$.status > +403 && $.status < 500", True),
        ("$.userId > 1", False),
        ("$.status > 404 || $.took <= 12", True),
        ("$.status > 404 || $.took < 12", False),
        ('$.at.path = "/users"', True),
        ("$.at.x-y = z", True),
        ("$.at['x-y'] = z", True),
        ('$.ids[1] = "b"', True),
        ('$.ids[2] = "b"', False),
        ("$.list[*].n = 2", True),
        ("$.list[*].n = 3", False),
        ("$.at.* = z", True),
        ('$.ids.path = "b"', False),
        # What leads to no text and no number is neither equal nor unequal.
        ("$.nobody = ada", False),
        ("$.nobody != ada", False),
        ("$.at != 1", False),
        ("$.ids != 1", False),
        ("$.ok != 1", False),
        ("$.nothing IS NULL", True),
        ("$.nobody IS NULL", False),
        ("$.ok IS TRUE", True),
        ("$.ok IS FALSE", False),
        ("$.status IS TRUE", False),
        ("$.nobody NOT EXISTS", True),
        ("$.nothing NOT EXISTS", False),
        ("$.ip = 111.111.*", True),
        ("$.ip = *.111.111.111", True),
        ("$.ip = *111.111.111", False),
        ("$.ip != 111*111", True),
        ("$.ip = *1.1*", True),
        ("$.ip != 222*", True),
        ('$.empty = "*"', True),
        # && before ||, and parentheses before both.
        ("$.userId = ada || $.status = 1 && $.took = 1", True),
        ("($.userId = ada || $.status = 1) && $.took = 1", False),
        ("($.userId = ada) && (($.status = 1) || ($.took = 12))", True),
    ],
)
def test_fields_of_json_are_compared(condition, passes):
    assert parse(f"{{ {condition} }}").passes(USER) is passes


@pytest.mark.parametrize("message", [f"INFO {USER}", "[1", '{"status": NaN}', "404", '"ada"'])
def test_what_is_no_object_has_no_fields(message):
    assert not parse("{ $.nobody NOT EXISTS }").passes(message)


@pytest.mark.parametrize(
    ("pattern", "term"),
    [
        ("?Status: timeout", ":"),
        ("someone@example.com", "@"),
        ('level\\":\\"error', "\\"),
        ("ERROR - x", "-"),
        ("{ $.a >= someString }", '"someString"'),
        ('{ $.a >= "123" }', '"123"'),
        ('{ $.message = "e", $.path = "/a" }', ","),
        ('{ $."sc-status" = 5* }', '$."'),
        ("{ $.type = 'Root' }", "'Root'"),
        ("[...fields, status=FAILED]", "...fields"),
        ("%something!%", "!"),
        ("%(a)%", "("),
        (r"%\(a\)%", "\\"),
        ("%é%", "é"),
    ],
)
def test_a_term_with_what_it_may_not_have(pattern, term):
    with pytest.raises(AwsError) as caught:
        parse(pattern)
    assert (caught.value.code, caught.value.message) == (
        "InvalidParameterException",
        f"Invalid character(s) in term '{term}'",
    )


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("{ $.a = 1", "If a filter pattern starts with '{' it must end with '}'"),
        ("[time, level=ERROR", "If a filter pattern starts with '[' it must end with ']'"),
        *[
            (pattern, "Invalid filter pattern")
            for pattern in (
                *("{ }", "{ $.a }", "{ $.a IS X }", "{ $.a = }", "{ ($.a = 1 }", "{ a = 1 }", '"open'),
                *(
                    "{ $.a = 1 && }",
                    "{ $.a[*].b[*] = 1 }",
                    "%[a%",
                    "%*%",
                    f"{{ {'(' * 400}$.a = 1{')' * 400} }}",
                ),
                "{ $.a = %x% || $.b = %x% || $.c = %x% }",
                "{ $.*.a = 1 || $.b[*] = 1 || $.*.c = 1 || $.*.d = 1 }",
            )
        ],
    ],
)
def test_what_cannot_be_read(pattern, message):
    with pytest.raises(AwsError) as caught:
        parse(pattern)
    assert (caught.value.code, caught.value.message) == ("InvalidParameterException", message)


def test_a_regular_expression_beside_terms_is_refused_by_name():
    with pytest.raises(NotModelled, match="regular expressions beside other terms"):
        parse("ERROR %x%")


def test_a_regular_expression_that_would_search_for_hours_ends(monkeypatch):
    monkeypatch.setattr(expressions, "SECONDS", 0.02)
    with pytest.raises(NotModelled, match="search one message for more than"):
        parse("%a*a*a*a*a*a*[bc]$%").passes("a" * 5000 + "d")
