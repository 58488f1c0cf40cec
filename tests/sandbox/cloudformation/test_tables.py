"""AWS::DynamoDB::Table: every property that the sandbox models, made and changed."""

from __future__ import annotations

import pytest

from tests.sandbox.cloudformation.conftest import table, template

BILLED = {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}


def index(name, attribute, projection="ALL", **more):
    return {
        "IndexName": name,
        "KeySchema": [{"AttributeName": attribute, "KeyType": "HASH"}],
        "Projection": {"ProjectionType": projection},
        **more,
    }


def attributes(*names):
    return [{"AttributeName": name, "AttributeType": "S"} for name in names]


@pytest.fixture
def deployed(deployer, client):
    """`deployed(**properties)`: creates or updates the table, and describes it."""

    def deploy(**properties):
        body = template(Users=table(**properties))
        status = deployer.update(body) if deployer.id else deployer.create(body)
        assert status in ("CREATE_COMPLETE", "UPDATE_COMPLETE"), deployer.events()
        return client("dynamodb").describe_table(TableName=deployer.physical("Users"))["Table"]

    return deploy


def test_billing_mode_and_throughput(deployed):
    first = deployed(BillingMode=None, ProvisionedThroughput=BILLED)
    assert first["ProvisionedThroughput"]["WriteCapacityUnits"] == 1
    second = deployed(BillingMode=None, ProvisionedThroughput={**BILLED, "WriteCapacityUnits": 7})
    assert second["ProvisionedThroughput"]["WriteCapacityUnits"] == 7
    third = deployed()
    assert third["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert first["TableName"] == second["TableName"] == third["TableName"]


def test_secondary_indexes_come_and_go(deployed):
    assert not deployed().get("GlobalSecondaryIndexes")
    with_one = deployed(
        AttributeDefinitions=attributes("userId", "mail"), GlobalSecondaryIndexes=[index("by-mail", "mail")]
    )
    assert [(one["IndexName"], one["IndexStatus"]) for one in with_one["GlobalSecondaryIndexes"]] == [
        ("by-mail", "ACTIVE")
    ]
    assert not deployed().get("GlobalSecondaryIndexes")


def test_one_index_an_update(deployer, deployed):
    deployed()
    body = template(
        Users=table(
            AttributeDefinitions=attributes("userId", "a", "b"),
            GlobalSecondaryIndexes=[index("by-a", "a"), index("by-b", "b")],
        )
    )
    assert deployer.update(body) == "UPDATE_ROLLBACK_COMPLETE"
    assert deployer.failure("Users") == (
        "Cannot perform more than one GSI creation or deletion in a single update"
    )


def test_an_index_keeps_its_projection(deployer, deployed):
    names = attributes("userId", "mail")
    deployed(AttributeDefinitions=names, GlobalSecondaryIndexes=[index("by-mail", "mail")])
    other = index("by-mail", "mail", "KEYS_ONLY")
    body = template(Users=table(AttributeDefinitions=names, GlobalSecondaryIndexes=[other]))
    assert deployer.update(body) == "UPDATE_ROLLBACK_COMPLETE"
    assert deployer.failure("Users").startswith("Cannot update GSI's properties other than Provisioned")


def test_an_index_changes_its_throughput(deployed):
    def properties(units):
        own = {"ProvisionedThroughput": {**BILLED, "ReadCapacityUnits": units}}
        return {
            "AttributeDefinitions": attributes("userId", "mail"),
            "GlobalSecondaryIndexes": [index("by-mail", "mail", **own)],
            "BillingMode": "PROVISIONED",
            "ProvisionedThroughput": BILLED,
        }

    deployed(**properties(1))
    found = deployed(**properties(4))["GlobalSecondaryIndexes"][0]
    assert found["ProvisionedThroughput"]["ReadCapacityUnits"] == 4


def test_a_local_index_replaces_the_table(deployer, deployed):
    keys = [
        {"AttributeName": "userId", "KeyType": "HASH"},
        {"AttributeName": "day", "KeyType": "RANGE"},
    ]
    deployed(AttributeDefinitions=attributes("userId", "day"), KeySchema=keys)
    before = deployer.physical("Users")
    local = {
        "IndexName": "by-mail",
        "KeySchema": [keys[0], {"AttributeName": "mail", "KeyType": "RANGE"}],
        "Projection": {"ProjectionType": "ALL"},
    }
    names = attributes("userId", "day", "mail")
    deployed(AttributeDefinitions=names, KeySchema=keys, LocalSecondaryIndexes=[local])
    assert deployer.physical("Users") != before


def test_a_stream_comes_and_goes(deployer, client):
    output = {"Stream": {"Fn::GetAtt": ["Users", "StreamArn"]}}

    def described():
        found = client("dynamodb").describe_table(TableName=deployer.physical("Users"))["Table"]
        return found.get("StreamSpecification")

    deployer.create(template(Users=table()))
    deployer.update(template(output, Users=table(StreamSpecification={"StreamViewType": "NEW_IMAGE"})))
    assert "/stream/" in deployer.outputs["Stream"]
    assert described() == {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
    assert deployer.update(template(Users=table())) == "UPDATE_COMPLETE"
    assert described() is None


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        (
            {"StreamSpecification": {"StreamViewType": "NEW_IMAGE"}},
            {"StreamSpecification": {"StreamViewType": "KEYS_ONLY"}},
            "another StreamViewType",
        ),
        ({"SSESpecification": {"SSEEnabled": True}}, {}, "a change of SSESpecification"),
    ],
)
def test_changes_that_are_not_modelled(deployer, before, after, reason):
    deployer.create(template(Users=table(**before)))
    assert deployer.update(template(Users=table(**after))) == "UPDATE_ROLLBACK_COMPLETE"
    assert deployer.failure("Users") == f"The sandbox does not model {reason} of AWS::DynamoDB::Table."


def test_time_to_live(deployer, deployed, client):
    def state():
        name = deployer.physical("Users")
        return client("dynamodb").describe_time_to_live(TableName=name)["TimeToLiveDescription"]

    deployed(TimeToLiveSpecification={"AttributeName": "until", "Enabled": True})
    assert state() == {"TimeToLiveStatus": "ENABLED", "AttributeName": "until"}
    deployed()
    assert state()["TimeToLiveStatus"] == "DISABLED"


def test_recovery_encryption_and_protection(deployer, deployed, client):
    first = deployed(
        PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": "true"},
        SSESpecification={"SSEEnabled": True},
        DeletionProtectionEnabled=True,
    )
    assert first["SSEDescription"]["Status"] == "ENABLED"
    assert first["DeletionProtectionEnabled"] is True

    def recovery():
        name = deployer.physical("Users")
        found = client("dynamodb").describe_continuous_backups(TableName=name)
        return found["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]

    assert recovery()["PointInTimeRecoveryStatus"] == "ENABLED"
    second = deployed(SSESpecification={"SSEEnabled": True})
    assert recovery()["PointInTimeRecoveryStatus"] == "DISABLED"
    assert second["DeletionProtectionEnabled"] is False


@pytest.mark.parametrize("names", [("userId", "mail"), ("mail",), ()])
def test_attribute_definitions_are_those_of_the_keys(deployer, names):
    body = template(Users=table(AttributeDefinitions=attributes(*names)))
    assert deployer.create(body) == "ROLLBACK_COMPLETE"
    assert deployer.failure("Users") == (
        "Property AttributeDefinitions is inconsistent with the KeySchema of the table and the secondary "
        "indexes"
    )


def test_a_name_that_is_taken(deployer, client):
    client("dynamodb").create_table(
        TableName="users",
        AttributeDefinitions=attributes("a"),
        KeySchema=[{"AttributeName": "a", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    assert deployer.create(template(Users=table(TableName="users"))) == "ROLLBACK_COMPLETE"
    assert "Resource of type 'AWS::DynamoDB::Table' with identifier 'users' already exists." in (
        deployer.failure("Users")
    )
    assert deployer.failure("Users").endswith("HandlerErrorCode: AlreadyExists)")
    assert client("dynamodb").list_tables()["TableNames"] == ["users"]  # it was not ours to remove
