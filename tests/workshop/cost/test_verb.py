"""`workshop cost`, as typed."""

import json
import sys
import time

import pytest
from typer.testing import CliRunner

from tests.repository.sources import ROOT
from tests.workshop.terminal import type_into
from workshop import cli
from workshop.cost import counts
from workshop.errors import NotRunning, Problem
from workshop.figures import cost
from workshop.target import Target

ACCOUNT = "444455556667"
IN_TERMINAL = "from workshop.cli import main; main()"


@pytest.fixture(scope="session")
def url(sandbox):
    """The sandbox's, in which a thousand bytes were logged."""
    logs = sandbox.session(ACCOUNT).client("logs")
    logs.create_log_group(logGroupName="/a/log")
    logs.create_log_stream(logGroupName="/a/log", logStreamName="s")
    event = {"timestamp": int(time.time() * 1000), "message": "x" * 1000}
    logs.put_log_events(logGroupName="/a/log", logStreamName="s", logEvents=[event])
    return sandbox.url


@pytest.fixture
def here(url, monkeypatch):
    monkeypatch.setenv("SANDBOX_URL", url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", ACCOUNT)


def workshop(*arguments):
    result = CliRunner().invoke(cli.app, ["cost", *arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.output


def test_what_was_used_so_far(here):
    said = workshop()
    assert "log group /a/log" in said
    assert "GB ingested" in said
    assert "On AWS this would have cost $0.00000048" in said
    assert "100 writes (up to 1 KB) and 400 reads" in said


def test_in_a_terminal(here):
    code, shown = type_into([sys.executable, "-c", IN_TERMINAL, "cost"], "", cwd=ROOT)
    assert code == 0
    assert "log group /a/log" in shown


def test_as_json_for_another_peak(here):
    data = json.loads(workshop("--json", "--peak-writes", "5", "--peak-reads", "0", "--storage-gb", "2"))
    assert data["forecast"]["peak_writes"] == 5
    assert data["forecast"]["storage"] == 0.5
    assert [line["resource"] for line in data["so_far"]["lines"]] == ["log group /a/log"] * 2


def test_another_account_has_used_nothing(here, monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "444455556668")
    assert "Nothing that AWS bills was used yet." in workshop()


def test_without_any_peak(here):
    with pytest.raises(Problem, match="nothing to forecast") as caught:
        workshop("--peak-writes", "0", "--peak-reads", "0")
    assert caught.value.do_next == "workshop cost --peak-writes 100"


def test_on_aws_cost_explorer_knows():
    with pytest.raises(Problem, match="only the sandbox counts") as caught:
        workshop("--target", "aws")
    assert "Cost Explorer" in caught.value.do_next


def test_another_emulator_counts_nothing():
    elsewhere = Target("endpoint", "http://127.0.0.1:1", ACCOUNT, "us-east-1", "test")
    with pytest.raises(Problem, match="only the sandbox counts"):
        counts(elsewhere)


def test_no_sandbox(monkeypatch):
    monkeypatch.setenv("SANDBOX_URL", "http://127.0.0.1:1")
    with pytest.raises(NotRunning, match="workshop up"):
        workshop()


def test_a_sandbox_that_ends_meanwhile():
    gone = Target("sandbox", "http://127.0.0.1:1", ACCOUNT, "us-east-1", "test")
    with pytest.raises(NotRunning, match="_sandbox/usage"):
        counts(gone)


def test_the_notebook_s_object(here):
    assert "log group /a/log" in repr(cost(peak_writes=7))
    assert "7 writes" in repr(cost(peak_writes=7))
