"""What all tests share.

The option `--coverage-table` (tests/sandbox/coverage_plugin.py), and the checks' own `--work` and `--target`
(workshop.checking.options); and one sandbox.
"""

import contextlib
import gc
import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox import Sandbox
from sandbox.backend.lean_imports import without_grammar
from tests.sandbox.coverage_plugin import (
    pytest_addoption,
    pytest_configure,
)

# nbformat and others import it: 0.2 s this way, 2.2 s with the grammar, in every process of a run.
with without_grammar():
    importlib.import_module("jsonschema")

__all__ = ["pytest_addoption", "pytest_configure"]

pytest_plugins = ("workshop.checking.options",)


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    """One sandbox for all tests of a worker, which keep apart by their accounts.

    A start takes 1.3 s, and the first deployment half a second more than the next. Tests that reset or end
    a sandbox, or that look at what all accounts do, start their own.
    What a fixture makes in an account of a fixed number has to have scope "session": tests of a module may
    come to a worker in two parts, and then a fixture of scope "module" makes it twice.
    Functions are Active and updated at once, so that tests need not wait for them; those that are about their
    states begin them anew (tests/sandbox/functions/test_states.py).
    """
    with Sandbox(port=0) as running:
        running.settings(function_state_ms=0)
        yield running


def pytest_sessionstart() -> None:
    """Look for garbage less often: with all tests collected, that was a sixth of a worker's CPU."""
    gc.set_threshold(20_000, 20, 50)


def pytest_collection(session: pytest.Session) -> None:
    """Have each worker import another part of the tests first, so that a new clone's are compiled once.

    In step with one another they would all compile every file: with three of them 10 s of CPU more.
    """
    worker = getattr(session.config, "workerinput", None)
    if worker is None:
        return
    number, hook = int(worker["workerid"].removeprefix("gw")), session.config.hook
    folders = [Path(argument) for argument in session.config.args if Path(argument).is_dir()]
    files = sorted(file.resolve() for folder in folders for file in folder.rglob("test_*.py"))
    for file in files[number :: worker["workercount"]]:
        if hook.pytest_ignore_collect(collection_path=file, config=session.config):
            continue
        name = ".".join(file.relative_to(session.config.rootpath).with_suffix("").parts)
        with contextlib.suppress(Exception):  # the collection comes upon it too, and tells it
            importlib.import_module(name)


def pytest_collection_finish() -> None:
    """What was collected stays to the end: the garbage collector need not walk through it."""
    gc.freeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what may take long, which has a time-out of its own: none of it runs alone at the end."""
    items.sort(key=lambda item: item.get_closest_marker("timeout") is None)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """After a run of the proofs of the graders: how many there are."""
    told = {kind: terminalreporter.stats.get(kind, []) for kind in ("passed", "failed")}
    proofs = {kind: [r for r in told[kind] if r.nodeid.startswith("tests/graders/")] for kind in told}
    if not any(proofs.values()):
        return
    from tests.graders.__main__ import LABS, line

    terminalreporter.section("graders proven", sep="-")
    for lab in LABS:
        terminalreporter.write_line(line(lab))
    terminalreporter.write_line(f"{len(proofs['passed'])} tests passed, {len(proofs['failed'])} failed")
