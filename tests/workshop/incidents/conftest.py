"""One stack of each language for all tests of a worker; each test mends what it breaks."""

from functools import cache

import pytest

from tests.solutions.deployed import deploy, fresh_account, target_in
from tests.workshop.incidents.stage import stage


@pytest.fixture(scope="session")
def stage_in(sandbox):
    """`stage_in("python")`: the solution of lab 4, deployed when it is first asked for."""

    def make(language):
        target = target_in(sandbox, fresh_account())
        deploy("04-api-gateway", language, target, say=lambda line: None)
        return stage(target)

    return cache(make)
