"""`sandbox reset`, and what is counted, over a restart."""

import json
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from sandbox.emptying import NotEmptied, empty
from tests.sandbox.store.durable import Durable

SANDBOX = Path(sys.executable).with_name("sandbox")


@pytest.fixture
def durable(tmp_path):
    started = Durable(tmp_path / "state")
    yield started
    started.sandbox.stop()


def reset(durable, *options, typed=""):
    port = durable.sandbox.url.rpartition(":")[2]
    command = [str(SANDBOX), "reset", "--port", port, *options]
    return subprocess.run(command, input=typed, capture_output=True, text=True, timeout=60, check=False)


def buckets(durable):
    return [bucket["Name"] for bucket in durable.client("s3").list_buckets()["Buckets"]]


def asked(durable, path):
    with urllib.request.urlopen(f"{durable.sandbox.url}/_sandbox/{path}", timeout=20) as answer:
        return json.load(answer)


def test_it_asks_and_empties_and_nothing_comes_back(durable):
    durable.client("s3").create_bucket(Bucket="of-mine")
    since = asked(durable, "health")["state"]["since"]
    refused = reset(durable, typed="n\n")
    assert refused.returncode == 1
    assert f"Everything in the sandbox at {durable.sandbox.url} goes" in refused.stdout
    assert buckets(durable) == ["of-mine"]

    done = reset(durable, "--yes")
    assert (done.returncode, done.stdout) == (0, f"The sandbox at {durable.sandbox.url} is empty.\n")
    assert buckets(durable) == []
    durable.again()
    assert buckets(durable) == []
    assert asked(durable, "health")["state"]["since"] > since


def test_without_a_sandbox_nothing_is_emptied():
    with pytest.raises(NotEmptied, match=r"No sandbox was emptied at http://127.0.0.1:1 .*`sandbox serve`"):
        empty("http://127.0.0.1:1")


def test_counts_and_the_beginning_of_the_state_are_as_they_were(durable):
    api = durable.client("dynamodb")
    api.create_table(
        TableName="counted",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    api.get_waiter("table_exists").wait(TableName="counted")
    for number in range(3):
        api.put_item(TableName="counted", Item={"id": {"S": str(number)}})
    before = asked(durable, "usage")
    durable.again(kill=False)
    after = asked(durable, "usage")
    assert before["accounts"]["123456789012"]["tables"][0]["write_request_units"] == 3
    assert (after["accounts"], after["since"]) == (before["accounts"], before["since"])
    durable.client("dynamodb").put_item(TableName="counted", Item={"id": {"S": "4"}})
    assert asked(durable, "usage")["accounts"]["123456789012"]["tables"][0]["write_request_units"] == 4
