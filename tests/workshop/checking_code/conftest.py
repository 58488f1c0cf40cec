"""Small modules, written by the test in both languages and loaded against a real sandbox."""

from __future__ import annotations

import secrets
import textwrap
from contextlib import ExitStack

import psutil
import pytest

from workshop.checking.code import Limits, load_module
from workshop.target import sandbox_at

FILES = {"python": "users.py", "nodejs": "users.mjs"}


@pytest.fixture(scope="session")
def target(sandbox):
    """The account of a worker's tests."""
    return sandbox_at(sandbox.url, f"{secrets.randbelow(9 * 10**11) + 10**11}")


@pytest.fixture(scope="session")
def client(target):
    return target.session().client("dynamodb")


@pytest.fixture(scope="session")
def table(client):
    """A table of users; tests keep apart by their user ids."""
    client.create_table(
        TableName="users",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "userId", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "userId", "AttributeType": "S"}],
    )
    client.get_waiter("table_exists").wait(TableName="users")
    return "users"


@pytest.fixture(params=["python", "nodejs"])
def language(request):
    return request.param


def processes_in(folder):
    """The living processes whose working folder it is."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.cwd() == str(folder) and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.Error:
            continue
    return found


def still_in(folder):
    """Those that are not about to end: a process that was killed takes its time on a busy machine."""
    return psutil.wait_procs(processes_in(folder), timeout=5)[1]


@pytest.fixture
def load(tmp_path, target, table):
    """`load(python="…", nodejs="…")` writes users.py or users.mjs and loads it; nothing of it stays."""
    with ExitStack() as opened:

        def make(*, limits=None, language=None, wait=True, file=None, folder=tmp_path, **sources):
            for one, source in sources.items():
                (folder / (file or FILES[one])).write_text(textwrap.dedent(source))
            module = load_module(folder, "users", target, table, limits, language=language, wait=wait)
            return opened.enter_context(module)

        yield make
    assert still_in(tmp_path) == []


@pytest.fixture
def run(load, language):
    """`run("name", …, python="…", nodejs="…")`: the answer of one call, in the test's language."""

    def call(function, *arguments, limits=None, python, nodejs, **named):
        source = {"python": python, "nodejs": nodejs}[language]
        return load(limits=limits, **{language: source}).call(function, *arguments, **named)

    return call


SHORT = Limits(seconds=1.5)
