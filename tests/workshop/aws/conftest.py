"""Amazon's host names, answered by the sandbox of the run; and a learner's profile."""

import os
import secrets

import pytest

from tests.aws_door import aws_door
from workshop.target.account import connect


@pytest.fixture(scope="module")
def account_number():
    """An account that no other test uses."""
    return f"{secrets.randbelow(9 * 10**11) + 10**11}"


@pytest.fixture(scope="module")
def door(sandbox, tmp_path_factory, account_number):
    """The door, its profile `learner` (an administrator), and the environment that leads through it."""
    with aws_door(sandbox, tmp_path_factory.mktemp("door")) as opened, pytest.MonkeyPatch.context() as patch:
        opened.user(account_number)
        for name in [name for name in os.environ if name.startswith(("AWS_", "SANDBOX_", "WORKSHOP_"))]:
            patch.delenv(name)
        for name, value in opened.environment().items():
            patch.setenv(name, value)
        patch.setenv("HOME", str(opened.folder))
        yield opened


@pytest.fixture(scope="module")
def account(door):
    """The learner's account, as `workshop target aws --profile learner` finds it."""
    return connect("learner")
