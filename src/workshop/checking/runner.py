"""Runs checks in this process, for the command line, notebooks and tests alike.

pytest runs in process and alone: no configuration file, no plugin but what checks need. What it would
leave behind in the process is put back, so that it can run inside a notebook, a test, and again.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from workshop.checking.grading import Grading, OnEvent, file_of
from workshop.checking.results import Results
from workshop.errors import Problem
from workshop.progress import now
from workshop.target import Target, prefix

ALONE = (
    "--disable-plugin-autoload",
    *("--assert=plain", "--capture=sys", "--import-mode=importlib", "--continue-on-collection-errors"),
    *("-c", os.devnull, "-o", "junit_family=xunit2"),
)
NOT_NEEDED = (
    *("cacheprovider", "debugging", "doctest", "faulthandler", "legacypath", "logging", "pastebin"),
    *("recwarn", "setuponly", "setupplan", "stepwise", "subtests", "terminal", "threadexception"),
    *("unittest", "unraisableexception", "warnings"),
)
"""Plugins of pytest that change the process (hooks, handlers), or take time."""

FINISHED = (0, 1, 5)
"""Exit codes of pytest: all passed, some failed, none collected."""


def run_checks(
    graders: Path,
    work: Path,
    target: Target,
    lab_keys: Sequence[str],
    on_event: OnEvent | None = None,
    junit: Path | None = None,
    environ: Mapping[str, str] = os.environ,
) -> Results:
    """Checks the labs of `lab_keys` in `work` with the files in `graders`; says how it went by `on_event`.

    junit: where pytest writes its JUnit XML. Raises Problem for a lab that was not begun, BrokenGraders
    where the graders contradict themselves, KeyboardInterrupt if somebody interrupts.
    """
    files = [_file(graders, work, key) for key in lab_keys]
    grading = Grading(work, lambda: target, prefix(environ))
    if on_event is not None:
        grading.on_event = on_event
    at, began = now(), time.monotonic()
    code = _pytest(graders, files, grading, junit)
    if grading.interrupted:
        raise KeyboardInterrupt
    if grading.problem is not None:
        raise grading.problem
    if grading.internal_error or code not in FINISHED:
        raise RuntimeError(f"pytest ended with exit code {code}.\n{grading.internal_error}")
    seconds = time.monotonic() - began
    return Results(grading.results(lab_keys), target.where, str(work), at, seconds)


def _file(graders: Path, work: Path, key: str) -> Path:
    number = key.partition("-")[0].lstrip("0")
    if not (work / key).is_dir():
        raise Problem(
            f"the folder {work / key}", "nothing", f"your copy of lab {number}", f"workshop begin {number}"
        )
    file = file_of(graders, key)
    if not file.is_file():
        raise Problem(f"the file {file}", "nothing", f"the checks of lab {number}", "git pull && make setup")
    return file


def _pytest(graders: Path, files: Sequence[Path], grading: Grading, junit: Path | None) -> int:
    import pytest

    from workshop.checking.plugin import Checks

    arguments = [*ALONE, *(word for name in NOT_NEEDED for word in ("-p", f"no:{name}"))]
    arguments += [f"--rootdir={graders}", f"--confcutdir={graders}", "-o", f"pythonpath={_root(graders)}"]
    arguments += [f"--junitxml={junit}"] if junit else []
    with _unchanged_process(graders):
        return int(pytest.main([*arguments, *map(str, files)], plugins=[Checks(grading)]))


def _root(graders: Path) -> Path:
    """What `tests.labs` is imported from."""
    return graders.parent.parent


@contextmanager
def _unchanged_process(graders: Path) -> Iterator[None]:
    """Hides what was imported from `graders` before, and gives it and the environment back.

    So the graders are read anew each time. pytest reads PYTEST_ADDOPTS, and names the running test in
    PYTEST_CURRENT_TEST, which an outer pytest expects to find.
    """
    variables = {name: os.environ.pop(name, None) for name in ("PYTEST_ADDOPTS", "PYTEST_CURRENT_TEST")}
    hidden = {name: sys.modules.pop(name) for name in list(sys.modules) if _lies_in(graders, name)}
    before = set(sys.modules)
    try:
        yield
    finally:
        for name in [name for name in sys.modules if name not in before and _lies_in(graders.parent, name)]:
            del sys.modules[name]
        sys.modules.update(hidden)
        os.environ.update({name: value for name, value in variables.items() if value is not None})


def _lies_in(folder: Path, module: str) -> bool:
    # Compared as text: a process may have three thousand modules, and a Path of each takes 40 ms.
    return str(getattr(sys.modules[module], "__file__", "")).startswith(f"{folder}{os.sep}")
