"""Templates that CloudFormation refuses before it touches anything, and what a template may say."""
# ruff: noqa: E501 (AWS's sentences stand in one line)

from __future__ import annotations

import json

import pytest

from tests.sandbox.cases import case
from tests.sandbox.cloudformation.conftest import handle, parameter, table, template
from tests.sandbox.refusals import refusal

H = {"H": handle()}


@pytest.fixture
def change_set(api):
    """`change_set(body)`: the refusal of CreateChangeSet."""

    def refuse(body, **options):
        return refusal(
            api.create_change_set,
            StackName="new",
            ChangeSetName="c",
            ChangeSetType="CREATE",
            TemplateBody=body if isinstance(body, str) else json.dumps(body),
            **options,
        )

    return refuse


@case("cfn-no-type")
def test_a_resource_without_type(expected, change_set):
    expected.check_error(change_set({"Resources": {"Foo": {"Properties": {}}}}))


@case("cfn-bad-key")
def test_a_key_that_resources_do_not_have(expected, change_set):
    expected.check_error(change_set({"Resources": {"Foo": handle(Invalid=1)}}))


@case("cfn-bad-ref")
def test_a_reference_to_nothing(expected, change_set):
    expected.check_error(change_set(template(P=parameter({"Ref": "InvalidRef"}))))


@case("cfn-bad-json")
def test_json_that_is_none(expected, api):
    expected.check_error(refusal(api.validate_template, TemplateBody='{"Resources": '))


@case("cfn-bad-yaml")
def test_yaml_that_is_none(expected, api):
    expected.check_error(refusal(api.create_stack, StackName="x", TemplateBody="Resources:\n  A: [\n"))


@case("cfn-template-size")
def test_a_template_that_is_too_long(expected, api):
    expected.check_error(refusal(api.create_stack, StackName="x", TemplateBody=f"# {'x' * 51200}\n"))


@case("cfn-param-missing")
def test_a_parameter_without_value(expected, change_set):
    sections = {"Parameters": {"Input": {"Type": "String"}}}
    expected.check_error(change_set(template(sections=sections, H=handle())))


@case("cfn-capability-enum")
def test_a_misspelt_capability(expected, api):
    error = refusal(
        api.create_change_set,
        StackName="x",
        ChangeSetName="c",
        ChangeSetType="CREATE",
        TemplateBody=template(**H),
        Capabilities=["CAPABILITY_AIM"],
    )
    expected.check_error(error)


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({}, "Template format error: At least one Resources member must be defined."),
        ({"Resources": {}}, "Template format error: At least one Resources member must be defined."),
        ({"Resources": H, "Ressources": {}}, "Template format error: Invalid template property or properties [Ressources]"),
        ({"Resources": H, "AWSTemplateFormatVersion": "2011-01-01"}, "Template format error: unsupported value for AWSTemplateFormatVersion."),
        ({"Resources": H, "Description": ["x"]}, "Template format error: Template Description is not a String"),
        ({"Resources": H, "Outputs": ["x"]}, "Template format error: Outputs must be an object."),
        ({"Resources": H, "Outputs": None}, "Template format error: [/Outputs] 'null' values are not allowed in templates"),
        ({"Resources": {"A": "x"}}, "Template format error: Any Resources member must be an object."),
        ({"Resources": {"a-b": handle()}}, "Template format error: Resource name a-b is non alphanumeric."),
        ({"Resources": {"A": handle(Properties=["x"])}}, "Template format error: [/Resources/A] Properties must be an object."),
        ({"Resources": {"A": {"Type": "AWS::Nope::Thing"}}}, "Template format error: Unrecognized resource types: [AWS::Nope::Thing]"),
        ({"Resources": {"A": handle(DependsOn="B")}}, "Template format error: Unresolved resource dependencies [B] in the Resources block of the template"),
        ({"Resources": {"A": handle(DependsOn=[{"Ref": "B"}])}}, "Template format error: DependsOn must be a string or list of strings."),
        ({"Resources": {"A": parameter({"Fn::GetAtt": ["B", "Arn"]})}}, "Template error: instance of Fn::GetAtt references undefined resource B"),
        ({"Resources": {"A": parameter({"Fn::Sub": "${B}"})}}, "Template format error: Unresolved resource dependencies [B] in the Resources block of the template"),
        ({"Resources": H, "Outputs": {"O": {"Value": {"Ref": "B"}}}}, "Template format error: Unresolved resource dependencies [B] in the Outputs block of the template"),
        ({"Resources": H, "Outputs": {"O": {"Description": "x"}}}, "Template format error: Every Outputs member must contain a Value object"),
        ({"Resources": H, "Outputs": {"O-1": {"Value": "x"}}}, "Template format error: Output name O-1 is non alphanumeric."),
        ({"Resources": H, "Outputs": {"O": {"Value": None}}}, "[/Outputs/O/Value] 'null' values are not allowed in templates"),
        ({"Resources": {"A": parameter([None])}}, "[/Resources/A/Properties/Value/0] 'null' values are not allowed in templates"),
        ({"Resources": {"A": handle(DeletionPolicy="Keep")}}, "Template format error: Unrecognized DeletionPolicy Keep for resource A"),
        ({"Resources": {"A": handle(DeletionPolicy="Snapshot")}}, "Template error: resource type AWS::CloudFormation::WaitConditionHandle does not support deletion policy Snapshot"),
        ({"Resources": {"A": handle(Condition="C")}}, "Template format error: Unresolved condition dependency C in the Resources block of the template"),
        ({"Resources": H, "Conditions": {"C": {"Fn::Equals": [{"Ref": "H"}, "a"]}}}, "Template format error: Unresolved dependencies [H]. Cannot reference resources in the Conditions block of the template"),
        ({"Resources": H, "Mappings": {"A": "x"}}, "Template format error: Every Mappings member A must be a map"),
        ({"Resources": H, "Mappings": {"A": {"k": "x"}}}, "Template format error: Every Mappings member k must be a map"),
        ({"Resources": H, "Mappings": {"A": {"k": {"v": {"x": 1}}}}}, "Template format error: Every Mappings attribute must be a String or a List."),
        ({"Resources": {f"R{n}": handle() for n in range(501)}}, "Template format error: Number of resources, 501, is greater than maximum allowed, 500"),
        ({"Resources": {"A": parameter({"Fn::Select": [9, ["a"]]})}}, "Template error: Fn::Select cannot select nonexistent value at index 9"),
        ({"Resources": {"A": parameter("{{resolve:ssm:x}}")}}, "The sandbox does not model dynamic references ({{resolve:ssm:x}})."),
        ({"Resources": {"A": parameter({"Fn::Cidr": ["10.0.0.0/8", 1, 1]})}}, "The sandbox does not model the function Fn::Cidr."),
    ],
)  # fmt: skip
def test_what_is_refused(change_set, document, message):
    assert change_set(document).response["Error"]["Message"] == message


def test_the_template_must_be_somewhere(api):
    error = refusal(api.create_stack, StackName="x")
    assert error.response["Error"]["Message"] == "Either Template URL or Template Body must be specified."


def test_mappings_conditions_and_pseudo_parameters(deployer, client, account):
    sections = {
        "Parameters": {"Stage": {"Type": "String", "Default": "dev"}},
        "Mappings": {"Sizes": {"dev": {"size": "small"}, "prod": {"size": "big"}}},
        "Conditions": {"IsProd": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}},
    }
    value = {"Fn::Sub": ["${AWS::Region} ${AWS::AccountId} ${AWS::StackName} ${S}", {"S": {"Fn::FindInMap": ["Sizes", {"Ref": "Stage"}, "size"]}}]}  # fmt: skip
    resources = {
        "P": parameter(value, Name="p"),
        "Prod": {**parameter("x", Name="prod"), "Condition": "IsProd"},
    }
    document = json.loads(template(sections=sections, **resources))
    document["Outputs"] = {"OnlyProd": {"Value": {"Ref": "Prod"}, "Condition": "IsProd"}}
    body = json.dumps(document)
    assert deployer.create(body) == "CREATE_COMPLETE"
    ssm = client("ssm")
    assert ssm.get_parameter(Name="p")["Parameter"]["Value"] == f"us-east-1 {account} workshop small"
    assert deployer.outputs == {}
    deployer.update(body, Parameters=[{"ParameterKey": "Stage", "ParameterValue": "prod"}])
    assert ssm.get_parameter(Name="p")["Parameter"]["Value"].endswith(" big")
    assert deployer.outputs == {"OnlyProd": "prod"}
    deployer.update(body, Parameters=[{"ParameterKey": "Stage", "ParameterValue": "dev"}])
    assert [one["Name"] for one in ssm.describe_parameters()["Parameters"]] == ["p"]


def test_an_attribute_that_a_type_does_not_have(deployer):
    body = template({"InvalidOutput": {"Fn::GetAtt": ["P", "Invalid"]}}, P=parameter())
    assert deployer.create(body) == "ROLLBACK_COMPLETE"
    assert deployer.events()[1][2] == (
        "[Error] /Outputs/InvalidOutput/Value/Fn::GetAtt: Resource type AWS::SSM::Parameter does not support "
        "attribute {Invalid}. Rollback requested by user."
    )


def test_exports_are_seen_by_other_stacks(api):
    from tests.sandbox.cloudformation.conftest import Deployer

    one, other = Deployer(api, "one"), Deployer(api, "other")
    document = json.loads(template(T=table()))
    document["Outputs"] = {
        "T": {"Value": {"Ref": "T"}, "Export": {"Name": {"Fn::Sub": "${AWS::StackName}-t"}}}
    }
    body = json.dumps(document)
    user = template({"Name": {"Fn::ImportValue": "one-t"}}, H=handle())
    assert other.create(user) == "ROLLBACK_COMPLETE"
    assert ("other", "ROLLBACK_IN_PROGRESS", "No export named one-t found. Rollback requested by user.") in (
        other.events()
    )
    other.delete()
    one.create(body)
    assert other.create(user) == "CREATE_COMPLETE"
    assert other.outputs["Name"] == one.physical("T")
    assert api.list_exports()["Exports"][0]["Name"] == "one-t"
    assert api.list_imports(ExportName="one-t")["Imports"] == ["other"]
    error = refusal(api.list_imports, ExportName="none")
    assert error.response["Error"]["Message"] == "Export 'none' is not imported by any stack."
    error = refusal(api.delete_stack, StackName="one")
    assert error.response["Error"]["Message"] == "Export one-t cannot be deleted as it is in use by other"
    other.delete()
    assert one.delete() == "DELETE_COMPLETE"


def test_an_export_has_one_stack(api):
    from tests.sandbox.cloudformation.conftest import Deployer

    document = json.loads(template(H=handle()))
    document["Outputs"] = {"O": {"Value": "x", "Export": {"Name": "taken"}}}
    assert Deployer(api, "one").create(json.dumps(document)) == "CREATE_COMPLETE"
    other = Deployer(api, "other")
    assert other.create(json.dumps(document)) == "ROLLBACK_COMPLETE"
    text = "Export with name taken is already exported by stack one. Rollback requested by user."
    assert ("other", "ROLLBACK_IN_PROGRESS", text) in other.events()


def test_a_template_in_s3(client, deployer, sandbox, api):
    s3 = client("s3")
    s3.create_bucket(Bucket="templates-of-mine")
    s3.put_object(Bucket="templates-of-mine", Key="a b/t.json", Body=template(**H).encode())
    for number, url in enumerate(
        (
            f"{sandbox.url}/templates-of-mine/a%20b/t.json",
            "https://s3.amazonaws.com/templates-of-mine/a%20b/t.json",
            "https://templates-of-mine.s3.eu-west-1.amazonaws.com/a%20b/t.json",
        )
    ):
        api.create_stack(StackName=f"s{number}", TemplateURL=url)
        api.get_waiter("stack_create_complete").wait(StackName=f"s{number}")
    error = refusal(api.create_stack, StackName="x", TemplateURL=f"{sandbox.url}/templates-of-mine/none")
    assert error.response["Error"]["Message"] == "S3 error: The specified key does not exist."
    for url in ("https://example.com/t.json", "ftp://x/y", f"{sandbox.url}/only-a-bucket"):
        error = refusal(api.create_stack, StackName="x", TemplateURL=url)
        assert error.response["Error"]["Message"] == "TemplateURL must be a supported URL."
