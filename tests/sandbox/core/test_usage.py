"""What is counted for the bill."""

import pytest

from sandbox.usage import Usage
from tests.sandbox.raw_http import RawClient
from tests.sandbox.warm import Warm

ACCOUNT = "123456789012"


def counted(usage):
    return usage.report()["accounts"][ACCOUNT]


def test_invocations():
    usage = Usage()
    usage.invoked(ACCOUNT, "us-east-1", "users", 100, 512)
    usage.invoked(ACCOUNT, "us-east-1", "users", 300, 512)
    assert counted(usage)["functions"] == [
        {
            "function": "users",
            "region": "us-east-1",
            "requests": 2,
            "billed_ms": 400,
            "gb_seconds": pytest.approx(0.2),
        }
    ]


@pytest.mark.parametrize(
    ("kind", "sent", "answered", "metered"),
    [("HTTP", 0, 0, 1), ("HTTP", 512 * 1024, 9, 1), ("HTTP", 9, 512 * 1024 + 1, 2), ("REST", 10**7, 0, 1)],
)
def test_http_apis_meter_by_512_kb_and_rest_apis_by_request(kind, sent, answered, metered):
    usage = Usage()
    usage.called(ACCOUNT, "us-east-1", "abc", kind, sent, answered)
    (api,) = counted(usage)["apis"]
    assert (api["requests"], api["metered_requests"], api["bytes_out"]) == (1, metered, answered)


def test_log_events_count_26_bytes_beside_their_message():
    usage = Usage()
    usage.logged(ACCOUNT, "us-east-1", "/g", ["é", "abc"])
    assert counted(usage)["log_groups"] == [
        {"log_group": "/g", "region": "us-east-1", "bytes_ingested": 2 + 3 + 52}
    ]


class Tables:
    """A service that counts for itself."""

    def __init__(self):
        self.counts = {ACCOUNT: [{"table": "users"}]}

    def report(self):
        return self.counts

    def clear(self):
        self.counts = {}


def test_a_service_may_count_for_itself():
    usage = Usage()
    usage.add("tables", Tables())
    assert counted(usage)["tables"] == [{"table": "users"}]
    usage.clear()
    assert usage.report()["accounts"] == {}


def test_accounts_are_apart_and_a_reset_forgets():
    usage = Usage()
    usage.invoked(ACCOUNT, "us-east-1", "users", 1, 128)
    usage.invoked("111122223333", "us-east-1", "users", 1, 128)
    assert set(usage.report()["accounts"]) == {ACCOUNT, "111122223333"}
    usage.clear()
    assert usage.report()["accounts"] == {}
    assert usage.report()["seconds"] < 60


def test_a_reset_of_the_sandbox_forgets_what_was_used():
    def accounts():
        return RawClient(sandbox.url).request("GET", "/_sandbox/usage").json()["accounts"]

    with Warm(port=0) as sandbox:
        sandbox.session(ACCOUNT).client("dynamodb").create_table(
            TableName="users",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        )
        assert [table["table"] for table in accounts()[ACCOUNT]["tables"]] == ["users"]
        sandbox.reset()
        assert accounts() == {}
