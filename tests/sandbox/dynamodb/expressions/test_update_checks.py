"""What updates are refused for before an item is looked at: architect/dynalite `test/updateItem.js`."""

import pytest

from tests.sandbox.dynamodb.expressions.asking import update, wrong_update

TYPES = {
    ":S": ({"S": "a"}, "STRING"),
    ":N": ({"N": "1"}, "NUMBER"),
    ":B": ({"B": "YQ=="}, "BINARY"),
    ":BOOL": ({"BOOL": False}, "BOOLEAN"),
    ":NULL": ({"NULL": True}, "NULL"),
    ":L": ({"L": []}, "LIST"),
    ":M": ({"M": {}}, "MAP"),
    ":SS": ({"SS": ["a"]}, "STRING_SET"),
    ":NS": ({"NS": ["1"]}, "NUMBER_SET"),
    ":BS": ({"BS": ["YQ=="]}, "BINARY_SET"),
}
NAMES = {"#a": "a", "#b": "b"}


@pytest.mark.parametrize("name", sorted(TYPES))
def test_what_add_and_delete_take(name):
    value, written = TYPES[name]
    for verb, takes in (("ADD", (":N", ":SS", ":NS", ":BS")), ("DELETE", (":SS", ":NS", ":BS"))):
        if name in takes:
            update(f"{verb} a {name}", {name: value})
            continue
        assert wrong_update(f"{verb} a.b {name}", {name: value}) == (
            f"Incorrect operand type for operator or function; operator: {verb}, "
            f"operand type: {written}, typeSet: ALLOWED_FOR_{verb}_OPERAND"
        )


@pytest.mark.parametrize("name", sorted(TYPES))
def test_what_sums_and_lists_are_made_of(name):
    value = {name: TYPES[name][0]}
    for text, function, takes in (
        (f"SET a = a + {name}", "+", ":N"),
        (f"SET a = {name} - a", "-", ":N"),
        (f"SET a = list_append({name}, a)", "list_append", ":L"),
        (f"SET a = list_append(a, {name})", "list_append", ":L"),
    ):
        if name == takes:
            update(text, value)
            continue
        wanted = "Incorrect operand type for operator or function; operator or function: "
        assert wrong_update(text, value) == f"{wanted}{function}, operand type: {name[1:]}"


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        (" set #c = :c set abOrt = d ", "Attribute name is a reserved keyword; reserved keyword: abOrt"),
        (" remove Absolute ", "Attribute name is a reserved keyword; reserved keyword: Absolute"),
        ("set #c = if_not_exist(:c) set c = d", "Invalid function name; function: if_not_exist"),
        ("set a = LIST_APPEND(:a, :b)", "Invalid function name; function: LIST_APPEND"),
        ("set a = size(b)", "The function is not allowed in an update expression; function: size"),
        ("set a = #c set c = :d", 'The "SET" section can only be used once in an update expression;'),
        (
            "remove #d set a = b remove e",
            'The "REMOVE" section can only be used once in an update expression;',
        ),
        ("add #d :e set a = b add e :f", 'The "ADD" section can only be used once in an update expression;'),
        (
            "delete #d :e set a = b delete #e :f",
            'The "DELETE" section can only be used once in an update expression;',
        ),
        (
            "SET #c = if_not_exists(:c)",
            "An expression attribute name used in the document path is not defined; attribute name: #c",
        ),
        (
            "SET #a = if_not_exists(:c)",
            "An expression attribute value used in expression is not defined; attribute value: :c",
        ),
        (
            "SET a = list_append(list_append(:a, :b), :b)",
            "The function is not allowed to be used this way in an expression; function: list_append",
        ),
        (
            "set a = if_not_exists(c)",
            (
                "Incorrect number of operands for operator or function; "
                "operator or function: if_not_exists, number of operands: 1"
            ),
        ),
        (
            "set a = list_append(c)",
            (
                "Incorrect number of operands for operator or function; "
                "operator or function: list_append, number of operands: 1"
            ),
        ),
        (
            "set a = if_not_exists(:a, c)",
            "Operator or function requires a document path; operator or function: if_not_exists",
        ),
        (
            "set a = if_not_exists(if_not_exists(a, b), c)",
            "Operator or function requires a document path; operator or function: if_not_exists",
        ),
    ],
)
def test_what_makes_no_sense(text, wrong):
    assert wrong_update(text, {":a": {"S": "a"}, ":b": {"S": "a"}}, NAMES) == wrong


@pytest.mark.parametrize(
    ("text", "how", "one", "two"),
    [
        ("set d[1] = a, d.b = a, c[1].a = a, #c = if_not_exists(a)", "overlap", "[c, [1], a]", "[c]"),
        ("set #c[3].#d = a, #c[3] = a", "overlap", "[c, [3], [3]]", "[c, [3]]"),
        ("set #c[3].#d = a, #c.#d[3] = if_not_exists(a)", "conflict", "[c, [3], [3]]", "[c, [3], [3]]"),
        ("remove a.#c set a[1] = #d", "conflict", "[a, c]", "[a, [1]]"),
        ("SET a = b REMOVE a", "overlap", "[a]", "[a]"),
        ("SET a[1][1] = b, a[1] = c", "overlap", "[a, [1], [1]]", "[a, [1]]"),
    ],
)
def test_paths_in_each_others_way(text, how, one, two):
    assert wrong_update(text, names={"#c": "c", "#d": "[3]"}) == (
        f"Two document paths {how} with each other; must remove or rewrite one of these paths; "
        f"path one: {one}, path two: {two}"
    )


def test_operands_of_add_are_checked_before_functions():
    text = "set b = list_append(:a, a), c = if_not_exists(a) add a.b :a"
    assert "operator: ADD, operand type: STRING" in wrong_update(text, {":a": {"S": "a"}})


def test_too_many_operators():
    text = "SET " + ",".join(f"a{n}=a-b" for n in range(301))
    assert wrong_update(text) == "The expression contains too many operators; operator count: 301"


def test_what_it_writes():
    text = "SET a.b = c.d + :n, e = f, g = g + :n, i = if_not_exists(i, :s) REMOVE l[1] ADD h :n DELETE j :ss"
    made = update(text, {":n": {"N": "1"}, ":s": {"S": "x"}, ":ss": {"SS": ["x"]}})
    assert made.attributes == {"a", "e", "g", "h", "i", "j", "l"}
    assert made.nested == {"a", "c", "l"}
    assert made.kinds == {"g": "N", "h": "N", "i": "S", "j": "SS"}
    assert made.creates_item is True
    assert update("REMOVE a DELETE b :ss", {":ss": {"SS": ["x"]}}).creates_item is False
