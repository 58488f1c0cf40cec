"""Recorded facts about AWS, and `@case`, which ties a hand-written test to one of them.

    @case("ddb-404-data")
    def test_get_item_of_no_table(client, expected):
        with pytest.raises(ClientError) as caught:
            client("dynamodb").get_item(TableName="none", Key={"pk": {"S": "a"}})
        expected.check_error(caught.value)

The expected values are in `cases.yaml`; the test makes the situation. `@case("a", "b")` runs the test
once for each case. A test fails if it leaves anything unchecked that its case says: what the checks do
not compare by themselves is taken by hand, with `expected.take("rule")`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Case:
    """One recorded fact. confidence: `recorded`, `secondary` or `recalled`."""

    id: str
    layer: str
    confidence: str
    given: str
    when: str
    then: dict[str, Any] = field(repr=False)
    source: str = field(repr=False)
    note: str = field(default="", repr=False)


@cache
def all_cases() -> dict[str, Case]:
    """Every case of cases.yaml by its id."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    records = yaml.load((HERE / "cases.yaml").read_text(encoding="utf-8"), loader)
    return {record["id"]: Case(**record) for record in records}


@cache
def out_of_scope() -> dict[str, str]:
    """Cases that the sandbox does not show, with the reason of each."""
    return yaml.safe_load((HERE / "out_of_scope.yaml").read_text(encoding="utf-8"))


def case(*ids: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Tie a test to cases; it runs once for each and takes the fixture `expected`.

    Raises ValueError, when tests are collected, for an id that cases.yaml does not have, and for a
    case that is only recalled: nobody has seen AWS do that, so no test may claim it as a fact.
    """
    known = all_cases()
    for case_id in ids:
        if case_id not in known:
            raise ValueError(f"cases.yaml has no case '{case_id}'.")
        if known[case_id].confidence == "recalled":
            raise ValueError(f"Case '{case_id}' is only recalled: test the behaviour without @case.")
    return pytest.mark.parametrize("expected", ids, indirect=True)
