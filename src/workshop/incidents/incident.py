"""What an incident is: a change of a running stack, and the request that shows it."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from workshop.incidents.stack import Stack

HTTP, REST = "HttpApiUrl", "RestApiUrl"
"""The two kinds of API, by the output of the stack that says where each answers."""

KINDS = (HTTP, REST)
KIND_NAMES = {HTTP: "HTTP API", REST: "REST API"}

Stops = Literal["gateway", "start", "call", "table", "result"]
"""How far a request comes: not to the function; not to the handler's work; not past IAM; not past DynamoDB;
or to its end, with a result that nobody can use."""

HOW_FAR: Mapping[Stops, int] = {"gateway": 0, "start": 1, "call": 2, "table": 3, "result": 4}


@dataclass(frozen=True)
class Request:
    """A request that shows an incident. body: of each one sent; it gets a userId of its own. None: no body.

    status: of the answer where nothing is broken.
    """

    method: str
    path: str
    body: Mapping[str, Any] | None
    status: int

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    def data(self) -> str | None:
        """The body of one more request, as JSON; of a user that was not there yet."""
        if self.body is None:
            return None
        return json.dumps({"userId": f"ticket-{secrets.token_hex(4)}", **self.body})


CREATE = Request("POST", "/users", {"name": "Ada"}, 201)
LIST = Request("GET", "/users", None, 200)


@dataclass(frozen=True)
class Incident:
    """One thing that somebody has done to a stack.

    layer: in which the doctor finds it, by its name there. also: layers that are as right: it shows there, or
    is mended there, or the doctor finds it there in the other language. causes: ids of the doctor's checklist
    that are right; the first is the one it says. request: shows it. kinds: the APIs it can hit. load: one
    request shows nothing. places: what of the stack it changes, by the names in `workshop.incidents.places`.
    stops: how far the request comes. break_it: makes it so, for one kind of API.
    """

    id: str
    layer: str
    causes: tuple[str, ...]
    break_it: Callable[[Stack, str], None] = field(repr=False, compare=False)
    places: frozenset[str]
    stops: Stops
    request: Request = CREATE
    kinds: tuple[str, ...] = KINDS
    load: bool = False
    also: tuple[str, ...] = ()

    @property
    def layers(self) -> tuple[str, ...]:
        """The layers that are right in a diagnosis, the doctor's first."""
        return (self.layer, *self.also)
