"""The arrows of a scene: who reaches whom, and by what right. Pure functions."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Literal

from workshop.picture.scene import CLIENT, ROLE, Arrow, Scene, id_of
from workshop.picture.snapshot import Api, Function, Snapshot

GATEWAY = "apigateway.amazonaws.com"


def arrows_of(scene: Scene, snapshot: Snapshot) -> Iterator[Arrow]:
    for api in snapshot.apis:
        yield Arrow(CLIENT, id_of(api), "open" if api.live else "shut")
    yield from _invocations(snapshot)
    yield from _planned(scene)
    yield from _around_the_role(scene, snapshot)
    tables = {table.name: table for table in snapshot.tables}
    for function in snapshot.functions:
        if function.table in tables:
            yield Arrow(id_of(function), id_of(tables[function.table]), "open", "TABLE_NAME")


def _invocations(snapshot: Snapshot) -> Iterator[Arrow]:
    functions = {function.name: function for function in snapshot.functions}
    for api in snapshot.apis:
        payloads = {route.function: route.payload for route in api.routes}
        for name, payload in payloads.items():
            if name not in functions:
                continue
            note = f"event {payload}" if payload else ""
            if may_invoke(api, functions[name]):
                yield Arrow(id_of(api), id_of(functions[name]), "open", "may invoke", note)
            else:
                yield Arrow(id_of(api), id_of(functions[name]), "shut", "no permission", note)


def _planned(scene: Scene) -> Iterator[Arrow]:
    """The path as it is meant, where one end of it or the link is still missing."""
    planned = {box.id for box in scene.boxes if not box.exists}
    gateways, functions = scene.column("gateway"), scene.functions
    yield from (Arrow(CLIENT, box.id, "planned") for box in gateways if box.id in planned)
    for gateway, function in zip(gateways, functions, strict=False):
        if {gateway.id, function.id} & planned:
            yield Arrow(gateway.id, function.id, "planned")
    table = scene.column("data")[:1]
    for function in functions:
        yield from (Arrow(function.id, t.id, "planned") for t in table if {function.id, t.id} & planned)


def _around_the_role(scene: Scene, snapshot: Snapshot) -> Iterator[Arrow]:
    column, functions = scene.column("lambda"), scene.functions
    of = {id_of(function): f"Role {function.role}" for function in snapshot.functions}
    for one, other in pairwise(column):
        for function, role in ((one, other), (other, one)):
            if role.kind != ROLE or function not in functions:
                continue
            if of.get(function.id) == role.id:
                yield Arrow(function.id, role.id, "open", "runs as")
            elif not (function.exists and role.exists):
                yield Arrow(function.id, role.id, "planned")
    for role_ in snapshot.roles:
        for table in snapshot.tables:
            allows = any(
                _reaches(resource, table.name)
                for action, resource in role_.allows
                if action.partition(":")[0] in ("dynamodb", "*")
            )
            state: Literal["open", "shut"] = "open" if allows else "shut"
            yield Arrow(id_of(role_), id_of(table), state, "allows" if allows else "allows nothing")
    if not snapshot.roles or not snapshot.tables:
        ends = [box for box in column if box.kind == ROLE][:1] + scene.column("data")[:1]
        if len(ends) == 2:
            yield Arrow(ends[0].id, ends[1].id, "planned")


def _reaches(resource: str, table: str) -> bool:
    return resource == "*" or resource.endswith((f":table/{table}", ":table/*"))


def may_invoke(api: Api, function: Function) -> bool:
    """Whether the function's resource policy lets this API invoke it, by the API's id alone.

    Which methods and stages the statement names is not looked at.
    """
    for permission in function.permissions:
        parts = permission.source_arn.split(":", 5)
        of = parts[5].split("/")[0] if len(parts) == 6 else "*"
        if permission.principal in (GATEWAY, "*") and of in (api.id, "*"):
            return True
    return False
