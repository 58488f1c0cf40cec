"""What AWS would bill: units by account and resource, counted where they are used up.

    usage.invoked(account, region, "users", billed_ms=12, memory_mb=128)
    usage.report()     # what GET /_sandbox/usage answers

Counting costs a microsecond. Prices are not the sandbox's business.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Protocol

from sandbox.store import StateStore

ROOM = "usage"
"""Under which the counts are kept."""
_SECONDS = 1.0
_IDLE_SECONDS = 60.0

Report = dict[str, list[dict[str, Any]]]
"""The counts of one account: lists of resources under `tables`, `functions`, `apis`, `log_groups`."""

METERED_BYTES = 512 * 1024
"""An HTTP API meters a request in steps of this size (*Amazon API Gateway pricing*)."""
EVENT_OVERHEAD = 26
"""Bytes that a log event counts beside its message (CloudWatch Logs API, *PutLogEvents*)."""

_Key = tuple[str, str, str]


class Source(Protocol):
    """A service that counts for itself."""

    def report(self) -> dict[str, list[dict[str, Any]]]:
        """The counts of its resources by account."""

    def clear(self) -> None:
        """Begin anew."""

    def counted(self) -> float:
        """Another one whenever anything was counted, but for time."""

    def state(self) -> Any:
        """The counts, for `restore`; plain data."""

    def restore(self, state: Any) -> None:
        """Go on from counts that were kept, before anything is counted."""


class Usage:
    """The counts of all accounts since the sandbox was started or reset."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept_at = -_IDLE_SECONDS
        self._kept: tuple[float, ...] = ()
        self._functions: dict[_Key, list[float]] = {}
        self._apis: dict[tuple[str, str, str, str], list[int]] = {}
        self._groups: dict[_Key, int] = {}
        self._sources: dict[str, Source] = {}
        self._since = time.time()

    @property
    def since(self) -> float:
        """When the state began that the sandbox has: seconds of the epoch."""
        return self._since

    def invoked(self, account: str, region: str, function: str, billed_ms: int, memory_mb: int) -> None:
        """Count an invocation of a function, whatever its end."""
        counts = self._functions.setdefault((account, region, function), [0, 0, 0.0])
        counts[0] += 1
        counts[1] += billed_ms
        counts[2] += billed_ms * memory_mb

    def called(self, account: str, region: str, api: str, kind: str, sent: int, answered: int) -> None:
        """Count a request to an API. kind: `HTTP` or `REST`. sent, answered: bytes of the bodies."""
        counts = self._apis.setdefault((account, region, api, kind), [0, 0, 0])
        counts[0] += 1
        counts[1] += (-(-max(sent, answered) // METERED_BYTES) or 1) if kind == "HTTP" else 1
        counts[2] += answered

    def logged(self, account: str, region: str, group: str, messages: list[str]) -> None:
        """Count log events that a log group took."""
        size = sum(len(message.encode()) for message in messages) + EVENT_OVERHEAD * len(messages)
        key = account, region, group
        self._groups[key] = self._groups.get(key, 0) + size

    def add(self, kind: str, source: Source) -> None:
        """Let a service report the counts of its resources itself, under `kind`."""
        self._sources[kind] = source

    def clear(self) -> None:
        """Begin anew."""
        self._functions.clear()
        self._apis.clear()
        self._groups.clear()
        for source in self._sources.values():
            source.clear()
        self._since = time.time()
        self.is_due()

    def keep(self, store: StateStore) -> None:
        """Keep the counts: once a second where there were any, once a minute as time is counted too."""
        now, counted = self._clock(), self._counted()
        if now - self._kept_at < (_SECONDS if counted != self._kept else _IDLE_SECONDS):
            return
        self._kept_at, self._kept = now, counted
        counts = {
            "functions": self._functions,
            "apis": self._apis,
            "groups": self._groups,
            "since": self._since,
            "sources": {kind: source.state() for kind, source in self._sources.items()},
        }
        store.keep(ROOM, "counts", counts)

    def is_due(self) -> None:
        """Let `keep` keep the counts whenever it was last done: the sandbox ends."""
        self._kept_at = -_IDLE_SECONDS

    def _counted(self) -> tuple[float, ...]:
        """Another one whenever anything was counted, but for time."""
        own = (sum(map(sum, self._functions.values())), sum(map(sum, self._apis.values())))
        return (*own, sum(self._groups.values()), *(source.counted() for source in self._sources.values()))

    def restore(self, store: StateStore) -> None:
        """Go on from the counts that were kept."""
        for _, counts in store.kept(ROOM):
            self._functions, self._apis = counts["functions"], counts["apis"]
            self._groups, self._since = counts["groups"], counts["since"]
            for kind, state in counts["sources"].items():
                self._sources[kind].restore(state)

    def report(self) -> dict[str, Any]:
        """All counts by account. since: seconds of the epoch; seconds: that have passed since then."""
        accounts: dict[str, Report] = {}

        def add(kind: str, account: str, resource: dict[str, Any]) -> None:
            empty: Report = {"tables": [], "functions": [], "apis": [], "log_groups": []}
            accounts.setdefault(account, empty).setdefault(kind, []).append(resource)

        for (account, region, name), (requests, billed, product) in self._functions.items():
            gb_seconds = product / 1024 / 1000
            counts = {"requests": requests, "billed_ms": billed, "gb_seconds": gb_seconds}
            add("functions", account, {"function": name, "region": region, **counts})
        for (account, region, api, kind), (requests, metered, answered) in self._apis.items():
            facts = {"requests": requests, "metered_requests": metered, "bytes_out": answered}
            add("apis", account, {"api": api, "kind": kind, "region": region, **facts})
        for (account, region, group), size in self._groups.items():
            add("log_groups", account, {"log_group": group, "region": region, "bytes_ingested": size})
        for kind, source in self._sources.items():
            for account, resources in source.report().items():
                for resource in resources:
                    add(kind, account, resource)
        return {"since": self._since, "seconds": time.time() - self._since, "accounts": accounts}
