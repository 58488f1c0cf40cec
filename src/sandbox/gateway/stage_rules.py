"""What a stage does besides serving: it throttles, and logs. A stage that does neither has no rules.

The settings come as moto keeps them, by the names of GetStage's JSON.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import partial
from itertools import chain
from typing import Any

from sandbox.backend.apis import ApiHandle
from sandbox.functions.logs import Records
from sandbox.gateway import access_values, cloudwatch_role, execution_log
from sandbox.gateway.access_format import AccessFormat
from sandbox.gateway.events import Routed
from sandbox.gateway.notes import Notes
from sandbox.gateway.patches import pointer
from sandbox.gateway.stage_log import Writer
from sandbox.gateway.throttling import ACCOUNT_BURST, ACCOUNT_RATE, Limit, Throttle
from sandbox.messages import Reply

Json = dict[str, Any]
Values = Callable[[Routed, Reply, Notes], Mapping[str, str]]

EVERY = "*/*"
"""The method settings of all methods that have none of their own."""
NO_LOG = ("OFF", False)


class AccessLog:
    """A line of a stage's format for each request."""

    def __init__(self, writer: Writer, form: AccessFormat, values: Values) -> None:
        self._writer = writer
        self._form = form
        self._values = values

    def write(self, routed: Routed, reply: Reply, notes: Notes) -> None:
        self._writer.write(routed.now, [self._form.line(self._values(routed, reply, notes))])


class ExecutionLog:
    """What happened to each request. levels: logging level and data trace by method, or `*/*`."""

    def __init__(self, writer: Writer, levels: Mapping[str, tuple[str, bool]]) -> None:
        self._writer = writer
        self._levels = levels

    def level(self, place: str) -> tuple[str, bool]:
        return self._levels.get(place) or self._levels.get(EVERY, NO_LOG)

    def write(self, routed: Routed, method: str, reply: Reply, notes: Notes, limit: Limit | None) -> None:
        """limit: that the request was over, if the stage did not let it through."""
        level, traced = self.level(place_of(method, routed.route))
        if level == "OFF":
            return
        if limit is not None:
            notes.log = execution_log.throttled(routed, method, limit)
        if level == "ERROR":
            lines = execution_log.failed(notes, reply)
        elif limit is not None:
            lines = chain(execution_log.opening(routed), execution_log.failed(notes, reply))
        else:
            lines = execution_log.info(routed, method, notes, reply, traced)
        self._writer.write(routed.now, [f"({routed.request_id}) {line}" for line in lines])


class StageRules:
    """throttle, access, execution: None where the stage does not ask for it."""

    __slots__ = ("access", "execution", "throttle")

    def __init__(
        self, throttle: Throttle | None, access: AccessLog | None, execution: ExecutionLog | None = None
    ) -> None:
        self.throttle = throttle
        self.access = access
        self.execution = execution

    def notes(self) -> Notes | None:
        """What a request is noted in, if a log is to be written."""
        return Notes() if self.access or self.execution else None

    def admits(self, place: str) -> bool:
        """Whether a request to a route or method may pass."""
        return self.throttle is None or self.throttle.admits(place)

    def log_rest(self, routed: Routed, method: str, reply: Reply) -> None:
        """Write the logs of a request to a REST API. method: as it is deployed."""
        notes = routed.notes
        if notes is None:
            return
        if self.access is not None:
            self.access.write(routed, reply, notes)
        if self.execution is not None:
            over = self.throttle if notes.kind == "THROTTLED" else None
            limit = over.limit(place_of(method, routed.route)) if over else None
            self.execution.write(routed, method, reply, notes, limit)


def place_of(method: str, path: str) -> str:
    """A method of a REST API, as rules name it."""
    return f"{method} {path}"


def http_rules(home: ApiHandle, stage: Json, records: Records) -> StageRules | None:
    """The rules of a stage of an HTTP API, or None."""
    default = _limit(stage.get("defaultRouteSettings") or {})
    limits = {key: _limit(one) for key, one in (stage.get("routeSettings") or {}).items()}
    throttle = _throttle(default, limits)
    access = _access(home, stage, records, access_values.http_values, _always)
    return StageRules(throttle, access) if throttle or access else None


def rest_rules(home: ApiHandle, name: str, stage: Json, records: Records) -> StageRules | None:
    """The rules of a stage of a REST API, or None."""
    settings = {_method(key): one for key, one in (stage.get("methodSettings") or {}).items()}
    limits = {place: _limit(one) for place, one in settings.items()}
    throttle = _throttle(limits.pop(EVERY, Limit()), limits)
    allowed = partial(cloudwatch_role.may_write, home.account, home.region)
    access = _access(home, stage, records, access_values.rest_values, allowed)
    levels = {
        place: (one.get("loggingLevel") or "OFF", bool(one.get("dataTraceEnabled")))
        for place, one in settings.items()
    }
    execution = None
    if any(level != "OFF" for level, _ in levels.values()):
        group = f"API-Gateway-Execution-Logs_{home.api_id}/{name}"
        execution = ExecutionLog(Writer(records, home.account, home.region, group, True, allowed), levels)
    return StageRules(throttle, access, execution) if throttle or access or execution else None


def _throttle(default: Limit, limits: Mapping[str, Limit]) -> Throttle | None:
    if all(limit.is_the_accounts for limit in (default, *limits.values())):
        return None
    return Throttle(default, limits, time.monotonic)


def _limit(settings: Json) -> Limit:
    rate, burst = settings.get("throttlingRateLimit"), settings.get("throttlingBurstLimit")
    return Limit(
        ACCOUNT_RATE if rate is None else float(rate), ACCOUNT_BURST if burst is None else int(burst)
    )


def _access(
    home: ApiHandle, stage: Json, records: Records, values: Values, allowed: Callable[[str, bool, bool], bool]
) -> AccessLog | None:
    settings = stage.get("accessLogSettings") or {}
    destination, form = settings.get("destinationArn"), settings.get("format")
    if not destination or not form:
        return None
    group = destination.partition(":log-group:")[2]
    writer = Writer(records, home.account, home.region, group, False, allowed)
    return AccessLog(writer, AccessFormat(form), values)


def _always(group: str, group_there: bool, stream_there: bool) -> bool:
    """HTTP APIs write by a policy of the log group, that API Gateway sets itself."""
    return True


def _method(key: str) -> str:
    """A key of methodSettings as a place: `~1users~1{id}/GET` is `GET /users/{id}`."""
    if key == EVERY:
        return EVERY
    resource, _, verb = key.rpartition("/")
    path = pointer(resource)
    return place_of(verb, path if path.startswith("/") else f"/{path}")
