"""Goes through a graph: what needs nothing (more) first, everything that can beside one another."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from sandbox.cloudformation.graph import Graph

Work = Callable[[str], Awaitable[bool]]


async def walk(graph: Graph, work: Work, *, stop: bool) -> None:
    """Run `work` for each name once all it needs has been worked on.

    work: tells whether it succeeded; what needs a failure is left out. stop: after a failure, begin
    nothing more. Always waits for what has begun.
    """
    left = {name: set(needs) & graph.keys() for name, needs in graph.items()}
    running: dict[asyncio.Task[bool], str] = {}
    failed = False
    try:
        while True:
            for name in [n for n, needs in left.items() if not needs and not (failed and stop)]:
                del left[name]
                running[asyncio.ensure_future(work(name))] = name
            if not running:
                return
            done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                name = running.pop(task)
                if not task.result():
                    failed = True
                    continue
                for needs in left.values():
                    needs.discard(name)
    finally:
        for task in running:
            task.cancel()
