"""A sandbox that records no trace of requests whose trace id says so: for `benchmarks.trace`."""

from __future__ import annotations

import sys
from typing import Any

from sandbox import aws_api, house
from sandbox.house import House
from sandbox.iam.judge import Judgement, told
from sandbox.serving import run
from sandbox.settings import Settings
from sandbox.trace import Hop, Trace, Tracer, current

SILENT = "1-00000000-"
"""So the root of such a request begins."""


class NoHop(Hop):
    """Notes nothing, and takes no time."""

    __slots__ = ()

    def __init__(self) -> None:
        self.error = None

    def note(self, **facts: Any) -> None: ...

    def done(self) -> None: ...

    def __exit__(self, *raised: object) -> None: ...


class NoTrace(Trace):
    """Keeps nothing but its root, which the SDKs of a handler pass on."""

    __slots__ = ()
    _HOP = NoHop()

    def __init__(self, root: str) -> None:
        self.root = root
        self.hops = []

    def hop(self, name: str, **facts: Any) -> Hop:
        return self._HOP


class ChoosyTracer(Tracer):
    """Traces all but silent requests."""

    def open(self, kind: str, title: str, root: str = "") -> Trace:
        return NoTrace(root) if root.startswith(SILENT) else super().open(kind, title, root)


def _told(judgement: Judgement) -> dict[str, Any]:
    """What IAM decided is put into words for the trace only."""
    return {} if isinstance(current.get(), NoTrace) else told(judgement)


def main() -> None:
    """Serve on a free port until standard input ends; print the URL first."""
    patched: dict[Any, dict[str, Any]] = {
        house: {"Tracer": ChoosyTracer},
        aws_api: {"told": _told},
    }
    for module, names in patched.items():
        for name, instead in names.items():
            if not hasattr(module, name):
                raise RuntimeError(f"{module.__name__} has no {name} any more: nothing would be measured")
            setattr(module, name, instead)
    run(Settings(port=0), _announce, sys.stdin.fileno())


def _announce(ready: House) -> None:
    print(ready.settings.url, flush=True)


if __name__ == "__main__":
    main()
