"""What a picture shows: boxes, arrows, what has gone. No coordinates, no I/O."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from workshop.picture.snapshot import Api, Function, Role, Table

Column = Literal["client", "gateway", "lambda", "data"]

HEADINGS: dict[Column, str] = {
    "client": "Client",
    "gateway": "API Gateway",
    "lambda": "Lambda, and its IAM role",
    "data": "DynamoDB",
}
CLIENT = "client"
ROLE = "IAM role"
FUNCTION = "Lambda function"
PLAN = ("HTTP", "REST", "python", "nodejs", "role", "table")
"""The backend this workshop builds: what is drawn dashed while it is missing."""


@dataclass(frozen=True)
class Line:
    """A line in a box. code: HTTP or ARN text; warn: something a request would fail on."""

    text: str
    code: bool = False
    warn: bool = False
    new: bool = False


@dataclass(frozen=True)
class Box:
    """One resource, or (exists is False) one that is planned and missing."""

    id: str
    column: Column
    kind: str
    name: str = ""
    lines: tuple[Line, ...] = ()
    exists: bool = True
    new: bool = False


@dataclass(frozen=True)
class Arrow:
    """A connection. state: open works; shut exists but refuses; planned is missing at one end."""

    start: str
    end: str
    state: Literal["open", "shut", "planned"]
    label: str = ""
    note: str = ""
    new: bool = False


@dataclass(frozen=True)
class Scene:
    """All boxes, column by column from top to bottom, all arrows, and the names of what has gone."""

    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    gone: tuple[str, ...] = ()

    def column(self, name: Column) -> list[Box]:
        """The boxes of one column, from top to bottom."""
        return [box for box in self.boxes if box.column == name]

    @property
    def existing(self) -> list[Box]:
        """The resources that exist: neither the client nor what is only planned."""
        return [box for box in self.boxes if box.exists and box.id != CLIENT]

    @property
    def functions(self) -> list[Box]:
        """The functions, those that are only planned too."""
        return [box for box in self.boxes if box.kind.startswith(FUNCTION)]


def id_of(thing: Api | Function | Role | Table) -> str:
    """An API made anew under its old name is another API; of the other kinds the name is the identity."""
    return f"{type(thing).__name__} {thing.id if isinstance(thing, Api) else thing.name}"
