"""What identity policies, boundaries and session policies let a caller do, through the API."""

from __future__ import annotations

import json

import pytest

from tests.sandbox.cases import case
from tests.sandbox.iam.people import Somebody, document, statement
from tests.sandbox.refusals import refusal
from tests.sandbox.roles import make_role

ADA = {"userId": {"S": "ada"}}


def put(dynamodb):
    dynamodb.put_item(TableName="Users", Item=ADA)


def get(dynamodb):
    dynamodb.get_item(TableName="Users", Key=ADA)


def query_index(dynamodb):
    dynamodb.query(
        TableName="Users",
        IndexName="byEmail",
        KeyConditionExpression="email = :e",
        ExpressionAttributeValues={":e": {"S": "x"}},
    )


def verdict(somebody, call):
    return "allowed" if somebody.can(call) else "implicitDeny"


def refused(somebody, **parameters):
    return refusal(somebody.client("dynamodb").put_item, TableName="Users", Item=ADA, **parameters)


def test_nothing_is_allowed_by_default(ada, table):
    error = refused(ada).response["Error"]
    text = (
        f"is not authorized to perform: dynamodb:PutItem on resource: {table} "
        "because no identity-based policy allows the dynamodb:PutItem action"
    )
    assert error == {"Code": "AccessDeniedException", "Message": error["Message"]}
    assert error["Message"].endswith(f":user/ada {text}")


def test_who_i_am_needs_no_permission(ada, account):
    assert ada.client("sts").get_caller_identity()["Arn"] == f"arn:aws:iam::{account}:user/ada"


@case("ddb-accessdenied-wire")
def test_how_dynamodb_writes_a_refusal(ada, table, expected):
    wanted = expected.take("json_keys")
    response = refused(ada).response
    assert response["ResponseMetadata"]["HTTPStatusCode"] == expected.take("status")
    assert response["Error"]["Message"].startswith("User: arn:aws:iam::")
    assert set(wanted) == {"__type", "Message"}


@case("iam-deny-index")
def test_an_index_has_its_own_arn(ada, table, expected):
    ada.may(statement("dynamodb:Query", on=table))
    expected.check_error(
        refusal(
            ada.client("dynamodb").query,
            TableName="Users",
            IndexName="byEmail",
            KeyConditionExpression="email = :e",
            ExpressionAttributeValues={":e": {"S": "x"}},
        )
    )
    ada.may(statement("dynamodb:Query", on=f"{table}/index/*"))
    assert ada.can(query_index)


@case("iam-deny-explicit")
def test_an_explicit_deny_beats_an_allow(ada, table, iam, expected):
    ada.may(statement("dynamodb:*"), statement("dynamodb:PutItem", effect="Deny"))
    expected.check_error(refused(ada))
    assert ada.can(get)


def test_an_explicit_deny_in_a_managed_policy_is_named(ada, table, iam):
    deny = document(statement("dynamodb:PutItem", effect="Deny"))
    arn = iam.create_policy(PolicyName="no-put", PolicyDocument=deny)["Policy"]["Arn"]
    iam.attach_user_policy(UserName="ada", PolicyArn=arn)
    ada.may(statement("dynamodb:*"))
    message = refused(ada).response["Error"]["Message"]
    assert message.endswith(f"with an explicit deny in an identity-based policy: {arn}")


@case("iam-action-case")
def test_actions_know_no_letter_case(ada, table, expected):
    ada.may(statement("DynamoDB:putitem"))
    assert verdict(ada, put) == expected.take("decision")


@case("iam-action-wildcards")
def test_wildcards_in_actions(ada, table, expected):
    wanted = expected.take("decision")
    batch = {"Users": {"Keys": [ADA]}}
    for action, call in (
        ("dynamodb:*Item", put),
        ("dynamodb:Get*", get),
        ("dynamodb:*Item", lambda d: d.batch_get_item(RequestItems=batch)),
    ):
        ada.may(statement(action))
        assert verdict(ada, call) == wanted
    ada.may(statement("dynamodb:Get*"))
    assert not ada.can(put)


@case("iam-resource-wildcards")
def test_wildcards_in_resources(ada, table, client, expected):
    wanted = expected.take("decision")
    client("dynamodb").create_table(
        TableName="Users2",
        KeySchema=[{"AttributeName": "userId", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "userId", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    client("dynamodb").get_waiter("table_exists").wait(TableName="Users2")
    ada.may(statement("dynamodb:*", on=f"{table}*"))
    assert verdict(ada, query_index) == wanted
    assert verdict(ada, lambda d: d.get_item(TableName="Users2", Key=ADA)) == wanted


@case("iam-arn-table")
def test_arns_of_a_table(ada, table, account, expected):
    arns = expected.take("arns")
    named = arns["table"].format(region="us-east-1", account=account, Table="Users")
    assert named == table
    assert arns["index"].format(Table="Users", Index="byEmail").endswith("/table/Users/index/byEmail")
    assert arns["stream"].format(Table="Users", Label="x").endswith("/table/Users/stream/x")
    for wrong in (
        named.replace("us-east-1", "eu-west-1"),
        named.replace(account, "1" * 12),
        "Users",
        f"{named}s",
    ):
        ada.may(
            statement(
                "dynamodb:PutItem", on=wrong if wrong.startswith("arn:") else f"arn:aws:dynamodb:::{wrong}"
            )
        )
        assert not ada.can(put), wrong
    ada.may(statement("dynamodb:PutItem", on=named))
    assert ada.can(put)


@case("iam-variables")
def test_policy_variables(ada, table, expected):
    rule = expected.take("rule")
    assert "2008-10-17" in rule
    own = statement("dynamodb:PutItem", on=table.replace("table/Users", "table/${aws:username}"))
    other = table.replace("table/Users", "table/ada")
    ada.may(own)
    message = refused(ada).response["Error"]["Message"]
    assert table in message
    assert other != table
    mine = statement(
        "dynamodb:GetItem", on=table, Condition={"StringEquals": {"aws:username": "${aws:username}"}}
    )
    ada.may(mine)
    assert ada.can(get)
    ada.may(mine, version="2008-10-17")
    assert not ada.can(get)


@case("iam-variable-unresolved")
def test_a_variable_without_a_value(ada, table, expected):
    assert "does not match" in expected.take("rule")
    ada.may(statement("dynamodb:GetItem", on=table.replace("Users", "${aws:PrincipalTag/team}*")))
    assert not ada.can(get)
    ada.may(statement("dynamodb:GetItem", on=table.replace("Users", "${aws:PrincipalTag/team, 'Us'}*")))
    assert ada.can(get)


@case("iam-eval-boundary")
def test_a_boundary_grants_nothing_and_limits(make_user, table, iam, expected):
    only_get = document(statement("dynamodb:GetItem"))
    arn = iam.create_policy(PolicyName="boundary", PolicyDocument=only_get)["Policy"]["Arn"]
    bob = make_user("bob")
    iam.put_user_permissions_boundary(UserName="bob", PermissionsBoundary=arn)
    assert not bob.can(get)
    bob.may(statement("dynamodb:*"))
    assert bob.can(get)
    assert verdict(bob, put) == expected.take("decision")
    assert "because no permissions boundary allows the dynamodb:PutItem action" in str(refused(bob))


@case("iam-eval-session")
def test_a_session_policy_limits(sandbox, client, iam, table, account, expected):
    arn = make_role(iam, "users", "dynamodb:*", principal={"AWS": account})
    policy = document(statement("dynamodb:GetItem"))
    keys = client("sts").assume_role(RoleArn=arn, RoleSessionName="one", Policy=policy)["Credentials"]
    session = Somebody(sandbox.url, keys)
    assert session.can(get)
    assert verdict(session, put) == expected.take("decision")


@case("iam-deny-session")
def test_how_a_session_policy_refuses(sandbox, client, iam, table, account, expected):
    arn = make_role(iam, "users", "dynamodb:*", principal={"AWS": account})
    policy = document(statement("dynamodb:GetItem"))
    keys = client("sts").assume_role(RoleArn=arn, RoleSessionName="one", Policy=policy)["Credentials"]
    expected.check_error(refused(Somebody(sandbox.url, keys)))


def test_policies_of_groups_count(ada, table, iam):
    iam.create_group(GroupName="writers")
    iam.put_group_policy(
        GroupName="writers", PolicyName="write", PolicyDocument=document(statement("dynamodb:PutItem"))
    )
    assert not ada.can(put)
    iam.add_user_to_group(GroupName="writers", UserName="ada")
    assert ada.can(put)
    iam.remove_user_from_group(GroupName="writers", UserName="ada")
    assert not ada.can(put)


def test_managed_policies_of_aws_count(ada, table, iam):
    iam.attach_user_policy(UserName="ada", PolicyArn="arn:aws:iam::aws:policy/AmazonDynamoDBReadOnlyAccess")
    assert ada.can(get)
    assert not ada.can(put)


@case("iam-propagation")
def test_a_change_counts_from_the_next_request_on(ada, table, expected):
    assert "evaluated at request time" in expected.take("rule")
    dynamodb = ada.client("dynamodb")
    ada.may(statement("dynamodb:PutItem"))
    put(dynamodb)
    ada.may(statement("dynamodb:GetItem"))
    refusal(dynamodb.put_item, TableName="Users", Item=ADA)


@case("iam-attributes")
def test_conditions_on_attributes(ada, table, expected):
    assert "key attributes" in expected.take("rule")
    only = {
        "ForAllValues:StringEquals": {"dynamodb:Attributes": ["userId", "name"]},
        "StringEqualsIfExists": {"dynamodb:Select": "SPECIFIC_ATTRIBUTES"},
    }
    ada.may(statement("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Scan", on=table, Condition=only))
    assert ada.can(
        lambda d: d.get_item(
            TableName="Users",
            Key=ADA,
            ProjectionExpression="userId, #n",
            ExpressionAttributeNames={"#n": "name"},
        )
    )
    assert not ada.can(lambda d: d.get_item(TableName="Users", Key=ADA, ProjectionExpression="email"))
    assert ada.can(put)
    assert not ada.can(lambda d: d.put_item(TableName="Users", Item={**ADA, "email": {"S": "x"}}))
    assert not ada.can(lambda d: d.scan(TableName="Users"))


def test_leading_keys(ada, table):
    own = {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["${aws:username}"]}}
    ada.may(statement("dynamodb:GetItem", on=table, Condition=own))
    assert ada.can(get)
    assert not ada.can(lambda d: d.get_item(TableName="Users", Key={"userId": {"S": "bob"}}))


def test_tags_of_the_caller_and_of_the_request(make_user, table, iam):
    eve = make_user("eve", Tags=[{"Key": "team", "Value": "red"}])
    red = {"StringEquals": {"aws:PrincipalTag/team": "red"}}
    eve.may(statement("dynamodb:PutItem", Condition=red))
    assert eve.can(put)
    iam.tag_user(UserName="eve", Tags=[{"Key": "team", "Value": "blue"}])
    assert not eve.can(put)
    eve.may(
        statement("iam:CreateUser", "iam:TagUser", Condition={"StringEquals": {"aws:RequestTag/team": "red"}})
    )
    with_tag = {"UserName": "tim", "Tags": [{"Key": "team", "Value": "red"}]}
    assert not eve.can(lambda i: i.create_user(UserName="tim"), "iam")
    assert eve.can(lambda i: i.create_user(**with_tag), "iam")


@pytest.mark.parametrize(
    ("condition", "met"),
    [
        ({"StringEquals": {"aws:RequestedRegion": "us-east-1"}}, True),
        ({"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}, False),
        ({"IpAddress": {"aws:SourceIp": "127.0.0.0/8"}}, True),
        ({"NotIpAddress": {"aws:SourceIp": "127.0.0.0/8"}}, False),
        ({"Bool": {"aws:SecureTransport": "true"}}, True),
        ({"DateGreaterThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}, True),
        ({"DateLessThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}, False),
        ({"StringLike": {"aws:UserAgent": "*Boto3*"}}, True),
        ({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:user/ada"}}, True),
        ({"StringEquals": {"aws:PrincipalType": "User"}}, True),
        ({"Null": {"aws:TokenIssueTime": "true"}}, True),
        ({"Bool": {"aws:ViaAWSService": "false"}}, True),
        ({"StringLike": {"aws:userid": "*"}}, True),
    ],
)
def test_global_condition_keys(ada, table, condition, met):
    ada.may(statement("dynamodb:GetItem", Condition=json.loads(json.dumps(condition))))
    assert ada.can(get) is met
