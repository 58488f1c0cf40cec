"""The history of all logs: written to moto's streams, kept by the store, and read again at the start.

Streams are documents of their own, for there are many of them, and each is made once. Reading events takes
a while where there are many, so it goes on beside the first requests; only calls to CloudWatch Logs wait.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice

from sandbox.backend import log_streams
from sandbox.backend.log_streams import MOST_EVENTS, Event
from sandbox.backend.moto_backend import MotoBackend
from sandbox.store import LogRow, StateStore

log = logging.getLogger(__name__)

ROOM = "log-streams"
"""Under which streams are kept: by `[account, region, group, stream]`, when they were made."""
AT_ONCE = 1000
"""Events that are read before other requests have their turn: 2 ms."""
_REWRITE_AT = 3 * MOST_EVENTS
"""Events of one stream on disk after which those that are gone from memory go there too."""


class LogHistory:
    """Takes what is logged, and remembers it beyond the sandbox's end.

    loaded: set once all that was kept has been read.
    """

    def __init__(self, backend: MotoBackend, store: StateStore) -> None:
        self._backend = backend
        self._store = store
        self._on_disk: Counter[tuple[str, str, str, str]] = Counter()
        self.loaded = asyncio.Event()
        self.loaded.set()
        self._loading: asyncio.Task[None] | None = None

    def write(self, account: str, region: str, group: str, stream: str, events: Sequence[Event]) -> None:
        """Append events to a stream as a service does, without CloudWatch Logs' API."""
        written = log_streams.write_events(account, region, group, stream, events)
        if written.made_group:
            self._backend.note("logs", account, region)
        if written.made:
            self.made(account, region, group, stream)
        for name in written.dropped:
            self.drop(account, region, group, name)
        self.put(account, region, group, stream, events, written.ingested)

    def made(self, account: str, region: str, group: str, stream: str) -> None:
        """Keep a stream that was made."""
        key = (account, region, group, stream)
        self._on_disk[key] = 0
        self._store.save(ROOM, json.dumps(key), str(log_streams.created_at(*key)).encode())

    def put(
        self, account: str, region: str, group: str, stream: str, events: Sequence[Event], ingested: int
    ) -> None:
        """Keep events that are in a stream already. ingested: epoch milliseconds."""
        key = (account, region, group, stream)
        self._on_disk[key] += len(events)
        if self._on_disk[key] > _REWRITE_AT:
            self._store.drop_logs(*key)
            left = log_streams.events_of(*key)
            self._on_disk[key] = len(left)
            self._store.append_logs(left)
            return
        self._store.append_logs(LogRow(*key, timestamp, ingested, text) for timestamp, text in events)

    def drop(self, account: str, region: str, group: str, stream: str = "") -> None:
        """Forget the streams of a group, or one of them, with their events."""
        self._store.drop_logs(account, region, group, stream)
        for key in [key for key in self._on_disk if key[:3] == (account, region, group)]:
            if stream in ("", key[3]):
                del self._on_disk[key]
                self._store.forget(ROOM, json.dumps(key))

    def restore(self) -> None:
        """Begin to read what was kept, before the first request; what is written from now on is not read."""
        for name, created in self._store.documents(ROOM):
            account, region, group, stream = json.loads(name)
            if log_streams.restore_stream(account, region, group, stream, int(created)):
                self._on_disk[account, region, group, stream] = 0
            else:
                self._store.forget(ROOM, name)
        rows = self._store.logs()
        first = list(islice(rows, AT_ONCE))
        if first:
            self.loaded.clear()
            self._loading = asyncio.create_task(self._load(first, rows))

    def reset(self) -> None:
        """Forget everything."""
        if self._loading is not None:
            self._loading.cancel()
        self.loaded.set()
        self._on_disk.clear()

    async def _load(self, batch: list[LogRow], rows: Iterator[LogRow]) -> None:
        try:
            while batch:
                log_streams.restore_events(batch)
                self._on_disk.update(row[:4] for row in batch)
                batch = await asyncio.to_thread(lambda: list(islice(rows, AT_ONCE)))
        except Exception:
            log.exception("The log history could not be read to its end; what came before it is there")
        finally:
            self.loaded.set()
