"""The checks that there are, as the graders declare them: what a submission could have earned."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workshop.catalogue import Lab, labs
from workshop.checking.command import GRADERS
from workshop.checking.declare import Check, declared
from workshop.checking.grading import file_of
from workshop.checking.order import in_order
from workshop.checking.reports import json_report
from workshop.checking.results import CheckResult


@dataclass(frozen=True)
class Declared:
    """The labs that can be checked, in their order, and the checks of each, in the order they run."""

    clone: Path
    labs: Sequence[Lab]
    checks: Mapping[str, Sequence[Check]]

    def possible(self, key: str) -> int:
        """Points that the core checks of a lab can earn."""
        return sum(check.points for check in self.checks[key] if not check.stretch)

    def not_tried(self, key: str, reason: str) -> list[dict[str, Any]]:
        """The checks of a lab as the JSON report has them, all skipped for `reason`."""
        return [
            json_report.as_test(CheckResult(key, check, "skipped", reason=reason), number, self.clone)
            for number, check in enumerate(self.checks[key], start=1)
        ]


def declared_checks(clone: Path) -> Declared:
    """Reads the graders of the clone. Raises what they raise on being imported."""
    with_graders = [lab for lab in labs(clone) if file_of(clone / GRADERS, lab.key).is_file()]
    sys.path.insert(0, str(clone))
    try:
        return Declared(clone, with_graders, {lab.key: _checks(clone, lab.key) for lab in with_graders})
    finally:
        sys.path.remove(str(clone))


def _checks(clone: Path, key: str) -> Sequence[Check]:
    file = file_of(clone / GRADERS, key)
    spec = importlib.util.spec_from_file_location(f"declared_{file.stem}", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return in_order(key, [check for value in vars(module).values() if (check := declared(value))])
