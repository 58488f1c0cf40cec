"""Change sets: what they tell, and what executing them does."""

from __future__ import annotations

import pytest

from tests.sandbox.cases import case
from tests.sandbox.cloudformation.conftest import handle, parameter, table, template
from tests.sandbox.refusals import refusal

NAME = {"Name": {"Ref": "Users"}}


@pytest.fixture
def changes(api):
    """`changes(body)`: logical id → what a change set says of it."""

    def make(body, **options):
        api.create_change_set(StackName="workshop", ChangeSetName="c", TemplateBody=body, **options)
        found = api.describe_change_set(StackName="workshop", ChangeSetName="c")
        assert found["Status"] == "CREATE_COMPLETE", found
        api.delete_change_set(StackName="workshop", ChangeSetName="c")
        told = [one["ResourceChange"] for one in found["Changes"]]
        return {one["LogicalResourceId"]: one for one in told}

    return make


@case("cfn-changeset-shape")
def test_a_stack_is_created_by_a_change_set(expected, api, deployer):
    made = api.create_change_set(
        StackName="workshop",
        ChangeSetName="first",
        ChangeSetType="CREATE",
        TemplateBody=template(NAME, Users=table()),
        Description="to begin with",
        Tags=[{"Key": "team", "Value": "red"}],
    )
    deployer.id = made["StackId"]
    assert deployer.stack["StackStatus"] == "REVIEW_IN_PROGRESS"
    assert deployer.stack["StackStatusReason"] == "User Initiated"
    found = api.describe_change_set(StackName="workshop", ChangeSetName="first")
    change = found["Changes"][0]["ResourceChange"]
    wanted = expected.take("json_subset")
    shape = wanted.pop("Changes[].ResourceChange")
    assert change["Action"] in shape.pop("Action").split("|")
    assert change.keys() >= shape.keys()
    assert (change["LogicalResourceId"], change["ResourceType"]) == ("Users", "AWS::DynamoDB::Table")
    assert {key: found[key] for key in wanted} == wanted
    assert found["Description"] == "to begin with"
    api.execute_change_set(StackName="workshop", ChangeSetName="first")
    assert deployer.wait("stack_create_complete") == "CREATE_COMPLETE"
    assert deployer.statuses()[:2] == ["workshop REVIEW_IN_PROGRESS", "workshop CREATE_IN_PROGRESS"]
    assert deployer.stack["ChangeSetId"] == made["Id"]
    assert deployer.outputs["Name"] == deployer.physical("Users")
    executed = api.describe_change_set(ChangeSetName=made["Id"])
    assert executed["ExecutionStatus"] == "EXECUTE_COMPLETE"


@case("cfn-sam-nochange")
def test_a_change_set_without_changes(expected, api, deployer):
    expected.take("sam_message")  # said by SAM CLI, which reads the StatusReason
    deployer.create(template(Users=table()))
    api.create_change_set(StackName="workshop", ChangeSetName="c", TemplateBody=template(Users=table()))
    found = api.describe_change_set(StackName="workshop", ChangeSetName="c")
    expected.check_fields("changeset", found)
    assert found["Changes"] == []


@case("cfn-execute-failed-cs")
def test_a_failed_change_set_is_not_executed(expected, api, deployer):
    deployer.create(template(Users=table()))
    made = api.create_change_set(
        StackName="workshop", ChangeSetName="c", TemplateBody=template(Users=table())
    )
    error = refusal(api.execute_change_set, StackName="workshop", ChangeSetName="c")
    expected.check_error(error, arn=made["Id"])


def test_a_change_set_is_executed_once(api, deployer):
    deployer.create(template(H=handle()))
    api.create_change_set(StackName="workshop", ChangeSetName="c", TemplateBody=template(Other=handle()))
    api.execute_change_set(StackName="workshop", ChangeSetName="c")
    deployer.wait("stack_update_complete")
    error = refusal(api.execute_change_set, StackName="workshop", ChangeSetName="c")
    assert error.response["Error"]["Message"].endswith(
        "cannot be executed in its current status of [EXECUTE_COMPLETE]"
    )


@case("cfn-deleted-state")
def test_a_deleted_stack_takes_no_change_set(expected, api, deployer):
    deployer.create(template(H=handle()))
    deployer.delete()
    error = refusal(
        api.create_change_set,
        StackName=deployer.id,
        ChangeSetName="c",
        ChangeSetType="UPDATE",
        TemplateBody=template(H=handle()),
    )
    expected.check_error(error, **{"stack-id": deployer.id})


@case("cfn-cs-existing")
def test_a_stack_is_not_created_twice(expected, api, deployer):
    deployer.create(template(H=handle()))
    error = refusal(
        api.create_change_set,
        StackName="workshop",
        ChangeSetName="again",
        ChangeSetType="CREATE",
        TemplateBody=template(H=handle()),
    )
    expected.check_error(error, name="workshop", changeset="again")


@case("cfn-cs-404")
def test_a_change_set_that_is_not_there(expected, api, deployer):
    deployer.create(template(H=handle()))
    error = refusal(api.describe_change_set, StackName="workshop", ChangeSetName="none")
    expected.check_error(error, name="none")


@case("cfn-cs-nostack")
def test_a_change_set_of_no_stack(expected, api):
    error = refusal(api.describe_change_set, StackName="none", ChangeSetName="c")
    expected.check_error(error, name="none")


def test_names_of_change_sets(api, deployer):
    deployer.create(template(H=handle()))
    given = {"StackName": "workshop", "TemplateBody": template(Other=handle())}
    text = refusal(api.create_change_set, ChangeSetName="1c", **given).response["Error"]["Message"]
    assert text.startswith("1 validation error detected: Value '1c' at 'changeSetName' failed")
    api.create_change_set(ChangeSetName="c", **given)
    error = refusal(api.create_change_set, ChangeSetName="c", **given)
    assert error.response["Error"]["Code"] == "AlreadyExistsException"
    error = refusal(api.create_change_set, ChangeSetName="d", ChangeSetType="IMPORT", **given)
    assert (
        error.response["Error"]["Message"]
        == "The sandbox does not model importing resources (ChangeSetType)."
    )
    error = refusal(api.describe_change_set, ChangeSetName="c")
    assert error.response["Error"]["Message"] == (
        "StackName must be specified if ChangeSetName is not specified as an ARN."
    )
    assert [one["ChangeSetName"] for one in api.list_change_sets(StackName="workshop")["Summaries"]] == ["c"]


def test_a_stack_in_review_goes_with_a_delete(api, deployer):
    made = api.create_change_set(
        StackName="workshop", ChangeSetName="c", ChangeSetType="CREATE", TemplateBody=template(H=handle())
    )
    deployer.id = made["StackId"]
    assert deployer.delete() == "DELETE_COMPLETE"
    error = refusal(api.describe_change_set, ChangeSetName=made["Id"])
    assert error.response["Error"]["Code"] == "ChangeSetNotFound"


def test_changes_in_place(deployer, changes):
    deployer.create(template(Users=table()))
    throughput = {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}
    body = template(Users=table(BillingMode="PROVISIONED", ProvisionedThroughput=throughput))
    change = changes(body)["Users"]
    assert (change["Action"], change["Replacement"], change["Scope"]) == ("Modify", "False", ["Properties"])
    assert [one["Target"]["Name"] for one in change["Details"]] == ["BillingMode", "ProvisionedThroughput"]
    assert {one["Target"]["RequiresRecreation"] for one in change["Details"]} == {"Never"}
    assert change["PhysicalResourceId"] == deployer.physical("Users")


def test_a_replacement_and_what_follows_from_it(deployer, changes):
    def body(key):
        return template(Users=table(key), Pointer=parameter({"Ref": "Users"}))

    deployer.create(body("id"))
    found = changes(body("userId"))
    assert found["Users"]["Replacement"] == "True"
    assert found["Users"]["PolicyAction"] == "ReplaceAndDelete"
    detail = next(one for one in found["Users"]["Details"] if one["Target"]["Name"] == "KeySchema")
    assert detail["Target"]["RequiresRecreation"] == "Always"
    assert found["Pointer"]["Replacement"] == "False"
    assert found["Pointer"]["Details"] == [
        {
            "Target": {"Attribute": "Properties", "Name": "Value", "RequiresRecreation": "Never"},
            "Evaluation": "Dynamic",
            "ChangeSource": "ResourceReference",
            "CausingEntity": "Users",
        }
    ]


def test_a_replacement_that_depends_on_another(deployer, changes):
    def body(key):
        return template(Users=table(key), Named=parameter("x", Name={"Fn::Sub": "p-${Users}"}))

    deployer.create(body("id"))
    change = changes(body("userId"))["Named"]
    assert change["Replacement"] == "Conditional"
    assert change["Details"][0]["Target"]["RequiresRecreation"] == "Conditionally"


def test_additions_and_removals(deployer, changes):
    deployer.create(template(Old=handle(), Kept=handle(DeletionPolicy="Retain"), Same=handle()))
    found = changes(template(New=table(), Same=handle()))
    assert {name: (one["Action"], one.get("PolicyAction")) for name, one in found.items()} == {
        "Old": ("Remove", "Delete"),
        "Kept": ("Remove", "Retain"),
        "New": ("Add", None),
    }


def test_a_parameter_as_the_cause(deployer, changes):
    sections = {"Parameters": {"Word": {"Type": "String", "Default": "a"}}}
    body = template(sections=sections, P=parameter({"Ref": "Word"}))
    deployer.create(body)
    change = changes(body, Parameters=[{"ParameterKey": "Word", "ParameterValue": "b"}])["P"]
    assert change["Details"] == [
        {
            "Target": {"Attribute": "Properties", "Name": "Value", "RequiresRecreation": "Never"},
            "Evaluation": "Static",
            "ChangeSource": "ParameterReference",
            "CausingEntity": "Word",
        }
    ]


def test_tags_and_metadata_as_changes(deployer, changes):
    deployer.create(template(Users=table()))
    body = template(Users={**table(), "Metadata": {"note": "x"}})
    change = changes(body, Tags=[{"Key": "team", "Value": "red"}])["Users"]
    assert change["Scope"] == ["Tags", "Metadata"]


def test_a_change_set_leaves_the_stack_alone(deployer, changes):
    deployer.create(template(NAME, Users=table("id")))
    before = deployer.outputs["Name"]
    changes(template(NAME, Users=table("userId")))
    assert deployer.outputs["Name"] == before
    assert deployer.stack["StackStatus"] == "CREATE_COMPLETE"
