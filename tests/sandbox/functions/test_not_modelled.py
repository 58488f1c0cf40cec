"""Layers, images and more: refused by their names in every door."""

from __future__ import annotations

import json
import uuid

import pytest
from botocore import xform_name
from botocore.exceptions import ClientError

from sandbox.cloudformation.providers import PROVIDERS
from sandbox.errors import NotModelled
from sandbox.functions import validation
from tests.sandbox.functions.conftest import OWN_PYTHON, zipped

LAYER = "arn:aws:lambda:us-east-1:123456789012:layer:libraries:1"
SIGNING = "arn:aws:lambda:us-east-1:123456789012:code-signing-config:csc-0123456789abcdef0"
FILES = {
    "Arn": "arn:aws:elasticfilesystem:us-east-1:123456789012:access-point/fsap-0123456789abcdef0",
    "LocalMountPath": "/mnt/files",
}
SETTINGS = {
    "Layers": ([LAYER], "layers of a function"),
    "FileSystemConfigs": ([FILES], "file systems of a function"),
    "DeadLetterConfig": ({"TargetArn": "arn:aws:sqs:us-east-1:123456789012:q"}, "dead-letter queues"),
    "ImageConfig": ({"Command": ["a"]}, "functions in container images"),
    "SnapStart": ({"ApplyOn": "PublishedVersions"}, "SnapStart"),
    "CodeSigningConfigArn": (SIGNING, "code signing"),
}


@pytest.fixture(scope="session")
def made(sandbox):
    """A client and a function of an account for all these tests, and its role."""
    session = sandbox.session("711122223333")
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    role = session.client("iam").create_role(RoleName="r", AssumeRolePolicyDocument=document)["Role"]["Arn"]
    api, settings = (
        session.client("lambda"),
        {"Runtime": OWN_PYTHON, "Handler": "index.handler", "Role": role},
    )
    code = {"ZipFile": zipped({"index.py": "def handler(event, context): return 1"})}
    api.create_function(FunctionName="users", Code=code, **settings)
    return api, {**settings, "Code": code}


def refusal(call, **parameters):
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    error = caught.value.response["Error"]
    assert error["Code"] == "NotImplemented"
    return error["Message"]


@pytest.mark.parametrize("name", SETTINGS)
def test_a_setting(made, name):
    api, settings = made
    value, words = SETTINGS[name]
    says = f"The sandbox does not model {words}"
    assert refusal(api.create_function, FunctionName="new", **settings, **{name: value}).startswith(says)
    if name != "CodeSigningConfigArn":  # UpdateFunctionConfiguration has none
        assert refusal(api.update_function_configuration, FunctionName="users", **{name: value}).startswith(
            says
        )


def test_what_is_empty_asks_for_nothing(made):
    api, settings = made
    nothing = {"Layers": [], "FileSystemConfigs": [], "SnapStart": {"ApplyOn": "None"}}
    api.create_function(FunctionName="plain", **settings, **nothing)
    api.update_function_configuration(FunctionName="plain", **nothing)


def test_images(made):
    api, settings = made
    image = {"ImageUri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/users:1"}
    says = "The sandbox does not model functions in container images. Deploy a zip file."
    given = {"FunctionName": "new", "Role": settings["Role"], "Code": image}
    assert refusal(api.create_function, PackageType="Image", **given) == says
    assert refusal(api.update_function_code, FunctionName="users", **image) == says


def test_vpc_and_tracing_are_stored(made):
    api, settings = made
    api.create_function(FunctionName="traced", **settings, TracingConfig={"Mode": "Active"})
    assert api.get_function_configuration(FunctionName="traced")["TracingConfig"] == {"Mode": "Active"}
    vpc = {"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]}
    api.update_function_configuration(FunctionName="traced", VpcConfig=vpc)
    told = api.get_function_configuration(FunctionName="traced")["VpcConfig"]
    assert {name: told[name] for name in vpc} == vpc


OPERATIONS = {
    "PublishLayerVersion": {"LayerName": "l", "Content": {"ZipFile": b"x"}},
    "DeleteLayerVersion": {"LayerName": "l", "VersionNumber": 1},
    "GetLayerVersion": {"LayerName": "l", "VersionNumber": 1},
    "GetLayerVersionByArn": {"Arn": LAYER},
    "GetLayerVersionPolicy": {"LayerName": "l", "VersionNumber": 1},
    "AddLayerVersionPermission": {
        "LayerName": "l",
        "VersionNumber": 1,
        "StatementId": "s",
        "Action": "lambda:GetLayerVersion",
        "Principal": "*",
    },
    "RemoveLayerVersionPermission": {"LayerName": "l", "VersionNumber": 1, "StatementId": "s"},
}


def test_operations_on_layers(made):
    api, _ = made
    assert set(OPERATIONS) == set(validation.LAYER_OPERATIONS)
    for operation, given in OPERATIONS.items():
        says = refusal(getattr(api, xform_name(operation)), **given)
        assert says == "The sandbox does not model layers.", operation
    assert api.list_layers()["Layers"] == []


@pytest.mark.parametrize("operation", ["update_event_source_mapping", "delete_event_source_mapping"])
def test_operations_on_event_source_mappings(made, operation):
    api, _ = made
    assert (
        refusal(getattr(api, operation), UUID=str(uuid.UUID(int=1)))
        == "The sandbox does not model event source mappings."
    )


@pytest.mark.parametrize("operation", ["create_code_signing_config", "put_function_code_signing_config"])
def test_operations_on_code_signing(made, operation):
    api, _ = made
    publishers = {
        "SigningProfileVersionArns": ["arn:aws:signer:us-east-1:123456789012:/signing-profiles/p/1"]
    }
    given = {
        "create_code_signing_config": {"AllowedPublishers": publishers},
        "put_function_code_signing_config": {"CodeSigningConfigArn": SIGNING, "FunctionName": "users"},
    }
    assert "CodeSigningConfig" in refusal(getattr(api, operation), **given[operation])


@pytest.mark.parametrize(
    "name", ["Layers", "FileSystemConfigs", "SnapStart", "CodeSigningConfigArn", "ImageConfig", "VpcConfig"]
)
def test_a_property_of_a_template(name):
    value = SETTINGS.get(name, ({"SubnetIds": ["subnet-1"]}, ""))[0]
    properties = {
        "Code": {"ZipFile": "x"},
        "Handler": "index.handler",
        "Runtime": "python3.13",
        "Role": "arn:aws:iam::123456789012:role/r",
        name: value,
    }
    with pytest.raises(NotModelled, match=f"the property {name} of AWS::Lambda::Function"):
        PROVIDERS["AWS::Lambda::Function"].check("F", properties)


@pytest.mark.parametrize(
    ("resource", "reason"),
    [
        pytest.param(
            {"Type": "AWS::Serverless::LayerVersion", "Properties": {"ContentUri": "s3://b/k"}},
            "Resource type AWS::Lambda::LayerVersion is not modelled by the sandbox.",
            id="layer",
        ),
        pytest.param(
            {
                "Type": "AWS::Serverless::Function",
                "Properties": {
                    "Runtime": "python3.13",
                    "Handler": "index.handler",
                    "InlineCode": "def handler(event, context): return 1",
                    "Layers": [LAYER],
                },
            },
            "The sandbox does not model the property Layers of AWS::Lambda::Function.",
            id="function with a layer",
        ),
    ],
)
def test_a_sam_template(client, resource, reason):
    api = client("cloudformation")
    body = {"Transform": "AWS::Serverless-2016-10-31", "Resources": {"R": resource}}
    capabilities = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
    api.create_stack(StackName="sam", TemplateBody=json.dumps(body), Capabilities=capabilities)
    with pytest.raises(Exception, match="ROLLBACK_COMPLETE"):
        api.get_waiter("stack_create_complete").wait(StackName="sam")
    events = api.describe_stack_events(StackName="sam")["StackEvents"]
    assert reason in {event.get("ResourceStatusReason") for event in events}
