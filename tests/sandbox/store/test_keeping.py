"""When what changed is on disk: before the answer, all of it at once, and never in the middle of a call."""

import asyncio
import time

import pytest

from sandbox.backend.moto_backend import MotoBackend
from sandbox.house import House
from sandbox.keeping import Keeping
from sandbox.settings import Settings
from sandbox.store import NoStore, NotKept, Store


class Room:
    """Buffers its number whenever it is asked, if it has changed."""

    def __init__(self):
        self.number = self.kept = 0

    def keep(self, store):
        if self.number != self.kept:
            self.kept = self.number
            store.save("room", "number", b"%d" % self.number)

    def restore(self, store):
        for _, content in store.documents("room"):
            self.number = self.kept = int(content)


@pytest.fixture
def store(tmp_path):
    opened = Store.open(tmp_path / "state")
    yield opened
    opened.close()


def kept(store):
    return [content for _, content in store.documents("room")]


def test_what_a_room_changed_is_on_disk_when_settle_returns_and_not_before_the_start(store):
    room = Room()
    keeping = Keeping(store, MotoBackend(), [room])
    room.number = 7
    asyncio.run(keeping.settle())
    assert kept(store) == []
    room.number = 0
    keeping.restore()
    room.number = 1
    asyncio.run(keeping.settle())
    assert kept(store) == [b"1"]
    other = Room()
    Keeping(store, MotoBackend(), [other]).restore()
    assert other.number == 1


def test_it_waits_for_a_call_that_is_changing_what_is_to_be_written(store):
    async def work():
        backend, room = MotoBackend(), Room()
        keeping = Keeping(store, backend, [room])
        keeping.restore()
        async with backend.lock_of("sqs"):
            backend.note("sqs", "123456789012", "us-east-1")
            room.number = 1
            waiting = [asyncio.create_task(keeping.settle()) for _ in range(2)]
            await asyncio.sleep(0.01)
            assert kept(store) == []
            backend.note("sns", "123456789012", "us-east-1")
            room.number = 2
        await asyncio.gather(*waiting)
        assert kept(store) == [b"2"]
        assert backend.noted == set()

    asyncio.run(asyncio.wait_for(work(), 10))


def test_a_room_that_fails_is_said(store):
    class Broken(Room):
        def keep(self, store):
            raise ValueError("a room's fault")

    keeping = Keeping(store, MotoBackend(), [Broken()])
    keeping.restore()
    with pytest.raises(NotKept, match="a room's fault"):
        asyncio.run(keeping.settle())


def test_the_timer_writes_what_no_answer_waits_for(store, monkeypatch):
    monkeypatch.setattr("sandbox.keeping.EVERY_SECONDS", 0.01)

    async def work():
        room = Room()
        keeping = Keeping(store, MotoBackend(), [room])
        keeping.restore()
        keeping.start()
        room.number = 3
        while not kept(store):
            await asyncio.sleep(0.005)
        assert kept(store) == [b"3"]

    asyncio.run(asyncio.wait_for(work(), 10))


def test_since_when_the_state_is_there_is_not_said_before_it_was_taken_up():
    """Health answers while what was kept is still being read: a caller must not take it for lost."""
    house = House(Settings(), NoStore())
    assert house.about()["state"]["since"] is None
    house.backend.loaded.set()
    assert abs(house.about()["state"]["since"] - time.time()) < 60
