"""The settings of a running sandbox under their names, as `/_sandbox/settings` reads and sets them.

{"replication_lag": "20,150", "seed": 0, "table_state_ms": 50, …}
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from sandbox.dynamodb.capacity import Limits
from sandbox.dynamodb.options import Options
from sandbox.dynamodb.replicas import Lag, parse_lag
from sandbox.functions.options import FunctionOptions

LONGEST_STATE_MS = 60_000
LONGEST_TRANSACTION_MS = 5_000
LONGEST_RETRY_MS = 60_000
LONGEST_IDLE = 86_400
MOST_CONCURRENCY = 100_000


class BadSetting(ValueError):
    """A setting that there is not, or a value that it cannot have; the message says what there is."""


class Adjustable:
    """Reads and sets the options of DynamoDB and of Lambda by name.

    A change of seed or of limits concerns tables made afterwards.
    """

    def __init__(self, options: Options, functions: FunctionOptions) -> None:
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
            "account_concurrency": self._functions.account_concurrency,
            "event_retry_ms": round(self._functions.event_retry_seconds * 1000, 3),
        }

    def change(self, wanted: Any) -> dict[str, Any]:
        """Set some of them: all as they are then. Raises BadSetting, and nothing is changed."""
        if not isinstance(wanted, dict):
            raise BadSetting(f"Settings are a JSON object of names and values. {self._known()}")
        checked = [self._checked(str(name), value) for name, value in wanted.items()]
        for put in checked:
            put()
        return self.read()

    def reset(self) -> None:
        """As they were at the start."""
        self.change(self._first)

    def _known(self) -> str:
        return f"There are: {', '.join(self.read())}."

    def _checked(self, name: str, value: Any) -> Callable[[], None]:
        """What sets one of them. Raises BadSetting."""
        options, functions = self._options, self._functions
        if name == "replication_lag":
            return partial(setattr, options.replication, "lag", _lag(value))
        if name == "seed":
            return partial(setattr, options.replication, "seed", _whole(name, value))
        if name == "account_concurrency":
            _number(name, value, 0, MOST_CONCURRENCY, f"a whole number from 1 to {MOST_CONCURRENCY}")
            return partial(setattr, functions, "account_concurrency", _whole(name, value))
        if name == "event_retry_ms":
            return partial(setattr, functions, "event_retry_seconds", _seconds(name, value, LONGEST_RETRY_MS))
        if name in _DURATIONS:
            member, longest = _DURATIONS[name]
            return partial(setattr, options, member, _seconds(name, value, longest))
        if name == "function_state_ms":
            return partial(setattr, functions, "state_seconds", _seconds(name, value, LONGEST_STATE_MS))
        if name == "environment_idle_seconds":
            idle = _number(name, value, 0, LONGEST_IDLE, f"seconds above 0, up to {LONGEST_IDLE}")
            return partial(setattr, functions, "idle_seconds", idle)
        if name in _LIMITS:
            limit = _number(name, value, 0, math.inf, "a number of units or seconds above 0")
            return lambda: setattr(options, "limits", _LIMITS[name][1](options.limits, limit))
        raise BadSetting(f"There is no setting '{name}'. {self._known()}")


def _lag(value: Any) -> Lag:
    try:
        return parse_lag(str(value))
    except ValueError as error:
        raise BadSetting(f"replication_lag: {error}") from error


def _whole(name: str, value: Any) -> int:
    if type(value) is not int:
        raise BadSetting(f"{name} is {value!r}; expected a whole number.")
    return value


def _seconds(name: str, value: Any, longest: int) -> float:
    """A duration, which settings give in milliseconds."""
    if type(value) in (int, float) and value == 0:
        return 0.0
    return _number(name, value, 0, longest, f"milliseconds from 0 to {longest}") / 1000


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
