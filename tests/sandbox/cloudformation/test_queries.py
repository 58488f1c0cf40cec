"""The operations that only look."""

from __future__ import annotations

import json
import time

import pytest

from sandbox.cloudformation import CloudFormation
from sandbox.cloudformation.service import Service
from tests.sandbox.cases import case
from tests.sandbox.cloudformation.conftest import Deployer, handle, parameter, table, template
from tests.sandbox.refusals import refusal

BODY = template({"Name": {"Ref": "Users"}}, Users=table(), Greeting=parameter(Name="g"))


@case("cfn-templatesummary-review")
def test_no_summary_of_a_stack_in_review(expected, api):
    api.create_change_set(StackName="new", ChangeSetName="c", ChangeSetType="CREATE", TemplateBody=BODY)
    expected.check_error(refusal(api.get_template_summary, StackName="new"))


@case("cfn-resource-404")
def test_a_resource_that_is_not_there(expected, api, deployer):
    deployer.create(BODY)
    error = refusal(
        api.describe_stack_resource, StackName="workshop", LogicalResourceId="NonExistentResource"
    )
    expected.check_error(error, name="workshop")


def test_resources(api, deployer):
    deployer.create(BODY)
    found = api.describe_stack_resources(StackName="workshop")["StackResources"]
    assert [(one["LogicalResourceId"], one["ResourceStatus"]) for one in found] == [
        ("Greeting", "CREATE_COMPLETE"),
        ("Users", "CREATE_COMPLETE"),
    ]
    by_id = api.describe_stack_resources(PhysicalResourceId=deployer.physical("Users"))["StackResources"]
    assert by_id == found
    one = api.describe_stack_resources(StackName="workshop", LogicalResourceId="Users")["StackResources"]
    assert [resource["ResourceType"] for resource in one] == ["AWS::DynamoDB::Table"]
    text = refusal(api.describe_stack_resources, PhysicalResourceId="none").response["Error"]["Message"]
    assert text == "Stack for none does not exist"
    text = refusal(api.describe_stack_resources, StackName="workshop", LogicalResourceId="No")
    assert text.response["Error"]["Message"] == "Resource No does not exist for stack workshop"
    error = refusal(api.describe_stack_resource, StackName="none", LogicalResourceId="x")
    assert error.response["Error"]["Message"] == "Stack 'none' does not exist"


def test_events_of_no_stack(api):
    assert refusal(api.describe_stack_events, StackName="none").response["Error"]["Message"] == (
        "Stack [none] does not exist"
    )
    error = refusal(api.describe_stack_events, StackName="")
    assert error.response["Error"]["Message"] == "StackName is a required parameter."


def test_events_come_in_pages(api, deployer):
    handles = {f"H{number}": handle() for number in range(60)}
    deployer.create(template(**handles))
    first = api.describe_stack_events(StackName="workshop")
    assert len(first["StackEvents"]) == 100
    assert first["NextToken"]
    assert len(deployer.events()) == 2 + 3 * 60
    error = refusal(api.describe_stack_events, StackName="workshop", NextToken="x")
    assert error.response["Error"]["Message"] == "Invalid NextToken"


def test_events_tell_properties_and_token(api, deployer):
    deployer.create(BODY, ClientRequestToken="mine")
    events = api.describe_stack_events(StackName="workshop")["StackEvents"]
    made = next(one for one in events if one["LogicalResourceId"] == "Greeting")
    assert json.loads(made["ResourceProperties"])["Value"] == "hello"
    assert {one["ClientRequestToken"] for one in events} == {"mine"}
    assert len({one["EventId"] for one in events}) == len(events)


def test_deleted_stacks_are_told_by_id(api, deployer):
    deployer.create(BODY)
    deployer.delete()
    assert deployer.stack["StackStatus"] == "DELETE_COMPLETE"
    assert "DeletionTime" in deployer.stack
    assert api.describe_stacks()["Stacks"] == []
    listed = api.list_stacks(StackStatusFilter=["DELETE_COMPLETE"])["StackSummaries"]
    assert [one["StackId"] for one in listed] == [deployer.id]
    assert api.list_stacks(StackStatusFilter=["CREATE_COMPLETE"])["StackSummaries"] == []
    text = refusal(api.describe_stacks, StackName="workshop").response["Error"]["Message"]
    assert text == "Stack with id workshop does not exist"


@pytest.mark.parametrize(
    "body", [BODY, "Resources:\n  H: {Type: AWS::CloudFormation::WaitConditionHandle}\n"]
)
def test_the_template_comes_back_as_it_was(api, deployer, body):
    deployer.create(body)
    for stage in ("Original", "Processed"):
        found = api.get_template(StackName="workshop", TemplateStage=stage)
        given = json.loads(body) if body.startswith("{") else body
        assert found["TemplateBody"] == given
    assert found["StagesAvailable"] == ["Original", "Processed"]


def test_the_template_of_a_change_set(api, deployer):
    deployer.create(BODY)
    other = template(H=handle())
    made = api.create_change_set(StackName="workshop", ChangeSetName="c", TemplateBody=other)
    for name in ("c", made["Id"]):
        found = api.get_template(StackName="workshop", ChangeSetName=name)
        assert found["TemplateBody"] == json.loads(other)
    error = refusal(api.get_template, StackName="workshop", ChangeSetName="none")
    assert error.response["Error"]["Code"] == "ChangeSetNotFound"


SECTIONS = {
    "Description": "users",
    "Metadata": {"a": 1},
    "Parameters": {
        "Stage": {
            "Type": "String",
            "Default": "dev",
            "AllowedValues": ["dev", "prod"],
            "Description": "which",
        },
        "Secret": {"Type": "String", "NoEcho": True},
    },
}


def test_the_summary_of_a_template(api, deployer):
    body = template(sections=SECTIONS, Users=table(), More=table())
    found = api.get_template_summary(TemplateBody=body)
    assert found["ResourceTypes"] == ["AWS::DynamoDB::Table"]
    assert found["ResourceIdentifierSummaries"] == [
        {
            "ResourceType": "AWS::DynamoDB::Table",
            "LogicalResourceIds": ["Users", "More"],
            "ResourceIdentifiers": ["TableName"],
        }
    ]
    assert found["Description"] == "users"
    assert json.loads(found["Metadata"]) == {"a": 1}
    assert found["Parameters"][0] == {
        "ParameterKey": "Stage",
        "DefaultValue": "dev",
        "ParameterType": "String",
        "NoEcho": False,
        "Description": "which",
        "ParameterConstraints": {"AllowedValues": ["dev", "prod"]},
    }
    deployer.create(BODY)
    assert api.get_template_summary(StackName="workshop")["ResourceTypes"] == [
        "AWS::DynamoDB::Table",
        "AWS::SSM::Parameter",
    ]


def test_validation(api):
    found = api.validate_template(TemplateBody=template(sections=SECTIONS, Users=table()))
    assert found["Description"] == "users"
    assert [one["ParameterKey"] for one in found["Parameters"]] == ["Stage", "Secret"]
    assert found["Parameters"][1]["NoEcho"] is True
    role = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {}, "RoleName": "x"}}
    found = api.validate_template(TemplateBody=template(Role=role))
    assert found["Capabilities"] == ["CAPABILITY_NAMED_IAM"]
    assert found["CapabilitiesReason"] == ("The following resource(s) require capabilities: [AWS::IAM::Role]")
    found = api.validate_template(
        TemplateBody=template(sections={"Transform": "AWS::Serverless-2016-10-31"}, Users=table())
    )
    assert found["DeclaredTransforms"] == ["AWS::Serverless-2016-10-31"]
    assert found["Capabilities"] == ["CAPABILITY_AUTO_EXPAND"]


def test_a_stack_policy_is_told_but_not_modelled(api):
    policy = json.dumps({"Statement": []})
    error = refusal(api.create_stack, StackName="x", TemplateBody=BODY, StackPolicyBody=policy)
    assert error.response["Error"]["Message"] == (
        "The sandbox does not model stack policies (StackPolicyBody)."
    )


def test_describing_a_stack_waits_for_its_end_but_not_for_long(api):
    stack = Deployer(api)
    stack.id = api.create_stack(StackName="workshop", TemplateBody=BODY)["StackId"]
    began = time.monotonic()
    assert api.describe_stacks(StackName="workshop")["Stacks"][0]["StackStatus"] == "CREATE_COMPLETE"
    assert time.monotonic() - began < 5


def test_outputs_parameters_and_hidden_values(deployer):
    body = template({"Stage": {"Ref": "Stage"}}, SECTIONS, P=parameter({"Ref": "Secret"}))
    deployer.create(body, Parameters=[{"ParameterKey": "Secret", "ParameterValue": "s3cret"}])
    assert deployer.stack["Parameters"] == [
        {"ParameterKey": "Stage", "ParameterValue": "dev"},
        {"ParameterKey": "Secret", "ParameterValue": "****"},
    ]
    assert deployer.stack["Description"] == "users"
    assert deployer.outputs == {"Stage": "dev"}


def test_every_operation_that_is_named_is_modelled():
    async def invoke(*_):
        raise AssertionError("nothing is called")

    assert CloudFormation(invoke).operations.keys() == Service(invoke).operations.keys()


def test_an_operation_that_aws_does_not_have(api, sandbox, account):
    def renamed(params, **_):
        params["body"]["Action"] = "MakeCoffee"

    api.meta.events.register("before-call.cloudformation.ListStacks", renamed)
    error = refusal(api.list_stacks)
    assert error.response["Error"]["Code"] == "InvalidAction"
