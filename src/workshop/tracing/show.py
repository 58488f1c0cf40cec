"""The way of a request, asked of the sandbox that the workshop runs on."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sandbox import explain_view
from workshop.clone import clone_folder
from workshop.errors import NotRunning
from workshop.explaining import sandbox_only
from workshop.target import Target, choose
from workshop.tracing import tree
from workshop.tracing.choose import LAST
from workshop.tracing.choose import choose as choose_trace
from workshop.tracing.spans import Way, way
from workshop.tracing.waterfall import Waterfall


def traced(where: Target, wanted: str = LAST) -> Way:
    """The way of a request. Raises NotRunning; Problem where there is none. This is a read-only operation."""
    try:
        traces = explain_view.traces(sandbox_only(where).url)
    except explain_view.NoSandbox as error:
        raise NotRunning(f"{where.url}/_sandbox/traces", str(error)) from error
    return way(choose_trace(traces, wanted, where.url, where.account))


def show(
    target: str | None,
    wanted: str,
    as_json: bool,
    write: Callable[[str], Any],
    width: int = 0,
    clone: Path | None = None,
) -> None:
    """Write the way of a request. Raises NotRunning; Problem where there is none."""
    found = traced(choose(target, clone=clone), wanted)
    write(json.dumps(found.as_dict(), indent=2) if as_json else tree.text(found, width))


def trace(wanted: str = LAST, target: Target | None = None) -> Waterfall:
    """The way of a request as a picture for a notebook: `trace()` shows the last one.

    wanted: an id, as an answer's header or a log line has it. Raises NotRunning; Problem where there is none.
    """
    return Waterfall(traced(target or choose(None, clone=clone_folder()), wanted))
