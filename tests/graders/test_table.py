"""The table as the checks use it: what is put in goes out again, and reads that lag are waited for."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tests.labs.dynamodb import table as table_module
from tests.labs.dynamodb.table import UsersTable
from workshop.checking.finding import NotShown


class LaggingClient:
    """Three copies answer for the keys of its batches in turn; one has nothing for `times` batches.

    It leaves a write unprocessed once.
    """

    def __init__(self, times):
        self.times, self.reads, self.batches, self.written = times, 0, 0, []

    def batch_get_item(self, RequestItems):
        ((name, request),) = RequestItems.items()
        if request.get("ConsistentRead"):
            return {"Responses": {name: request["Keys"]}}
        self.batches += 1
        return {"Responses": {name: [key for key in request["Keys"] if self._has()]}}

    def _has(self):
        self.reads += 1
        return self.reads % 3 or self.batches > self.times

    def batch_write_item(self, RequestItems):
        self.written.append(RequestItems)
        return {"UnprocessedItems": RequestItems if len(self.written) == 1 else {}}


def table_of(client):
    lab = SimpleNamespace(client=lambda service: client, find=lambda output: SimpleNamespace(name="users"))
    return UsersTable(lab)


@pytest.mark.parametrize("users", [1, 2, 3, 6])
def test_a_lag_is_waited_for(users):
    client = LaggingClient(times=9)
    table_of(client).wait_until_settled([{"userId": f"user-{number}"} for number in range(users)])
    assert client.batches > client.times


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
