"""What holds for all expressions: written and read again they are the same, an independent oracle agrees,
items stay as they were.
"""

from __future__ import annotations

import copy
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.dynamodb.expressions import Placeholders, condition, key_clauses, projection, update
from sandbox.dynamodb.expressions.conditions_grammar import read_condition
from sandbox.dynamodb.expressions.paths import told
from sandbox.dynamodb.expressions.tree import COMPARATORS, LOGICAL, Operation, Path, Value
from sandbox.errors import AwsError

settings.register_profile("bounded", max_examples=150, deadline=None)
BOUNDED = settings.get_profile("bounded")

integers = st.integers(-3, 3).map(lambda number: {"N": str(number)})
texts = st.sampled_from(["", "a", "ab", "b"]).map(lambda text: {"S": text})
leaves = st.one_of(integers, texts, st.booleans().map(lambda flag: {"BOOL": flag}), st.just({"NULL": True}))
attribute_values = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda members: {"L": members}),
        st.dictionaries(st.sampled_from("xyz"), inner, max_size=3).map(lambda content: {"M": content}),
        st.sets(st.sampled_from("abc"), min_size=1).map(lambda members: {"SS": sorted(members)}),
    ),
    max_leaves=6,
)
items = st.dictionaries(st.sampled_from("xyz"), attribute_values, max_size=3)
elements = st.lists(st.one_of(st.sampled_from("xyz"), st.integers(0, 3)), max_size=3)
paths = st.tuples(st.sampled_from("xyz"), elements).map(lambda made: Path((made[0], *made[1])))
constants = st.sampled_from([":n0", ":n1", ":t0", ":t1"])
operands = st.one_of(paths, constants.map(Value))


def operations(inner):
    return st.one_of(
        st.tuples(st.sampled_from(["AND", "OR"]), st.lists(inner, min_size=2, max_size=3)).map(
            lambda made: Operation(made[0], tuple(made[1]))
        ),
        inner.map(lambda one: Operation("NOT", (one,))),
    )


comparisons = st.one_of(
    st.tuples(st.sampled_from(sorted(COMPARATORS)), operands, operands).map(
        lambda made: Operation(made[0], made[1:])
    ),
    st.tuples(paths, constants.map(Value), paths).map(lambda made: Operation("BETWEEN", made)),
    st.tuples(operands, st.lists(operands, min_size=1, max_size=3)).map(
        lambda made: Operation("IN", (made[0], *made[1]))
    ),
    st.tuples(st.sampled_from(["attribute_exists", "attribute_not_exists"]), paths).map(
        lambda made: Operation(made[0], (made[1],), function=True)
    ),
)
trees = st.recursive(comparisons, operations, max_leaves=6)


def written(node) -> str:
    """A tree as an expression, with parentheses around what stands in another condition."""
    if isinstance(node, Value):
        return node.name
    if isinstance(node, Path):
        first, *rest = node.elements
        return str(first) + "".join(f"[{one}]" if isinstance(one, int) else f".{one}" for one in rest)
    inner = [written(one) for one in node.operands]
    if node.function:
        return f"{node.name}({', '.join(inner)})"
    if node.name in LOGICAL:
        parts = [f"({part})" for part in inner]
        return f"NOT {parts[0]}" if node.name == "NOT" else f" {node.name} ".join(parts)
    if node.name == "BETWEEN":
        return f"{inner[0]} BETWEEN {inner[1]} AND {inner[2]}"
    if node.name == "IN":
        return f"{inner[0]} IN ({', '.join(inner[1:])})"
    return f"{inner[0]} {node.name} {inner[1]}"


@BOUNDED
@given(trees)
def test_what_is_written_is_read_again(tree):
    assert read_condition(written(tree)) == tree


WORDS = [
    "a",
    "#n",
    ":v",
    "(",
    ")",
    ",",
    ".",
    "[",
    "]",
    "0",
    "=",
    "<>",
    "<",
    "+",
    "-",
    "AND",
    "or",
    "Not",
    "IN",
]
WORDS += [
    "between",
    "SET",
    "REMOVE",
    "ADD",
    "DELETE",
    "size",
    "contains",
    "if_not_exists",
    "name",
    "!",
    "'x'",
]


@BOUNDED
@given(st.lists(st.sampled_from(WORDS), max_size=12), st.sampled_from(["", " "]))
def test_any_text_is_read_or_refused(words, between):
    text = between.join(words)
    for make in (
        lambda known: condition("ConditionExpression", text, known)({}),
        lambda known: projection(text, known)({}),
        lambda known: update(text, known).apply({}),
        lambda known: key_clauses(text, known),
    ):
        made = tried(lambda make=make: make(Placeholders({"#n": "n"}, {":v": {"N": "1"}})))
        assert not isinstance(made, AwsError) or made.code == "ValidationException"


def found(item, path):
    """The oracle's own way to a value."""
    here = {"M": item}
    for element in path.elements:
        inside = here.get("L" if isinstance(element, int) else "M")
        if inside is None:
            return None
        if isinstance(element, int):
            if element >= len(inside):
                return None
            here = inside[element]
        elif element in inside:
            here = inside[element]
        else:
            return None
    return here


def plain(value):
    """A value as Python compares it, its type with it."""
    (kind, content), *_ = value.items()
    if kind == "N":
        return kind, Fraction(content)
    if kind == "SS":
        return kind, frozenset(content)
    if kind == "L":
        return kind, tuple(map(plain, content))
    if kind == "M":
        return kind, frozenset((name, plain(one)) for name, one in content.items())
    return kind, content


def judged(node, item, values):
    """The oracle: what a condition says of an item, by the Developer Guide's rules."""
    if node.name == "AND":
        return all(judged(one, item, values) for one in node.operands)
    if node.name == "OR":
        return any(judged(one, item, values) for one in node.operands)
    if node.name == "NOT":
        return not judged(node.operands[0], item, values)
    got = [found(item, one) if isinstance(one, Path) else values[one.name] for one in node.operands]
    if node.function:
        return (got[0] is None) == (node.name == "attribute_not_exists")
    sides = [None if one is None else plain(one) for one in got]
    first, rest = sides[0], sides[1:]
    if node.name == "IN":
        return first is not None and first in rest
    if node.name == "<>":
        return None in sides or first != rest[0]
    if None in sides:
        return False
    if node.name == "=":
        return first == rest[0]
    if first[0] not in ("S", "N") or any(side[0] != first[0] for side in rest):
        return False
    if node.name == "BETWEEN":
        return rest[0][1] <= first[1] <= rest[1][1]
    one, two = first[1], rest[0][1]
    return {"<": one < two, "<=": one <= two, ">": one > two, ">=": one >= two}[node.name]


def tried(make):
    """What `make` makes, or the error with which it is refused."""
    try:
        return make()
    except AwsError as error:
        return error


CONSTANTS = {":n0": {"N": "0"}, ":n1": {"N": "1.0"}, ":t0": {"S": "a"}, ":t1": {"S": "ab"}}


@BOUNDED
@given(trees, items)
def test_the_oracle_agrees(tree, item):
    text = written(tree)
    before = copy.deepcopy(item)
    made = tried(lambda: condition("FilterExpression", text, Placeholders(None, CONSTANTS)))
    if isinstance(made, AwsError):
        assert "must be distinct" in made.message
        return
    assert made(item) is judged(tree, item, CONSTANTS)
    assert item == before


@BOUNDED
@given(st.lists(paths, min_size=1, max_size=3), items)
def test_a_projection_leaves_exactly_what_lies_on_its_paths(asked, item):
    """Without places in lists, whose numbers change when gaps are closed."""
    asked = [path for path in asked if not any(isinstance(one, int) for one in path.elements)]
    before = copy.deepcopy(item)
    left = tried(lambda: projection(", ".join(map(written, asked)) or "x", Placeholders(None, None))(item))
    if isinstance(left, AwsError):
        assert "overlap" in left.message
        return
    for path in asked:
        assert found(left, path) == found(item, path), told(path.elements)
    assert set(left) <= {path.elements[0] for path in asked} | {"x"}
    assert item == before


actions = st.one_of(
    st.tuples(paths, st.one_of(paths.map(written), constants)).map(
        lambda made: f"SET {written(made[0])} = {made[1]}"
    ),
    st.tuples(paths, constants, paths).map(
        lambda made: f"SET {written(made[0])} = if_not_exists({written(made[2])}, {made[1]})"
    ),
    st.tuples(paths, paths).map(lambda made: f"SET {written(made[0])} = {written(made[1])} + :n1"),
    paths.map(lambda path: f"REMOVE {written(path)}"),
    paths.map(lambda path: f"ADD {written(path)} :n1"),
    paths.map(lambda path: f"ADD {written(path)} :set"),
    paths.map(lambda path: f"DELETE {written(path)} :set"),
)


def together(texts):
    """Actions in one expression, each section once."""
    sections: dict[str, list[str]] = {}
    for text in texts:
        verb, rest = text.split(" ", 1)
        sections.setdefault(verb, []).append(rest)
    return " ".join(f"{verb} {', '.join(rest)}" for verb, rest in sections.items())


@BOUNDED
@given(st.lists(actions, min_size=1, max_size=4), items)
def test_an_update_never_changes_its_argument(texts, item):
    before = copy.deepcopy(item)
    values = {**CONSTANTS, ":set": {"SS": ["a", "z"]}}
    made = tried(lambda: update(together(texts), Placeholders(None, values)))
    done = made if isinstance(made, AwsError) else tried(lambda: made.apply(item))
    assert item == before
    if isinstance(done, AwsError):
        assert done.code == "ValidationException"
        return
    untouched = set("xyz") - made.attributes
    assert {name: done.item.get(name) for name in untouched} == {name: item.get(name) for name in untouched}
    assert set(done.old_parts) <= made.attributes
    assert set(done.new_parts) <= made.attributes
    assert {"SS": []} not in list(done.item.values())


@BOUNDED
@given(st.dictionaries(st.sampled_from("xyz"), integers), integers, integers)
def test_sums_agree_with_fractions(item, one, other):
    made = update("SET q = if_not_exists(x, :a) - :b ADD y :b", Placeholders(None, {":a": one, ":b": other}))
    after = made.apply(item).item
    assert Fraction(after["q"]["N"]) == Fraction(item.get("x", one)["N"]) - Fraction(other["N"])
    assert Fraction(after["y"]["N"]) == Fraction(item.get("y", {"N": "0"})["N"]) + Fraction(other["N"])
