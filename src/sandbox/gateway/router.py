"""Which route or resource a request is for. Pure: knows no API, no moto.

>>> routes = {"GET /pets/dog/1": 1, "GET /pets/{id}": 2, "ANY /{proxy+}": 3, "$default": 4}
>>> router = HttpRouter(routes)
>>> router.match("GET", "/pets/dog/1").target        # the path itself first
1
>>> router.match("GET", "/pets/ada").variables       # then path variables
{'id': 'ada'}
>>> router.match("POST", "/pets/ada").variables      # then greedy ones, then $default
{'proxy': 'pets/ada'}
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

ANY = "ANY"
DEFAULT_ROUTE = "$default"

_ROUTE_KEY = re.compile(r"(ANY|GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|TRACE|CONNECT) (/\S*)")
_VARIABLE = re.compile(r"\{([\w.$:-]+)(\+?)\}")


_BAD_ROUTE_KEY = (
    "The provided route key is not formatted properly for HTTP protocol. "
    "Format should be <HTTP METHOD> /<RESOURCE PATH> or $default"
)


@dataclass(frozen=True, slots=True)
class Match:
    """What was found: the target, and the values of the path variables."""

    target: Any
    variables: dict[str, str]


@dataclass(slots=True)
class _Node:
    """One segment of a path: what follows it, literally, as a variable, or greedily."""

    literals: dict[str, _Node] = field(default_factory=dict)
    variable: tuple[_Node, str] | None = None
    greedy: tuple[_Node, str] | None = None
    methods: dict[str, Any] = field(default_factory=dict)

    def child(self, segment: str) -> _Node:
        """The node below for a segment of a route's path, made where it is missing."""
        variable = _VARIABLE.fullmatch(segment)
        if variable is None:
            return self.literals.setdefault(segment, _Node())
        name, plus = variable.groups()
        known = self.greedy if plus else self.variable
        node = known[0] if known else _Node()
        if plus:
            self.greedy = (node, name)
        else:
            self.variable = (node, name)
        return node


class _Tree:
    """Paths by their segments."""

    def __init__(self) -> None:
        self._root = _Node()

    def add(self, path: str, method: str, target: Any) -> None:
        node = self._root
        for segment in path.split("/")[1:] if path != "/" else [""]:
            node = node.child(segment)
        node.methods[method] = target

    def exact(self, method: str, segments: list[str]) -> Match | None:
        """The fullest match without greedy variables; literal segments before variables."""
        return _exact(self._root, method, segments, 0, {})

    def greedy(self, method: str, segments: list[str]) -> Match | None:
        """The match whose greedy variable begins deepest."""
        return _greedy(self._root, method, segments, 0, {})


def _pick(node: _Node, method: str, variables: dict[str, str]) -> Match | None:
    target = node.methods.get(method) or node.methods.get(ANY)
    return Match(target, variables) if target else None


def _exact(node: _Node, method: str, segments: list[str], at: int, seen: dict[str, str]) -> Match | None:
    if at == len(segments):
        return _pick(node, method, seen)
    literal = node.literals.get(segments[at])
    if literal is not None:
        found = _exact(literal, method, segments, at + 1, seen)
        if found:
            return found
    if node.variable is not None and segments[at]:
        below, name = node.variable
        return _exact(below, method, segments, at + 1, {**seen, name: segments[at]})
    return None


def _greedy(node: _Node, method: str, segments: list[str], at: int, seen: dict[str, str]) -> Match | None:
    if at == len(segments):
        return None
    literal = node.literals.get(segments[at])
    found = _greedy(literal, method, segments, at + 1, seen) if literal is not None else None
    if not found and node.variable is not None and segments[at]:
        below, name = node.variable
        found = _greedy(below, method, segments, at + 1, {**seen, name: segments[at]})
    if not found and node.greedy is not None:
        below, name = node.greedy
        rest = "/".join(segments[at:])
        found = _pick(below, method, {**seen, name: rest}) if rest else None
    return found


class HttpRouter:
    """Routes of an HTTP API: a full match, then a greedy path variable, then `$default`.

    Source: API Gateway Developer Guide, *Routes for HTTP APIs* (case http-route-precedence). A path
    with a trailing slash is another path.
    """

    def __init__(self, routes: Mapping[str, Any]) -> None:
        self._tree = _Tree()
        self._default = routes.get(DEFAULT_ROUTE)
        for key, target in routes.items():
            if key != DEFAULT_ROUTE:
                method, path = split_route_key(key)
                self._tree.add(path, method, target)

    def match(self, method: str, path: str) -> Match | None:
        """The route for a decoded path, or None."""
        segments = path.split("/")[1:]
        found = self._tree.exact(method, segments) or self._tree.greedy(method, segments)
        if found is None and self._default:
            return Match(self._default, {})
        return found


class RestRouter:
    """Methods of a REST API's resources, by the path as it was sent.

    A trailing slash is ignored and leading ones count once (cases rest-evt1-trailing-slash,
    rest-evt1-double-slash); a greedy variable keeps double slashes within it.
    """

    def __init__(self, methods: Mapping[tuple[str, str], Any]) -> None:
        self._tree = _Tree()
        for (method, path), target in methods.items():
            self._tree.add(path, method, target)

    def match(self, method: str, path: str) -> Match | None:
        """The method for a path without its stage, or None."""
        segments = path.strip("/").split("/")
        return self._tree.exact(method, segments) or self._tree.greedy(method, segments)


def split_route_key(key: str) -> tuple[str, str]:
    """`("GET", "/pets/{id}")` of a route key that `route_key_problem` finds nothing wrong with."""
    method, _, path = key.partition(" ")
    return method, path


def route_key_problem(key: str) -> str:
    """What is wrong with the route key of an HTTP API, or "".

    Source: API Gateway Developer Guide, *Routes for HTTP APIs*: a method (or ANY), a blank and a
    path, or `$default`; a greedy path variable only as the last segment.
    """
    if key == DEFAULT_ROUTE:
        return ""
    parts = _ROUTE_KEY.fullmatch(key)
    if parts is None:
        return _BAD_ROUTE_KEY
    segments = parts[2].split("/")[1:]
    names = []
    for number, segment in enumerate(segments, 1):
        variable = _VARIABLE.fullmatch(segment)
        if variable is None:
            if "{" in segment or "}" in segment:
                return f"Path variables must be whole segments; '{segment}' is not."
            continue
        names.append(variable[1])
        if variable[2] and number < len(segments):
            return "The greedy path variable must be the last segment of the path."
    return "" if len(set(names)) == len(names) else "A path variable is named twice."
