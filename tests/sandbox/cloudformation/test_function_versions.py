"""Versions and aliases by CloudFormation, SAM's AutoPublishAlias, and properties of functions."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.sandbox.cloudformation.conftest import template
from tests.sandbox.cloudformation.test_http_api import EXPAND, Served, events, function, sam

ROLE = {
    "Type": "AWS::IAM::Role",
    "Properties": {
        "AssumeRolePolicyDocument": {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "lambda.amazonaws.com"},
                    "Action": "sts:AssumeRole",
                }
            ],
        }
    },
}


def plain(code: str = "def handler(e, c): return c.function_version", **more: Any) -> dict[str, Any]:
    """An AWS::Lambda::Function."""
    properties = {
        "Runtime": "python3.13",
        "Handler": "index.handler",
        "Role": {"Fn::GetAtt": ["Role", "Arn"]},
        "Code": {"ZipFile": code},
        **more,
    }
    return {"Type": "AWS::Lambda::Function", "Properties": properties}


def version(**more: Any) -> dict[str, Any]:
    """An AWS::Lambda::Version of the function F."""
    return {"Type": "AWS::Lambda::Version", "Properties": {"FunctionName": {"Ref": "F"}, **more}}


def alias(of: str = "One", **more: Any) -> dict[str, Any]:
    """An AWS::Lambda::Alias `live` of a version."""
    properties = {"FunctionName": {"Ref": "F"}, "Name": "live", **more}
    return {
        "Type": "AWS::Lambda::Alias",
        "Properties": {"FunctionVersion": {"Fn::GetAtt": [of, "Version"]}, **properties},
    }


@pytest.fixture
def stack(api, raw) -> Served:
    made = Served(api)
    made.raw = raw
    return made


@pytest.fixture
def lambda_(client):
    return client("lambda")


def _invoke(lambda_, name: str) -> Any:
    return json.loads(lambda_.invoke(FunctionName=name)["Payload"].read())


OUTPUTS = {
    "Version": {"Ref": "One"},
    "Number": {"Fn::GetAtt": ["One", "Version"]},
    "Arn": {"Fn::GetAtt": ["One", "FunctionArn"]},
    "Alias": {"Ref": "Live"},
    "AliasArn": {"Fn::GetAtt": ["Live", "AliasArn"]},
}


def test_a_version_and_an_alias(stack: Served, lambda_):
    resources = {"Role": ROLE, "F": plain(), "One": version(Description="first"), "Live": alias()}
    assert stack.create(template(OUTPUTS, **resources), **EXPAND) == "CREATE_COMPLETE", stack.events()
    arn = lambda_.get_function(FunctionName=stack.physical("F"))["Configuration"]["FunctionArn"]
    assert stack.outputs == {
        "Version": f"{arn}:1",
        "Number": "1",
        "Arn": f"{arn}:1",
        "Alias": f"{arn}:live",
        "AliasArn": f"{arn}:live",
    }
    found = lambda_.get_function_configuration(FunctionName=f"{arn}:1")
    assert (found["Description"], _invoke(lambda_, f"{arn}:live")) == ("first", "1")

    # A change of the version replaces it; the alias follows before the old one goes.
    resources["F"] = plain("def handler(e, c): return [c.function_version]")
    resources["One"] = version(Description="second")
    resources["Live"] = alias(Description="moved")
    assert stack.update(template(OUTPUTS, **resources), **EXPAND) == "UPDATE_COMPLETE", stack.events()
    assert _invoke(lambda_, f"{arn}:live") == ["2"]
    assert lambda_.get_alias(FunctionName=arn, Name="live")["Description"] == "moved"
    listed = lambda_.list_versions_by_function(FunctionName=arn)["Versions"]
    assert [one["Version"] for one in listed] == ["$LATEST", "2"]
    assert stack.delete() == "DELETE_COMPLETE"
    with pytest.raises(ClientError, match="Function not found"):
        lambda_.get_function(FunctionName=arn)


def test_weights(stack: Served, lambda_):
    resources = {"Role": ROLE, "F": plain(), "One": version(), "Live": alias()}
    stack.create(template(**resources), **EXPAND)
    weight = {"FunctionVersion": {"Fn::GetAtt": ["Two", "Version"]}, "FunctionWeight": 0.25}
    resources["F"] = plain(MemorySize=256)
    resources["Two"] = {**version(), "DependsOn": "F"}
    resources["Live"] = alias(RoutingConfig={"AdditionalVersionWeights": [weight]})
    assert stack.update(template(**resources), **EXPAND) == "UPDATE_COMPLETE", stack.events()
    found = lambda_.get_alias(FunctionName=stack.physical("F"), Name="live")
    assert found["RoutingConfig"] == {"AdditionalVersionWeights": {"2": 0.25}}
    resources["Live"] = alias("Two")
    assert stack.update(template(**resources), **EXPAND) == "UPDATE_COMPLETE", stack.events()
    found = lambda_.get_alias(FunctionName=stack.physical("F"), Name="live")
    assert (found["FunctionVersion"], "RoutingConfig" in found) == ("2", False)


def test_a_version_of_nothing_new_fails(stack: Served):
    """The words are AWS's: aws/aws-cdk#5334."""
    resources = {"Role": ROLE, "F": plain(), "One": version()}
    stack.create(template(**resources), **EXPAND)
    resources["Two"] = version()
    assert stack.update(template(**resources), **EXPAND) == "UPDATE_ROLLBACK_COMPLETE"
    assert stack.failure("Two") == (
        "A version for this Lambda function exists ( 1 ). Modify the function to create a new version."
    )


def test_another_function_takes_the_alias_along(stack: Served, lambda_):
    """An alias is named within its function, so replacing the function is no clash of names."""
    resources = {"Role": ROLE, "F": plain(FunctionName="one"), "One": version(), "Live": alias()}
    stack.create(template(**resources), **EXPAND)
    resources["F"] = plain(FunctionName="two")
    assert stack.update(template(**resources), **EXPAND) == "UPDATE_COMPLETE", stack.events()
    assert _invoke(lambda_, "two:live") == "1"
    with pytest.raises(ClientError, match="Function not found"):
        lambda_.get_function(FunctionName="one")


def test_auto_publish_alias(stack: Served, lambda_):
    """SAM publishes each change of the code, keeps old versions, and points the API at the alias."""
    body = sam({"F": function(events(), AutoPublishAlias="live")})
    assert stack.create(body, **EXPAND) == "CREATE_COMPLETE", stack.events()
    first = stack.told("/users/ada")
    assert (first["version"], first["answer"]) == ("1", 1)
    name = stack.physical("F")
    policy = json.loads(lambda_.get_policy(FunctionName=name, Qualifier="live")["Policy"])
    assert {one["Resource"].rpartition(":")[2] for one in policy["Statement"]} == {"live"}
    with pytest.raises(ClientError, match="The resource you requested does not exist"):
        lambda_.get_policy(FunctionName=name)

    body = sam({"F": function(events(), 2, AutoPublishAlias="live")})
    assert stack.update(body, **EXPAND) == "UPDATE_COMPLETE", stack.events()
    second = stack.told("/users/ada")
    assert (second["version"], second["answer"]) == ("2", 2)
    assert _invoke_version(lambda_, f"{name}:1") == 1
    assert stack.delete() == "DELETE_COMPLETE"
    with pytest.raises(ClientError, match="Function not found"):
        lambda_.get_function(FunctionName=name)


def _invoke_version(lambda_, name: str) -> int:
    event = json.dumps({"requestContext": {"stage": "x"}})
    answer = json.loads(lambda_.invoke(FunctionName=name, Payload=event)["Payload"].read())
    return json.loads(answer["body"])["answer"]


def test_a_broken_update_keeps_the_alias_where_it_was(stack: Served):
    stack.create(sam({"F": function(events(), AutoPublishAlias="live")}), **EXPAND)
    broken = {
        "Type": "AWS::SSM::Parameter",
        "DependsOn": "FAliaslive",
        "Properties": {"Type": "StringList", "Value": ""},
    }
    body = sam({"F": function(events(), 2, AutoPublishAlias="live"), "Broken": broken})
    assert stack.update(body, **EXPAND) == "UPDATE_ROLLBACK_COMPLETE"
    told = stack.told("/users/ada")
    assert (told["version"], told["answer"]) == ("1", 1)


@pytest.mark.parametrize(
    ("resource", "words"),
    [
        (version(ProvisionedConcurrencyConfig={"ProvisionedConcurrentExecutions": 1}), "ProvisionedConcurr"),
        (version(RuntimePolicy={"UpdateRuntimeOn": "Auto"}), "RuntimePolicy"),
        (version(CodeSha256="other"), "CodeSHA256 (other) is different from current CodeSHA256 in $LATEST"),
        (
            {
                "Type": "AWS::Lambda::Alias",
                "Properties": {"FunctionName": {"Ref": "F"}, "FunctionVersion": "9", "Name": "live"},
            },
            "Function not found: ",
        ),
    ],
)
def test_what_fails(stack: Served, resource, words):
    body = template(Role=ROLE, F=plain(), One=resource)
    assert stack.create(body, **EXPAND) == "ROLLBACK_COMPLETE"
    assert words in stack.failure("One")


def test_settings_of_a_function(stack: Served, lambda_):
    settings = {
        "Architectures": ["x86_64"],
        "EphemeralStorage": {"Size": 600},
        "LoggingConfig": {"LogGroup": {"Ref": "Logs"}, "LogFormat": "JSON"},
        "MemorySize": 256,
        "TracingConfig": {"Mode": "Active"},
        "Tags": [{"Key": "a", "Value": "b"}],
        "PackageType": "Zip",
    }
    resources = {"Role": ROLE, "Logs": {"Type": "AWS::Logs::LogGroup"}, "F": plain(**settings)}
    assert stack.create(template(**resources), **EXPAND) == "CREATE_COMPLETE", stack.events()
    found = lambda_.get_function(FunctionName=stack.physical("F"))
    configuration = found["Configuration"]
    assert configuration["LoggingConfig"]["LogGroup"] == stack.physical("Logs")
    assert configuration["EphemeralStorage"] == {"Size": 600}
    assert (configuration["MemorySize"], configuration["TracingConfig"]) == (256, {"Mode": "Active"})
    assert found["Tags"]["a"] == "b"

    resources["F"] = plain(Architectures=["arm64"], Timeout=9)
    assert stack.update(template(**resources), **EXPAND) == "UPDATE_COMPLETE", stack.events()
    configuration = lambda_.get_function_configuration(FunctionName=stack.physical("F"))
    plainly = {"LogFormat": "Text", "LogGroup": f"/aws/lambda/{stack.physical('F')}"}
    assert configuration["LoggingConfig"] == plainly
    assert configuration["EphemeralStorage"] == {"Size": 512}
    assert (configuration["MemorySize"], configuration["Timeout"]) == (128, 9)
    assert configuration["Architectures"] == ["arm64"]
    assert configuration["TracingConfig"] == {"Mode": "PassThrough"}


def test_logs_in_json_by_sam(stack: Served, lambda_):
    config = {"LogFormat": "JSON", "SystemLogLevel": "WARN"}
    assert stack.create(sam({"F": function({}, LoggingConfig=config)}), **EXPAND) == "CREATE_COMPLETE", (
        stack.events()
    )
    found = lambda_.get_function_configuration(FunctionName=stack.physical("F"))["LoggingConfig"]
    group = f"/aws/lambda/{stack.physical('F')}"
    assert found == {**config, "ApplicationLogLevel": "INFO", "LogGroup": group}


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"Layers": ["arn:aws:lambda:us-east-1:123456789012:layer:a:1"]}, "the property Layers"),
        ({"VpcConfig": {"SubnetIds": ["subnet-1"]}}, "the property VpcConfig"),
        ({"LoggingConfig": {"SystemLogLevel": "INFO"}}, "LogLevel is not supported when LogFormat is set to"),
        ({"SnapStart": {"ApplyOn": "PublishedVersions"}}, "the property SnapStart"),
    ],
)
def test_what_a_function_fails_by(stack: Served, settings, words):
    assert stack.create(template(Role=ROLE, F=plain(**settings)), **EXPAND) == "ROLLBACK_COMPLETE"
    assert words in stack.failure("F")
