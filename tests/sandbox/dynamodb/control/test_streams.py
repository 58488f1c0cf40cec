"""DynamoDB Streams, and tags and time to live of tables."""

from __future__ import annotations

import pytest

from tests.sandbox.dynamodb.control.conftest import KEY, ON_DEMAND
from tests.sandbox.refusals import refusal, told

ADA = {"pk": {"S": "ada"}}


@pytest.fixture
def streams(client):
    return client("dynamodbstreams")


@pytest.fixture
def changes(streams, described):
    """`changes("users")`: the records of the table's latest stream."""

    def read(name: str):
        return read_all(streams, described(name)["LatestStreamArn"])

    return read


def read_all(streams, arn, kind="TRIM_HORIZON", **more):
    (shard,) = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
    place = streams.get_shard_iterator(
        StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType=kind, **more
    )
    return streams.get_records(ShardIterator=place["ShardIterator"])["Records"]


def streamed(make, view="NEW_AND_OLD_IMAGES"):
    return make(**ON_DEMAND, StreamSpecification={"StreamEnabled": True, "StreamViewType": view})


def test_every_change_is_a_record_in_order(db, make, changes):
    streamed(make)
    db.put_item(TableName="users", Item={**ADA, "age": {"N": "36"}, "photo": {"B": b"\x00\xff"}})
    db.put_item(TableName="users", Item={**ADA, "age": {"N": "36"}, "photo": {"B": b"\x00\xff"}})
    update = {"UpdateExpression": "SET age = :a", "ExpressionAttributeValues": {":a": {"N": "37"}}}
    db.update_item(TableName="users", Key=ADA, **update)
    db.delete_item(TableName="users", Key=ADA)
    db.delete_item(TableName="users", Key=ADA)
    found = changes("users")
    assert [one["eventName"] for one in found] == ["INSERT", "MODIFY", "REMOVE"]
    inserted, modified, removed = (one["dynamodb"] for one in found)
    assert inserted["Keys"] == ADA
    assert "OldImage" not in inserted
    assert inserted["NewImage"]["photo"] == {"B": b"\x00\xff"}
    assert (modified["OldImage"]["age"], modified["NewImage"]["age"]) == ({"N": "36"}, {"N": "37"})
    assert "NewImage" not in removed
    numbers = [int(one["dynamodb"]["SequenceNumber"]) for one in found]
    assert numbers == sorted(numbers)


def test_batches_and_transactions_are_recorded(db, make, changes):
    streamed(make, "KEYS_ONLY")
    db.batch_write_item(RequestItems={"users": [{"PutRequest": {"Item": ADA}}]})
    db.transact_write_items(TransactItems=[{"Delete": {"TableName": "users", "Key": ADA}}])
    found = changes("users")
    assert [one["eventName"] for one in found] == ["INSERT", "REMOVE"]
    assert all({"NewImage", "OldImage"}.isdisjoint(one["dynamodb"]) for one in found)


def test_iterators_begin_where_they_are_told_to(db, make, streams, described):
    streamed(make)
    arn = described("users")["LatestStreamArn"]
    for name in "abc":
        db.put_item(TableName="users", Item={"pk": {"S": name}})
    first, second, third = read_all(streams, arn)
    number = second["dynamodb"]["SequenceNumber"]
    assert read_all(streams, arn, "AT_SEQUENCE_NUMBER", SequenceNumber=number) == [second, third]
    assert read_all(streams, arn, "AFTER_SEQUENCE_NUMBER", SequenceNumber=number) == [third]
    assert read_all(streams, arn, "LATEST") == []
    assert first["eventSource"] == "aws:dynamodb"


def test_a_stream_outlives_its_end_and_its_table(db, make, streams, described):
    streamed(make)
    arn = described("users")["LatestStreamArn"]
    db.put_item(TableName="users", Item=ADA)
    db.delete_table(TableName="users")
    db.get_waiter("table_not_exists").wait(TableName="users")
    stream = streams.describe_stream(StreamArn=arn)["StreamDescription"]
    assert stream["StreamStatus"] == "DISABLED"
    assert len(read_all(streams, arn)) == 1
    (shard,) = stream["Shards"]
    place = streams.get_shard_iterator(
        StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
    )
    assert "NextShardIterator" not in streams.get_records(ShardIterator=place["ShardIterator"])


def test_streams_are_listed_by_table_in_pages(make, streams):
    for name in ("one", "two"):
        streams_of = {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}}
        make(name, **ON_DEMAND, **streams_of)
    assert [one["TableName"] for one in streams.list_streams()["Streams"]] == ["one", "two"]
    page = streams.list_streams(Limit=1)
    rest = streams.list_streams(ExclusiveStartStreamArn=page["LastEvaluatedStreamArn"])
    assert [one["TableName"] for one in rest["Streams"]] == ["two"]
    (only,) = streams.list_streams(TableName="two")["Streams"]
    assert only["StreamArn"].endswith(only["StreamLabel"])


def test_a_stream_that_is_not_there(streams, account):
    arn = f"arn:aws:dynamodb:us-east-1:{account}:table/users/stream/2026-01-01T00:00:00.000"
    text = f"Requested resource not found: Stream: {arn} not found"
    error = refusal(streams.describe_stream, StreamArn=arn)
    assert told(error) == (400, "ResourceNotFoundException", text)


def test_tags_are_overwritten_and_taken_off(db, make, described):
    arn = described(make(**ON_DEMAND, Tags=[{"Key": "a", "Value": "1"}]))["TableArn"]
    db.tag_resource(ResourceArn=arn, Tags=[{"Key": "a", "Value": "2"}, {"Key": "b", "Value": "3"}])
    tags = db.list_tags_of_resource(ResourceArn=arn)["Tags"]
    assert tags == [{"Key": "a", "Value": "2"}, {"Key": "b", "Value": "3"}]
    db.untag_resource(ResourceArn=arn, TagKeys=["a"])
    assert db.list_tags_of_resource(ResourceArn=arn)["Tags"] == [{"Key": "b", "Value": "3"}]


def test_fifty_tags_are_the_most_and_ten_are_a_page(db, make, described):
    arn = described(make())["TableArn"]
    db.tag_resource(ResourceArn=arn, Tags=[{"Key": f"{n:02}", "Value": ""} for n in range(50)])
    page = db.list_tags_of_resource(ResourceArn=arn)
    assert len(page["Tags"]) == 10
    assert db.list_tags_of_resource(ResourceArn=arn, NextToken=page["NextToken"])["Tags"][0]["Key"] == "10"
    error = refusal(db.tag_resource, ResourceArn=arn, Tags=[{"Key": "more", "Value": ""}])
    assert told(error)[2] == "Number of Tags exceed the current limit for the provided ResourceArn"


def test_tags_of_another_account_are_denied(db, account):
    arn = "arn:aws:dynamodb:us-east-1:999988887777:table/users"
    status, code, text = told(refusal(db.list_tags_of_resource, ResourceArn=arn))
    assert (status, code) == (400, "AccessDeniedException")
    assert f"dynamodb:ListTagsOfResource on resource: {arn}" in text


def test_time_to_live_is_set_once(db, make):
    make()
    spec = {"Enabled": True, "AttributeName": "until"}
    assert db.describe_time_to_live(TableName="users")["TimeToLiveDescription"] == {
        "TimeToLiveStatus": "DISABLED"
    }
    off = {**spec, "Enabled": False}
    error = refusal(db.update_time_to_live, TableName="users", TimeToLiveSpecification=off)
    assert told(error)[2] == "TimeToLive is already disabled"
    db.update_time_to_live(TableName="users", TimeToLiveSpecification=spec)
    found = db.describe_time_to_live(TableName="users")["TimeToLiveDescription"]
    assert found == {"TimeToLiveStatus": "ENABLED", "AttributeName": "until"}
    error = refusal(db.update_time_to_live, TableName="users", TimeToLiveSpecification=spec)
    assert told(error)[2] == "TimeToLive is already enabled"
    other = {**spec, "AttributeName": "gone"}
    error = refusal(db.update_time_to_live, TableName="users", TimeToLiveSpecification=other)
    text = "TimeToLive is active on a different AttributeName: current AttributeName is until"
    assert told(error)[2] == text


def test_a_backup_keeps_what_there_was(db, make, described):
    make()
    db.put_item(TableName="users", Item=ADA)
    arn = db.create_backup(TableName="users", BackupName="before")["BackupDetails"]["BackupArn"]
    db.put_item(TableName="users", Item={"pk": {"S": "bob"}})
    made = db.restore_table_from_backup(TargetTableName="again", BackupArn=arn)["TableDescription"]
    assert made["TableStatus"] == "CREATING"
    table = described("again")
    assert (table["BillingModeSummary"]["BillingMode"], table["ItemCount"]) == ("PAY_PER_REQUEST", 1)
    assert table["RestoreSummary"]["SourceBackupArn"] == arn
    assert db.scan(TableName="again", ConsistentRead=True)["Items"] == [ADA]
    db.put_item(TableName="again", Item={"pk": {"S": "eve"}})
    assert db.scan(TableName="users", ConsistentRead=True)["Count"] == 2


def test_a_table_is_restored_as_it_is(db, make, described):
    make(**KEY, **ON_DEMAND)
    db.put_item(TableName="users", Item=ADA)
    db.restore_table_to_point_in_time(
        SourceTableName="users", TargetTableName="again", UseLatestRestorableTime=True
    )
    described("again")
    assert db.get_item(TableName="again", Key=ADA, ConsistentRead=True)["Item"] == ADA
    error = refusal(
        db.restore_table_to_point_in_time,
        SourceTableName="users",
        TargetTableName="third",
        BillingModeOverride="PROVISIONED",
    )
    assert told(error)[1] == "NotImplemented"


def test_partiql_and_items_see_one_table(db, make, changes):
    streamed(make)
    db.execute_statement(Statement="INSERT INTO users VALUE {'pk': 'ada', 'n': 1}")
    assert db.get_item(TableName="users", Key=ADA, ConsistentRead=True)["Item"]["n"] == {"N": "1"}
    found = db.execute_statement(Statement="SELECT * FROM users WHERE pk = 'ada'")["Items"]
    assert found == [{**ADA, "n": {"N": "1"}}]
    db.execute_statement(Statement="UPDATE users SET n = 2 WHERE pk = 'ada'")
    db.execute_statement(Statement="DELETE FROM users WHERE pk = 'ada'")
    assert [one["eventName"] for one in changes("users")] == ["INSERT", "MODIFY", "REMOVE"]
