"""What all tests share.

The option `--coverage-table` (tests/sandbox/coverage_plugin.py), and the checks' own `--work` and `--target`
(workshop.checking.options).
"""

import pytest

from tests.sandbox.coverage_plugin import (
    pytest_addoption,
    pytest_configure,
)

__all__ = ["pytest_addoption", "pytest_configure"]

pytest_plugins = ("workshop.checking.options",)


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
