"""The table as the checks use it: what is put in goes out again, and reads that lag are waited for."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tests.labs.dynamodb import table as table_module
from tests.labs.dynamodb.table import UsersTable
from workshop.checking.finding import NotShown


class LaggingClient:
    """Its default reads find nothing for `times` times; it leaves a write unprocessed once."""

    def __init__(self, times):
        self.times, self.reads, self.written = times, 0, []

    def get_item(self, Key, ConsistentRead=False, **_):
        if ConsistentRead:
            return {"Item": Key}
        self.reads += 1
        return {"Item": Key} if self.reads > self.times else {}

    def batch_write_item(self, RequestItems):
        self.written.append(RequestItems)
        return {"UnprocessedItems": RequestItems if len(self.written) == 1 else {}}


def table_of(client):
    lab = SimpleNamespace(client=lambda service: client, find=lambda output: SimpleNamespace(name="users"))
    return UsersTable(lab)


def test_a_lag_is_waited_for():
    client = LaggingClient(times=3)
    table_of(client).wait_until_settled([{"userId": "ada"}, {"userId": "grace"}])
    assert client.reads == 3 + 2 * table_module.SETTLED_AFTER


def test_a_lag_without_end_is_not_held_against_the_learner(monkeypatch):
    monkeypatch.setattr(table_module, "SETTLE_SECONDS", 0.0)
    with pytest.raises(NotShown, match="not yet seen by every read"):
        table_of(LaggingClient(times=10**6)).wait_until_settled([{"userId": "ada"}])


def test_what_was_not_processed_is_sent_again():
    client = LaggingClient(times=0)
    user = table_of(client).put(town="London")
    assert len(client.written) == 2
    (request,) = client.written[1]["users"]
    assert request["PutRequest"]["Item"]["userId"] == {"S": user["userId"]}
