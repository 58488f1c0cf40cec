"""This checkout beside another one, in turns: `make bench-against ARGS=../before`.

Both run on this checkout's Python and libraries. In each round both do the same work one right after the
other, now this one first and now that one: the ratio of a round is that of its two medians, so whatever else
the machine does hits both alike, and the median of the rounds is what to look at.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks import arms, servers
from benchmarks import stack as stacks
from benchmarks.arms import Arm
from benchmarks.report import machine, percentile
from benchmarks.stack import Stack

FUNCTIONS = ("bench-empty", "bench-print", "bench-empty-node", "bench-users")

Work = tuple[str, str, Callable[[int], tuple[str, str, bytes, int]]]

WORK: tuple[Work, ...] = (
    ("empty call, Python", "bench-empty", arms.empty),
    ("call that prints, Python", "bench-print", arms.empty),
    ("empty call, Node.js", "bench-empty-node", arms.empty),
    ("create through the API", "bench-users", arms.create),
    ("read through the API", "bench-users", arms.read),
)


def main() -> None:
    """Start both, take turns, print the table, end both."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.against", description=__doc__)
    parser.add_argument("checkout", type=Path, help="the other checkout: a folder with src/sandbox in it")
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--calls", type=int, default=40, help="calls of each kind of work in a round")
    options = parser.parse_args()
    if not (options.checkout / "src" / "sandbox").is_dir():
        parser.error(f"{options.checkout} has no src/sandbox: name a checkout, such as a git worktree")
    running = [servers.start_sandbox()]
    try:
        running.append(servers.start_sandbox(checkout=options.checkout.resolve()))
        now, before = (stacks.make("sandbox", server.url, FUNCTIONS) for server in running)
        pairs = [(_arm(work, now, options.calls), _arm(work, before, options.calls)) for work in WORK]
        ratios = [_take_turns(pair, options.rounds) for pair in pairs]
    finally:
        for server in running:
            server.stop()
    _show(pairs, ratios)


def _arm(work: Work, stack: Stack, calls: int) -> Arm:
    name, function, request = work
    return arms.api_arm(name, stack, function, request, calls)


def _take_turns(pair: tuple[Arm, Arm], rounds: int) -> list[float]:
    """The ratio of each round: the median of this checkout's calls to that of the other's."""
    ratios = []
    for arm in pair:
        arm.run(-1, keep=False)
    for number in range(rounds):
        print(f"\r{pair[0].name}: round {number + 1} of {rounds} ", end="", file=sys.stderr, flush=True)
        begin = [len(arm.times) for arm in pair]
        for arm in pair if number % 2 else reversed(pair):
            arm.run(number)
        medians = [percentile(arm.times[start:], 0.5) for arm, start in zip(pair, begin, strict=True)]
        ratios.append(medians[0] / medians[1])
    print(file=sys.stderr)
    return ratios


def _show(pairs: list[tuple[Arm, Arm]], ratios: list[list[float]]) -> None:
    table = Table(title=f"This checkout beside the other ({machine()})", title_justify="left")
    for name in ("what", "least ms", "other's", "p50 ms", "other's", "median of rounds"):
        table.add_column(name, justify="left" if name == "what" else "right", no_wrap=True)
    for (now, before), found in zip(pairs, ratios, strict=True):
        figures = [min(now.times), min(before.times)]
        figures += [percentile(arm.times, 0.5) for arm in (now, before)]
        row = [f"{figure * 1000:.2f}" for figure in figures]
        table.add_row(now.name, *row, f"{(percentile(found, 0.5) - 1) * 100:+.0f} %")
    Console(width=110).print(table)


if __name__ == "__main__":
    main()
