"""Settings of a running sandbox: `/_sandbox/settings`, and those given at the start."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys

import pytest

from sandbox import Sandbox
from sandbox.child import SandboxError
from tests.sandbox.core.conftest import text
from tests.sandbox.warm import Warm

KNOWN = (
    "There are: replication_lag, seed, table_state_ms, transaction_ms, function_state_ms, "
    "environment_idle_seconds, burst_seconds, on_demand_peak_read, on_demand_peak_write, "
    "on_demand_most_read, on_demand_most_write, account_concurrency, event_retry_ms."
)
LAG = "expected MEDIAN,LONGEST in milliseconds, such as 20,150"


@pytest.fixture(scope="module")
def own():
    """A sandbox of the module's own, whose reads are all current."""
    with Warm(replication_lag="0", seed=7) as running:
        yield running


@pytest.fixture
def settings(own):
    """The sandbox, as it was at its start."""
    yield own
    own.reset()


def test_what_is_given_at_the_start_is_told(settings):
    assert settings.settings() == {
        "replication_lag": "0",
        "seed": 7,
        "table_state_ms": 50,
        "transaction_ms": 5,
        "function_state_ms": 50,
        "environment_idle_seconds": 300,
        "burst_seconds": 300,
        "on_demand_peak_read": 6000,
        "on_demand_peak_write": 2000,
        "on_demand_most_read": 40000,
        "on_demand_most_write": 40000,
        "account_concurrency": 1000,
        "event_retry_ms": 1000,
    }


def test_a_change_is_told_and_lasts_until_the_reset(settings):
    wanted = {"replication_lag": "100,400", "seed": 3, "table_state_ms": 0, "on_demand_peak_write": 5}
    wanted |= {"account_concurrency": 10, "event_retry_ms": 60000}
    assert settings.settings(**wanted).items() >= wanted.items()
    settings.reset()
    assert settings.settings()["replication_lag"] == "0"


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ({"lag": 1}, f"There is no setting 'lag'. {KNOWN}"),
        ({"seed": 1.5}, "seed is 1.5; expected a whole number."),
        ({"seed": True}, "seed is True; expected a whole number."),
        ({"table_state_ms": -1}, "table_state_ms is -1; expected milliseconds from 0 to 60000."),
        ({"transaction_ms": "x"}, "transaction_ms is 'x'; expected milliseconds from 0 to 5000."),
        ({"event_retry_ms": 60001}, "event_retry_ms is 60001; expected milliseconds from 0 to 60000."),
        ({"account_concurrency": 2.5}, "account_concurrency is 2.5; expected a whole number."),
        (
            {"account_concurrency": 0},
            "account_concurrency is 0; expected a whole number from 1 to 100000.",
        ),
        (
            {"function_state_ms": 60_001},
            "function_state_ms is 60001; expected milliseconds from 0 to 60000.",
        ),
        (
            {"environment_idle_seconds": 0},
            "environment_idle_seconds is 0; expected seconds above 0, up to 86400.",
        ),
        ({"burst_seconds": 0}, "burst_seconds is 0; expected a number of units or seconds above 0."),
        (
            {"replication_lag": "20"},
            f"replication_lag: '20' is no replication lag: {LAG}, or 0 for none.",
        ),
        ([], f"Settings are a JSON object of names and values. {KNOWN}"),
    ],
)
def test_what_cannot_be_set_changes_nothing(settings, raw_own, wanted, message):
    before = settings.settings()
    body = json.dumps({"seed": 9, **wanted} if wanted and isinstance(wanted, dict) else wanted)
    if isinstance(wanted, dict) and "seed" in wanted:
        body = json.dumps(wanted)
    status, said = raw_own("PUT", body)
    assert (status, said["message"]) == (400, message)
    assert settings.settings() == before


def test_a_body_that_is_no_json(raw_own):
    status, said = raw_own("PUT", "{")
    assert status == 400
    assert said["message"].startswith("The body is not JSON (")


@pytest.mark.parametrize("headers", [{"Host": "evil.example"}, {"Origin": "http://evil.example"}])
def test_pages_of_other_machines_set_nothing(settings, raw_own, headers):
    status, _ = raw_own("PUT", '{"seed": 5}', headers)
    assert status == 403
    assert settings.settings()["seed"] == 7


@pytest.fixture
def raw_own(own):
    """`raw_own("PUT", body)`: status and JSON of a request to the settings."""

    def ask(method, body, headers=None):
        connection = http.client.HTTPConnection(own.url.removeprefix("http://"), timeout=10)
        connection.request(method, "/_sandbox/settings", body, headers or {})
        answer = connection.getresponse()
        told = json.loads(answer.read())
        connection.close()
        return answer.status, told

    return ask


def test_without_a_lag_every_read_is_current_and_with_one_some_are_not(settings):
    db = settings.session().client("dynamodb")
    db.create_table(
        TableName="users",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    db.get_waiter("table_exists").wait(TableName="users")

    def stale():
        found = 0
        for number in range(60):
            db.put_item(TableName="users", Item={"pk": text("ada"), "n": {"N": str(number)}})
            read = db.get_item(TableName="users", Key={"pk": text("ada")})
            found += read.get("Item", {}).get("n") != {"N": str(number)}
        return found

    assert stale() == 0
    settings.settings(replication_lag="200,400")
    assert stale() > 5


def test_a_lag_that_is_none_is_refused_at_the_start():
    with pytest.raises(SandboxError, match="'quick' is no replication lag"):
        Sandbox(replication_lag="quick").start()
    command = [sys.executable, "-m", "sandbox", "serve", "--port", "0", "--replication-lag", "quick"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert done.stderr.startswith("--replication-lag: 'quick' is no replication lag")
