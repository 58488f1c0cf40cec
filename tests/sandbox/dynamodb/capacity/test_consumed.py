"""Capacity units, and how answers report them."""

import pytest

from sandbox.dynamodb.consumed import Consumed, index_write_units, read_units, write_units


@pytest.mark.parametrize(
    ("size", "eventually", "strongly", "transactional"),
    [
        (0, 0.5, 1, 2),
        (1, 0.5, 1, 2),
        (4096, 0.5, 1, 2),
        (4097, 1, 2, 4),
        (6656, 1, 2, 4),
        (409600, 50, 100, 200),
    ],
)
def test_reads_count_by_4_kb(size, eventually, strongly, transactional):
    assert read_units(size, consistent=False) == eventually
    assert read_units(size, consistent=True) == strongly
    assert read_units(size, consistent=True, transactional=True) == transactional


@pytest.mark.parametrize(("size", "units"), [(0, 1), (1, 1), (1024, 1), (1025, 2), (3072, 3), (409600, 400)])
def test_writes_count_by_1_kb(size, units):
    assert write_units(size) == units
    assert write_units(size, transactional=True) == 2 * units


# Measured on AWS, eu-west-2, 2026-08-12: nubo-db/dynoxide issue 176. *Global Secondary Indexes*, Write
# Capacity Units, says the same but for an overwrite that changes nothing.
@pytest.mark.parametrize(
    ("old", "new", "how", "units"),
    [
        (None, None, {}, 0),
        (None, 200, {}, 1),
        (200, None, {}, 1),
        (200, 210, {}, 1),
        (200, 200, {"changed": False}, 0),
        (200, 200, {"moved": True}, 2),
        (2000, 500, {"moved": True}, 3),
        (2000, 500, {}, 2),
        (None, 1025, {}, 2),
    ],
)
def test_an_index_costs_what_its_entry_s_change_costs(old, new, how, units):
    assert index_write_units(old, new, **how) == units


def test_nothing_is_reported_unless_asked():
    assert Consumed("users", read=1).report("NONE") is None
    assert Consumed("users", read=1).report(None) is None


def test_total():
    assert Consumed("users", read=0.5).report("TOTAL") == {"TableName": "users", "CapacityUnits": 0.5}


WRITE = Consumed("users", write=3.0, global_indexes={"g": (0.0, 2.0)}, local_indexes={"l": (0.0, 1.0)})


def test_the_total_holds_the_indexes():
    assert WRITE.report("TOTAL") == {"TableName": "users", "CapacityUnits": 6.0}


def test_indexes_are_told_one_by_one():
    assert WRITE.report("INDEXES") == {
        "TableName": "users",
        "CapacityUnits": 6.0,
        "Table": {"CapacityUnits": 3.0},
        "GlobalSecondaryIndexes": {"g": {"CapacityUnits": 2.0}},
        "LocalSecondaryIndexes": {"l": {"CapacityUnits": 1.0}},
    }


def test_indexes_that_were_not_touched_are_not_told():
    assert Consumed("users", write=1.0).report("INDEXES") == {
        "TableName": "users",
        "CapacityUnits": 1.0,
        "Table": {"CapacityUnits": 1.0},
    }


def test_a_read_of_an_index_costs_the_table_nothing():
    found = Consumed("users", global_indexes={"g": (0.5, 0.0)}).report("INDEXES")
    assert found["Table"] == {"CapacityUnits": 0.0}
    assert found["CapacityUnits"] == 0.5


# Captured on AWS: ExtendDB/extenddb issue 77 (reads), rusoto/rusoto issue 1919 (writes).
def test_transactions_say_of_which_kind_their_units_are():
    assert Consumed("users", read=4.0).report("INDEXES", transactional=True) == {
        "TableName": "users",
        "CapacityUnits": 4.0,
        "ReadCapacityUnits": 4.0,
        "Table": {"ReadCapacityUnits": 4.0, "CapacityUnits": 4.0},
    }
    found = Consumed("users", write=6.0, global_indexes={"gsi1": (0.0, 2.0)})
    assert found.report("INDEXES", transactional=True) == {
        "TableName": "users",
        "CapacityUnits": 8.0,
        "WriteCapacityUnits": 8.0,
        "Table": {"CapacityUnits": 6.0, "WriteCapacityUnits": 6.0},
        "GlobalSecondaryIndexes": {"gsi1": {"CapacityUnits": 2.0, "WriteCapacityUnits": 2.0}},
    }


def test_an_arn_stays_an_arn():
    arn = "arn:aws:dynamodb:us-east-1:123456789012:table/users"
    assert Consumed(arn, read=1.0).report("TOTAL")["TableName"] == arn


def test_two_operations_on_one_table_add_up():
    both = WRITE + Consumed("users", read=1.0, write=1.0, global_indexes={"h": (0.5, 0.0), "g": (0.0, 1.0)})
    assert (both.read, both.write) == (1.0, 4.0)
    assert both.global_indexes == {"g": (0.0, 3.0), "h": (0.5, 0.0)}
    assert both.local_indexes == {"l": (0.0, 1.0)}
    assert both.total == (1.5, 8.0)
    assert WRITE.global_indexes == {"g": (0.0, 2.0)}
