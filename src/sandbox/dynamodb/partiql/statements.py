"""PartiQL statements, read: what they do to which table, and their conditions as expressions.

Source: Developer Guide *PartiQL select / insert / update / delete statements*, *PartiQL functions*,
*PartiQL operators*.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from sandbox.dynamodb.model import AttributeValue, Item
from sandbox.dynamodb.partiql.tokens import END, Reader, Token, malformed, tokens_of
from sandbox.dynamodb.requests.words import invalid
from sandbox.errors import NotModelled

Path = list[str | int]

_OPERATORS = ("=", "<>", "<", "<=", ">", ">=", "(", ")", ",", "+", "-")
_BEFORE_OPERANDS = (" AND", " OR", " NOT", " BETWEEN")
_FUNCTIONS = ("BEGINS_WITH", "CONTAINS", "SIZE", "ATTRIBUTE_TYPE")
_UPDATE_FUNCTIONS = ("LIST_APPEND", "IF_NOT_EXISTS")


class Names:
    """The names and values of expressions: `names.path(["a", 0])` is `#n0[0]`."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self.values: dict[str, AttributeValue] = {}

    def path(self, path: Path) -> str:
        text = ""
        for part in path:
            if isinstance(part, int):
                text += f"[{part}]"
            else:
                self.names[f"#n{len(self.names)}"] = part
                text += f"{'.' if text else ''}#n{len(self.names) - 1}"
        return text

    def value(self, value: AttributeValue) -> str:
        self.values[f":v{len(self.values)}"] = value
        return f":v{len(self.values) - 1}"


@dataclass
class Part:
    """One of the conditions that AND joins. text: as an expression. about: the attribute it is about, if it
    is one comparison of one attribute; equals: the value it has to have."""

    text: str
    about: str = ""
    equals: AttributeValue | None = None
    sortable: bool = False


@dataclass
class Statement:
    """kind: `SELECT`, `INSERT`, `UPDATE` or `DELETE`. fields: the paths that are selected, none for all."""

    kind: str
    table: str
    index: str = ""
    fields: list[Path] = field(default_factory=list)
    item: Item = field(default_factory=dict)
    sets: list[str] = field(default_factory=list)
    removes: list[str] = field(default_factory=list)
    where: list[Part] = field(default_factory=list)
    returning: str = "NONE"
    names: Names = field(default_factory=Names)

    def equalities(self) -> dict[str, AttributeValue]:
        """The values that attributes must have."""
        return {part.about: part.equals for part in self.where if part.equals is not None}


def read(text: str, parameters: list[AttributeValue]) -> Statement:
    """Read a statement. Raises AwsError: ValidationException, NotImplemented for what is not modelled."""
    reader = Reader(tokens_of(text), parameters)
    kind = reader.next()
    if not kind.is_word("SELECT", "INSERT", "UPDATE", "DELETE"):
        raise malformed(f"Expected SELECT, INSERT, UPDATE or DELETE, found {kind.text}")
    statement = _READERS[kind.text.upper()](reader)
    if reader.here is not END:
        if reader.here.is_word("ORDER"):
            raise NotModelled("ORDER BY of PartiQL")
        raise malformed(f"Unexpected {reader.here.text}")
    if reader.used != len(parameters):
        raise invalid("Number of parameters in request and statement don't match.")
    return statement


def _select(reader: Reader) -> Statement:
    fields: list[Path] = []
    if not reader.skip("*"):
        fields.append(reader.path())
        while reader.skip(","):
            fields.append(reader.path())
    reader.expect_word("FROM")
    statement = Statement("SELECT", reader.name(), fields=fields)
    if reader.skip("."):
        statement.index = reader.name()
    _where(reader, statement)
    return statement


def _insert(reader: Reader) -> Statement:
    reader.expect_word("INTO")
    statement = Statement("INSERT", reader.name())
    reader.expect_word("VALUE")
    value = reader.literal()
    if "M" not in value:
        raise malformed("Expected a map after VALUE")
    statement.item = value["M"]
    return statement


def _update(reader: Reader) -> Statement:
    statement = Statement("UPDATE", reader.name())
    while reader.here.is_word("SET", "REMOVE"):
        if reader.next().is_word("REMOVE"):
            statement.removes.append(statement.names.path(reader.path()))
            continue
        _set(reader, statement)
        while reader.skip(","):
            _set(reader, statement)
    _where(reader, statement)
    _returning(reader, statement)
    return statement


def _set(reader: Reader, statement: Statement) -> None:
    target = statement.names.path(reader.path())
    reader.expect("=")
    words = []
    depth = 0
    while reader.here is not END and not reader.here.is_word("WHERE", "SET", "REMOVE"):
        if reader.here.is_symbol(",") and not depth:
            break
        depth += reader.here.is_symbol("(") - reader.here.is_symbol(")")
        words.append(_operand(reader, statement.names, _UPDATE_FUNCTIONS))
    statement.sets.append(f"{target} = {' '.join(words)}")


def _delete(reader: Reader) -> Statement:
    reader.expect_word("FROM")
    statement = Statement("DELETE", reader.name())
    _where(reader, statement)
    _returning(reader, statement)
    return statement


def _returning(reader: Reader, statement: Statement) -> None:
    if not reader.skip_word("RETURNING"):
        return
    what, which = reader.next().text.upper(), reader.next().text.upper()
    reader.expect("*")
    statement.returning = f"{'UPDATED' if what == 'MODIFIED' else what}_{which}"


def _where(reader: Reader, statement: Statement) -> None:
    if not reader.skip_word("WHERE"):
        return
    parts: list[Part] = [Part("")]
    depth, between, joined = 0, False, False
    while reader.here is not END and not reader.here.is_word("RETURNING", "ORDER"):
        token = reader.here
        if token.is_word("AND") and not depth and not between:
            reader.next()
            parts.append(Part(""))
            continue
        between = token.is_word("BETWEEN") or (between and not token.is_word("AND"))
        joined = joined or (token.is_word("OR") and not depth)
        depth += token.is_symbol("(") - token.is_symbol(")")
        _condition(reader, statement.names, parts[-1])
    if joined:  # OR binds less than AND: the whole is one condition
        parts = [Part(" AND ".join(part.text for part in parts))]
    statement.where = parts


def _condition(reader: Reader, names: Names, part: Part) -> None:
    """The next piece of a condition."""
    if reader.here.is_word("IN"):
        reader.next()
        part.text += f" IN ({_list(reader, names)})"
        part.sortable = False
        return
    if reader.here.is_word("IS"):
        reader.next()
        there = reader.skip_word("NOT")
        reader.expect_word("MISSING")
        part.text = f"{'attribute_exists' if there else 'attribute_not_exists'}({part.text.strip()})"
        part.sortable = False
        return
    first, token = not part.text, reader.here
    if first and token.kind in ("word", "quoted") and not _is_operator(reader):
        path = reader.path()
        part.text = names.path(path)
        part.about = str(path[0]) if len(path) == 1 else ""
        _compare(reader, names, part)
        return
    if first and reader.at_function(("BEGINS_WITH",)):
        part.sortable = True
    about = part.sortable and not part.about and token.kind in ("word", "quoted") and not first
    if about:
        part.about = token.text
    if part.text[-1:].isalnum() and not part.text.endswith(_BEFORE_OPERANDS) and not _is_operator(reader):
        raise malformed(f"Unexpected {token.text}")
    part.text += f" {_operand(reader, names, _FUNCTIONS)}"


def _is_operator(reader: Reader) -> bool:
    """Whether something comes that is neither an attribute nor a value."""
    token = reader.here
    return (
        token.is_word("AND", "OR", "NOT", "BETWEEN", "IN", "IS")
        or reader.at_function(_FUNCTIONS)
        or (token.kind == "symbol" and not reader.at_literal())
    )


def _compare(reader: Reader, names: Names, part: Part) -> None:
    """What an attribute at the begin of a condition is compared with, if that is all there is to it."""
    token = reader.here
    if token.is_word("BETWEEN"):
        part.sortable = True
    if not token.is_symbol("=", "<", "<=", ">", ">="):
        return
    reader.next()
    part.text += f" {token.text}"
    part.sortable = True
    if reader.at_literal():
        value = reader.literal()
        part.text += f" {names.value(value)}"
        part.equals = value if token.text == "=" and part.about else None


def _list(reader: Reader, names: Names) -> str:
    closing = "]" if reader.skip("[") else ")"
    if closing == ")":
        reader.expect("(")
    values = [names.value(reader.literal())]
    while reader.skip(","):
        values.append(names.value(reader.literal()))
    reader.expect(closing)
    return ", ".join(values)


def _operand(reader: Reader, names: Names, functions: tuple[str, ...]) -> str:
    """One token, path or value as expressions write it."""
    token: Token = reader.here
    if reader.at_literal():
        return names.value(reader.literal())
    if token.is_word("AND", "OR", "NOT", "BETWEEN"):
        return reader.next().text.upper()
    if reader.at_function(functions):
        return reader.next().text.lower()
    if token.is_symbol("!="):
        reader.next()
        return "<>"
    if token.is_symbol(*_OPERATORS):
        return reader.next().text
    if token.kind in ("word", "quoted"):
        return names.path(reader.path())
    raise malformed(f"Unexpected {token.text}")


_READERS: dict[str, Callable[[Reader], Statement]] = {
    "SELECT": _select,
    "INSERT": _insert,
    "UPDATE": _update,
    "DELETE": _delete,
}
