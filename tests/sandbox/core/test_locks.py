"""Which calls may run beside one another."""

from __future__ import annotations

import asyncio

import pytest

from sandbox.backend.gate import Gate


async def together(gate: Gate, log: list[str], name: str, until: asyncio.Event) -> None:
    async with gate.together():
        log.append(f"{name} in")
        await until.wait()
        log.append(f"{name} out")


async def alone(gate: Gate, log: list[str], name: str) -> None:
    async with gate.alone():
        log.append(f"{name} in")
        await asyncio.sleep(0)
        log.append(f"{name} out")


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def run(play) -> None:
    asyncio.run(asyncio.wait_for(play, 5))


def test_many_are_inside_together():
    async def play():
        gate, log, go = Gate(), [], asyncio.Event()
        tasks = [asyncio.create_task(together(gate, log, name, go)) for name in "ab"]
        await settle()
        assert log == ["a in", "b in"]
        go.set()
        await asyncio.gather(*tasks)

    run(play())


def test_one_alone_waits_for_the_others_and_holds_up_later_ones():
    async def play():
        gate, log, go = Gate(), [], asyncio.Event()
        first = asyncio.create_task(together(gate, log, "first", go))
        await settle()
        reset = asyncio.create_task(alone(gate, log, "reset"))
        await settle()
        later = asyncio.create_task(together(gate, log, "later", go))
        await settle()
        assert log == ["first in"]
        go.set()
        await asyncio.gather(first, reset, later)
        assert log == ["first in", "first out", "reset in", "reset out", "later in", "later out"]

    run(play())


def test_two_alone_come_one_after_the_other():
    async def play():
        gate, log = Gate(), []
        await asyncio.gather(alone(gate, log, "a"), alone(gate, log, "b"))
        assert log == ["a in", "a out", "b in", "b out"]

    run(play())


def test_who_fails_inside_leaves_all_the_same():
    async def play():
        gate, log = Gate(), []
        for enter in gate.together, gate.alone:
            with pytest.raises(ValueError, match="no"):
                async with enter():
                    raise ValueError("no")
        await alone(gate, log, "a")
        assert log == ["a in", "a out"]

    run(play())


def test_who_gives_up_waiting_blocks_nobody():
    async def play():
        gate, log, go = Gate(), [], asyncio.Event()
        inside = asyncio.create_task(together(gate, log, "inside", go))
        await settle()
        waiting = asyncio.create_task(alone(gate, log, "given up"))
        await settle()
        waiting.cancel()
        go.set()
        await inside
        await alone(gate, log, "next")
        assert log == ["inside in", "inside out", "next in", "next out"]

    run(play())
