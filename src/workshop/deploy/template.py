"""A CloudFormation template as its text and YAML nodes: what is said, and on which line.

Nothing is resolved: what intrinsic functions mean is CloudFormation's business.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from yaml import MappingNode, Node, SafeLoader, ScalarNode, SequenceNode, compose
from yaml.error import MarkedYAMLError, YAMLError
from yaml.reader import ReaderError

from workshop.deploy import FellShort

Steps = tuple[str | int, ...]
"""The way to a value: `("Resources", "UsersTable", "Properties", "KeySchema", 0)`."""

_TODO = re.compile(r"\bTODO\b")


@dataclass(frozen=True)
class Line:
    """A line of a file. number: from 1. text: without its end and indentation."""

    file: Path
    number: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.number}: {self.text}"


@dataclass(frozen=True)
class Template:
    """A template that is well-formed YAML (or JSON, which is YAML)."""

    file: Path
    text: str
    root: MappingNode

    def node(self, steps: Steps) -> Node | None:
        """The value at `steps`; None if there is none. Names are those of the template, letter by letter."""
        node: Node | None = self.root
        for step in steps:
            node = _child(node, step)
        return node

    def literal(self, *steps: str | int) -> str | None:
        """The text of a plain value; None if there is none, or an intrinsic function in its place."""
        node = self.node(steps)
        return node.value if isinstance(node, ScalarNode) and not is_function(node) else None

    def keys(self, *steps: str | int) -> tuple[str, ...]:
        """The names in the mapping at `steps`, in their order; empty if there is none."""
        node = self.node(steps)
        return tuple(key.value for key, _ in node.value) if isinstance(node, MappingNode) else ()

    def resources(self) -> dict[str, str]:
        """The type of each resource, by logical id; empty text where none is said."""
        return {name: self.literal("Resources", name, "Type") or "" for name in self.keys("Resources")}

    def line(self, steps: Steps) -> Line | None:
        """Where the value at `steps` is said: the line of its name, or of the list's member."""
        node = self.node(steps)
        if node is None:
            return None
        parent = self.node(steps[:-1]) if steps else None
        if isinstance(parent, MappingNode):
            node = next(key for key, _ in parent.value if key.value == steps[-1])
        return self.line_at(node)

    def line_at(self, node: Node) -> Line:
        """The line on which a node begins."""
        number = node.start_mark.line
        return Line(self.file, number + 1, self.text.splitlines()[number].strip())

    def scalars(self, *steps: str | int) -> Iterator[ScalarNode]:
        """All plain values below `steps`, names of mappings not among them."""
        start = self.node(steps)
        return iter(()) if start is None else _scalars(start, set())

    def value(self, *steps: str | int) -> Any:
        """What YAML says at `steps`, as Python's lists, dicts and plain values; None if there is nothing.

        Intrinsic functions in it are not resolved: their text stands in their place.
        """
        node = self.node(steps)
        return None if node is None else _plain(node)

    def todos(self) -> list[Line]:
        """The lines on which a value still holds the word TODO; comments are no values."""
        found = {
            line.number: line
            for scalar in self.scalars()
            if _TODO.search(scalar.value)
            for line in [self.line_at(scalar)]
        }
        return [found[number] for number in sorted(found)]


def _plain(node: Node) -> Any:
    if isinstance(node, MappingNode):
        return {key.value: _plain(value) for key, value in node.value}
    if isinstance(node, SequenceNode):
        return [_plain(value) for value in node.value]
    if is_function(node):
        return node.value
    return SafeLoader("").construct_object(node)


def is_function(node: Node) -> bool:
    """Whether the value is a short form such as `!Ref`."""
    return bool(node.tag.startswith("!"))


def read(file: Path) -> Template:
    """The template in `file`. Raises FellShort that names the line if it is no YAML, or no template."""
    text = _text(file)
    try:
        root = _composed(text)
    except YAMLError as error:
        raise _broken(file, text, error) from error
    if not isinstance(root, MappingNode):
        raise FellShort(
            f"the template {file}",
            "an empty file" if root is None else "text that is no template",
            "names and values, with `Resources:` among them",
            "`workshop reset` brings back the template that the lab came with",
        )
    return Template(file, text, root)


def _composed(text: str) -> Node | None:
    """What the YAML says, by libyaml if it can. What that refuses, PyYAML's own parser has the words for.

    libyaml takes tabs within text, and `?` within `{}`: what has any is left to PyYAML's own at once.
    """
    if yaml.__with_libyaml__ and not {"\t", "?"} & set(text):
        with suppress(YAMLError):
            return compose(text, yaml.CSafeLoader)
    return compose(text)


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise FellShort(
            f"the template {file}",
            "no such file",
            "the template of the lab",
            "`workshop reset` brings back the template that the lab came with",
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise FellShort(
            f"the template {file}", str(error), "a text file in UTF-8", "save it as UTF-8 in your editor"
        ) from error


def _broken(file: Path, text: str, error: YAMLError) -> FellShort:
    number, what = 1, str(error)
    if isinstance(error, MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        number, what = (mark.line + 1 if mark else 1), " ".join(filter(None, (error.context, error.problem)))
    elif isinstance(error, ReaderError):
        number, what = text.count("\n", 0, error.position) + 1, f"a character that is not allowed: {error}"
    lines = text.splitlines()
    here = lines[min(number, len(lines)) - 1].rstrip() if lines else ""
    return FellShort(
        f"the template {file}, line {number}",
        f"`{here.strip()}`: {what}",
        _expected(here),
        f"compare its indentation with {_above(file, lines, number)}. Nothing was sent anywhere",
    )


def _above(file: Path, lines: list[str], number: int) -> str:
    """The line to compare with: the nearest one above that is indented less, where the block began."""
    indents = [len(line) - len(line.lstrip()) if line.strip() else None for line in lines[:number]]
    here = indents[-1] if indents else None
    for place in range(len(indents) - 2, -1, -1):
        indent = indents[place]
        if here is not None and indent is not None and indent < here:
            return str(Line(file, place + 1, lines[place].strip()))
    return "the line above"


def _expected(line: str) -> str:
    if "\t" in line:
        return "YAML, which is indented by blanks: there is a tab in this line"
    return "YAML: `Name: value`, a blank after each colon, and names of one level indented alike"


def _child(node: Node | None, step: str | int) -> Node | None:
    if isinstance(node, MappingNode):
        return next((value for key, value in node.value if key.value == step), None)
    if isinstance(node, SequenceNode) and isinstance(step, int) and 0 <= step < len(node.value):
        found: Node = node.value[step]
        return found
    return None


def _scalars(node: Any, seen: set[int]) -> Iterator[ScalarNode]:
    if id(node) in seen:  # an alias may point at what holds it
        return
    seen.add(id(node))
    if isinstance(node, ScalarNode):
        yield node
    elif isinstance(node, MappingNode):
        for _, value in node.value:
            yield from _scalars(value, seen)
    elif isinstance(node, SequenceNode):
        for value in node.value:
            yield from _scalars(value, seen)
