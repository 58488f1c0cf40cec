"""Records without a submission, and what this machine can isolate with."""

from __future__ import annotations

import pytest

from tests.repository.sources import ROOT
from workshop.grading import isolation
from workshop.grading.declared import declared_checks


@pytest.fixture(scope="session")
def declared():
    return declared_checks(ROOT)


@pytest.fixture(scope="session")
def isolated():
    """How submissions are kept in on this machine."""
    return isolation.find(ROOT)


@pytest.fixture
def bubblewrap(isolated):
    """Only where bubblewrap is there and works: nothing else keeps a process from reading and writing."""
    if isolated.kind != "bubblewrap":
        pytest.skip(isolated.note)
    return isolated
