"""The boxes of a scene, column by column. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from workshop.picture.scene import CLIENT, FUNCTION, ROLE, Box, Column, Line, id_of
from workshop.picture.snapshot import Api, Function, Role, Snapshot

RUNTIMES = {"python": f"{FUNCTION}, Python", "nodejs": f"{FUNCTION}, Node.js"}
WRAP = 24
"""Characters in a line of listed actions."""
MOST_ROUTES = 7
"""An API with more routes shows all but its last ones."""


def boxes_of(snapshot: Snapshot, plan: Sequence[str]) -> tuple[Box, ...]:
    """All boxes; what is in the plan and missing is among them, with `exists` false."""
    boxes = [
        Box(CLIENT, "client", "client"),
        *_gateway_column(snapshot, plan),
        *_lambda_column(snapshot, plan),
        *_data_column(snapshot, plan),
    ]
    return tuple(_note_roles(boxes, snapshot))


def _gateway_column(snapshot: Snapshot, plan: Sequence[str]) -> Iterator[Box]:
    for kind in ("HTTP", "REST"):
        of_kind = [api for api in snapshot.apis if api.kind == kind]
        yield from map(_api_box, of_kind)
        if not of_kind and kind in plan:
            yield _missing("gateway", f"{kind} API", kind)


def _api_box(api: Api) -> Box:
    routes = [Line(route.key, code=True, warn=not route.function) for route in api.routes]
    if len(routes) > MOST_ROUTES:
        shown = MOST_ROUTES - 1
        routes = [*routes[:shown], Line(f"and {len(routes) - shown} more")]
    stages: list[Line] = []
    for stage in api.stages:
        stages.append(Line(f"stage {stage.name}: {'live' if stage.live else 'empty'}", warn=not stage.live))
        stages += [Line("deploys by itself")] if stage.auto_deploy else []
    nothing_live = [] if api.live else [Line("nothing deployed yet", warn=True)]
    return Box(id_of(api), "gateway", f"{api.kind} API", api.name, (*routes, *stages, *nothing_live))


def _lambda_column(snapshot: Snapshot, plan: Sequence[str]) -> list[Box]:
    """The first function of each runtime with the role between them, so that no arrows cross."""
    firsts: list[Box] = []
    rest = list(snapshot.functions)
    for runtime, kind in RUNTIMES.items():
        first = next((f for f in rest if f.runtime.startswith(runtime)), None)
        if first is not None:
            rest.remove(first)
            firsts.append(_function_box(first))
        elif runtime in plan:
            firsts.append(_missing("lambda", kind, runtime))
    roles = [_role_box(role) for role in snapshot.roles]
    if not roles and "role" in plan:
        roles = [_missing("lambda", ROLE, "role")]
    left = [Box(f"LogGroup {name}", "lambda", "log group", name) for name in snapshot.log_groups]
    return [*firsts[:1], *roles, *firsts[1:], *map(_function_box, rest), *left]


def _function_box(function: Function) -> Box:
    kind = next((k for r, k in RUNTIMES.items() if function.runtime.startswith(r)), FUNCTION)
    lines = [Line(function.runtime), Line(function.handler, code=True)]
    if function.log_group:
        lines.append(Line("has written logs"))
    return Box(id_of(function), "lambda", kind, function.name, tuple(lines))


def _role_box(role: Role) -> Box:
    trusts = [Line(f"trusts {p}", warn=p != "lambda.amazonaws.com") for p in role.trusts]
    actions: dict[str, list[str]] = {}
    for action, resource in role.allows:
        actions.setdefault(resource, []).append(action.removeprefix("dynamodb:"))
    allows: list[Line] = []
    for resource, names in actions.items():
        allows += [Line(text) for text in _wrapped(names)]
        if resource:
            allows.append(Line(f"on {resource.split(':', 5)[-1]}", code=True, warn=resource == "*"))
    return Box(id_of(role), "lambda", ROLE, role.name, (*trusts, *(allows or [Line("allows nothing yet")])))


def _wrapped(names: Iterable[str]) -> list[str]:
    lines = [""]
    for name in names:
        if lines[-1] and len(lines[-1]) + 2 + len(name) > WRAP:
            lines[-1] += ","
            lines.append("")
        lines[-1] += f", {name}" if lines[-1] else name
    return lines


def _data_column(snapshot: Snapshot, plan: Sequence[str]) -> Iterator[Box]:
    for table in snapshot.tables:
        lines = [
            *(Line(f"{kind} {key}") for kind, key in zip(("key", "sort key"), table.keys, strict=False)),
            Line("on-demand" if table.on_demand else "provisioned"),
            Line(table.status, warn=table.status != "ACTIVE"),
        ]
        yield Box(id_of(table), "data", "table", table.name, tuple(lines))
    if not snapshot.tables and "table" in plan:
        yield _missing("data", "table", "table")


def _missing(column: Column, kind: str, key: str) -> Box:
    return Box(f"missing {key}", column, kind, exists=False)


def _note_roles(boxes: list[Box], snapshot: Snapshot) -> Iterator[Box]:
    """A function's role is an arrow where they are neighbours, else a line."""
    roles = {id_of(function): function.role for function in snapshot.functions}
    for box in boxes:
        role = roles.get(box.id)
        if role is None or f"Role {role}" in _neighbours(boxes, box):
            yield box
        else:
            yield replace(box, lines=(*box.lines, Line(f"runs as {role}")))


def _neighbours(boxes: list[Box], box: Box) -> list[str]:
    column = [other.id for other in boxes if other.column == box.column]
    at = column.index(box.id)
    return column[max(at - 1, 0) : at] + column[at + 1 : at + 2]
