"""One stack of each language for all tests of a worker; each test mends what it breaks."""

from functools import cache

import pytest

from tests.solutions.deployed import Deployed, deploy, fresh_account, target_in
from tests.workshop.doctor.stack import Stack


@pytest.fixture(scope="session")
def stack_in(sandbox):
    """`stack_in("python")`: the solution of lab 4, deployed when it is first asked for."""

    def make(language):
        target = target_in(sandbox, fresh_account())
        outputs = deploy("04-api-gateway", language, target, say=lambda line: None)
        session = sandbox.session(target.account)
        return Stack(Deployed("04-api-gateway", language, session, outputs), target)

    return cache(make)
