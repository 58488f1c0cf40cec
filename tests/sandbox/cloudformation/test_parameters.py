"""Parameters of templates."""

from __future__ import annotations

import pytest

from tests.sandbox.cloudformation.conftest import handle, parameter, template


def body(**definition):
    return template(sections={"Parameters": {"Value": {"Type": "String", **definition}}}, H=handle())


def given(value, name="Value"):
    return {"Parameters": [{"ParameterKey": name, "ParameterValue": value}]}


@pytest.mark.parametrize(
    ("definition", "value", "message"),
    [
        ({"Type": "Number"}, "x", "Parameter 'Value' must be a number."),
        ({"Type": "Number", "MinValue": 2}, "1", "Parameter 'Value' must be a number not less than 2"),
        ({"Type": "Number", "MaxValue": 2}, "3", "Parameter 'Value' must be a number not greater than 2"),
        ({"Type": "List<Number>"}, "1,x", "Parameter 'Value' must be a number."),
        ({"AllowedValues": ["a", "b"]}, "c", "Parameter 'Value' must be one of AllowedValues"),
        (
            {"Type": "CommaDelimitedList", "AllowedValues": ["a", "b"]},
            "a,c",
            "Parameter 'Value' must be one of AllowedValues",
        ),
        ({"AllowedPattern": "[a-z]+"}, "A1", "Parameter 'Value' must match pattern [a-z]+"),
        ({"MinLength": 3}, "ab", "Parameter 'Value' must contain at least 3 characters"),
        ({"MaxLength": 1}, "ab", "Parameter 'Value' must contain at most 1 characters"),
        (
            {"AllowedPattern": "[a-z]+", "ConstraintDescription": "small letters"},
            "A",
            "Parameter 'Value' failed to satisfy constraint: small letters",
        ),
    ],
)
def test_values_that_do_not_fit(refused, definition, value, message):
    assert refused(body(**definition), **given(value)) == message


def test_a_parameter_that_the_template_does_not_have(refused):
    text = refused(template(H=handle()), **given("x", "Odd"))
    assert text == "Parameters: [Odd] do not exist in the template"


@pytest.mark.parametrize(
    ("definitions", "message"),
    [
        ({"V": {}}, "Every Parameters object must contain a Type member."),
        ({"V": "String"}, "Every Parameters object must contain a Type member."),
        ({"V": {"Type": "Text"}}, "Unrecognized parameter type: Text"),
        ({"V-1": {"Type": "String"}}, "Parameter name V-1 is non alphanumeric."),
        ({"V": {"Type": "String", "Min": 1}}, "Invalid template parameter property 'Min'"),
        ({"V": {"Type": "String", "Default": ["a"]}}, "Every Default member must be a string."),
    ],
)
def test_definitions_that_are_none(refused, definitions, message):
    text = refused(template(sections={"Parameters": definitions}, H=handle()))
    assert text == f"Template format error: {message}"


def test_lists_are_lists(deployer, client):
    sections = {"Parameters": {"Words": {"Type": "CommaDelimitedList", "Default": "a, b,c"}}}
    value = {"Fn::Join": ["-", {"Ref": "Words"}]}
    deployer.create(template(sections=sections, P=parameter(value, Name="p")))
    assert client("ssm").get_parameter(Name="p")["Parameter"]["Value"] == "a-b-c"


def test_values_from_the_parameter_store(deployer, client, refused):
    sections = {"Parameters": {"Word": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/word"}}}
    wanted = template({"Word": {"Ref": "Word"}}, sections, H=handle())
    text = refused(wanted)
    assert text == "Unable to fetch parameters [/word] from parameter store for this account."
    client("ssm").put_parameter(Name="/word", Type="String", Value="hello")
    deployer.create(wanted)
    assert deployer.outputs["Word"] == "hello"
    assert deployer.stack["Parameters"] == [
        {"ParameterKey": "Word", "ParameterValue": "/word", "ResolvedValue": "hello"}
    ]
