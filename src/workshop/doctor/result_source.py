"""How a function's source builds its proxy response: what shows without running it. Pure.

It is a hint for a result that API Gateway refused; the result itself is seen by an invoke only.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from workshop.doctor.package import PYTHON, Package

_STRING_MAKERS = ("dumps", "str", "decode", "format", "join", "text", "b64encode", "dump", "serialize")
_NODE_STRING = re.compile(r"\s*(JSON\.(stringify|rawJSON)\(|String\(|[\"'`]|undefined|null|\w+\.toString\()")
_KEY = re.compile(r"\s*(?:\.\.\.)?[\"']?(?P<name>\w+)[\"']?\s*(?P<colon>:)?(?P<value>.*)", re.S)


@dataclass(frozen=True)
class Suspect:
    """A place where a response is built that API Gateway does not take. place: `file:line: text`."""

    what: Literal["no-status-code", "body-not-a-string"]
    place: str


def suspects(package: Package) -> list[Suspect]:
    """The places, those without a status first."""
    found = [
        Suspect(what, f"{name}:{number}: {text.splitlines()[number - 1].strip()}")
        for name, text in package.files.items()
        if "test" not in name
        for what, number in (_in_python(text) if name.endswith(PYTHON) else _in_node(text))
    ]
    return sorted(found, key=lambda one: one.what != "no-status-code")


Found = tuple[Literal["no-status-code", "body-not-a-string"], int]


def _in_python(text: str) -> Iterator[Found]:
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict) and None not in node.keys:
            values = {
                key.value: value
                for key, value in zip(node.keys, node.values, strict=True)
                if isinstance(key, ast.Constant)
            }
            if not {"body", "headers"} <= values.keys() and "statusCode" not in values:
                continue
            if "statusCode" not in values:
                yield "no-status-code", node.lineno
            elif "body" in values and not _is_text(values["body"], tree):
                yield "body-not-a-string", values["body"].lineno


def _is_text(node: ast.expr, tree: ast.AST) -> bool:
    """Whether an expression gives a string, or None, as far as it shows."""
    match node:
        case ast.Constant(value=value):
            return value is None or isinstance(value, str)
        case ast.JoinedStr():
            return True
        case ast.Call(func=ast.Attribute(attr=name)) | ast.Call(func=ast.Name(id=name)):
            return name.lower().startswith(_STRING_MAKERS) or name.lower().endswith(_STRING_MAKERS)
        case ast.IfExp(body=one, orelse=other):
            return _is_text(one, tree) and _is_text(other, tree)
        case ast.BoolOp(values=values):
            return all(_is_text(value, tree) for value in values)
        case ast.Name(id=name):
            made = list(_assigned(tree, name))
            return bool(made) and all(_is_text(value, tree) for value in made)
        case _:
            return False


def _assigned(tree: ast.AST, name: str) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            to_itself = isinstance(node.value, ast.Name) and node.value.id == name
            if not to_itself and any(isinstance(t, ast.Name) and t.id == name for t in node.targets):
                yield node.value


def _in_node(text: str) -> Iterator[Found]:
    for start, block in _blocks(text):
        keys = dict(_keys(block))
        if "..." in block and "statusCode" not in keys and not {"body", "headers"} <= keys.keys():
            continue
        number = text.count("\n", 0, start) + 1
        if "statusCode" not in keys:
            if {"body", "headers"} <= keys.keys():
                yield "no-status-code", number
        elif "body" in keys and not _is_node_text(keys["body"], text):
            yield "body-not-a-string", number


def _is_node_text(value: str, text: str) -> bool:
    """value: what stands after `body:`, "" for the shorthand."""
    if not value.strip() or re.fullmatch(r"\s*\w+\s*", value):
        name = value.strip() or "body"
        made = re.findall(rf"\b(?:const|let|var)\s+{name}\s*=\s*([^;\n]+)", text)
        return bool(made) and all(_NODE_STRING.match(one) for one in made)
    return _NODE_STRING.match(value) is not None


def _blocks(text: str) -> Iterator[tuple[int, str]]:
    """Every text between matching braces, with its start."""
    starts: list[int] = []
    for at, letter in enumerate(text):
        if letter == "{":
            starts.append(at)
        elif letter == "}" and starts:
            start = starts.pop()
            yield start, text[start + 1 : at]


def _keys(block: str) -> Iterator[tuple[str, str]]:
    """The members of an object literal and what they are set to, "" for the shorthand."""
    for part in _members(block):
        found = _KEY.fullmatch(part)
        if found and not part.strip().startswith("..."):
            yield found["name"], found["value"] if found["colon"] else ""


def _members(block: str) -> Iterator[str]:
    depth, member = 0, ""
    for letter in block:
        depth += (letter in "([{") - (letter in ")]}")
        if letter == "," and depth == 0:
            yield member
            member = ""
        else:
            member += letter
    yield member
