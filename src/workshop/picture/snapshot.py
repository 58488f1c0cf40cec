"""What exists of a backend at one moment, as flat data."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Table:
    """A DynamoDB table. keys: such as `userId (S)`, partition key first."""

    name: str
    status: str
    keys: tuple[str, ...]
    on_demand: bool


@dataclass(frozen=True)
class Role:
    """An IAM role. trusts: principals that may assume it; allows: (action, resource ARN) of its policies."""

    name: str
    trusts: tuple[str, ...]
    allows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Permission:
    """A statement of a function's resource policy: who may invoke it, on whose behalf."""

    principal: str
    source_arn: str


@dataclass(frozen=True)
class Function:
    """A Lambda function. table: what its TABLE_NAME says; log_group: "" until it exists."""

    name: str
    runtime: str
    handler: str
    role: str
    table: str
    log_group: str
    permissions: tuple[Permission, ...]


@dataclass(frozen=True)
class Route:
    """A route of an HTTP API, or a method of a REST API's resource. function: "" if it leads to none."""

    key: str
    function: str
    payload: str


@dataclass(frozen=True)
class Stage:
    """A stage of an API. live: something was deployed to it."""

    name: str
    auto_deploy: bool
    live: bool


@dataclass(frozen=True)
class Api:
    """An HTTP API or a REST API (kind "HTTP" or "REST")."""

    kind: str
    id: str
    name: str
    routes: tuple[Route, ...]
    stages: tuple[Stage, ...]

    @property
    def live(self) -> bool:
        """Whether a request can reach it at all."""
        return any(stage.live for stage in self.stages)


@dataclass(frozen=True)
class Snapshot:
    """All of it, each kind in order of its names. log_groups: those whose function is gone."""

    tables: tuple[Table, ...] = ()
    roles: tuple[Role, ...] = ()
    functions: tuple[Function, ...] = ()
    apis: tuple[Api, ...] = ()
    log_groups: tuple[str, ...] = ()
