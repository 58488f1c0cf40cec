"""What all tests share: the option `--coverage-table` (see tests/sandbox/coverage_plugin.py)."""

from tests.sandbox.coverage_plugin import (
    pytest_addoption,
    pytest_configure,
)

__all__ = ["pytest_addoption", "pytest_configure"]
