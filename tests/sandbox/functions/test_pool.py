"""Who gets which environment, and which are ended: with environments that are not real."""

from __future__ import annotations

import asyncio
import time

import pytest

from sandbox.errors import AwsError
from sandbox.functions import pool as pools
from sandbox.functions.invoker import Invoker
from sandbox.functions.pool import Pool
from sandbox.functions.starter import Starter
from sandbox.iam.sessions import Sessions
from sandbox.settings import Settings
from sandbox.usage import Usage

IDLE = 300.0


class Fake:
    """What a pool knows of an environment."""

    def __init__(self, name, idle_for=0.0):
        self.name = name
        self.last_used = time.monotonic() - idle_for
        self.ended = self.failed = False
        self.process = None
        self.on_end = lambda: None

    def end(self):
        if not self.ended:
            self.ended = True
            self.on_end()

    def __repr__(self):
        return f"Fake({self.name!r})"


def run(main):
    return asyncio.run(main())


def starting(environments):
    """A start that gives these one after another, then never comes back; an exception is raised."""
    left = iter(environments)

    async def start(pool):
        await asyncio.sleep(0)
        found = next(left, None)
        if found is None:
            await asyncio.Event().wait()
        if isinstance(found, Exception):
            raise found
        return found

    return start


def never(environment):
    return False


def test_the_most_recently_used_first():
    async def main():
        pool = Pool(None, starting([]))
        a, b = Fake("a"), Fake("b")
        pool.release(a)
        pool.release(b)
        assert await pool.acquire() is b
        assert await pool.acquire() is a

    run(main)


def test_what_is_free_first_serves_who_waits_longest():
    async def main():
        a, b = Fake("a"), Fake("b")
        pool = Pool(None, starting([a, b]))
        first = asyncio.create_task(pool.acquire())
        second = asyncio.create_task(pool.acquire())
        third = asyncio.create_task(pool.acquire())
        await asyncio.sleep(0.01)
        assert (first.result(), second.result()) == (a, b)
        assert not third.done()
        pool.release(a)
        assert await third is a

    run(main)


def test_an_environment_that_has_ended_is_not_given_out():
    async def main():
        gone, fresh = Fake("gone"), Fake("fresh")
        pool = Pool(None, starting([fresh]))
        pool.release(gone)
        gone.end()
        assert await pool.acquire() is fresh

    run(main)


def test_a_start_that_fails_is_told_to_who_waits():
    async def main():
        pool = Pool(None, starting([AwsError("X", "no role")]))
        with pytest.raises(AwsError, match="no role"):
            await pool.acquire()

    run(main)


def test_who_gives_up_waiting_leaves_the_environment_to_others():
    async def main():
        a = Fake("a")
        pool = Pool(None, starting([a]))
        waiting = asyncio.create_task(pool.acquire())
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.sleep(0.01)
        assert await pool.acquire() is a

    run(main)


def test_a_retired_pool_ends_what_comes_back():
    pool = Pool(None, starting([]))
    idle, busy = Fake("idle"), Fake("busy")
    pool.release(idle)
    pool.retire()
    assert idle.ended
    pool.release(busy)
    assert busy.ended


def test_a_closed_pool_tells_who_waits():
    async def main():
        pool = Pool(None, starting([]))
        waiting = asyncio.create_task(pool.acquire())
        await asyncio.sleep(0)
        pool.close()
        with pytest.raises(AwsError, match="ended the execution environment"):
            await waiting

    run(main)


def test_idle_environments_are_ended_after_a_while():
    pool = Pool(None, starting([]))
    old, young = Fake("old", IDLE + 1), Fake("young", IDLE - 1)
    for environment in (old, young):
        pool.release(environment)
    pool.reap(never, IDLE)
    assert (old.ended, young.ended) == (True, False)


def test_many_idle_environments_are_ended_sooner():
    pool = Pool(None, starting([]))
    idle = [Fake(str(n), pools.IDLE_SECONDS_MORE + 1) for n in range(pools.WARM + 3)]
    for environment in idle:
        pool.release(environment)
    pool.reap(never, IDLE)
    assert [environment.ended for environment in idle] == [True] * 3 + [False] * pools.WARM


def test_environments_are_ended_before_their_credentials():
    pool = Pool(None, starting([]))
    soon, later = Fake("soon"), Fake("later")
    for environment in (soon, later):
        pool.release(environment)
    pool.reap(lambda environment: environment is soon, IDLE)
    assert (soon.ended, later.ended) == (True, False)


def test_no_more_environments_live_than_the_machine_can_hold(tmp_path, monkeypatch):
    async def main():
        invoker = Invoker(None, None)
        starter = Starter(Settings(), Sessions(), tmp_path, None, Usage(), invoker.make_room, alive=1)
        invoker.starter = starter

        async def spawn(pool, slot):
            environment = Fake(pool.function)
            environment.hurried, environment.function = False, pool.function
            environment.ready = asyncio.sleep(0)
            environment.on_end = starter._places.release
            return environment

        class Function:
            timeout = 3

        monkeypatch.setattr(starter, "_spawn", spawn)
        monkeypatch.setattr(Fake, "init_took_too_long", lambda self: None, raising=False)
        first, second = (Pool(Function(), starter.start) for _ in range(2))
        invoker._pools = {"first": first, "second": second}
        a = await first.acquire()
        assert starter.crowded
        waiting = asyncio.create_task(second.acquire())
        await asyncio.sleep(0.01)
        assert not waiting.done()  # a is at work
        first.release(a)
        invoker.make_room()
        b = await waiting
        assert a.ended
        assert not b.ended

    run(main)


class Slot:
    def __init__(self):
        self.discarded = False

    def discard(self):
        self.discarded = True


def failed(name, idle_for=0.0):
    environment = Fake(name, idle_for)
    environment.slot = Slot()
    environment.ended = environment.failed = True
    return environment


def test_an_environment_that_failed_is_begun_anew_once():
    pool = Pool(None, starting([]))
    broken = failed("broken")
    pool.release(broken)
    assert pool.inherit() is broken
    assert pool.inherit() is None
    assert not broken.slot.discarded


def test_what_failed_and_is_not_needed_for_long_goes():
    pool = Pool(None, starting([]))
    old, young = failed("old", IDLE + 1), failed("young")
    for environment in (old, young):
        pool.leave(environment)
    pool.reap(never, IDLE)
    assert (old.slot.discarded, young.slot.discarded) == (True, False)
    pool.retire()
    assert young.slot.discarded
    late = failed("late")
    pool.leave(late)
    assert late.slot.discarded
