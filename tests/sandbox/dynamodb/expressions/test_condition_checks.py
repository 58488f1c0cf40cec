"""What conditions are refused for before an item is looked at.

The tables are those of architect/dynalite `test/scan.js` (checked against AWS), with what was captured since.
"""

import pytest

from tests.sandbox.dynamodb.expressions.asking import condition, wrong_condition

ONE_OF_EACH = {
    "S": {"S": "a"},
    "N": {"N": "1"},
    "B": {"B": "YQ=="},
    "BOOL": {"BOOL": True},
    "NULL": {"NULL": True},
    "L": {"L": []},
    "M": {"M": {}},
    "SS": {"SS": ["1"]},
    "NS": {"NS": ["1"]},
    "BS": {"BS": ["YQ=="]},
}
UNORDERED = sorted(ONE_OF_EACH.keys() - {"S", "N", "B"})


@pytest.mark.parametrize(
    ("text", "name"),
    [("a=a and whatever(:things) > a", "whatever"), ("attRIbute_exIsts(views, #a)", "attRIbute_exIsts")],
)
def test_unknown_functions(text, name):
    assert wrong_condition(text) == f"Invalid function name; function: {name}"


def test_functions_of_updates():
    text = "The function is not allowed in a condition expression; function: if_not_exists"
    assert wrong_condition("if_not_exists(a, b)") == text


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("a=a and attribute_exists((views), (#a)) > b", "attribute_exists"),
        ("begins_with(things, a) > b", "begins_with"),
        ("contains(:things, c) > b", "contains"),
        ("size(contains(a, b)) > a", "contains"),
        ("size(things)", "size"),
        ("NOT size(things)", "size"),
        ("a = b OR size(things)", "size"),
        ("a between b and attribute_exists(things)", "attribute_exists"),
        ("a in (b, attribute_exists(things))", "attribute_exists"),
    ],
)
def test_functions_out_of_place(text, name):
    wanted = f"The function is not allowed to be used this way in an expression; function: {name}"
    assert wrong_condition(text) == wanted


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("attribute_exists(#Pictures.RearView, :a) and a=a", "#Pictures"),
        ("begins_with(Pictures.#RearView)", "#RearView"),
        ("(#P between :lo and :hi) and (#PC in (:cat1, :cat2))", "#P"),
        ("#4g > a", "#4g"),
        ("#_ > a", "#_"),
        ("(a)between(b.c[45].#d)and(:a)", "#d"),
    ],
)
def test_names_that_are_not_defined(text, name):
    wanted = "An expression attribute name used in the document path is not defined; attribute name: "
    assert wrong_condition(text) == wanted + name


@pytest.mark.parametrize(
    ("text", "name"), [("begins_with(:hello, #a, #b)", ":hello"), (":a < :b", ":a"), (":_ > a", ":_")]
)
def test_values_that_are_not_defined(text, name):
    wanted = "An expression attribute value used in expression is not defined; attribute value: "
    assert wrong_condition(text) == wanted + name


@pytest.mark.parametrize(
    ("text", "name", "number"),
    [
        ("attribute_exists(things, a) and a=a", "attribute_exists", 2),
        ("attribute_not_exists(things, b)", "attribute_not_exists", 2),
        ("attribute_type(things)", "attribute_type", 1),
        ("begins_with(things)", "begins_with", 1),
        ("begins_with(things, size(a), b)", "begins_with", 3),
        ("contains(things)", "contains", 1),
        ("size(things, a) > b", "size", 2),
    ],
)
def test_numbers_of_operands(text, name, number):
    wanted = "Incorrect number of operands for operator or function; operator or function: "
    assert wrong_condition(text) == f"{wanted}{name}, number of operands: {number}"


def refused_types():
    for kind in sorted(ONE_OF_EACH.keys() - {"S"}):
        yield "attribute_type(a, :a)", "attribute_type", kind
    for kind in sorted(ONE_OF_EACH.keys() - {"S", "B"}):
        yield "begins_with(a, :a)", "begins_with", kind
        yield "begins_with(:a, a)", "begins_with", kind
    for kind in ("N", "BOOL", "NULL"):
        yield "size(:a) > a", "size", kind
    for kind in UNORDERED:
        for operator in ("<", "<=", ">", ">="):
            yield f"a {operator} :a", operator, kind
            yield f":a {operator} a", operator, kind
        yield "a BETWEEN :a AND b", "BETWEEN", kind
        yield "NOT (a > :a)", ">", kind
        yield "attribute_exists(b) OR size(a) > :a", ">", kind
    yield "attribute_type(a, size(a)) and a=:a", "attribute_type", "N"
    yield "begins_with(a, size(a)) and a=:a", "begins_with", "N"
    yield "size(size(a)) > :a", "size", "N"
    yield "attribute_not_exists(size(:a))", "size", "N"


@pytest.mark.parametrize(("text", "name", "kind"), list(refused_types()))
def test_types_of_operands(text, name, kind):
    """ExtendDB test_expr_operand_type_and_size.py has the orderings."""
    wanted = "Incorrect operand type for operator or function; operator or function: "
    assert wrong_condition(text, {":a": ONE_OF_EACH[kind]}) == f"{wanted}{name}, operand type: {kind}"


@pytest.mark.parametrize("kind", ONE_OF_EACH)
def test_types_that_are_taken(kind):
    value = {":a": ONE_OF_EACH[kind]}
    for text in ("a = :a", "a <> :a", "a IN (:a, b)", "contains(a, :a)", "contains(:a, a)"):
        assert condition(text, value)({}) is (text == "a <> :a")


def test_types_by_name():
    told = wrong_condition("attribute_type(a, :a)", {":a": {"S": "1"}})
    assert told == ("Invalid attribute type name found; type: 1, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}")
    assert wrong_condition("attribute_type(a, b)").endswith("operand type: {NS,SS,L,BS,N,M,B,BOOL,NULL,S}")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("attribute_exists(:a) and a=a", "attribute_exists"),
        ("attribute_not_exists(size(:a))", "attribute_not_exists"),
    ],
)
def test_functions_that_want_a_path(text, name):
    wanted = f"Operator or function requires a document path; operator or function: {name}"
    assert wrong_condition(text, {":a": {"S": "1"}}) == wanted


@pytest.mark.parametrize(
    ("text", "operator", "path"),
    [
        ("a = a AND #a = b AND :views > a", "=", "[a]"),
        ("#a <> a", "<>", "[a]"),
        ("a > #a", ">", "[a]"),
        ("((a=a) OR (a=a))", "=", "[a]"),
        ("contains(ab.bc[1].a, ab.bc[1].#a)", "contains", "[ab, bc, [1], a]"),
        ("attribute_type(ab.bc[1].#a, ab.bc[1].a)", "attribute_type", "[ab, bc, [1], a]"),
        ("begins_with(ab.bc[1].a, ab.bc[1].#a)", "begins_with", "[ab, bc, [1], a]"),
        ("a IN (b, a)", "IN", "[a]"),
        ("a BETWEEN b AND a", "BETWEEN", "[a]"),
    ],
)
def test_the_same_path_twice(text, operator, path):
    wanted = "The first operand must be distinct from the remaining operands for this operator or function"
    assert (
        wrong_condition(text, names={"#a": "a"}) == f"{wanted}; operator: {operator}, first operand: {path}"
    )


def test_bounds():
    values = {":a": {"S": "a"}, ":b": {"S": "b"}, ":n": {"N": "1"}}
    bounds = "lower bound operand: AttributeValue: {%s}, upper bound operand: AttributeValue: {%s}"
    assert wrong_condition("c BETWEEN :b AND :a", values) == (
        "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; "
        + bounds % ("S:b", "S:a")
    )
    assert wrong_condition("c BETWEEN :n AND :a", values) == (
        "The BETWEEN operator requires same data type for lower and upper bounds; " + bounds % ("N:1", "S:a")
    )
    assert condition("c BETWEEN :a AND :a", values)({"c": {"S": "a"}}) is True


def test_at_most_100_operands_of_in():
    values = {f":v{n}": {"N": str(n)} for n in range(101)}
    holds = condition(f"a IN ({', '.join(list(values)[:100])})", values)
    assert holds({"a": {"N": "99"}}) is True
    assert holds({"a": {"N": "100"}}) is False
    told = wrong_condition(f"a IN ({', '.join(values)})", values)
    assert told == "The IN operator is provided with too many operands; number of operands: 101"


def test_clauses_are_checked_one_after_the_other():
    """paritysuite queryKeyCondition.test.ts."""
    values = {":n": {"N": "1"}}
    operand = (
        "Incorrect operand type for operator or function; operator or function: begins_with, operand type: N"
    )
    undefined = "An expression attribute value used in expression is not defined; attribute value: :missing"
    assert wrong_condition("pk = :missing AND begins_with(sk, :n)", values) == undefined
    assert wrong_condition("begins_with(sk, :n) AND pk = :missing", values) == operand
