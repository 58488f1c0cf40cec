"""Checking: does the learner's layer do what it should, and if not, what was seen and what is next?

    @check("The table's partition key is `userId`", points=2, guide="dynamodb#partition-key")
    def test_partition_key(lab):
        table = lab.client("dynamodb").describe_table(TableName=lab.find("UsersTableName").name)
        ...
        fail(saw="…", expected="…", why="…", next_step="…")

declare.py   the words graders are written in     finding.py   what a failed check says
evidence.py  the AWS calls it relied on           session.py   the session that records them
message.py   findings with places for values      find.py      which resources are meant
lab.py       the fixture `lab`                    order.py     which comes first, which is needed
plugin.py    the checks as pytest tests           results.py   how all of them ended
runner.py    runs them in process                 reports/     the same results, for people and programs
code/        the learner's code in a process of its own
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workshop.checking.declare import check, fail, not_shown
from workshop.checking.evidence import Evidence
from workshop.checking.finding import Finding

if TYPE_CHECKING:
    from workshop.checking.results import Results
    from workshop.checking.runner import run_checks

__all__ = ["Evidence", "Finding", "Results", "check", "fail", "not_shown", "run_checks"]

_LATER = {"run_checks": "workshop.checking.runner", "Results": "workshop.checking.results"}


def __getattr__(name: str) -> Any:
    """`run_checks` and `Results` are loaded when asked for: graders need neither."""
    if name not in _LATER:
        raise AttributeError(f"module 'workshop.checking' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_LATER[name]), name)
