"""The sizing questions of lab 1: which answers are right, and what a wrong one is told."""

from __future__ import annotations

import pytest

from tests.labs.dynamodb.capacity import CAPACITY_WRONG, QUESTIONS, check_answers
from tests.repository.sources import ROOT
from workshop.checking.finding import CheckFailed

SOLUTION = ROOT / "solutions/01-dynamodb/capacity.yaml"
WRONG = [
    ("read_capacity_units", "90", "strongly consistent"),
    ("read_capacity_units", "40", "rounded up to whole units by itself"),
    ("read_capacity_units", "39.375", "rounded up to whole units by itself"),
    ("read_capacity_units", "180", "up to 4 KB"),
    ("read_capacity_units", "7", "Units of 4 KB"),
    ("write_capacity_units", "25", "up to 1 KB"),
    ("write_capacity_units", "87.5", "rounded up to whole units by itself"),
    ("write_capacity_units", "50", "Only eventually consistent reads"),
    ("write_capacity_units", "100 WCU", "Units of 1 KB"),
    ("write_capacity_units", "[100]", "Units of 1 KB"),
    ("utilisation_percent", "0.12", "In percent"),
    ("utilisation_percent", "16", "at the rate of the peak"),
    ("cheaper_mode", "provisioned", "29 %"),
    ("cheaper_mode", "both", "two modes"),
]


def answered(folder, name, answer):
    """capacity.yaml as in the solution, but for one answer."""
    lines = SOLUTION.read_text().splitlines()
    file = folder / "capacity.yaml"
    file.write_text("\n".join(f"{name}: {answer}" if line.startswith(name) else line for line in lines))
    return file


@pytest.mark.parametrize(("name", "answer", "reason"), WRONG)
def test_a_wrong_answer_is_told_why(name, answer, reason, tmp_path):
    with pytest.raises(CheckFailed) as failed:
        check_answers(answered(tmp_path, name, answer))
    finding = failed.value.finding
    assert CAPACITY_WRONG.made(finding)
    assert name in finding.saw
    assert reason in finding.why


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("read_capacity_units", "45.0"),
        ("cheaper_mode", "On demand"),
        ("cheaper_mode", "PAY_PER_REQUEST"),
        ("utilisation_percent", "12"),
    ],
)
def test_a_right_answer_may_be_written_in_other_ways(name, answer, tmp_path):
    check_answers(answered(tmp_path, name, answer))


def test_every_reason_is_given(tmp_path):
    """No rule and no reason stands in the grader that no wrong answer above brings about."""
    met = {reason for _, _, reason in WRONG}
    texts = [text for one in QUESTIONS for text in (one.rule, *one.reasons.values())]
    assert [text for text in texts if not any(words in text for words in met)] == []
