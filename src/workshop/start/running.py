"""Starts services together, says what happens, and ends them together."""

from __future__ import annotations

import signal
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from queue import SimpleQueue

from workshop.start.children import Child
from workshop.start.services import Service

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
READY_WITHIN_SECONDS = 120.0
PROBE_EVERY_SECONDS = 0.05
OURS = 3
"""Exit code: the workshop's own fault."""

Say = Callable[[str], object]


@dataclass(frozen=True)
class Event:
    """Something that happened: `ready`, `late` and `ended` of a child, or `stop` by a signal."""

    what: str
    child: Child | None = None
    code: int = 0


def run(services: Sequence[Service], logs: Path, say: Say, when_ready: Callable[[], object]) -> int:
    """Runs the services until a signal or until one of them ends; returns the exit code.

    `when_ready` is called once, when all of them answer. 0 after SIGINT, SIGTERM or SIGHUP.
    """
    events: SimpleQueue[Event] = SimpleQueue()
    with _signals_as_events(events):
        children: list[Child] = []
        try:
            for service in services:
                children.append(Child(service, logs / f"{service.key}.log"))
                _watch(children[-1], events)
            return _attend(children, events, say, when_ready)
        finally:
            _end(children)


def _attend(
    children: Sequence[Child], events: SimpleQueue[Event], say: Say, when_ready: Callable[[], object]
) -> int:
    started = time.monotonic()
    waiting = len(children)
    while True:
        event = events.get()
        if event.what == "stop" or event.child is None:
            say("\nEnding …")
            return 0
        if event.what != "ready":
            _say_what_went_wrong(event.child, event, say)
            return OURS
        waiting -= 1
        say(f"  {event.child.service.title} is ready after {time.monotonic() - started:.1f} s")
        if waiting == 0:
            when_ready()


def _say_what_went_wrong(child: Child, event: Event, say: Say) -> None:
    title = child.service.title
    if event.what == "late":
        say(f"\n{title} does not answer at {child.service.probe} after {READY_WITHIN_SECONDS:.0f} s.")
    else:
        say(f"\n{title} has ended by itself, with exit code {event.code}.")
    lines = child.last_lines()
    say(f"Its last lines, of {child.log}:" if lines else f"It wrote nothing to {child.log}.")
    for line in lines:
        say(f"    {line}")
    say("Everything else is ended too. Do next: workshop preflight")


def _watch(child: Child, events: SimpleQueue[Event]) -> None:
    for target in (_report_ready, _report_end):
        threading.Thread(target=target, args=(child, events), daemon=True).start()


def _report_ready(child: Child, events: SimpleQueue[Event]) -> None:
    deadline = time.monotonic() + READY_WITHIN_SECONDS
    while not child.has_ended():
        if answers(child.service.probe):
            events.put(Event("ready", child))
            return
        if time.monotonic() > deadline:
            events.put(Event("late", child))
            return
        time.sleep(PROBE_EVERY_SECONDS)


def _report_end(child: Child, events: SimpleQueue[Event]) -> None:
    code = child.wait()
    events.put(Event("ended", child, code))


def answers(url: str, timeout: float = 2.0) -> bool:
    """Whether a GET of `url` is answered with success, past any proxy. This is a read-only operation."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=timeout) as answer:
            return bool(answer.status == 200)
    except (OSError, HTTPException):
        return False


@contextmanager
def _signals_as_events(events: SimpleQueue[Event]) -> Iterator[None]:
    # SimpleQueue.put may be called in a signal handler, unlike Queue.put.
    def put(number: int, frame: object) -> None:
        events.put(Event("stop", code=number))

    before = {number: signal.signal(number, put) for number in STOPPING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _end(children: Sequence[Child]) -> None:
    """Ends all children together and waits for them. Further signals are heard, not acted upon."""
    for child in children:
        child.ask_to_end()
    for child in children:
        child.wait()
