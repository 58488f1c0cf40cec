"""The table."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from benchmarks.arms import Arm

Row = tuple[str, ...]


def percentile(times: Sequence[float], share: float) -> float:
    """The value below which `share` (0 to 1) of the times lie.

    >>> percentile([3.0, 1.0, 2.0], 0.5)
    2.0
    """
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def row(arm: Arm) -> Row:
    """One row: milliseconds a call, and calls a second over the chunks' wall time."""
    p50, p99 = percentile(arm.times, 0.5) * 1000, percentile(arm.times, 0.99) * 1000
    least = min(arm.times) * 1000
    rate = len(arm.times) / arm.wall if arm.wall else 0.0
    return (
        arm.name,
        arm.server,
        str(len(arm.times)),
        f"{least:.2f}",
        f"{p50:.2f}",
        f"{p99:.2f}",
        f"{rate:.0f}",
    )


def show(title: str, arms: Sequence[Arm], facts: Sequence[tuple[str, str]]) -> None:
    """Print the table, and below it what is not a time of a call."""
    console = Console(width=110)
    table = Table(title=title, title_justify="left")
    for name in ("what", "server"):
        table.add_column(name, no_wrap=True)
    for name in ("calls", "least ms", "p50 ms", "p99 ms", "calls/s"):
        table.add_column(name, justify="right", no_wrap=True)
    for arm in arms:
        table.add_row(*row(arm))
    console.print(table)
    for name, value in facts:
        console.print(f"{name}: {value}")


PAGE = """# Speed

<!-- Written by `PEERS=1 python -m benchmarks --markdown docs/reference/speed.md`; do not edit. -->

One run in which every kind of work takes its turn in each round, so that whatever else the machine does
hits all alike; *least* is what it can do when nothing else runs. *floor* rows start a bare process, *nothing*
is a server that answers every request with `{{}}` at once, and
[ministack](https://pypi.org/project/ministack/) is another local AWS, in an environment of its own. The
handlers of the create and read rows use a boto3 `Table`, and so do the direct calls.

{title}

| what | server | calls | least ms | p50 ms | p99 ms | calls/s |
|---|---|---:|---:|---:|---:|---:|
{rows}

{facts}
"""


def markdown(title: str, arms: Sequence[Arm], facts: Sequence[tuple[str, str]]) -> str:
    """The page of the guide with the same table."""
    rows = "\n".join(f"| {' | '.join(row(arm))} |" for arm in arms)
    return PAGE.format(title=title, rows=rows, facts="\n".join(f"- {n}: {v}" for n, v in facts))


def machine() -> str:
    """The machine the figures are of, in a few words."""
    return f"Python {platform.python_version()}, {platform.system()}, {os.cpu_count()} cores"
