"""Templates with the SAM transform."""
# ruff: noqa: E501 (AWS's sentences stand in one line)

from __future__ import annotations

import subprocess
import sys
import textwrap

import pytest

from tests.sandbox.cases import case
from tests.sandbox.refusals import refusal

SAM = "Transform: AWS::Serverless-2016-10-31\n"
EXPAND = {"Capabilities": ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]}


def sam(resources):
    return f"{SAM}Resources:\n{textwrap.indent(textwrap.dedent(resources), '  ')}"


TABLE = sam("Users: {Type: AWS::Serverless::SimpleTable}")
BAD = sam("Users: {Type: AWS::Serverless::SimpleTable, Properties: {PrimaryKey: 5}}")
FUNCTION = sam(
    """
    F:
      Type: AWS::Serverless::Function
      Properties:
        Runtime: python3.13
        Handler: index.handler
        InlineCode: "def handler(event, context): return 1"
        Policies:
          - DynamoDBCrudPolicy: {TableName: users}
          - AmazonDynamoDBReadOnlyAccess
    """
)


@pytest.fixture
def expand(api):
    """`expand(body)`: the resources that a change set would make of a template."""

    def make(body, name="c", **options):
        api.create_change_set(
            StackName="sam",
            ChangeSetName=name,
            ChangeSetType="CREATE",
            TemplateBody=body,
            Capabilities=["CAPABILITY_IAM"],
            **options,
        )
        found = api.describe_change_set(StackName="sam", ChangeSetName=name)
        assert found["Status"] == "CREATE_COMPLETE", found
        template = api.get_template(StackName="sam", ChangeSetName=name, TemplateStage="Processed")
        return template["TemplateBody"]["Resources"]

    return make


@case("cfn-capability-macro")
def test_a_transform_needs_a_capability(expected, api):
    expected.check_error(refusal(api.create_stack, StackName="x", TemplateBody=TABLE))


@case("sam-simpletable")
def test_a_simple_table(expected, deployer, client):
    wanted = expected.take("resources")
    assert wanted == {"T": "AWS::DynamoDB::Table key id (S, HASH), BillingMode PAY_PER_REQUEST"}
    assert deployer.create(TABLE, **EXPAND) == "CREATE_COMPLETE"
    found = client("dynamodb").describe_table(TableName=deployer.physical("Users"))["Table"]
    assert found["KeySchema"] == [{"AttributeName": "id", "KeyType": "HASH"}]
    assert found["AttributeDefinitions"] == [{"AttributeName": "id", "AttributeType": "S"}]
    assert found["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"


@case("sam-function")
def test_a_function_and_its_role(expected, deployer, client):
    assert set(expected.take("resources")) == {"F", "FRole"}
    assert deployer.create(FUNCTION, **EXPAND) == "CREATE_COMPLETE", deployer.events()
    name, role = deployer.physical("F"), deployer.physical("FRole")
    assert client("lambda").invoke(FunctionName=name)["Payload"].read() == b"1"
    arn = client("lambda").get_function_configuration(FunctionName=name)["FunctionArn"]
    tags = client("lambda").list_tags(Resource=arn)["Tags"]
    assert tags.items() >= expected.take("tags").items()
    attached = client("iam").list_attached_role_policies(RoleName=role)["AttachedPolicies"]
    assert {one["PolicyName"] for one in attached} >= {"AWSLambdaBasicExecutionRole"}


@case("sam-policies")
def test_policies_by_name_and_by_template(expected, expand):
    assert "ManagedPolicyArns after AWSLambdaBasicExecutionRole" in expected.take("rule")
    role = expand(FUNCTION)["FRole"]["Properties"]
    assert [arn.rpartition("/")[2] for arn in role["ManagedPolicyArns"]] == [
        "AWSLambdaBasicExecutionRole",
        "AmazonDynamoDBReadOnlyAccess",
    ]
    assert [one["PolicyName"] for one in role["Policies"]] == ["FRolePolicy0"]


@case("sam-crud-policy", "sam-write-policy")
def test_what_policy_templates_allow(expected, expand):
    name = expected.when and ("DynamoDBCrudPolicy" if "Crud" in expected.given else "DynamoDBWritePolicy")
    body = FUNCTION.replace("DynamoDBCrudPolicy", name)
    statement = expand(body)["FRole"]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"][0]
    assert statement["Action"] == expected.take("Action")
    resources = [one["Fn::Sub"][0] for one in statement["Resource"]]
    for wanted, found in zip(expected.take("Resource"), resources, strict=True):
        assert found.endswith(wanted.replace("{TableName}", "${tableName}"))


@case("sam-event-api")
def test_an_event_of_a_rest_api(expected, expand):
    wanted = expected.take("resources")
    made = expand(
        FUNCTION
        + "      Events: {AddItem: {Type: Api, Properties: {Path: /add, Method: post}}}\n".replace(
            "      ", "      ", 1
        )
    )
    for name in ("ServerlessRestApi", "ServerlessRestApiProdStage", "FAddItemPermissionProd"):
        assert name in wanted
        assert name in made
    assert made["ServerlessRestApiProdStage"]["Properties"]["StageName"] == "Prod"
    assert any(name.startswith("ServerlessRestApiDeployment") for name in made)


@case("sam-event-httpapi")
def test_an_event_of_an_http_api(expected, expand):
    wanted = expected.take("resources")
    expected.take("no_path")
    made = expand(
        FUNCTION + "      Events: {Basic: {Type: HttpApi, Properties: {Path: /basic, Method: post}}}\n"
    )
    assert {"ServerlessHttpApi", "ServerlessHttpApiApiGatewayDefaultStage"} <= wanted.keys() & made.keys()
    assert made["ServerlessHttpApi"]["Properties"]["Body"]["openapi"] == "3.0.1"
    assert made["ServerlessHttpApiApiGatewayDefaultStage"]["Properties"]["AutoDeploy"] is True
    assert "FBasicPermission" in made
    whole = expand(FUNCTION + "      Events: {All: {Type: HttpApi}}\n", "whole")
    assert "$default" in whole["ServerlessHttpApi"]["Properties"]["Body"]["paths"]


REASON = (
    "Transform AWS::Serverless-2016-10-31 failed with: Invalid Serverless Application Specification document. "
    "Number of errors found: 1. Resource with id [Users] is invalid. "
)


def test_what_sam_refuses_fails_the_change_set(api):
    api.create_change_set(StackName="sam", ChangeSetName="c", ChangeSetType="CREATE", TemplateBody=BAD)
    found = api.describe_change_set(StackName="sam", ChangeSetName="c")
    assert (found["Status"], found["ExecutionStatus"]) == ("FAILED", "UNAVAILABLE")
    assert found["StatusReason"].startswith(REASON)


def test_what_sam_refuses_rolls_a_stack_back(deployer):
    assert deployer.create(BAD, **EXPAND) == "ROLLBACK_COMPLETE"
    assert deployer.statuses() == [
        "workshop CREATE_IN_PROGRESS",
        "workshop ROLLBACK_IN_PROGRESS",
        "workshop ROLLBACK_COMPLETE",
    ]
    assert deployer.events()[1][2].startswith(REASON)
    assert deployer.events()[1][2].endswith(". Rollback requested by user.")


def test_what_sam_refuses_rolls_an_update_back(deployer):
    deployer.create(TABLE, **EXPAND)
    before = deployer.physical("Users")
    assert deployer.update(BAD, **EXPAND) == "UPDATE_ROLLBACK_COMPLETE"
    assert deployer.physical("Users") == before


def test_parameters_reach_the_transform(expand):
    function = FUNCTION.removeprefix(SAM) + "      AutoPublishAlias: !Ref Alias\n"
    body = f"{SAM}Parameters: {{Alias: {{Type: String}}}}\n{function}"
    made = expand(body, Parameters=[{"ParameterKey": "Alias", "ParameterValue": "live"}])
    assert "FAliaslive" in made


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (TABLE.replace(SAM, "Transform: AWS::LanguageExtensions\n"), "The sandbox does not model the transform AWS::LanguageExtensions."),
        (TABLE.replace(SAM, "Transform: Mine\n"), "No transform named {account}::Mine found."),
        (sam("A: {Type: AWS::Serverless::Application, Properties: {Location: x}}"), "The sandbox does not model AWS::Serverless::Application (A)."),
        (sam("Q: {Type: AWS::Nope::Nope}"), "Template format error: Unrecognized resource types: [AWS::Nope::Nope]"),
    ],
)  # fmt: skip
def test_what_is_no_such_transform(api, account, body, message):
    error = refusal(api.create_stack, StackName="x", TemplateBody=body, **EXPAND)
    assert error.response["Error"]["Message"] == message.format(account=account)


FIRST = """\
import asyncio, sys
from sandbox.cloudformation.transform import SERVERLESS, expanded

users = {"Type": "AWS::Serverless::SimpleTable"}
made = asyncio.run(expanded({"Transform": SERVERLESS, "Resources": {"Users": users}}, {}, "1", "us-east-1"))
print(made["Resources"]["Users"]["Type"], sorted({"rfc3987_syntax", "lark"} & set(sys.modules)))
"""


def test_the_first_template_waits_for_no_grammar():
    """SAM's translator imports jsonschema, which would build a grammar of IRIs: 1.6 s of a sandbox's life."""
    said = subprocess.run(
        [sys.executable, "-c", FIRST], capture_output=True, text=True, timeout=60, check=True
    )
    assert said.stdout == "AWS::DynamoDB::Table []\n"
