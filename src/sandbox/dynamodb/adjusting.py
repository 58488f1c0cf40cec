"""The settings of a running sandbox under their names, as `/_sandbox/settings` reads and sets them.

{"replication_lag": "20,150", "seed": 0, "table_state_ms": 50, …}
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Protocol

from sandbox.dynamodb.capacity import Limits
from sandbox.dynamodb.options import Options
from sandbox.dynamodb.replicas import parse_lag

LONGEST_STATE_MS = 60_000
LONGEST_TRANSACTION_MS = 5_000
LONGEST_IDLE = 86_400


class BadSetting(ValueError):
    """A setting that there is not, or a value that it cannot have; the message says what there is."""


class Functions(Protocol):
    """What can be set of functions: `sandbox.functions.options`."""

    state_seconds: float
    idle_seconds: float


class Adjustable:
    """Reads and sets `options`, of DynamoDB, and those of functions by name.

    A change of seed or of limits concerns tables made afterwards.
    """

    def __init__(self, options: Options, functions: Functions) -> None:
        self._options = options
        self._functions = functions
        self._first = self.read()

    def read(self) -> dict[str, Any]:
        """All settings by name, as JSON has them."""
        options = self._options
        return {
            "replication_lag": str(options.replication.lag),
            "seed": options.replication.seed,
            "table_state_ms": round(options.table_state_seconds * 1000, 3),
            "transaction_ms": round(options.transaction_seconds * 1000, 3),
            "function_state_ms": round(self._functions.state_seconds * 1000, 3),
            "environment_idle_seconds": self._functions.idle_seconds,
            **{name: read(options.limits) for name, (read, _) in _LIMITS.items()},
        }

    def change(self, wanted: Any) -> dict[str, Any]:
        """Set some of them: all as they are then. Raises BadSetting, and nothing is changed."""
        if not isinstance(wanted, dict):
            raise BadSetting(f"Settings are a JSON object of names and values. {self._known()}")
        checked = [self._checked(str(name), value) for name, value in wanted.items()]
        for put in checked:
            put(self._options)
        return self.read()

    def reset(self) -> None:
        """As they were at the start."""
        self.change(self._first)

    def _known(self) -> str:
        return f"There are: {', '.join(self.read())}."

    def _checked(self, name: str, value: Any) -> Callable[[Options], None]:
        """What sets one of them. Raises BadSetting."""
        if name == "replication_lag":
            return _set_lag(value)
        if name == "seed":
            return _set_seed(value)
        if name in _DURATIONS:
            member, longest = _DURATIONS[name]
            seconds = _duration(name, value, longest)
            return lambda options: setattr(options, member, seconds)
        if name == "function_state_ms":
            seconds = _duration(name, value, LONGEST_STATE_MS)
            return lambda options: setattr(self._functions, "state_seconds", seconds)
        if name == "environment_idle_seconds":
            idle = _number(name, value, 0, LONGEST_IDLE, f"seconds above 0, up to {LONGEST_IDLE}")
            return lambda options: setattr(self._functions, "idle_seconds", idle)
        if name in _LIMITS:
            limit = _number(name, value, 0, math.inf, "a number of units or seconds above 0")
            return lambda options: setattr(options, "limits", _LIMITS[name][1](options.limits, limit))
        raise BadSetting(f"There is no setting '{name}'. {self._known()}")


def _set_lag(value: Any) -> Callable[[Options], None]:
    try:
        lag = parse_lag(str(value))
    except ValueError as error:
        raise BadSetting(f"replication_lag: {error}") from error
    return lambda options: setattr(options.replication, "lag", lag)


def _set_seed(value: Any) -> Callable[[Options], None]:
    if type(value) is not int:
        raise BadSetting(f"seed is {value!r}; expected a whole number.")
    return lambda options: setattr(options.replication, "seed", value)


def _duration(name: str, value: Any, longest: int) -> float:
    """Seconds."""
    if value != 0:
        _number(name, value, 0, longest, f"milliseconds from 0 to {longest}")
    return float(value) / 1000


def _number(name: str, value: Any, above: float, most: float, expected: str) -> float:
    if type(value) not in (int, float) or not above < value <= most or value == math.inf:
        raise BadSetting(f"{name} is {value!r}; expected {expected}.")
    return float(value)


_DURATIONS = {
    "table_state_ms": ("table_state_seconds", LONGEST_STATE_MS),
    "transaction_ms": ("transaction_seconds", LONGEST_TRANSACTION_MS),
}
"""By name: the member of `Options`, and the most milliseconds."""

_LIMITS: dict[str, tuple[Callable[[Limits], float], Callable[[Limits, float], Limits]]] = {
    "burst_seconds": (lambda now: now.burst_seconds, lambda now, value: replace(now, burst_seconds=value)),
    "on_demand_peak_read": (
        lambda now: now.first_peak.read,
        lambda now, value: replace(now, first_peak=replace(now.first_peak, read=int(value))),
    ),
    "on_demand_peak_write": (
        lambda now: now.first_peak.write,
        lambda now, value: replace(now, first_peak=replace(now.first_peak, write=int(value))),
    ),
    "on_demand_most_read": (
        lambda now: now.table.read,
        lambda now, value: replace(now, table=replace(now.table, read=int(value))),
    ),
    "on_demand_most_write": (
        lambda now: now.table.write,
        lambda now, value: replace(now, table=replace(now.table, write=int(value))),
    ),
}
"""By name: how a limit is read, and how it is replaced (`capacity.Limits`)."""
