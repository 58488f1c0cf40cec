"""Routes and integrations, of either kind of API: pure decisions.

Sources: API Gateway Developer Guide, *Routes for HTTP APIs* (most specific first), *Set up a proxy
integration with a proxy resource* (`{proxy+}`), *Amazon API Gateway stage variables*.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

ANY = "ANY"
DEFAULT = "$default"
_FUNCTION = re.compile(r":function:(?P<name>[\w-]+)(?::(?P<qualifier>[\w$-]+))?")
_VARIABLE = re.compile(r"\$\{stageVariables\.(\w+)\}")


@dataclass(frozen=True)
class Integration:
    """What a route hands its requests to. type: AWS_PROXY, MOCK … payload: "1.0" or "2.0".

    uri: its stage variables filled in. method: by which REST APIs call it. credentials: a role's ARN, or "".
    """

    type: str
    uri: str
    method: str
    payload: str
    credentials: str = ""

    @property
    def function(self) -> str:
        """The name of the function that it invokes; "" if it invokes none.

        >>> arn = "arn:aws:lambda:eu-west-1:123456789012:function:users:live"
        >>> Integration("AWS_PROXY", arn, "POST", "2.0").function
        'users'
        """
        found = _FUNCTION.search(self.uri)
        return found["name"] if found else ""

    @property
    def qualifier(self) -> str:
        """The version or alias in the ARN of the function, or ""."""
        found = _FUNCTION.search(self.uri)
        return (found["qualifier"] or "") if found else ""


@dataclass(frozen=True)
class Route:
    """A route of an HTTP API, or a method of a resource of a REST API.

    method: an HTTP method or ANY. path: with its parameters in braces, or $default. authorization: NONE,
    or who is let in.
    """

    method: str
    path: str
    integration: Integration | None
    authorization: str = "NONE"

    @property
    def place(self) -> tuple[str, str]:
        return self.method, self.path

    def __str__(self) -> str:
        return DEFAULT if self.path == DEFAULT else f"{self.method} {self.path}"

    @property
    def is_catch_all(self) -> bool:
        """Whether it takes paths that it does not name."""
        return self.path == DEFAULT or "+}" in self.path

    def leads(self, path: str) -> bool:
        """Whether a request to this path, of some method, may come here.

        >>> [Route("GET", path, None).leads("/users/ada") for path in ("/users/{userId}", "/users")]
        [True, False]
        """
        return self.path == DEFAULT or bool(re.fullmatch(_pattern(self.path), path))

    def takes(self, method: str, path: str) -> bool:
        """Whether this very request may come here."""
        return self.method in (ANY, method) and self.leads(path)


def best(routes: Iterable[Route], method: str, path: str) -> Route | None:
    """The route that a request goes to: the most specific one.

    >>> str(best([Route("ANY", "/{proxy+}", None), Route("GET", "/users", None)], "GET", "/users"))
    'GET /users'
    """
    return max((route for route in routes if route.takes(method, path)), key=_weight, default=None)


def filled(uri: str, variables: Mapping[str, str]) -> str:
    """`uri` with the stage's variables in it."""
    return _VARIABLE.sub(lambda found: variables.get(found[1], ""), uri)


def _pattern(path: str) -> str:
    parts = re.split(r"(\{[^}]+\})", path.rstrip("/") or "/")
    return "".join(_part(part) for part in parts) + "/?"


def _part(part: str) -> str:
    if not part.startswith("{"):
        return re.escape(part)
    return ".+" if part.endswith("+}") else "[^/]+"


def _weight(route: Route) -> tuple[bool, int, bool, bool]:
    """Fixed words weigh more than parameters, these more than greedy ones, and $default nothing."""
    fixed = len(re.sub(r"\{[^}]+\}", "", route.path))
    return route.path != DEFAULT, fixed, "+}" not in route.path, route.method != ANY
