"""The stack that is broken and mended: where its parts are, and clients to change them with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from workshop.checking.find import CONVENTIONS, stack_of
from workshop.deploy.guard import refuse_stranger
from workshop.deploy.stack import state
from workshop.doctor.address import parse, reached_from
from workshop.doctor.apis import Api, find_api
from workshop.doctor.aws import Aws
from workshop.errors import Problem
from workshop.incidents.incident import HTTP, REST
from workshop.target import Target


@dataclass
class Stack:
    """A stack with all that lab 4 builds. names: by the names of its outputs. id: "" for one built by hand.

    clone: where the workshop's own answers are, of which releases are made.
    """

    target: Target
    prefix: str
    names: Mapping[str, str]
    id: str
    clone: Path
    _clients: dict[str, Any] = field(default_factory=dict, repr=False)

    def client(self, service: str) -> Any:
        """A client of a service; the same one each time."""
        if service not in self._clients:
            self._clients[service] = self.target.session().client(service)
        return self._clients[service]

    @property
    def table(self) -> str:
        return self.names["UsersTableName"]

    @property
    def role(self) -> str:
        """The role's name."""
        return self.names["UsersRoleArn"].rpartition("/")[2]

    @property
    def function(self) -> str:
        return self.names["UsersFunctionName"]

    @cached_property
    def table_arn(self) -> str:
        told = self.client("dynamodb").describe_table(TableName=self.table)["Table"]
        return str(told["TableArn"])

    def url(self, kind: str, path: str = "") -> str:
        """Where an API answers on this target, whatever host its URL names: no request goes elsewhere."""
        address = parse(f"{self.names[kind].rstrip('/')}{path}")
        return reached_from(address, self.target.url, self.target.region).send_to

    def api_id(self, kind: str) -> str:
        return parse(self.names[kind]).api_id

    @property
    def http_id(self) -> str:
        return self.api_id(HTTP)

    @property
    def rest_id(self) -> str:
        return self.api_id(REST)

    @property
    def rest_stage(self) -> str:
        """The stage in the REST API's URL."""
        return parse(self.names[REST]).path.strip("/").partition("/")[0]

    def api(self, kind: str) -> Api:
        """An API as it is configured now. Raises Problem where it is gone."""
        found = find_api(Aws(self.client), self.api_id(kind))
        if found is None:
            raise _missing(self.prefix, CONVENTIONS[kind].kind, f"no API {self.api_id(kind)}")
        return found


def locate(target: Target, prefix: str, clone: Path) -> Stack:
    """The learner's stack: what its outputs name, else what has the names agreed upon.

    Raises Problem where a part is missing. This is a read-only operation.
    """
    client = target.session().client
    refuse_stranger(target, prefix, state(client("cloudformation"), prefix))
    found = stack_of(client, prefix)
    outputs = found.outputs if found else {}
    names = {}
    for output, convention in CONVENTIONS.items():
        named = f"{prefix}-{convention.suffix}"
        name = outputs.get(output) or convention.look(client, target, named)
        if name is None:
            how = f"no output {output}" if found else f"no stack {prefix}"
            raise _missing(prefix, convention.kind, f"{how}, and no {convention.kind} named {named}")
        names[output] = name
    return Stack(target, prefix, names, _id(client, prefix) if found else "", clone)


def _id(client: Any, prefix: str) -> str:
    (stack,) = client("cloudformation").describe_stacks(StackName=prefix)["Stacks"]
    return str(stack["StackId"])


def _missing(prefix: str, kind: str, found: str) -> Problem:
    return Problem(
        f"the stack {prefix}",
        found,
        f"what lab 4 builds, with a {kind}: table, role, function, HTTP API and REST API",
        "workshop deploy 4, then: workshop check 4",
    )
