"""What all tests share.

The option `--coverage-table` (tests/sandbox/coverage_plugin.py), and the checks' own `--work` and `--target`
(workshop.checking.options).
"""

from tests.sandbox.coverage_plugin import (
    pytest_addoption,
    pytest_configure,
)

__all__ = ["pytest_addoption", "pytest_configure"]

pytest_plugins = ("workshop.checking.options",)
