"""The answers in capacity.yaml.

Sources: Developer Guide, *Read and write capacity units*; prices of us-east-1, as the questions state them.
One read unit is a strongly consistent read of up to 4 KB, or two eventually consistent ones; one write unit
is a write of up to 1 KB. On-demand costs 0.625 USD for a million writes: at full use an hour of one WCU
(3,600 writes, 0.00065 USD) would cost 0.00225 USD. So it is cheaper below 0.00065 / 0.00225 = 29 % of use.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.labs.dynamodb.messages import CHECK
from workshop.checking.message import Message

CAPACITY_UNREADABLE = Message(
    saw="{file} cannot be read: {problem}",
    expected="the file of the starter, with an answer behind each colon",
    why="Your answers are read from this file.",
    next_step=f"Mend it, or take the starter's: labs/01-dynamodb/capacity.yaml. Then: {CHECK}",
)
CAPACITY_UNANSWERED = Message(
    saw="{question} is not answered in capacity.yaml",
    expected="{kind} behind `{question}:`",
    why="This task is a stretch: it counts for nothing but your own understanding.",
    next_step=f"Calculate it, write it behind `{{question}}:`, then: {CHECK}. Stuck? workshop hint 1 "
    f"capacity",
)
CAPACITY_WRONG = Message(
    saw="{question} is {value} in capacity.yaml",
    expected="{kind} that follows from the numbers of the question",
    why="{reason}",
    next_step=f"Calculate it anew, then: {CHECK}. Stuck? workshop hint 1 capacity",
)


@dataclass(frozen=True)
class Question:
    """One question. reasons: why a certain wrong answer is wrong. rule: what helps with any other."""

    name: str
    kind: str
    right: tuple[Any, ...]
    rule: str
    reasons: Mapping[Any, str] = field(default_factory=dict)


STRONG = "That is what strongly consistent reads cost. Eventually consistent ones cost half."
ROUND_FIRST = "Each item is rounded up to whole units by itself, before you multiply."
READ_UNIT = "A read unit carries up to 4 KB; it is a write unit that carries 1 KB."
WRITE_UNIT = "A write unit carries up to 1 KB; it is a read unit that carries 4 KB."
NEVER_HALF = "Only eventually consistent reads cost half. A write is always whole."

QUESTIONS = (
    Question(
        "read_capacity_units",
        "a number of RCU",
        (45,),
        "Units of 4 KB for an item, rounded up; half of that for an eventually consistent read; times the "
        "reads of a second.",
        {90: STRONG, 39: ROUND_FIRST, 39.375: ROUND_FIRST, 40: ROUND_FIRST, 180: READ_UNIT, 157.5: READ_UNIT},
    ),
    Question(
        "write_capacity_units",
        "a number of WCU",
        (100,),
        "Units of 1 KB for an item, rounded up; times the writes of a second.",
        {25: WRITE_UNIT, 87.5: ROUND_FIRST, 88: ROUND_FIRST, 50: NEVER_HALF},
    ),
    Question(
        "utilisation_percent",
        "a whole number of percent",
        (12,),
        "What is written in the 24 hours, divided by what could be written in them at the rate of the peak. "
        "The size of the items is in both and cancels out.",
        {0.12: "That is the share. In percent it is a hundred times as much."},
    ),
    Question(
        "cheaper_mode",
        "provisioned or on-demand,",
        ("on-demand", "pay_per_request"),
        "There are two modes: provisioned and on-demand.",
        {
            "provisioned": "Provisioned capacity is paid for all day and used 12 % of it. Below about 29 % "
            "on-demand is cheaper, though each write costs more."
        },
    ),
)


def check_answers(file: Path) -> None:
    """End the check at the first question that is not answered, or not answered right."""
    answers = _read(file)
    for question in QUESTIONS:
        answer = answers.get(question.name)
        values = {"question": question.name, "kind": question.kind}
        if answer is None:
            CAPACITY_UNANSWERED.fail(evidence=(), where=file.name, **values)
        given = _plain(answer)
        if given not in question.right:
            reason = question.reasons.get(given, question.rule)
            CAPACITY_WRONG.fail(evidence=(), where=file.name, value=answer, reason=reason, **values)


def _plain(answer: Any) -> Any:
    """The answer, however it is written: `On demand` is `on-demand`."""
    return answer if isinstance(answer, int | float) else str(answer).strip().lower().replace(" ", "-")


def _read(file: Path) -> dict[str, Any]:
    import yaml

    try:
        answers = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        CAPACITY_UNREADABLE.fail(
            evidence=(), where=file.name, file=file.name, problem=" ".join(str(error).split())
        )
    if not isinstance(answers, dict):
        problem = f"it holds {answers!r} instead of questions with answers"
        CAPACITY_UNREADABLE.fail(evidence=(), where=file.name, file=file.name, problem=problem)
    return answers
