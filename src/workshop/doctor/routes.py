"""Routes and integrations of either kind of API, and which of them a request goes to. Pure.

Sources: API Gateway Developer Guide, *Routes for HTTP APIs* (a full match, then a greedy variable, then
$default), *Set up a proxy integration with a proxy resource*, *Amazon API Gateway stage variables*.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

ANY = "ANY"
DEFAULT = "$default"
_VARIABLE = re.compile(r"\$\{stageVariables\.(\w+)\}")
_FUNCTION = re.compile(
    r"arn:aws[\w-]*:lambda:(?P<region>[a-z0-9-]+):(?P<account>\d{12}):function:"
    r"(?P<name>[\w-]+)(?::(?P<qualifier>[\w$-]+))?"
)


@dataclass(frozen=True)
class Function:
    """A function as an integration names it. qualifier: a version or alias, or ""."""

    arn: str
    name: str
    qualifier: str
    region: str


@dataclass(frozen=True)
class Integration:
    """What a route hands its requests to. type: AWS_PROXY, MOCK … payload: "1.0" or "2.0".

    uri: its stage variables filled in. method: by which a REST API calls it. credentials: a role's ARN.
    seconds: how long the API waits for it. id: of an HTTP API's integration.
    """

    type: str
    uri: str
    method: str = "POST"
    payload: str = "1.0"
    credentials: str = ""
    seconds: float = 30.0
    id: str = ""

    @property
    def function(self) -> Function | None:
        """The function that it invokes; None if it invokes none.

        >>> arn = "arn:aws:lambda:eu-west-1:123456789012:function:users:live"
        >>> Integration("AWS_PROXY", arn).function.qualifier
        'live'
        """
        found = _FUNCTION.search(self.uri)
        if found is None:
            return None
        return Function(found[0], found["name"], found["qualifier"] or "", found["region"])


@dataclass(frozen=True)
class Route:
    """A route of an HTTP API, or a method of a resource of a REST API.

    method: an HTTP method or ANY. path: with its parameters in braces, or $default. authorization: NONE,
    or who is let in. id: of the route, or of the resource.
    """

    method: str
    path: str
    integration: Integration | None = None
    authorization: str = "NONE"
    id: str = ""

    def __str__(self) -> str:
        return DEFAULT if self.path == DEFAULT else f"{self.method} {self.path}"

    def leads(self, path: str) -> bool:
        """Whether a request to this path, of some method, may come here.

        >>> [Route("GET", p).leads("/users/ada") for p in ("/users/{userId}", "/users", "/{proxy+}")]
        [True, False, True]
        """
        return self.path == DEFAULT or re.fullmatch(_pattern(self.path), path) is not None

    def takes(self, method: str, path: str) -> bool:
        """Whether this very request may come here."""
        return self.method in (ANY, method) and self.leads(path)


def best(routes: Iterable[Route], method: str, path: str) -> Route | None:
    """The route that a request goes to: the most specific one.

    >>> str(best([Route("ANY", "/{proxy+}"), Route("GET", "/users")], "GET", "/users"))
    'GET /users'
    """
    return max((route for route in routes if route.takes(method, path)), key=_weight, default=None)


def nearest(routes: Iterable[Route], method: str, path: str) -> Route | None:
    """The route most like a request that no route takes; None where there is none.

    >>> str(nearest([Route("POST", "/user"), Route("GET", "/health")], "POST", "/users"))
    'POST /user'
    """

    def likeness(route: Route) -> tuple[float, bool]:
        plain = re.sub(r"\{[^}]+\}", "x", route.path)
        return SequenceMatcher(None, plain, path).ratio(), route.method in (ANY, method)

    return max((route for route in routes if route.path != DEFAULT), key=likeness, default=None)


def filled(uri: str, variables: Mapping[str, str]) -> str:
    """`uri` with the stage's variables in it; one that the stage does not have becomes nothing."""
    return _VARIABLE.sub(lambda found: variables.get(found[1], ""), uri)


def _pattern(path: str) -> str:
    return "/".join(_part(part) for part in path.split("/"))


def _part(part: str) -> str:
    if not part.startswith("{"):
        return re.escape(part)
    return ".+" if part.endswith("+}") else "[^/]+"


def _weight(route: Route) -> tuple[bool, tuple[int, ...], bool]:
    """$default is last; else, segment by segment, words go before variables, and these before greedy ones."""
    ranks = tuple(0 if p.endswith("+}") else 1 if p.startswith("{") else 2 for p in route.path.split("/"))
    return route.path != DEFAULT, ranks, route.method != ANY
