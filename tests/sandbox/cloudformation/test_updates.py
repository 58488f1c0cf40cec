"""Updating stacks: in place, by replacement, and back where that fails."""

from __future__ import annotations

import pytest

from tests.sandbox.cases import case
from tests.sandbox.cloudformation.conftest import handle, parameter, table, template
from tests.sandbox.refusals import refusal

NAME = {"Name": {"Ref": "Users"}}
REPLACING = "Requested update requires the creation of a new physical resource; hence creating one."


def test_a_property_changes_in_place(deployer, client):
    deployer.create(template(NAME, Users=table()))
    before = deployer.outputs["Name"]
    throughput = {"ReadCapacityUnits": "5", "WriteCapacityUnits": 5}  # templates may write numbers as text
    body = template(NAME, Users=table(BillingMode="PROVISIONED", ProvisionedThroughput=throughput))
    assert deployer.update(body) == "UPDATE_COMPLETE"
    assert deployer.outputs["Name"] == before
    described = client("dynamodb").describe_table(TableName=before)["Table"]
    assert described["ProvisionedThroughput"]["ReadCapacityUnits"] == 5
    assert deployer.events()[-5:] == [
        ("workshop", "UPDATE_IN_PROGRESS", "User Initiated"),
        ("Users", "UPDATE_IN_PROGRESS", None),
        ("Users", "UPDATE_COMPLETE", None),
        ("workshop", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", None),
        ("workshop", "UPDATE_COMPLETE", None),
    ]


def test_another_key_makes_a_new_table_before_the_old_one_goes(deployer, client):
    deployer.create(template(NAME, Users=table("id")))
    before = deployer.outputs["Name"]
    assert deployer.update(template(NAME, Users=table("userId"))) == "UPDATE_COMPLETE"
    after = deployer.outputs["Name"]
    assert after != before
    assert client("dynamodb").list_tables()["TableNames"] == [after]
    assert deployer.events()[-8:] == [
        ("workshop", "UPDATE_IN_PROGRESS", "User Initiated"),
        ("Users", "UPDATE_IN_PROGRESS", REPLACING),
        ("Users", "UPDATE_IN_PROGRESS", "Resource creation Initiated"),
        ("Users", "UPDATE_COMPLETE", None),
        ("workshop", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", None),
        ("Users", "DELETE_IN_PROGRESS", None),
        ("Users", "DELETE_COMPLETE", None),
        ("workshop", "UPDATE_COMPLETE", None),
    ]


@pytest.mark.parametrize(
    "changed",
    [
        table(kind="N"),
        table(
            AttributeDefinitions=[
                {"AttributeName": "userId", "AttributeType": "S"},
                {"AttributeName": "day", "AttributeType": "S"},
            ],
            KeySchema=[
                {"AttributeName": "userId", "KeyType": "HASH"},
                {"AttributeName": "day", "KeyType": "RANGE"},
            ],
        ),
        table(TableName="named"),
    ],
)
def test_changes_that_replace_a_table(deployer, changed):
    deployer.create(template(NAME, Users=table()))
    before = deployer.outputs["Name"]
    assert deployer.update(template(NAME, Users=changed)) == "UPDATE_COMPLETE"
    assert deployer.outputs["Name"] != before


def test_a_custom_named_table_is_not_replaced(deployer, client):
    deployer.create(template(Users=table("id", TableName="users")))
    assert deployer.update(template(Users=table("userId", TableName="users"))) == "UPDATE_ROLLBACK_COMPLETE"
    assert deployer.failure("Users") == (
        "CloudFormation cannot update a stack when a custom-named resource requires replacing. "
        "Rename users and update the stack again."
    )
    keys = client("dynamodb").describe_table(TableName="users")["Table"]["KeySchema"]
    assert keys == [{"AttributeName": "id", "KeyType": "HASH"}]
    assert deployer.update(template(Users=table("userId", TableName="users2"))) == "UPDATE_COMPLETE"
    assert client("dynamodb").list_tables()["TableNames"] == ["users2"]


@case("cfn-update-nochange")
def test_nothing_to_update(expected, deployer, api):
    deployer.create(template(NAME, Users=table()))
    error = refusal(api.update_stack, StackName="workshop", TemplateBody=template(NAME, Users=table()))
    expected.check_error(error)


def test_outputs_alone_are_a_change(deployer):
    deployer.create(template(Users=table()))
    assert deployer.update(template(NAME, Users=table())) == "UPDATE_COMPLETE"
    assert deployer.outputs["Name"] == deployer.physical("Users")


def test_an_update_that_fails_goes_back(deployer, client):
    first = template(NAME, Greeting=parameter("one", Name="g"), Users=table())
    deployer.create(first)
    users = deployer.outputs["Name"]
    second = template(
        {"Other": "x"},
        Greeting=parameter("two", Name="g"),
        New=parameter("new", Name="new"),
        Users={**table(kind="TODO"), "DependsOn": ["Greeting", "New"]},
    )
    assert deployer.update(second) == "UPDATE_ROLLBACK_COMPLETE"
    assert client("ssm").get_parameter(Name="g")["Parameter"]["Value"] == "one"
    assert [one["Name"] for one in client("ssm").describe_parameters()["Parameters"]] == ["g"]
    assert client("dynamodb").list_tables()["TableNames"] == [users]
    assert deployer.outputs == {"Name": users}
    events = deployer.events()
    at = events.index(
        ("workshop", "UPDATE_ROLLBACK_IN_PROGRESS", "The following resource(s) failed to update: [Users]. ")
    )
    assert sorted(f"{name} {status}" for name, status, _ in events[at + 1 : at + 4]) == [
        "Greeting UPDATE_COMPLETE",
        "Greeting UPDATE_IN_PROGRESS",
        "Users UPDATE_COMPLETE",
    ]
    assert [f"{name} {status}" for name, status, _ in events[at + 4 :]] == [
        "workshop UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
        "New DELETE_IN_PROGRESS",
        "New DELETE_COMPLETE",
        "workshop UPDATE_ROLLBACK_COMPLETE",
    ]
    assert (
        deployer.update(template(NAME, Greeting=parameter("two", Name="g"), Users=table()))
        == "UPDATE_COMPLETE"
    )


def test_an_update_that_fails_stays_where_rollback_is_disabled(deployer, client):
    deployer.create(template(Greeting=parameter("one", Name="g")))
    body = template(
        Greeting=parameter("two", Name="g"), Users={**table(kind="TODO"), "DependsOn": "Greeting"}
    )
    assert deployer.update(body, DisableRollback=True) == "UPDATE_FAILED"
    assert client("ssm").get_parameter(Name="g")["Parameter"]["Value"] == "two"
    mended = template(Greeting=parameter("two", Name="g"), Users=table())
    assert deployer.update(mended) == "UPDATE_COMPLETE"


def test_a_replacement_is_undone_when_another_resource_fails(deployer, client):
    deployer.create(template(NAME, Users=table("id")))
    before = deployer.outputs["Name"]
    body = template(NAME, Users=table("userId"), Bad={**table(kind="TODO"), "DependsOn": "Users"})
    assert deployer.update(body) == "UPDATE_ROLLBACK_COMPLETE"
    assert client("dynamodb").list_tables()["TableNames"] == [before]
    assert deployer.physical("Users") == before


def test_what_depends_on_a_replaced_resource_follows(deployer, client):
    deployer.create(template(Users=table("id"), Pointer=parameter({"Ref": "Users"}, Name="p")))
    deployer.update(template(Users=table("userId"), Pointer=parameter({"Ref": "Users"}, Name="p")))
    assert client("ssm").get_parameter(Name="p")["Parameter"]["Value"] == deployer.physical("Users")


def test_a_resource_taken_out_of_the_template_goes(deployer, client):
    deployer.create(
        template(H=handle(), Users=table(), Kept={**parameter(Name="k"), "DeletionPolicy": "Retain"})
    )
    assert deployer.update(template(H=handle())) == "UPDATE_COMPLETE"
    assert client("dynamodb").list_tables()["TableNames"] == []
    assert client("ssm").get_parameter(Name="k")
    resources = deployer.api.list_stack_resources(StackName="workshop")["StackResourceSummaries"]
    assert [one["LogicalResourceId"] for one in resources] == ["H"]


def test_update_replace_policy_keeps_the_old_resource(deployer, client):
    deployer.create(template(Users={**table("id"), "UpdateReplacePolicy": "Retain"}))
    deployer.update(template(Users={**table("userId"), "UpdateReplacePolicy": "Retain"}))
    assert len(client("dynamodb").list_tables()["TableNames"]) == 2
    assert "Users DELETE_SKIPPED" in deployer.statuses()


def test_a_resource_cannot_become_another_type(deployer, api):
    deployer.create(template(A=handle()))
    error = refusal(api.update_stack, StackName="workshop", TemplateBody=template(A=parameter()))
    assert error.response["Error"]["Message"] == (
        "Update of resource type is not permitted. The new template modifies resource type of the following "
        "resources: [A]"
    )


def test_stack_tags_reach_resources_and_follow_updates(deployer, client):
    body = template(NAME, Users=table(Tags=[{"Key": "own", "Value": "1"}]))
    deployer.create(body, Tags=[{"Key": "team", "Value": "red"}])
    dynamodb = client("dynamodb")

    def tags():
        arn = dynamodb.describe_table(TableName=deployer.outputs["Name"])["Table"]["TableArn"]
        return {one["Key"]: one["Value"] for one in dynamodb.list_tags_of_resource(ResourceArn=arn)["Tags"]}

    assert tags() == {"team": "red", "own": "1"}
    assert deployer.stack["Tags"] == [{"Key": "team", "Value": "red"}]
    deployer.update(body, Tags=[{"Key": "team", "Value": "blue"}, {"Key": "lab", "Value": "1"}])
    assert tags() == {"team": "blue", "lab": "1", "own": "1"}
    deployer.update(body, Tags=[])
    assert tags() == {"own": "1"}


def test_the_previous_template_with_other_parameters(deployer, client):
    sections = {"Parameters": {"Word": {"Type": "String"}, "Kept": {"Type": "String", "Default": "d"}}}
    body = template(sections=sections, P=parameter({"Fn::Sub": "${Word} ${Kept}"}, Name="p"))
    given = [{"ParameterKey": "Word", "ParameterValue": "a"}, {"ParameterKey": "Kept", "ParameterValue": "k"}]
    deployer.create(body, Parameters=given)
    deployer.api.update_stack(
        StackName="workshop",
        UsePreviousTemplate=True,
        Parameters=[
            {"ParameterKey": "Word", "ParameterValue": "b"},
            {"ParameterKey": "Kept", "UsePreviousValue": True},
        ],
    )
    assert deployer.wait("stack_update_complete") == "UPDATE_COMPLETE"
    assert client("ssm").get_parameter(Name="p")["Parameter"]["Value"] == "b k"


def test_updating_what_is_not_there(api):
    error = refusal(api.update_stack, StackName="none", TemplateBody=template(H=handle()))
    assert error.response["Error"]["Message"] == "Stack [none] does not exist"
