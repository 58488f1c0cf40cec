"""How a table begins and ends, and what is refused meanwhile.

The words that have no case were measured on AWS in October 2026 by the ACK API-quirks lab (findings
DDB-TABLE-001, 005, 008, 033, 131, 379, 442, 446).
"""

from __future__ import annotations

import time

import pytest

from tests.sandbox.cases import case
from tests.sandbox.dynamodb.control.conftest import KEY, ON_DEMAND, index, units
from tests.sandbox.refusals import refusal, told

ADA = {"pk": {"S": "ada"}}
IN_USE = "Attempt to change a resource which is still in use: "


@case("ddb-lifecycle")
def test_a_table_is_made_used_and_deleted(expected, db, slow, described):
    creating, active = expected.take("TableStatus")
    made = db.create_table(TableName="users", **KEY, **ON_DEMAND)["TableDescription"]
    assert made["TableStatus"] == creating
    assert "WarmThroughput" not in made
    error = refusal(db.get_item, TableName="users", Key=ADA)
    assert told(error) == (400, "ResourceNotFoundException", "Requested resource not found")
    table = db.describe_table(TableName="users")["Table"]
    assert table["TableStatus"] == active
    expected.check_fields("json_subset", table)
    db.put_item(TableName="users", Item=ADA)
    assert described("users")["ItemCount"] == 1
    gone = db.delete_table(TableName="users")["TableDescription"]
    assert gone["TableStatus"] == "DELETING"
    assert told(refusal(db.put_item, TableName="users", Item=ADA))[1] == "ResourceNotFoundException"
    assert db.list_tables()["TableNames"] == ["users"]
    error = refusal(db.describe_table, TableName="users")
    assert told(error)[2] == "Requested resource not found: Table: users not found"
    assert db.list_tables()["TableNames"] == []


@case("ddb-inuse-creating")
def test_a_table_that_is_made_is_not_deleted(expected, db, slow):
    db.create_table(TableName="XXX", **KEY, **ON_DEMAND)
    expected.check_error(refusal(db.delete_table, TableName="XXX"))


def test_a_waiter_returns_at_its_first_look(db):
    db.create_table(TableName="users", **KEY, **ON_DEMAND)
    began = time.monotonic()
    db.get_waiter("table_exists").wait(TableName="users", WaiterConfig={"Delay": 20, "MaxAttempts": 2})
    db.delete_table(TableName="users")
    db.get_waiter("table_not_exists").wait(TableName="users", WaiterConfig={"Delay": 20, "MaxAttempts": 2})
    assert time.monotonic() - began < 5


def test_nothing_is_changed_while_a_table_comes_or_goes(db, slow):
    db.create_table(TableName="users", **KEY, **ON_DEMAND)
    again = {"TableName": "users", **KEY, **ON_DEMAND}
    created = IN_USE + "Table is being created: users"
    assert told(refusal(db.create_table, **again)) == (400, "ResourceInUseException", created)
    error = refusal(db.update_table, TableName="users", DeletionProtectionEnabled=True)
    assert told(error)[2] == created
    db.describe_table(TableName="users")
    assert told(refusal(db.create_table, **again))[2] == "Table already exists: users"
    db.delete_table(TableName="users")
    deleted = IN_USE + "Table is being deleted: users"
    assert told(refusal(db.delete_table, TableName="users"))[2] == deleted
    assert told(refusal(db.update_table, TableName="users", **ON_DEMAND))[2] == deleted
    assert told(refusal(db.create_table, **again))[2] == "Table already exists: users"


def test_time_to_live_and_tags_wait_for_the_table(db, slow, account):
    arn = f"arn:aws:dynamodb:us-east-1:{account}:table/users"
    db.create_table(TableName="users", **KEY, **ON_DEMAND)
    error = refusal(db.describe_time_to_live, TableName="users")
    told_state = "in CREATING state: Current table state is CREATING"
    assert told(error)[2] == f"Cannot describe time to live while table is {told_state}"
    wanted = {"Enabled": True, "AttributeName": "until"}
    error = refusal(db.update_time_to_live, TableName="users", TimeToLiveSpecification=wanted)
    assert told(error)[2] == "Requested resource not found: Table: users not found"
    error = refusal(db.tag_resource, ResourceArn=arn, Tags=[{"Key": "a", "Value": "b"}])
    assert told(error)[2] == f"Requested resource not found: ResourceArn: {arn} not found"


def test_a_protected_table_stays(db, make):
    make()
    db.update_table(TableName="users", DeletionProtectionEnabled=True)
    error = refusal(db.delete_table, TableName="users")
    text = "Resource cannot be deleted as it is currently protected against deletion. "
    assert told(error) == (400, "ValidationException", text + "Disable deletion protection first.")
    db.update_table(TableName="users", DeletionProtectionEnabled=False)
    db.delete_table(TableName="users")


def test_a_table_made_anew_is_another_and_empty(db, make, described):
    make()
    db.put_item(TableName="users", Item=ADA)
    before = described("users")["TableId"]
    db.delete_table(TableName="users")
    db.get_waiter("table_not_exists").wait(TableName="users")
    make()
    assert described("users")["TableId"] != before
    assert db.scan(TableName="users", ConsistentRead=True)["Items"] == []


def test_a_provisioned_table_is_described_without_a_billing_mode(make, described):
    make(**units(3, 2))
    table = described("users")
    assert "BillingModeSummary" not in table
    assert table["ProvisionedThroughput"] == {
        "ReadCapacityUnits": 3,
        "WriteCapacityUnits": 2,
        "NumberOfDecreasesToday": 0,
    }
    warm = {"ReadUnitsPerSecond": 3, "WriteUnitsPerSecond": 2, "Status": "ACTIVE"}
    assert table["WarmThroughput"] == warm


def test_indexes_are_described_with_what_they_hold(db, account, described):
    attributes = [{"AttributeName": n, "AttributeType": "S"} for n in ("pk", "email")]
    definition = {**KEY, "AttributeDefinitions": attributes, "GlobalSecondaryIndexes": [index("email")]}
    made = db.create_table(TableName="users", **definition, **ON_DEMAND)["TableDescription"]
    assert made["GlobalSecondaryIndexes"][0]["IndexStatus"] == "CREATING"
    described("users")
    db.put_item(TableName="users", Item={**ADA, "email": {"S": "a@b"}})
    db.put_item(TableName="users", Item={"pk": {"S": "bob"}})
    (found,) = described("users")["GlobalSecondaryIndexes"]
    assert (found["ItemCount"], found["IndexSizeBytes"]) == (1, 13)
    assert found["IndexArn"] == f"arn:aws:dynamodb:us-east-1:{account}:table/users/index/email"
    assert found["ProvisionedThroughput"]["ReadCapacityUnits"] == 0


def test_tables_are_listed_byte_by_byte_in_pages(db, make):
    for name in ("bcd", "Abc", "abc", "a-1"):
        make(name)
    assert db.list_tables()["TableNames"] == ["Abc", "a-1", "abc", "bcd"]
    page = db.list_tables(Limit=2)
    assert page["LastEvaluatedTableName"] == "a-1"
    page = db.list_tables(Limit=2, ExclusiveStartTableName="a-1")
    assert (page["TableNames"], "LastEvaluatedTableName" in page) == (["abc", "bcd"], False)
    assert db.list_tables(ExclusiveStartTableName="aaa")["TableNames"] == ["abc", "bcd"]


def test_limits_are_the_default_quotas(db):
    limits = db.describe_limits()
    assert limits["AccountMaxReadCapacityUnits"] == limits["AccountMaxWriteCapacityUnits"] == 80_000
    assert limits["TableMaxReadCapacityUnits"] == limits["TableMaxWriteCapacityUnits"] == 40_000


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("OnDemandThroughput", {"MaxReadRequestUnits": 10}),
        ("ResourcePolicy", "{}"),
        ("GlobalTableSourceArn", "arn:aws:dynamodb:us-east-1:111122223333:table/users"),
    ],
)
def test_what_is_not_modelled_of_a_new_table_is_named(db, member, value):
    error = refusal(db.create_table, TableName="users", **KEY, **ON_DEMAND, **{member: value})
    assert told(error) == (501, "NotImplemented", f"The sandbox does not model {member} of CreateTable.")
    assert db.list_tables()["TableNames"] == []
