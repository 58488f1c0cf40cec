"""Every mistake is named by exactly the check that should name it; every message is met."""

from __future__ import annotations

import re

import pytest

from tests.graders.__main__ import line
from tests.graders.proving import LABS, graded, messages_of
from tests.graders.submission import submissions

MISTAKES = [mistake for lab in LABS for mistake in submissions("mistakes", lab)]
LONGEST = 700
"""Characters of one part of a finding that a learner reads."""

LEAST = 20
"""How many mistakes a lab must at least name to those who do it in one language."""


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: f"{mistake.lab}-{mistake.id}")
def test_a_mistake_is_named(mistake, target, tmp_path):
    results = graded(mistake, target, tmp_path)
    failed = [one for one in results.checks if one.outcome == "failed"]
    assert [one.id for one in failed] == [mistake.check], "\n\n".join(str(one.finding) for one in failed)
    ended = {one.outcome for one in results.checks} - ({"not_shown"} if mistake.ticket else set())
    assert ended <= {"passed", "failed", "skipped"}
    finding = failed[0].finding
    if mistake.message is not None:
        shown = [name for name, message in messages_of(mistake.lab).items() if message.made(finding)]
        assert mistake.message in shown, f"shows {shown}:\n{finding}"
    said = str(finding)
    assert not [words for words in mistake.words if words not in said], said
    assert re.search(r"\b(check|deploy)\b", finding.next_step), said
    assert all(0 < len(part) < LONGEST for _, part in finding.parts()), said


@pytest.mark.parametrize("lab", LABS)
class TestNothingIsLeftOut:
    """Together with the test above: each message and each check has been made to fail."""

    def test_every_message_has_its_mistake(self, lab):
        named = {mistake.message for mistake in submissions("mistakes", lab)}
        assert set(messages_of(lab)) == named - {None}

    def test_every_check_has_its_mistake(self, lab, target, tmp_path):
        results = graded(submissions("mistakes", lab)[0], target, tmp_path)
        named = {mistake.check for mistake in submissions("mistakes", lab)}
        assert {one.id for one in results.checks} == named

    @pytest.mark.parametrize("other", ["python-", "node-"])
    def test_there_are_many_in_each_language(self, lab, other):
        mine = [one for one in submissions("mistakes", lab) if not one.id.startswith(other)]
        assert len(mine) >= LEAST

    def test_the_counts_are_printed(self, lab):
        assert line(lab).startswith(f"{lab}: {len(submissions('mistakes', lab))} mistakes")

    def test_ids_are_unique(self, lab):
        ids = [one.id for one in submissions("mistakes", lab)]
        assert len(ids) == len(set(ids))
