"""The sum of consumed units equals a recount that shares no code with what counts them.

Random reads and writes of a table with a global and a local index; the recount keeps items of its own and
measures them by the published rules. All attributes are strings.
"""

from __future__ import annotations

import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.sandbox.raw_http import RawClient
from tests.sandbox.warm import Warm

ATTRIBUTES = [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk", "g", "l")]
INDEXES = {
    # Key attributes, and what is held beside the keys.
    "g-index": (("g",), {"pk", "sk", "g", "note"}),
    "l-index": (("pk", "l"), {"pk", "sk", "l"}),
}
_numbers = itertools.count()


ACCOUNT = "271828182845"


@pytest.fixture(scope="module")
def at_once():
    """A sandbox whose followers have every write at once: the recount knows nothing of stale reads."""
    with Warm(port=0, replication_lag="0") as running:
        yield running


@pytest.fixture(scope="module")
def db(at_once):
    return at_once.session(ACCOUNT).client("dynamodb")


@pytest.fixture(scope="module")
def new_table(db):
    def make():
        name = f"recount-{next(_numbers)}"
        db.create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=ATTRIBUTES,
            KeySchema=[
                {"AttributeName": "pk", "KeyType": "HASH"},
                {"AttributeName": "sk", "KeyType": "RANGE"},
            ],
            GlobalSecondaryIndexes=[
                {
                    "IndexName": "g-index",
                    "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
                    "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["note"]},
                }
            ],
            LocalSecondaryIndexes=[
                {
                    "IndexName": "l-index",
                    "KeySchema": [
                        {"AttributeName": "pk", "KeyType": "HASH"},
                        {"AttributeName": "l", "KeyType": "RANGE"},
                    ],
                    "Projection": {"ProjectionType": "KEYS_ONLY"},
                }
            ],
        )
        db.get_waiter("table_exists").wait(TableName=name)
        return name

    return make


class Recount:
    """Items as dicts of plain strings, and the units of what is done to them."""

    def __init__(self):
        self.items = {}
        self.units = 0.0

    @staticmethod
    def size(item):
        return sum(len(name.encode()) + len(value.encode()) for name, value in item.items())

    @staticmethod
    def steps(size, step):
        count = 1
        while size > step:
            size -= step
            count += 1
        return count

    def entry(self, item, index):
        keys, held = INDEXES[index]
        if item is None or any(key not in item for key in keys):
            return None
        return {name: value for name, value in item.items() if name in held}

    def write(self, key, new):
        old = self.items.get(key)
        self.units += max(self.steps(self.size(item), 1024) for item in ({}, old or {}, new or {}))
        for index, (keys, _) in INDEXES.items():
            before, after = self.entry(old, index), self.entry(new, index)
            if before == after:
                continue
            sizes = [self.steps(self.size(entry), 1024) for entry in (before, after) if entry is not None]
            moved = before and after and any(before[key] != after[key] for key in keys)
            self.units += sum(sizes) if moved else max(sizes)
        self.items.pop(key, None)
        if new is not None:
            self.items[key] = new

    def failed(self, key):
        self.units += self.steps(self.size(self.items.get(key, {})), 1024)

    def read(self, items, consistent, index=None):
        seen = [item if index is None else self.entry(item, index) for item in items]
        size = sum(self.size(item) for item in seen if item is not None)
        self.units += self.steps(size, 4096) * (1.0 if consistent else 0.5)


def wire(item):
    return {name: {"S": value} for name, value in item.items()}


_text = st.integers(1, 4).flatmap(lambda kb: st.sampled_from([f"{'é' * 10}", "x" * (kb * 1500), "y" * kb]))
_key = st.tuples(st.sampled_from("ab"), st.sampled_from("12"))
_rest = st.fixed_dictionaries(
    {}, optional={"g": st.sampled_from("pq"), "l": st.sampled_from("st"), "note": _text, "more": _text}
)
_steps = st.one_of(
    st.tuples(st.just("put"), _key, _rest),
    st.tuples(st.just("delete"), _key),
    st.tuples(st.just("update"), _key, st.sampled_from(["g", "l"]), st.sampled_from([None, "p", "q", "s"])),
    st.tuples(st.just("update"), _key, st.sampled_from(["note", "more"]), st.one_of(st.none(), _text)),
    st.tuples(st.just("fail"), _key),
    st.tuples(st.just("get"), _key, st.booleans()),
    st.tuples(st.just("query"), st.sampled_from("ab"), st.sampled_from([None, "l-index"]), st.booleans()),
    st.tuples(st.just("scan"), st.sampled_from([None, "g-index", "l-index"]), st.booleans()),
)


class Driver:
    """Does each step on the table and in the recount; sums what the answers say."""

    def __init__(self, db, table):
        self.db = db
        self.recount = Recount()
        self.told = 0.0
        self.common = {"TableName": table, "ReturnConsumedCapacity": "TOTAL"}

    def do(self, step):
        answer = getattr(self, step[0])(*step[1:])
        if answer is not None:
            self.told += answer["ConsumedCapacity"]["CapacityUnits"]

    def key(self, key):
        return wire(dict(zip(("pk", "sk"), key, strict=True)))

    def put(self, key, rest):
        item = {"pk": key[0], "sk": key[1], **rest}
        self.recount.write(key, item)
        return self.db.put_item(Item=wire(item), **self.common)

    def delete(self, key):
        self.recount.write(key, None)
        return self.db.delete_item(Key=self.key(key), **self.common)

    def update(self, key, name, value):
        item = {"pk": key[0], "sk": key[1], **self.recount.items.get(key, {})}
        more = {"ExpressionAttributeNames": {"#n": name}}
        if value is None:
            if key not in self.recount.items:
                return None
            item.pop(name, None)
            more["UpdateExpression"] = "REMOVE #n"
        else:
            item[name] = value
            more |= {"UpdateExpression": "SET #n = :v", "ExpressionAttributeValues": {":v": {"S": value}}}
        self.recount.write(key, item)
        return self.db.update_item(Key=self.key(key), **more, **self.common)

    def fail(self, key):
        self.recount.failed(key)
        try:
            self.db.delete_item(
                Key=self.key(key), ConditionExpression="attribute_exists(nothing)", **self.common
            )
        except self.db.exceptions.ConditionalCheckFailedException:
            # The answer tells no units; the bill does.
            self.told += Recount.steps(Recount.size(self.recount.items.get(key, {})), 1024)

    def get(self, key, consistent):
        found = self.recount.items.get(key)
        self.recount.read([found] if found else [], consistent)
        return self.db.get_item(Key=self.key(key), ConsistentRead=consistent, **self.common)

    def query(self, pk, index, consistent):
        items = [item for item in self.recount.items.values() if item["pk"] == pk]
        self.recount.read(items, consistent, index)
        more = {"IndexName": index} if index else {}
        return self.db.query(
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": pk}},
            ConsistentRead=consistent,
            **more,
            **self.common,
        )

    def scan(self, index, consistent):
        consistent = consistent and index != "g-index"
        self.recount.read(self.recount.items.values(), consistent, index)
        return self.db.scan(
            ConsistentRead=consistent, **({"IndexName": index} if index else {}), **self.common
        )


def billed(url, table):
    tables = RawClient(url).request("GET", "/_sandbox/usage").json()["accounts"][ACCOUNT]["tables"]
    (counts,) = [counts for counts in tables if counts["table"] == table]
    return counts["read_request_units"] + counts["write_request_units"]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(_steps, min_size=1, max_size=25))
def test_what_is_consumed_is_what_a_recount_finds(at_once, db, new_table, steps):
    driver = Driver(db, new_table())
    for step in steps:
        driver.do(step)
    assert driver.told == driver.recount.units
    assert billed(at_once.url, driver.common["TableName"]) == driver.recount.units
