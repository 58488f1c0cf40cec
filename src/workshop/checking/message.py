"""What a grader says when a check fails: one template for each thing that may be wrong."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from workshop.checking.declare import fail
from workshop.checking.finding import Call, Finding


@dataclass(frozen=True)
class Message:
    """A finding with `{places}` for the learner's own values."""

    saw: str
    expected: str
    why: str
    next_step: str

    def fail(self, evidence: Sequence[Call] | None = None, where: str = "", **values: Any) -> NoReturn:
        """End the check with this message. evidence: None shows the AWS calls of the check so far."""
        fail(
            saw=self.saw.format(**values),
            expected=self.expected.format(**values),
            why=self.why.format(**values),
            next_step=self.next_step.format(**values),
            evidence=evidence,
            where=where,
        )

    def made(self, finding: Finding) -> bool:
        """Whether `finding` is this message, with some values in its places.

        >>> Message("the key is {key}", "userId", "", "").made(Finding("the key is id", "userId", "", ""))
        True
        """
        return all(
            _pattern(getattr(self, part)).fullmatch(getattr(finding, part))
            for part in ("saw", "expected", "why", "next_step")
        )


def _pattern(template: str) -> re.Pattern[str]:
    fixed = re.split(r"\{\w+\}", template)
    return re.compile(
        ".*".join(re.escape(part.replace("{{", "{").replace("}}", "}")) for part in fixed), re.DOTALL
    )
