"""UpdateTable: what changes when, and what is refused in which words.

The words that have no case were measured on AWS in October 2026 by the ACK API-quirks lab (findings
DDB-TABLE-050, 061, 064, 119, 148 to 151, 165, 175, 183, 184, 283, 370, 376, 443, 444, 446).
"""

from __future__ import annotations

import pytest

from tests.sandbox.cases import case
from tests.sandbox.dynamodb.control.conftest import ON_DEMAND, index, units
from tests.sandbox.refusals import refusal, told

PROVISIONED = {"BillingMode": "PROVISIONED"}
IN_USE = "Attempt to change a resource which is still in use: "
EMAIL = {"AttributeDefinitions": [{"AttributeName": "email", "AttributeType": "S"}]}
STREAM = {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}}


def capacity(table):
    """The units of a table or an index."""
    throughput = table["ProvisionedThroughput"]
    return throughput["ReadCapacityUnits"], throughput["WriteCapacityUnits"]


@case("ddb-switch-mode")
def test_to_on_demand_four_times_a_day_and_back_at_any_time(expected, db, make, described):
    assert expected.take("rule").startswith("provisioned to on-demand up to four times in a rolling 24 h")
    make(**units(2, 2))
    for _ in range(4):
        changed = db.update_table(TableName="users", **ON_DEMAND)["TableDescription"]
        assert (changed["TableStatus"], capacity(changed)) == ("UPDATING", (0, 0))
        table = described("users")
        assert table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
        assert table["BillingModeSummary"]["LastUpdateToPayPerRequestDateTime"]
        db.update_table(TableName="users", **PROVISIONED, **units(2, 2))
        table = described("users")
        assert (table["BillingModeSummary"]["BillingMode"], capacity(table)) == ("PROVISIONED", (2, 2))
    error = refusal(db.update_table, TableName="users", **ON_DEMAND)
    status, code, text = told(error)
    assert (status, code) == (400, "LimitExceededException")
    assert text.startswith(
        "Subscriber limit exceeded: Update to PayPerRequest mode are limited to 4 times in 1"
    )
    assert capacity(described("users")) == (2, 2)


def test_a_table_on_demand_may_be_told_so_again(db, make, described):
    make()
    assert db.update_table(TableName="users", **ON_DEMAND)["TableDescription"]["TableStatus"] == "UPDATING"
    assert db.list_tables()["TableNames"] == ["users"]
    assert described("users")["TableStatus"] == "ACTIVE"


def test_throughput_changes_when_the_update_is_over(db, make, slow, described):
    make(**units(5, 5))
    changed = db.update_table(TableName="users", **units(7, 6))["TableDescription"]
    assert (changed["TableStatus"], capacity(changed)) == ("UPDATING", (5, 5))
    db.put_item(TableName="users", Item={"pk": {"S": "ada"}})
    table = described("users")
    assert capacity(table) == (7, 6)
    assert "LastIncreaseDateTime" in table["ProvisionedThroughput"]
    assert table["WarmThroughput"]["ReadUnitsPerSecond"] == 7


def test_the_same_throughput_is_refused(db, make):
    make(**units(5, 5))
    status, code, text = told(refusal(db.update_table, TableName="users", **units(5, 5)))
    assert (status, code) == (400, "ValidationException")
    assert text.startswith("The provisioned throughput for the table will not change.")


def test_four_decreases_a_day_are_free(db, make, described):
    make(**units(10, 10))
    for number in range(1, 5):
        db.update_table(TableName="users", **units(10 - number, 10))
        throughput = described("users")["ProvisionedThroughput"]
        assert throughput["NumberOfDecreasesToday"] == number
    status, code, text = told(refusal(db.update_table, TableName="users", **units(1, 20)))
    assert (status, code) == (400, "LimitExceededException")
    assert text.startswith(
        "Subscriber limit exceeded: Provisioned throughput decreases are limited within a given UTC day. "
        "After the first 4 decreases, each subsequent decrease in the same UTC day can be performed at most "
        "once every 3600 seconds. Number of decreases today: 4. Last decrease at "
    )
    assert text.endswith(" Coordinated Universal Time.")
    db.update_table(TableName="users", **units(20, 20))


def test_more_than_the_quota_is_refused(db, make):
    make(**units(5, 5))
    status, code, text = told(refusal(db.update_table, TableName="users", **units(40_001, 5)))
    assert (status, code) == (400, "LimitExceededException")
    assert text.startswith(
        "The requested ReadCapacityUnits, 40001, is above the per table maximum for the account in "
        "us-east-1. Per table maximum: 40000. "
    )


def test_one_change_of_capacity_waits_for_another(db, make, slow):
    make(**units(5, 5))
    db.update_table(TableName="users", **units(6, 6))
    busy = IN_USE + "Table IOPS are currently being updated. Table: users"
    for change in (units(7, 7), ON_DEMAND):
        error = refusal(db.update_table, TableName="users", **change)
        assert told(error) == (400, "ResourceInUseException", busy)
    error = refusal(db.update_table, TableName="users", **STREAM)
    assert told(error)[2].endswith(
        "Can't enable or disable stream while table IOPS are being updated. Table: users"
    )
    error = refusal(db.delete_table, TableName="users")
    assert told(error)[2] == IN_USE + "Table: users is in the process of being updated."
    db.update_table(TableName="users", DeletionProtectionEnabled=False)


def test_a_stream_comes_and_goes_and_comes_anew(db, make, described):
    make()
    first = db.update_table(TableName="users", **STREAM)["TableDescription"]
    assert (first["TableStatus"], first["StreamSpecification"]) == ("UPDATING", STREAM["StreamSpecification"])
    described("users")
    error = refusal(db.update_table, TableName="users", **STREAM)
    assert told(error)[2] == "Table already has an enabled stream: TableName: users"
    off = {"StreamSpecification": {"StreamEnabled": False}}
    db.update_table(TableName="users", **off)
    table = described("users")
    assert "StreamSpecification" not in table
    assert table["LatestStreamArn"] == first["LatestStreamArn"]
    error = refusal(db.update_table, TableName="users", **off)
    assert told(error)[2] == "Table has no stream to disable: TableName: users"
    db.update_table(TableName="users", **STREAM)
    assert described("users")["LatestStreamArn"] != first["LatestStreamArn"]


def test_an_index_is_made_filled_and_then_read(db, make, slow, described):
    make()
    db.put_item(TableName="users", Item={"pk": {"S": "ada"}, "email": {"S": "a@b"}})
    create = [{"Create": index("email")}]
    changed = db.update_table(TableName="users", **EMAIL, GlobalSecondaryIndexUpdates=create)[
        "TableDescription"
    ]
    (made,) = changed["GlobalSecondaryIndexes"]
    assert (changed["TableStatus"], made["IndexStatus"], made["Backfilling"]) == (
        "UPDATING",
        "CREATING",
        False,
    )
    query = {
        "IndexName": "email",
        "KeyConditionExpression": "email = :e",
        "ExpressionAttributeValues": {":e": {"S": "a@b"}},
    }
    assert told(refusal(db.query, TableName="users", **query))[1] == "ValidationException"
    error = refusal(db.delete_table, TableName="users")
    assert told(error)[2].endswith(
        "Cannot delete table while indexes are being created, updated, or deleted."
    )
    error = refusal(
        db.update_table,
        TableName="users",
        AttributeDefinitions=[{"AttributeName": "name", "AttributeType": "S"}],
        GlobalSecondaryIndexUpdates=[{"Create": index("name")}],
    )
    assert told(error)[1] == "LimitExceededException"
    table = described("users")
    assert [one["AttributeName"] for one in table["AttributeDefinitions"]] == ["pk", "email"]
    assert db.query(TableName="users", **query)["Count"] == 1


def test_an_index_is_deleted_with_the_attribute_that_only_it_had(db, make, described):
    make()
    db.update_table(TableName="users", **EMAIL, GlobalSecondaryIndexUpdates=[{"Create": index("email")}])
    described("users")
    delete = [{"Delete": {"IndexName": "email"}}]
    changed = db.update_table(TableName="users", GlobalSecondaryIndexUpdates=delete)["TableDescription"]
    assert changed["GlobalSecondaryIndexes"][0]["IndexStatus"] == "DELETING"
    table = described("users")
    assert "GlobalSecondaryIndexes" not in table
    assert [one["AttributeName"] for one in table["AttributeDefinitions"]] == ["pk"]
    db.put_item(TableName="users", Item={"pk": {"S": "ada"}, "email": {"N": "1"}})


@pytest.mark.parametrize("change", ["Update", "Delete"])
def test_an_index_that_is_not_there(db, make, change):
    make(**units(1, 1))
    more = units(2, 2) if change == "Update" else {}
    updates = [{change: {"IndexName": "ghost", **more}}]
    error = refusal(db.update_table, TableName="users", GlobalSecondaryIndexUpdates=updates)
    text = "Requested resource not found: Index ghost for table users"
    assert told(error) == (400, "ResourceNotFoundException", text)


def test_an_index_has_a_throughput_of_its_own(db, make, described):
    attributes = [{"AttributeName": n, "AttributeType": "S"} for n in ("pk", "email")]
    more = {"AttributeDefinitions": attributes, "GlobalSecondaryIndexes": [index("email", **units(1, 1))]}
    make(**units(1, 1), **more)
    updates = [{"Update": {"IndexName": "email", **units(3, 2)}}]
    changed = db.update_table(TableName="users", GlobalSecondaryIndexUpdates=updates)["TableDescription"]
    (found,) = changed["GlobalSecondaryIndexes"]
    assert (changed["TableStatus"], found["IndexStatus"], capacity(found)) == ("ACTIVE", "UPDATING", (1, 1))
    assert capacity(described("users")["GlobalSecondaryIndexes"][0]) == (3, 2)


def test_another_type_of_a_key_is_passed_over(db, make, described):
    make()
    other = [{"AttributeName": "pk", "AttributeType": "N"}]
    db.update_table(TableName="users", AttributeDefinitions=other, **ON_DEMAND)
    assert described("users")["AttributeDefinitions"] == [{"AttributeName": "pk", "AttributeType": "S"}]


def test_a_table_class_changes_twice_a_month(db, make, described):
    make()
    for wanted in ("STANDARD_INFREQUENT_ACCESS", "STANDARD"):
        db.update_table(TableName="users", TableClass=wanted)
        assert described("users")["TableClassSummary"]["TableClass"] == wanted
    error = refusal(db.update_table, TableName="users", TableClass="STANDARD_INFREQUENT_ACCESS")
    text = "Subscriber limit exceeded: Updates to TableClass are limited to 2 times in 30 day(s)."
    assert told(error) == (400, "LimitExceededException", text)


def test_warm_throughput_only_rises(db, make, described):
    make()
    wanted = {"ReadUnitsPerSecond": 13_000, "WriteUnitsPerSecond": 5_000}
    db.update_table(TableName="users", WarmThroughput=wanted)
    assert described("users")["WarmThroughput"] == {**wanted, "Status": "ACTIVE"}
    status, code, text = told(
        refusal(db.update_table, TableName="users", WarmThroughput={"ReadUnitsPerSecond": 12_500})
    )
    assert (status, code) == (400, "ValidationException")
    assert text.endswith("is lower than current WarmThroughput, decreasing WarmThroughput is not supported")


@pytest.mark.parametrize(
    ("member", "value"),
    [("SSESpecification", {"Enabled": True}), ("ReplicaUpdates", [{"Create": {"RegionName": "eu-west-1"}}])],
)
def test_what_is_not_modelled_of_an_update_is_named(db, make, member, value):
    make()
    error = refusal(db.update_table, TableName="users", **{member: value})
    assert told(error) == (501, "NotImplemented", f"The sandbox does not model {member} of UpdateTable.")
