"""What plain pytest understands of checks: `pytest tests/labs --work work --target sandbox`.

Loaded by tests/conftest.py. Without `--work`, and unless the graders' folder is named, their files are
left alone: they grade a learner's work, and `pytest tests` has none.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from workshop.checking.grading import Grading, key_of
from workshop.checking.plugin import Checks
from workshop.errors import Problem
from workshop.target import choose, prefix

GRADERS = Path("tests") / "labs"
WORK = "work"
GRADING = pytest.StashKey[Grading]()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("workshop", "checks of the labs (tests/labs)")
    group.addoption("--work", metavar="DIR", help="grade the labs begun in this folder (default: work)")
    group.addoption("--target", metavar="T", help="sandbox, or the URL of one (default: the one that runs)")


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Prepares the grading, if it was asked for. Raises UsageError where it cannot be."""
    if not _asked(config):
        return
    if config.getoption("numprocesses", None) or hasattr(config, "workerinput"):
        raise pytest.UsageError("Checks build on one another, so they run in one process: leave out -n.")
    work = (config.invocation_params.dir / (config.getoption("--work") or config.rootpath / WORK)).resolve()
    if not work.is_dir():
        problem = Problem(f"the folder {work}", "nothing", "the folder of a learner", "workshop begin 1")
        raise pytest.UsageError(f"there is nothing to check.\n{problem}")
    text = config.getoption("--target")
    try:
        grading = Grading(work, lambda: choose(text, clone=config.rootpath), prefix(os.environ))
    except Problem as problem:
        raise pytest.UsageError(f"the checks cannot run.\n{problem}") from problem
    config.stash[GRADING] = grading
    config.pluginmanager.register(Checks(grading), "workshop-checks")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out graders that were not asked for, and those of labs that have not been begun."""
    if not collection_path.is_relative_to(config.rootpath / GRADERS):
        return None
    grading = config.stash.get(GRADING, None)
    if grading is None:
        return True
    return True if _is_grader(collection_path) and not _begun(grading, collection_path) else None


def pytest_report_collectionfinish(config: pytest.Config) -> list[str]:
    """Say which labs are left out."""
    grading = config.stash.get(GRADING, None)
    if grading is None:
        return []
    files = sorted(filter(_is_grader, (config.rootpath / GRADERS).iterdir()))
    missing = [key_of(file) for file in files if not _begun(grading, file)]
    return [f"not begun in {grading.work}, so not checked: {', '.join(missing)}"] if missing else []


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> None:
    """Stop before the first check where there is nothing to talk to, or the graders are broken."""
    grading = session.config.stash.get(GRADING, None)
    if grading is None or session.config.option.collectonly:
        return
    if grading.problem is not None:
        raise pytest.UsageError(f"the checks cannot run.\n{grading.problem}")
    try:
        _ = grading.target
    except Problem as problem:
        raise pytest.UsageError(f"the checks cannot run.\n{problem}") from problem


def _asked(config: pytest.Config) -> bool:
    if config.getoption("--work"):
        return True
    graders = config.rootpath / GRADERS
    here = config.invocation_params.dir
    named = [(here / argument.partition("::")[0]).resolve() for argument in config.args]
    return any(path.is_relative_to(graders) for path in named)


def _is_grader(file: Path) -> bool:
    return file.name.startswith("test_") and file.suffix == ".py"


def _begun(grading: Grading, file: Path) -> bool:
    return (grading.work / key_of(file)).is_dir()
