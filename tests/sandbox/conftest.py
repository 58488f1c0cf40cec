"""Fixtures of the sandbox's tests: an account of one's own, clients, hand-made HTTP."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.config import Config

from sandbox import Sandbox
from tests.sandbox.cases import all_cases
from tests.sandbox.coverage_plugin import PROPERTY
from tests.sandbox.expected import Expected
from tests.sandbox.raw_http import RawClient


@pytest.fixture
def account() -> str:
    """A fresh account: twelve digits, used as the access key id of its administrator."""
    return f"{secrets.randbelow(9 * 10**11) + 10**11}"


@pytest.fixture
def client(sandbox: Sandbox, account: str) -> Callable[..., Any]:
    """`client("dynamodb")`: a boto3 client of the account, which does not retry.

    Each is made once, which takes 10 ms, unless it is to have options.
    """
    session, made = sandbox.session(account), {}
    plain = Config(retries={"max_attempts": 0})

    def make(service: str, **options: Any) -> Any:
        if not options and service in made:
            return made[service]
        given = options.pop("config", None)
        fresh = session.client(service, config=plain.merge(given) if given else plain, **options)
        return fresh if options or given else made.setdefault(service, fresh)

    return make


@pytest.fixture
def raw(sandbox: Sandbox) -> RawClient:
    """Hand-made HTTP: `raw.request("GET", "/path", {"Host": "x"})`."""
    return RawClient(sandbox.url)


@pytest.fixture
def expected(request: pytest.FixtureRequest) -> Expected:
    """The case of a test with `@case`; its `{account}` is the test's own."""
    case = all_cases()[request.param]
    request.node.user_properties.append((PROPERTY, case.id))
    own = {"account": request.getfixturevalue("account")} if "account" in request.fixturenames else {}
    return Expected(case, own)


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Iterator[Any]:
    """A test with `@case` passes only if it has checked all that its case says."""
    outcome = yield
    expected = pyfuncitem.funcargs.get("expected")
    if isinstance(expected, Expected):
        expected.finish()
    return outcome
