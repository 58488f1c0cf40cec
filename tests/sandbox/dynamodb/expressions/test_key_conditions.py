"""KeyConditionExpression and KeyConditions against key schemas."""

import pytest

from sandbox.dynamodb import expressions
from sandbox.dynamodb.expressions.legacy import key_conditions
from sandbox.dynamodb.model import KeySchema
from tests.sandbox.dynamodb.expressions.asking import placeholders, refused

STRINGS = KeySchema("pk", "sk", {"pk": "S", "sk": "S"})
NUMBERS = KeySchema("pk", "sk", {"pk": "S", "sk": "N"})
HASH_ONLY = KeySchema("pk", None, {"pk": "S"})
INVALID = "Invalid KeyConditionExpression: "
TOO_MANY = "The number of query conditions (3) exceeds the number of key attributes defined in the schema (2)"
BAD = "Invalid condition in KeyConditionExpression: "
SCHEMA = "One or more parameter values were invalid: Condition parameter type does not match schema type"
P, S, N, T = {"S": "q"}, {"S": "a"}, {"N": "1"}, {"BOOL": True}
VALUES = {":p": P, ":s": S, ":n": N, ":bool": T, ":z": {"S": "z"}, ":9": {"N": "9"}}


def made(text, schema=STRINGS, names=None):
    used = {name: value for name, value in VALUES.items() if name in text}
    return expressions.key_condition(text, placeholders(names, used), schema)


def clauses(text):
    """Without a table."""
    used = {name: value for name, value in VALUES.items() if name in text}
    return expressions.key_clauses(text, placeholders(None, used))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("pk = :p", None),
        (":p = pk", None),
        ("(pk = :p)", None),
        ("pk = :p AND sk = :s", ("=", [S])),
        ("sk = :s AND pk = :p", ("=", [S])),
        ("(pk = :p) AND (sk < :s)", ("<", [S])),
        ("(pk = :p AND (sk <= :s))", ("<=", [S])),
        ("pk = :p and :s < sk", (">", [S])),
        ("pk = :p and :s >= sk", ("<=", [S])),
        ("pk = :p AND sk BETWEEN :s AND :z", ("BETWEEN", [S, {"S": "z"}])),
        ("sk between :s and :z and pk = :p", ("BETWEEN", [S, {"S": "z"}])),
        ("pk = :p AND begins_with(sk, :s)", ("begins_with", [S])),
        ("begins_with ( (sk), :s ) AND pk = :p", ("begins_with", [S])),
    ],
)
def test_what_is_asked(text, wanted):
    condition = made(text)
    assert condition.hash == P
    assert condition.range == wanted


def test_names_may_stand_for_the_keys():
    assert made("#p = :p AND #s > :s", names={"#p": "pk", "#s": "sk"}).range == (">", [S])


@pytest.mark.parametrize(
    ("text", "within", "without"),
    [
        ("pk = :p", ["1", "9"], []),
        ("pk = :p AND sk = :9", ["9"], ["8.9", "10"]),
        ("pk = :p AND sk < :9", ["8.9", "-1"], ["9", "10"]),
        ("pk = :p AND sk <= :9", ["9", "-1"], ["9.1"]),
        ("pk = :p AND sk > :9", ["9.1"], ["9", "1"]),
        ("pk = :p AND sk >= :9", ["9", "10"], ["8"]),
        ("pk = :p AND sk BETWEEN :n AND :9", ["1", "9", "5"], ["0", "10"]),
    ],
)
def test_which_sort_keys_are_in_the_range(text, within, without):
    condition = made(text, NUMBERS)
    assert all(condition.includes({"N": number}) for number in within)
    assert not any(condition.includes({"N": number}) for number in without)
    assert condition.range is None or not condition.includes({"S": "9"})


def test_prefixes():
    condition = made("pk = :p AND begins_with(sk, :s)")
    assert condition.includes({"S": "abc"})
    assert not condition.includes({"S": "bca"})


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        # paritysuite queryKeyConditionOperands.test.ts and queryKeyCondition.test.ts, October 2026
        (
            "pk = :p AND sk > :s AND sk < :z",
            f"{INVALID}KeyConditionExpressions must only contain one condition per key",
        ),
        ("pk.foo = :p", f"{INVALID}KeyConditionExpressions cannot have conditions on nested attributes"),
        (
            "pk = :p AND :s < sk[0]",
            f"{INVALID}KeyConditionExpressions cannot have conditions on nested attributes",
        ),
        ("data.foo = :p", f"{INVALID}Attribute name is a reserved keyword; reserved keyword: data"),
        (
            "(pk > :s and sk > :s) and (sk > :s and c > :s)",
            f"{INVALID}KeyConditionExpressions must only contain one condition per key",
        ),
        # architect/dynalite test/query.js; moto, aws_verified, has the third
        ("a > b and size(b) > c or a > c", "Invalid operator used in KeyConditionExpression: OR"),
        ("a in (b, size(c), d)", "Invalid operator used in KeyConditionExpression: IN"),
        ("pk = some_value", f"{BAD}Multiple attribute names used in one condition"),
        ("attribute_exists(a)", "Invalid operator used in KeyConditionExpression: attribute_exists"),
        ("contains(a.d, b)", "Invalid operator used in KeyConditionExpression: contains"),
        ("not a > b", "Invalid operator used in KeyConditionExpression: NOT"),
        ("a <> b", "Invalid operator used in KeyConditionExpression: <>"),
        ("b between c[1] and d", f"{BAD}Multiple attribute names used in one condition"),
        ("begins_with(a, b)", f"{BAD}Multiple attribute names used in one condition"),
        (
            "begins_with(:s, b) and a > :z",
            f"{BAD}begins_with operator must have the key attribute as its first operand",
        ),
        (
            ":s between size(b) and size(a)",
            f"{BAD}BETWEEN operator must have the key attribute as its first operand",
        ),
        (":z > :s AND a < :z", f"{BAD}No key attribute specified"),
        ("size(b) > a", f"{INVALID}KeyConditionExpressions cannot contain nested operations"),
        ("a > size(b.d)", f"{INVALID}KeyConditionExpressions cannot contain nested operations"),
        (
            "sk BETWEEN :z AND :s",
            (
                f"{INVALID}The BETWEEN operator requires "
                "upper bound to be greater than or equal to lower bound; "
                "lower bound operand: AttributeValue: {S:z}, upper bound operand: AttributeValue: {S:a}"
            ),
        ),
    ],
)
def test_what_is_refused_without_a_table(text, wrong):
    assert refused(lambda: clauses(text)) == wrong


@pytest.mark.parametrize(
    ("text", "operator", "kind"),
    [
        ("pk = :p AND begins_with(sk, :n)", "begins_with", "N"),
        ("pk = :p AND begins_with(sk, :bool)", "begins_with", "BOOL"),
        ("pk = :p AND sk < :bool", "<", "BOOL"),
        ("pk = :p AND :bool >= sk", ">=", "BOOL"),
        ("pk = :p AND sk BETWEEN :bool AND :bool", "BETWEEN", "BOOL"),
    ],
)
def test_operands_that_no_key_could_have(text, operator, kind):
    assert refused(lambda: clauses(text)) == (
        f"{INVALID}Incorrect operand type for operator or function; "
        f"operator or function: {operator}, operand type: {kind}"
    )


@pytest.mark.parametrize(
    ("text", "schema", "wrong"),
    [
        ("sk = :s", STRINGS, "Query condition missed key schema element: pk"),
        ("attr1 = :s", STRINGS, "Query condition missed key schema element: pk"),
        ("pk = :p AND another = :s", STRINGS, "Query condition missed key schema element: sk"),
        ("pk > :p", STRINGS, "Query key condition not supported"),
        ("begins_with(pk, :p)", HASH_ONLY, "Query key condition not supported"),
        ("pk = :n", STRINGS, SCHEMA),
        ("pk = :p AND begins_with(sk, :s)", NUMBERS, SCHEMA),
        ("pk = :p AND sk = :bool", NUMBERS, SCHEMA),
        (
            "pk = :p AND sk > :n AND extra = :9",
            NUMBERS,
            TOO_MANY,
        ),
    ],
)
def test_what_does_not_fit_the_schema(text, schema, wrong):
    assert refused(lambda: made(text, schema)) == wrong


def test_key_conditions():
    def of(how, *values):
        return {"ComparisonOperator": how, "AttributeValueList": list(values)}

    asked = key_conditions({"sk": of("BETWEEN", S, {"S": "z"}), "pk": of("EQ", P)}).against(STRINGS)
    assert (asked.hash, asked.range) == (P, ("BETWEEN", [S, {"S": "z"}]))
    assert key_conditions({"pk": of("EQ", P)}).against(HASH_ONLY).range is None
    assert refused(lambda: key_conditions({"pk": of("NE", P)}).against(STRINGS)) == (
        "Attempted conditional constraint is not an indexable operation"
    )
    three = dict.fromkeys(("pk", "sk", "x"), of("EQ", P))
    assert refused(lambda: key_conditions(three)) == "Conditions can be of length 1 or 2 only"
    assert refused(lambda: key_conditions({})) == "Conditions can be of length 1 or 2 only"
