"""The checks as pytest tests: the hooks that order, run and judge them.

The same hooks serve `pytest tests/labs` (workshop.checking.options registers them) and the command
line and notebooks (workshop.checking.runner hands them to pytest).
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from workshop.checking.declare import Check, declared
from workshop.checking.finding import CheckFailed, NotShown
from workshop.checking.grading import Began, CheckBegan, CheckEnded, Grading, key_of
from workshop.checking.lab import CheckedLab
from workshop.checking.order import BrokenGraders, in_order, verify
from workshop.checking.results import CheckResult
from workshop.checking.session import current

RESULT = pytest.StashKey[CheckResult]()


class Checks:
    """A pytest plugin that runs checks for one Grading; other tests it leaves alone."""

    def __init__(self, grading: Grading) -> None:
        self.grading = grading
        self._begun = 0

    @pytest.fixture
    def lab(self, request: pytest.FixtureRequest) -> CheckedLab:
        """What a check may look at: see workshop.checking.lab."""
        return self.grading.lab(key_of(request.path))

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Put checks into their order, file by file. A contradiction among them runs nothing."""
        try:
            items[:] = [
                item
                for _, group in groupby(items, key=lambda item: item.path)
                for item in _arranged(list(group))
            ]
        except BrokenGraders as problem:
            self.grading.problem = problem
            items[:] = []
        self.grading.on_event(Began(sum(1 for item in items if _check(item))))

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note a grader's file that cannot be loaded."""
        if report.failed:
            self.grading.broken[key_of(Path(report.nodeid))] = report.longreprtext

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """Record the calls of one check, say that it begins and how it has ended."""
        check = _check(item)
        if check is None:
            return (yield)
        key = key_of(item.path)
        self._begun += 1
        self.grading.on_event(CheckBegan(key, check, self._begun))
        recorder = self.grading.lab(key).recorder
        recorder.forget()
        token = current.set(recorder)
        try:
            answer = yield
        finally:
            current.reset(token)
        if RESULT in item.stash:
            self.grading.ended.append(item.stash[RESULT])
            self.grading.on_event(CheckEnded(item.stash[RESULT]))
        return answer

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Skip what cannot be judged, because something it needs has not passed."""
        check = _check(item)
        if check is None:
            return
        item.repr_failure = partial(_briefly, item.repr_failure)  # type: ignore[method-assign]
        if reason := self.grading.reason_to_skip(key_of(item.path), check):
            pytest.skip(reason)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Judge how the check ended, and let pytest's report say it in plain text."""
        report = yield
        check = _check(item)
        if check is None:
            return report
        before = item.stash.get(RESULT, None)
        if before is None or (call.excinfo is not None and before.outcome == "passed"):
            result = self._judge(item, check, call, report)
        else:
            result = before
        item.stash[RESULT] = replace(
            result,
            seconds=(before.seconds if before else 0.0) + call.duration,
            output="".join(text for _, text in report.sections),
        )
        return report

    def pytest_keyboard_interrupt(self) -> None:
        self.grading.interrupted = True

    def pytest_internalerror(self, excrepr: object) -> bool:
        """Keep what pytest itself fell over; True, so that pytest does not print it."""
        self.grading.internal_error = str(excrepr)
        return True

    def pytest_sessionfinish(self) -> None:
        self.grading.close()

    def _judge(
        self, item: pytest.Item, check: Check, call: pytest.CallInfo[None], report: pytest.TestReport
    ) -> CheckResult:
        key = key_of(item.path)
        if call.excinfo is None:
            return CheckResult(key, check, "passed")
        if isinstance(call.excinfo.value, pytest.skip.Exception):
            result = CheckResult(key, check, "skipped", reason=str(call.excinfo.value.msg))
        else:
            result = self.grading.judge(key, check, call.excinfo.value)
        _tell(item, report, result)
        return result


def _briefly(ordinary: Callable[[Any], Any], info: pytest.ExceptionInfo[BaseException]) -> Any:
    """How an error is shown: a finding by its words, which spares pytest reading all sources on its way."""
    return str(info.value) if isinstance(info.value, CheckFailed | NotShown) else ordinary(info)


def _tell(item: pytest.Item, report: pytest.TestReport, result: CheckResult) -> None:
    """Make pytest's own report say what the result says.

    pytest and JUnit call a test *failed* in the call, and an *error* where something around it fails: so a
    finding is told as of the call, and the workshop's own fault as of the setup.
    """
    if result.outcome in ("skipped", "not_shown"):
        words = "not shown here: " if result.outcome == "not_shown" else ""
        report.outcome = "skipped"
        report.longrepr = (str(item.path), item.location[1] or 0, f"Skipped: {words}{result.reason}")
    elif result.finding is not None:
        report.longrepr = f"{result.check.statement}\n\n{result.finding}"
        report.when = "call"  # a fixture of the check may be what saw it
    else:
        report.when = "setup" if report.when == "call" else report.when
        report.sections.append(("The workshop's own fault, never counted against you", result.reason))


def _check(item: pytest.Item) -> Check | None:
    return declared(getattr(item, "function", None))


def _arranged(items: list[pytest.Item]) -> Iterator[pytest.Item]:
    """The items of one file in the order of their needs. Raises BrokenGraders."""
    given = {item: check for item in items if (check := _check(item))}
    if not given:
        yield from items
        return
    key = key_of(items[0].path)
    strangers = [item.name for item in items if item not in given]
    if strangers:
        raise BrokenGraders(key, f"{strangers[0]} without @check", "nothing but checks in a grader's file")
    module = items[0].getparent(pytest.Module)
    everything = (
        [check for value in vars(module.obj).values() if (check := declared(value))] if module else []
    )
    verify(key, list(given.values()), everything)
    by_id = {check.id: item for item, check in given.items()}
    yield from (by_id[check.id] for check in in_order(key, list(given.values())))
