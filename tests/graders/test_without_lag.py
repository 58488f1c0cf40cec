"""Where no read is ever stale: results prove nothing, what is sent still does."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import pytest

from sandbox import Sandbox
from tests.graders.proving import graded, messages_of
from tests.graders.submission import Submission, submissions
from workshop.target import REGION, Target

LAB = "01-dynamodb"


@pytest.fixture(scope="module")
def without_lag() -> Iterator[Sandbox]:
    """A sandbox whose default reads see every write."""
    with Sandbox(port=0, replication_lag="0") as running:
        yield running


@pytest.fixture
def current(without_lag: Sandbox) -> Target:
    """A fresh account of it."""
    account = f"{secrets.randbelow(9 * 10**11) + 10**11}"
    return Target("sandbox", without_lag.url, account, REGION, access_key=account)


def test_what_cannot_be_shown_is_said_and_counts_for_nothing(current, tmp_path):
    results = graded(Submission(LAB, "python-solution"), current, tmp_path)
    others = {one.id: one for one in results.checks}
    fresh = others.pop("get-fresh")
    assert fresh.outcome == "not_shown"
    assert "60 default reads" in fresh.reason
    assert {one.outcome for one in others.values()} == {"passed"}
    assert results.points == results.possible


def test_an_eventually_consistent_get_is_found_by_what_it_sends(current, tmp_path):
    (mistake,) = [one for one in submissions("mistakes", LAB) if one.id == "python-get-eventual"]
    results = graded(mistake, current, tmp_path)
    assert results.first_failure.id == "get-user"
    assert messages_of(LAB)["GET_EVENTUAL"].made(results.first_failure.finding)
    assert results.outcomes["get-fresh"] == "skipped"
