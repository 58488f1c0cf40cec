"""Creating, rolling back and deleting stacks."""

from __future__ import annotations

import re
import time

import pytest

from tests.sandbox.cases import case
from tests.sandbox.cloudformation.conftest import Deployer, handle, parameter, table, template
from tests.sandbox.refusals import refusal
from tests.sandbox.warm import Warm

BROKEN = table(kind="TODO")


def test_a_stack_is_made_told_and_removed(deployer, client):
    body = template({"Name": {"Ref": "Users"}, "Arn": {"Fn::GetAtt": ["Users", "Arn"]}}, Users=table())
    began = time.monotonic()
    assert deployer.create(body) == "CREATE_COMPLETE"
    assert time.monotonic() - began < 15  # the waiter's first poll found it complete
    name = deployer.outputs["Name"]
    assert re.fullmatch(r"workshop-Users-[A-Za-z0-9]{12}", name)
    described = client("dynamodb").describe_table(TableName=name)["Table"]
    assert described["TableStatus"] == "ACTIVE"
    assert deployer.outputs["Arn"] == described["TableArn"]
    assert deployer.events() == [
        ("workshop", "CREATE_IN_PROGRESS", "User Initiated"),
        ("Users", "CREATE_IN_PROGRESS", None),
        ("Users", "CREATE_IN_PROGRESS", "Resource creation Initiated"),
        ("Users", "CREATE_COMPLETE", None),
        ("workshop", "CREATE_COMPLETE", None),
    ]
    assert deployer.delete() == "DELETE_COMPLETE"
    assert client("dynamodb").list_tables()["TableNames"] == []
    assert deployer.events()[-4:] == [
        ("workshop", "DELETE_IN_PROGRESS", "User Initiated"),
        ("Users", "DELETE_IN_PROGRESS", None),
        ("Users", "DELETE_COMPLETE", None),
        ("workshop", "DELETE_COMPLETE", None),
    ]


def test_a_creation_that_fails_is_rolled_back(deployer, client):
    body = template(Greeting=parameter(), Users={**BROKEN, "DependsOn": "Greeting"})
    assert deployer.create(body) == "ROLLBACK_COMPLETE"
    assert client("dynamodb").list_tables()["TableNames"] == []
    assert client("ssm").describe_parameters()["Parameters"] == []
    reason = deployer.failure("Users")
    assert re.fullmatch(
        r'Resource handler returned message: "1 validation error detected: Value \'TODO\' at .* '
        r"\(Service: DynamoDb, Status Code: 400, Request ID: [\w-]+\)\" "
        r"\(RequestToken: [\w-]+, HandlerErrorCode: InvalidRequest\)",
        reason,
    )
    assert [event for event in deployer.events() if event[1] != "CREATE_IN_PROGRESS"] == [
        ("Greeting", "CREATE_COMPLETE", None),
        ("Users", "CREATE_FAILED", reason),
        (
            "workshop",
            "ROLLBACK_IN_PROGRESS",
            "The following resource(s) failed to create: [Users]. Rollback requested by user.",
        ),
        ("Users", "DELETE_COMPLETE", None),
        ("Greeting", "DELETE_IN_PROGRESS", None),
        ("Greeting", "DELETE_COMPLETE", None),
        ("workshop", "ROLLBACK_COMPLETE", None),
    ]


def test_what_needs_a_failure_is_not_begun(deployer):
    deployer.create(template(Users=BROKEN, After=handle(DependsOn="Users")))
    assert deployer.statuses() == [
        "workshop CREATE_IN_PROGRESS",
        "Users CREATE_IN_PROGRESS",
        "Users CREATE_FAILED",
        "workshop ROLLBACK_IN_PROGRESS",
        "Users DELETE_COMPLETE",
        "workshop ROLLBACK_COMPLETE",
    ]


def test_what_is_under_way_when_another_fails_is_cancelled(deployer):
    tables = {f"Slow{number}": table() for number in range(6)}
    deployer.create(template(Users=BROKEN, **tables))
    reasons = {reason for _, status, reason in deployer.events() if status == "CREATE_FAILED"}
    assert "Resource creation cancelled" in reasons


@case("cfn-rollback-complete")
def test_a_rolled_back_stack_takes_only_a_delete(expected, deployer, api):
    deployer.create(template(Users=BROKEN))
    body = template(Users=table())
    expected.check_error(refusal(api.update_stack, StackName="workshop", TemplateBody=body))
    error = refusal(api.create_change_set, StackName="workshop", ChangeSetName="c", TemplateBody=body)
    assert error.response["Error"]["Message"].endswith(
        "is in ROLLBACK_COMPLETE state and can not be updated."
    )
    assert deployer.delete() == "DELETE_COMPLETE"
    assert deployer.create(body) == "CREATE_COMPLETE"


def test_without_rollback_what_was_made_stays(deployer, client):
    body = template(Greeting=parameter(Name="kept"), Users={**BROKEN, "DependsOn": "Greeting"})
    assert deployer.create(body, DisableRollback=True) == "CREATE_FAILED"
    assert deployer.stack["StackStatusReason"] == "The following resource(s) failed to create: [Users]. "
    assert client("ssm").get_parameter(Name="kept")["Parameter"]["Value"] == "hello"
    mended = template(Greeting=parameter(Name="kept"), Users=table())
    assert deployer.update(mended) == "UPDATE_COMPLETE"


def test_a_failed_creation_can_delete_its_stack(deployer):
    assert deployer.create(template(Users=BROKEN), OnFailure="DELETE") == "DELETE_COMPLETE"


def test_on_failure_and_disable_rollback_exclude_one_another(refused):
    text = refused(template(H=handle()), OnFailure="DELETE", DisableRollback=True)
    assert text == "You can specify either DisableRollback or OnFailure, but not both."


@case("cfn-stack-exists")
def test_a_name_is_taken_once(expected, deployer, api):
    deployer.create(template(H=handle()))
    error = refusal(api.create_stack, StackName="workshop", TemplateBody=template(H=handle()))
    expected.check_error(error, name="workshop")


@case("cfn-stack-name")
def test_a_name_has_its_letters(expected, api):
    expected.check_error(refusal(api.create_stack, StackName="*@x_$", TemplateBody=template(H=handle())))


@case("cfn-sam-has-stack")
def test_a_stack_that_is_not_there(expected, api):
    expected.check_error(refusal(api.describe_stacks, StackName="none"), name="none")


@case("cfn-create-failed-event")
def test_a_required_property_is_missing(expected, deployer):
    broken = {"Type": "AWS::SSM::Parameter", "Properties": {"Value": "x"}}
    assert deployer.create(template(P=broken)) == "ROLLBACK_COMPLETE"
    assert ("P", expected.take("ResourceStatus"), expected.take("ResourceStatusReason")) in deployer.events()


@pytest.mark.parametrize(
    ("resource", "reason"),
    [
        (
            table(Colour="red"),
            "#: extraneous key [Colour] is not permitted",
        ),
        (
            table(KeySchema=None, AttributeDefinitions=None),
            "#: required key [KeySchema] not found",
        ),
        (
            table(Tags="red"),
            "#/Tags: expected type: JSONArray, found: String",
        ),
        (
            table(
                AttributeDefinitions=[{"AttributeName": "a"}], KeySchema=[{"AttributeName": "a", "Kind": "X"}]
            ),
            """#: 3 schema violations found
#/AttributeDefinitions/0: required key [AttributeType] not found
#/KeySchema/0: required key [KeyType] not found
#/KeySchema/0: extraneous key [Kind] is not permitted""",
        ),
        (
            table(WarmThroughput={"ReadUnitsPerSecond": 12000}),
            "The sandbox does not model the property WarmThroughput of AWS::DynamoDB::Table.",
        ),
        (
            {"Type": "AWS::SQS::Queue"},
            "Resource type AWS::SQS::Queue is not modelled by the sandbox.",
        ),
        (
            {"Type": "Custom::Thing", "Properties": {"ServiceToken": "x"}},
            "Resource type Custom::Thing is not modelled by the sandbox.",
        ),
    ],
)
def test_what_a_type_does_not_take_fails_the_stack(deployer, resource, reason):
    assert deployer.create(template(R=resource)) == "ROLLBACK_COMPLETE"
    form = "Properties validation failed for resource R with message:\n"
    assert deployer.failure("R") == (form + reason if reason.startswith("#") else reason)


def test_deletion_policies_keep_resources(deployer, client):
    body = template(
        Kept={**parameter(Name="kept"), "DeletionPolicy": "Retain"},
        Gone=parameter(Name="gone"),
        Excepted={**parameter(Name="excepted"), "DeletionPolicy": "RetainExceptOnCreate"},
    )
    deployer.create(body)
    assert deployer.delete() == "DELETE_COMPLETE"
    assert "Kept DELETE_SKIPPED" in deployer.statuses()
    found = client("ssm").describe_parameters()["Parameters"]
    assert {one["Name"] for one in found} == {"kept", "excepted"}


def test_what_cannot_be_deleted_can_be_retained(deployer, client):
    deployer.create(template(Users=table(DeletionProtectionEnabled=True), Greeting=parameter(Name="g")))
    assert deployer.delete() == "DELETE_FAILED"
    assert deployer.stack["StackStatusReason"] == "The following resource(s) failed to delete: [Users]. "
    assert "it is currently protected against deletion" in deployer.failure("Users")
    assert deployer.delete(RetainResources=["Users"]) == "DELETE_COMPLETE"
    assert len(client("dynamodb").list_tables()["TableNames"]) == 1


def test_resources_are_retained_only_where_deleting_has_failed(deployer, api):
    deployer.create(template(H=handle()))
    error = refusal(api.delete_stack, StackName="workshop", RetainResources=["H"])
    assert "only when the stack is in the DELETE_FAILED state" in error.response["Error"]["Message"]


def test_deleting_what_is_not_there_is_no_error(api):
    api.delete_stack(StackName="none")


def test_a_stack_is_deleted_while_it_is_made(deployer, api, client):
    deployer.id = api.create_stack(StackName="workshop", TemplateBody=template(Users=table()))["StackId"]
    assert deployer.delete() == "DELETE_COMPLETE"
    assert client("dynamodb").list_tables()["TableNames"] == []


def test_what_is_gone_already_is_no_hindrance(deployer, client):
    deployer.create(template(Users=table(), Greeting=parameter(Name="g")))
    client("dynamodb").delete_table(TableName=deployer.physical("Users"))
    client("ssm").delete_parameter(Name="g")
    assert deployer.delete() == "DELETE_COMPLETE"


def test_termination_protection(deployer, api):
    deployer.create(template(H=handle()), EnableTerminationProtection=True)
    error = refusal(api.delete_stack, StackName="workshop")
    text = "Stack [workshop] cannot be deleted while TerminationProtection is enabled"
    assert error.response["Error"]["Message"] == text
    api.update_termination_protection(StackName="workshop", EnableTerminationProtection=False)
    assert deployer.delete() == "DELETE_COMPLETE"


def test_circles_are_refused(refused):
    text = refused(
        template(
            A=handle(DependsOn="B"), B=handle(DependsOn="C"), C=handle(DependsOn="A"), D=handle(DependsOn="A")
        )
    )
    assert text == "Circular dependency between resources: [A, B, C]"


def test_stacks_keep_apart_by_account_and_region(sandbox, deployer, account):
    deployer.create(template(H=handle()))
    for session in (sandbox.session(account, region="eu-west-1"), sandbox.session("444455556666")):
        names = [one["StackName"] for one in session.client("cloudformation").describe_stacks()["Stacks"]]
        assert "workshop" not in names


def test_operations_beyond_those_modelled_are_named(api):
    error = refusal(api.detect_stack_drift, StackName="x")
    assert error.response["Error"]["Code"] == "NotImplemented"
    assert error.response["Error"]["Message"] == "The sandbox does not model cloudformation DetectStackDrift."


def test_parameters_without_effect_are_refused(api):
    arn = "arn:aws:iam::123456789012:role/deployer"
    error = refusal(api.create_stack, StackName="x", TemplateBody=template(H=handle()), RoleARN=arn)
    text = "The sandbox does not model service roles of stacks (RoleARN)."
    assert error.response["Error"]["Message"] == text


def test_two_stacks_beside_one_another(api):
    one, other = Deployer(api, "one"), Deployer(api, "other")
    assert one.create(template(T=table())) == other.create(template(T=table())) == "CREATE_COMPLETE"
    assert one.physical("T").startswith("one-T-")
    assert other.physical("T").startswith("other-T-")


def test_a_reset_ends_and_forgets_stacks():
    with Warm(port=0) as own:
        api = own.session().client("cloudformation")
        deployer = Deployer(api)
        deployer.create(template(Users=table()))
        api.create_stack(StackName="under-way", TemplateBody=template(Users=table(), More=table()))
        own.reset()
        assert api.describe_stacks()["Stacks"] == []
        assert own.session().client("dynamodb").list_tables()["TableNames"] == []
        assert deployer.create(template(Users=table())) == "CREATE_COMPLETE"
