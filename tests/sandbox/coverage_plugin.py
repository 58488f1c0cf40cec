"""`pytest --coverage-table FILE`: which recorded facts the tests of this run covered.

Works under xdist: each test carries its case in `user_properties`, the table is written by the process
that gathers the reports.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sandbox.coverage import Results, table

OPTION = "--coverage-table"
PROPERTY = "case"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        OPTION, metavar="FILE", type=Path, help="write the table of covered conformance cases (Markdown)"
    )


def pytest_configure(config: pytest.Config) -> None:
    is_worker = hasattr(config, "workerinput")
    file = config.getoption(OPTION, default=None)
    if file is not None and not is_worker:
        config.pluginmanager.register(_Gatherer(file), "conformance-coverage")


class _Gatherer:
    """Collects the outcome of each case from the reports of all workers."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._results: Results = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        for name, case_id in report.user_properties:
            if name != PROPERTY or (report.when != "call" and report.passed):
                continue
            self._results[str(case_id)] = report.passed and self._results.get(str(case_id), True)

    def pytest_sessionfinish(self) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._file.write_text(table(self._results), encoding="utf-8")
