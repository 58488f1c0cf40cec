"""The part of CloudFormation's behaviour that deployment tools read word by word."""

from __future__ import annotations

import json

from tests.sandbox.cases import case
from tests.sandbox.refusals import refusal

TEMPLATE = json.dumps(
    {
        "Resources": {
            "Greeting": {
                "Type": "AWS::SSM::Parameter",
                "Properties": {"Name": "greeting", "Type": "String", "Value": "hello"},
            }
        }
    }
)


@case("cfn-sam-has-stack")
def test_a_stack_that_is_not_there(expected, client):
    expected.check_error(refusal(client("cloudformation").describe_stacks, StackName="none"), name="none")


@case("cfn-templatesummary-review")
def test_no_summary_of_a_stack_in_review(expected, client):
    cloudformation = client("cloudformation")
    cloudformation.create_change_set(
        StackName="new", ChangeSetName="first", ChangeSetType="CREATE", TemplateBody=TEMPLATE
    )
    expected.check_error(refusal(cloudformation.get_template_summary, StackName="new"))


def test_a_stack_makes_and_removes_what_its_template_says(client):
    cloudformation, ssm = client("cloudformation"), client("ssm")
    cloudformation.create_stack(StackName="workshop", TemplateBody=TEMPLATE)
    cloudformation.get_waiter("stack_create_complete").wait(StackName="workshop")
    assert ssm.get_parameter(Name="greeting")["Parameter"]["Value"] == "hello"
    cloudformation.delete_stack(StackName="workshop")
    cloudformation.get_waiter("stack_delete_complete").wait(StackName="workshop")
    error = refusal(ssm.get_parameter, Name="greeting")
    assert error.response["Error"]["Code"] == "ParameterNotFound"
