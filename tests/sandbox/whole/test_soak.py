"""A tenth of `make soak`: fuzzed requests over every door, and what is true of the sandbox afterwards."""

from __future__ import annotations

import pytest

from benchmarks.soak import oracle, plan
from benchmarks.soak.run import run
from benchmarks.soak.target import Target
from benchmarks.soak.wire import Answer, Outcome, Request

SEED = 7
REQUESTS = 2000


@pytest.mark.timeout(300)
def test_two_thousand_fuzzed_requests_leave_the_sandbox_as_it_was():
    """No status AWS would not send, no traceback, no process, descriptor or memory more than before."""
    report = run(range(REQUESTS), SEED, say=lambda line: None)
    assert report.requests == REQUESTS
    assert report.passed, report.told(SEED)


def test_a_request_is_made_of_its_number_alone():
    target = Target("http://127.0.0.1:1", {"an API": "/a"}, {"a rough one": "/b"}, {})
    for number in range(60):
        assert plan.request(SEED, number, target) == plan.request(SEED, number, target)
    kinds = {plan.request(SEED, number, target).kind.split()[0].rstrip(":") for number in range(400)}
    assert {
        "an",
        "lambda",
        "logs",
        "apigateway",
        "apigatewayv2",
        "hardly",
        "own",
        "Runtime",
        "unclear",
    } <= kinds


@pytest.mark.parametrize(
    ("answer", "wrong"),
    [
        (Answer(500, [], b'{"message":"The sandbox failed."}'), True),
        (Answer(501, [], b'{"message":"The sandbox does not model layers."}'), False),
        (Answer(400, [], b"Traceback (most recent call last)"), True),
        (Answer(200, [("X-Smuggled", "1")], b""), True),
        (Answer(404, [], b"{}"), False),
    ],
)
def test_the_oracle_tells_a_wrong_answer_from_a_right_one(answer, wrong):
    request = Request("lambda Invoke", "", (b"",), failing=frozenset((501,)))
    assert bool(oracle.faults(request, Outcome([answer]))) is wrong


def test_no_answer_is_wrong():
    request = Request("lambda Invoke", "", (b"",))
    assert oracle.faults(request, Outcome(trouble="neither answered nor closed within 20 s"))
