"""What a PartiQL statement does, to which table, and to which items.

Sources: DynamoDB Developer Guide, *IAM security policies with PartiQL for DynamoDB* and *PartiQL for
DynamoDB statements*.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sandbox.iam.actions.ask import Keys
from sandbox.iam.actions.dynamodb_expressions import as_text

_NAME = r'(?:"([^"]+)"|([\w.-]+))'
_SELECT = re.compile(
    rf'\s*(?:EXISTS\s*\(\s*)?(SELECT)\b(.*?)\bFROM\s+{_NAME}(?:\s*\.\s*"([^"]+)")?', re.IGNORECASE | re.DOTALL
)
_TARGET = re.compile(
    rf'\s*(INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+(){_NAME}(?:\s*\.\s*"([^"]+)")?', re.IGNORECASE
)
_WHERE = re.compile(r"\bWHERE\b(.*)", re.IGNORECASE | re.DOTALL)
_OR = re.compile(r"\bOR\b", re.IGNORECASE)
_RETURNING = re.compile(r"\bRETURNING\s+(ALL|MODIFIED)\s+(OLD|NEW)", re.IGNORECASE)
_COMPARED = re.compile(
    rf"{_NAME}\s*(=|IN\s*[\[(])\s*((?:'(?:[^']|'')*'|\?|-?[\d.]+|\s*,\s*)+)", re.IGNORECASE
)
_MEMBER = re.compile(r"'([^']+)'\s*:\s*('(?:[^']|'')*'|\?|-?[\d.]+)?")
_VALUE = re.compile(r"'(?:[^']|'')*'|\?|-?[\d.]+")
_SET = re.compile(rf"\b(?:SET|REMOVE)\s+{_NAME}", re.IGNORECASE)
_ACTIONS = {
    "SELECT": "PartiQLSelect",
    "INSERT": "PartiQLInsert",
    "UPDATE": "PartiQLUpdate",
    "DELETE": "PartiQLDelete",
}


@dataclass(frozen=True)
class Statement:
    """A statement, taken apart. text: all of it. index: "" without one. parameters: in wire form."""

    action: str
    table: str
    index: str
    selected: str
    text: str
    parameters: tuple[Any, ...]


def parse(text: Any, parameters: Any = ()) -> Statement | None:
    """The statement; None where it is none, which DynamoDB says itself."""
    if not isinstance(text, str):
        return None
    match = _SELECT.match(text) or _TARGET.match(text)
    if match is None:
        return None
    table = match[3] or match[4]
    given = tuple(parameters) if isinstance(parameters, list | tuple) else ()
    action = f"dynamodb:{_ACTIONS[match[1].split()[0].upper()]}"
    return Statement(action, table, match[5] or "", match[2].strip(), text, given)


def keys(statement: Statement, key_name: str | None, enclosing: str) -> Keys:
    """The condition keys of a statement.

    A SELECT scans the full table unless its WHERE clause asks for a partition key with `=` or `IN`.
    """
    compared = list(_compared(statement))
    leading = tuple(value for name, values in compared if name == key_name for value in values)
    found: dict[str, tuple[str, ...]] = {
        "dynamodb:leadingkeys": leading,
        "dynamodb:attributes": tuple(dict.fromkeys(_attributes(statement, compared))),
        "dynamodb:enclosingoperation": (enclosing,) if enclosing else (),
    }
    if statement.action == "dynamodb:PartiQLSelect":
        found["dynamodb:fulltablescan"] = ("false" if _by_key(statement, key_name) else "true",)
        found["dynamodb:select"] = ("ALL_ATTRIBUTES" if statement.selected == "*" else "SPECIFIC_ATTRIBUTES",)
    elif statement.action != "dynamodb:PartiQLInsert":
        returning = _RETURNING.search(statement.text)
        kind = {"ALL": "ALL", "MODIFIED": "UPDATED"}
        value = f"{kind[returning[1].upper()]}_{returning[2].upper()}" if returning else "NONE"
        found["dynamodb:returnvalues"] = (value,)
    return found


def _by_key(statement: Statement, key_name: str | None) -> bool:
    """Whether every alternative of the WHERE clause asks for a partition key. A key not known may be any."""
    where = _WHERE.search(statement.text)
    return where is not None and all(
        any(key_name in (None, match[1] or match[2]) for match in _COMPARED.finditer(alternative))
        for alternative in _OR.split(where[1])
    )


def _attributes(statement: Statement, compared: list[tuple[str, list[str]]]) -> Iterator[str]:
    if statement.action == "dynamodb:PartiQLSelect" and statement.selected != "*":
        for column in statement.selected.split(","):
            yield column.split(".")[0].split("[")[0].strip().strip('"')
    if statement.action == "dynamodb:PartiQLUpdate":
        yield from (quoted or bare.split(".")[0] for quoted, bare in _SET.findall(statement.text))
    yield from (name for name, _ in compared)


def _compared(statement: Statement) -> Iterator[tuple[str, list[str]]]:
    """Attributes and the values that the WHERE clause, or an INSERT's item, gives them."""
    inserts = statement.action == "dynamodb:PartiQLInsert"
    where = _WHERE.search(statement.text)
    if not inserts and where is None:
        return
    start = 0 if inserts or where is None else where.start(1)
    used = statement.text[:start].count("?")
    pattern = _MEMBER if inserts else _COMPARED
    for match in pattern.finditer(statement.text, start):
        name = match[1] if inserts else match[1] or match[2]
        written = (match[2] if inserts else match[4]) or ""
        before = used + statement.text[start : match.start()].count("?")
        yield name, list(_values(written, statement.parameters[before:]))


def _values(written: str, parameters: tuple[Any, ...]) -> Iterator[str]:
    at = 0
    for value in _VALUE.findall(written):
        if value == "?":
            if at < len(parameters):
                yield as_text(parameters[at])
            at += 1
        else:
            yield value[1:-1].replace("''", "'") if value.startswith("'") else value
