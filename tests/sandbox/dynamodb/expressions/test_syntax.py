"""Texts that the grammar does not have. Messages recorded from AWS are marked with where they were."""

import pytest

from sandbox.dynamodb import expressions
from sandbox.dynamodb.expressions.reserved_words import RESERVED_WORDS
from tests.sandbox.dynamodb.expressions.asking import (
    placeholders,
    projection,
    refused,
    update,
    wrong_condition,
    wrong_update,
)

EMPTY = "The expression can not be empty;"
REDUNDANT = "The expression has redundant parentheses;"
TOO_LONG = "Expression size has exceeded the maximum allowed size;"


@pytest.mark.parametrize(
    ("text", "token", "near"),
    [
        ("a-b", "-", "a-b"),  # floci-io/floci issue 1512
        ("a = = b", "=", "= = b"),  # paritysuite deepRequests.test.ts
        ("foo", "<EOF>", "foo"),
        ("attribute_not_exists(", "<EOF>", "("),  # paritysuite transactWriteItems.test.ts
        ("contains (themes, :theme", "<EOF>", ":theme"),
        ("tenantAgent:abc123-", ":abc123", "tenantAgent:abc123-"),  # langgraphjs-checkpoint-dynamodb issue 8
        ("#a attribute_not_exists :b", "attribute_not_exists", "#a attribute_not_exists :b"),
        ("begins_with()", ")", "()"),  # ServiceStack.Aws issue 5
        ("(NOT #deleted)", ")", "#deleted)"),
        ("things are not gonna be ok", "are", "things are not"),
        ("a > 4", "4", "> 4"),
        ("attribute_exists(Pictures..RearView)", ".", "..RearView"),
        ('attribute_exists("Pictures")', '"Pictures"', '("Pictures")'),
        ("a in b, c", "b", "in b,"),
        ("a > between", "between", "> between"),
        ("a in (b,c,)", ")", ",)"),
        ("(a)between(b.(c.d))and(c)", "(", ".(c"),
        ("(a)between(b.c.d)and((c)", "<EOF>", ")"),
        ("b[:a] > a", ":a", "[:a]"),
        ("b[#_] > a", "#_", "[#_]"),
        ("ü > a", "ü", "ü >"),
        ("size(a).b > a", ".", ").b"),
        ("(size(a))[0] > a", "[", ")[0"),
        ("a = :a b = :b", "b", ":a b ="),
        ("(a = :a) = :b", "=", ") = :b"),
        ("a AND b = :b", "AND", "a AND b"),
        ("NOT (a)", "<EOF>", ")"),
        ("a = :a OR", "<EOF>", "OR"),
        ("_a = :a", "_", "_a"),
        (" ", "<EOF>", ""),
    ],
)
def test_a_condition_names_the_token_and_what_stands_around_it(text, token, near):
    assert wrong_condition(text) == f'Syntax error; token: "{token}", near: "{near}"'


@pytest.mark.parametrize(
    ("text", "token", "near"),
    [
        ("INVALID SYNTAX HERE", "INVALID", "INVALID SYNTAX"),  # case ddb-syntax-error
        ("SET a = :v,", "<EOF>", ","),  # moto, aws_verified
        ("SET _123 = :v", "_", "SET _123"),  # scylladb test_update_expression.py
        ("set a", "<EOF>", "a"),
        ("set a=set", "set", "=set"),
        ("remove a = b", "=", "a = b"),
        ("add a = b", "=", "a = b"),
        ("delete a b", "b", "a b"),
        ("add a if_not_exist(b)", "if_not_exist", "a if_not_exist("),
        ("remove a b", "b", "a b"),
        ("set :a = b", ":a", "set :a ="),
        ("remove :a", ":a", "remove :a"),
        ("set a = b / c", "/", "b / c"),
        ("set a[1] = 1", "1", "= 1"),
        ("set a[01] = :v", "1", "01]"),
        ("SET a = if_not_exist(a, 100)", "100", ", 100)"),
        ("set (a = (b + c))", "(", "set (a"),
        ("set a = (b.c).d + e", ".", ").d"),
        ("set a = b + c + d", "+", "c + d"),
        ("set c = if_not_exists(c, :a+:b)", "+", ":a+:b"),
        ("", None, None),
    ],
)
def test_an_update_names_the_token_and_what_stands_around_it(text, token, near):
    wanted = EMPTY if token is None else f'Syntax error; token: "{token}", near: "{near}"'
    assert wrong_update(text) == wanted


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("!!", 'Syntax error; token: "!", near: "!!"'),  # the suite, getItem.test.ts
        ("a,", 'Syntax error; token: "<EOF>", near: ","'),
        ("a b", 'Syntax error; token: "b", near: "a b"'),
        ("(a)", 'Syntax error; token: "(", near: "(a"'),
        ("a[-1]", 'Syntax error; token: "-", near: "[-1"'),
        ("#", 'Syntax error; token: "#", near: "#"'),
        ("set", 'Syntax error; token: "set", near: "set"'),
        ("a, status", "Attribute name is a reserved keyword; reserved keyword: status"),
        ("a[2147483648]", "List index is not within the allowable range; index: [2147483648]"),
        ("a" + ".b" * 32, "The document path has too many nesting levels; nesting levels: 33"),
        ("", EMPTY),
    ],
)
def test_a_projection(text, wrong):
    assert refused(lambda: projection(text)) == f"Invalid ProjectionExpression: {wrong}"


def test_a_path_may_be_32_levels_deep():
    assert projection("a" + ".b" * 31)({}) == {}


@pytest.mark.parametrize(
    "text",
    [
        "a=a and a > ((views))",
        "(a)between(((b.c)))and(c)",
        "a > whatever((:things), ((a)))",
        "a=a AND ((a=a AND a=a)) AND a=a",
        "a=a OR ((a=a OR (a=a OR a=a)))",
        "((a = b)) AND ((c = d))",
    ],
)
def test_redundant_parentheses(text):
    assert wrong_condition(text) == REDUNDANT


def test_redundant_parentheses_of_an_update():
    assert wrong_update("SET a = ((b + c))") == REDUNDANT
    assert wrong_update("SET a = ((b))") == REDUNDANT


@pytest.mark.parametrize("kind", ["ConditionExpression", "FilterExpression"])
def test_an_empty_condition(kind):
    assert refused(lambda: expressions.condition(kind, "", placeholders())) == f"Invalid {kind}: {EMPTY}"
    assert refused(lambda: expressions.key_clauses("", placeholders())) == (
        f"Invalid KeyConditionExpression: {EMPTY}"
    )


def test_4096_bytes_are_enough():
    """The raw text is counted: paritysuite expressionSize.test.ts, ExtendDB test_expression_size_limit.py."""
    longest = "a" * 4096
    assert projection(longest)({longest: {"S": "x"}}) == {longest: {"S": "x"}}
    assert refused(lambda: projection(longest + "a")) == f"Invalid ProjectionExpression: {TOO_LONG}"
    assert wrong_update(f"SET {longest} = :v") == TOO_LONG
    text = f"{longest} = :v"
    assert wrong_condition(text) == f"{TOO_LONG} expression size: {len(text)}"
    assert wrong_condition("ü" * 2049) == f"{TOO_LONG} expression size: 4098"
    assert wrong_condition("\ud800") == 'Syntax error; token: "\ud800", near: "\ud800"'


def test_300_operators_are_enough():
    """aws/aws-sdk-js issue 3721: comparisons and the words between them count."""
    names = {"#a": "a"}
    values = {":v": {"S": "x"}}
    most = " OR ".join(["#a=:v"] * 150)
    assert wrong_condition(f"{most} OR #a=:v", values, names) == (
        "The expression contains too many operators; operator count: 301"
    )
    expressions.condition("FilterExpression", f"NOT {most}", placeholders(names, values))


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("(" * 4000 + "a", 'Syntax error; token: "<EOF>", near: "a"'),
        ("(" * 1000 + "a=b" + ")" * 1000, REDUNDANT),
        (
            "(NOT " * 600 + "a=b" + ")" * 600,
            "The expression contains too many operators; operator count: 301",
        ),
        ("NOT " * 1000 + "a=b", "The expression contains too many operators; operator count: 301"),
        ("size(" * 600 + "a" + ")" * 600, "The expression contains too many operators; operator count: 301"),
    ],
)
def test_depth_never_breaks_the_parser(text, wrong):
    assert wrong_condition(text) == wrong


def test_deep_updates():
    deep = "SET a = " + "if_not_exists(a," * 200 + ":v" + ")" * 200
    assert update(deep, {":v": {"S": "x"}}).apply({}).item == {"a": {"S": "x"}}


def test_deep_but_allowed():
    text = "(NOT " * 298 + "a<>b" + ")" * 298
    assert expressions.condition("FilterExpression", text, placeholders())({}) is True


def test_reserved_words():
    """Developer Guide, *Reserved words in DynamoDB*."""
    assert len(RESERVED_WORDS) == 573
    assert {"NAME", "STATUS", "DATA", "COUNT", "ITEMS", "ZONE"} <= RESERVED_WORDS
    assert not {"SK", "PK", "ID"} & RESERVED_WORDS
    reserved = "Attribute name is a reserved keyword; reserved keyword: "
    assert wrong_condition("a.abOrT = b") == f"{reserved}abOrT"
    assert wrong_update("SET a = :v, Status = :w") == f"{reserved}Status"
