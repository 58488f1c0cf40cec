"""When an asynchronous invocation is tried again: with a clock that only waits move."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import pytest

from sandbox.errors import AwsError
from sandbox.functions import events
from sandbox.functions.events import Event, EventQueue, Rules
from sandbox.functions.names import FunctionName
from sandbox.functions.options import FunctionOptions
from sandbox.trace import Trace

TARGET = FunctionName("123456789012", "us-east-1", "users")
DONE, FAILED = "", "Unhandled"
THROTTLED = AwsError("TooManyRequestsException", "Rate Exceeded.", 429)
BROKEN = AwsError("ServiceException", "No environment stays alive.", 500)
MISSING = AwsError("ResourceNotFoundException", "Function not found.", 404)


@dataclass
class Ended:
    function_error: str


class Play:
    """One event through a queue whose function ends as `script` says, the last entry again and again."""

    def __init__(self, *script, rules=None, retry_seconds=60.0, each=0.0):
        self.script = list(script)
        self.each = each
        self.now = 0.0
        self.waits = []
        self.seen = []
        self.trace = Trace("1-0-0", "aws-api", "lambda Invoke")
        self.rules = rules or Rules()
        self.queue = EventQueue(
            self.invoke,
            FunctionOptions(event_retry_seconds=retry_seconds),
            rules=lambda target: self.rules,
            clock=lambda: self.now,
            wait=self.wait,
        )

    async def invoke(self, event):
        self.seen.append(event.request_id)
        self.now += self.each
        how = self.script[min(len(self.seen), len(self.script)) - 1]
        if isinstance(how, AwsError):
            raise how
        return Ended(how)

    async def wait(self, seconds):
        self.waits.append(seconds)
        self.now += seconds

    def run(self):
        asyncio.run(self.queue.run(Event(TARGET, b"{}", self.trace, "id-1")))
        return self

    @property
    def said(self):
        """What the trace says at the end, without attempts that an invoker notes."""
        return [hop.error for hop in self.trace.hops]


def test_one_attempt_where_it_succeeds():
    play = Play(DONE).run()
    assert (len(play.seen), play.waits, play.said) == (1, [], [])


def test_an_error_is_tried_twice_more_with_the_same_request_id():
    play = Play(FAILED).run()
    assert play.seen == ["id-1"] * 3
    assert play.waits == [60, 120]
    assert play.said == ["The event is discarded, attempt 3 was the last: RetriesExhausted"]


def test_the_last_attempt_may_succeed():
    play = Play(FAILED, FAILED, DONE).run()
    assert (len(play.seen), play.said) == (3, [])


@pytest.mark.parametrize(("retries", "waits"), [(0, []), (1, [60])])
def test_fewer_retries(retries, waits):
    play = Play(FAILED, rules=Rules(retries=retries)).run()
    assert (len(play.seen), play.waits) == (retries + 1, waits)
    assert "RetriesExhausted" in play.said[0]


@pytest.mark.parametrize(("age", "attempts"), [(60, 1), (90, 2), (181, 2), (182, 3)])
def test_an_event_that_would_be_too_old_is_not_kept_until_then(age, attempts):
    """A minute's wait and an attempt take longer than 60 s: recorded, test_maxeventage."""
    play = Play(FAILED, rules=Rules(age_seconds=age), each=1.0).run()
    assert len(play.seen) == attempts
    assert ("EventAgeExceeded" in play.said[0]) == (attempts < 3)


@pytest.mark.parametrize(("age", "attempts"), [(60, 1), (90, 2), (181, 2), (182, 3)])
def test_shorter_waits_age_an_event_as_long_ones(age, attempts):
    play = Play(FAILED, rules=Rules(age_seconds=age), each=1.0, retry_seconds=0.5).run()
    assert len(play.seen) == attempts
    assert play.waits == [0.5, 1.0][: attempts - 1]


def test_a_throttled_event_waits_twice_as_long_each_time_up_to_five_minutes():
    play = Play(THROTTLED, rules=Rules(age_seconds=1200)).run()
    assert play.waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]
    assert play.said == ["The event is discarded, attempt 12 was the last: EventAgeExceeded"]


def test_throttles_and_faults_of_lambda_use_up_no_retries():
    play = Play(THROTTLED, BROKEN, FAILED, THROTTLED, FAILED, FAILED).run()
    assert play.waits == [1, 2, 60, 4, 120]
    assert "RetriesExhausted" in play.said[0]


def test_a_function_without_any_concurrency_loses_its_events_at_once():
    """Recorded as ZeroReservedConcurrency: test_reserved_concurrency."""
    play = Play(THROTTLED, rules=Rules(switched_off=True)).run()
    assert (len(play.seen), play.waits) == (1, [])
    assert "Rate Exceeded" in play.said[0]


def test_a_function_that_was_deleted_meanwhile():
    play = Play(FAILED, MISSING).run()
    assert len(play.seen) == 2
    assert play.said[0].endswith("attempt 2 was the last: ResourceNotFoundException: Function not found.")


def test_a_change_of_rules_holds_for_an_event_that_waits():
    play = Play(FAILED)

    async def wait(seconds):
        play.rules = Rules(retries=0)

    play.queue._wait = wait
    assert len(play.run().seen) == 2


def test_events_are_given_up_and_too_many_are_throttled(monkeypatch):
    monkeypatch.setattr(events, "MOST_WAITING", 2)

    async def main():
        play = Play(FAILED)
        play.queue._wait = lambda seconds: asyncio.Event().wait()
        ids = {play.queue.take(TARGET, b"{}", play.trace) for _ in range(2)}
        with pytest.raises(AwsError, match="Rate Exceeded"):
            play.queue.take(TARGET, b"{}", play.trace)
        await asyncio.sleep(0)
        tasks = set(play.queue._events)
        play.queue.give_up()
        await asyncio.wait(tasks)
        assert all(task.cancelled() for task in tasks)
        assert play.queue._events == set()
        assert (len(ids), set(play.seen), play.trace.hops) == (2, ids, [])

    asyncio.run(main())
