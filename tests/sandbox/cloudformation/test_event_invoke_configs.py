"""AWS::Lambda::EventInvokeConfig, and EventInvokeConfig of a SAM function."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from tests.sandbox.cloudformation.conftest import template
from tests.sandbox.cloudformation.test_function_versions import ROLE, plain
from tests.sandbox.cloudformation.test_http_api import EXPAND, function, sam

SETTINGS = ("MaximumRetryAttempts", "MaximumEventAgeInSeconds")


def config(**more):
    """An AWS::Lambda::EventInvokeConfig of the function F."""
    properties = {"FunctionName": {"Ref": "F"}, "Qualifier": "$LATEST", **more}
    return {"Type": "AWS::Lambda::EventInvokeConfig", "Properties": properties}


@pytest.fixture
def told(client):
    """`told(name)`: what a function's config says of retries and age; None without one."""

    def ask(name, qualifier="$LATEST"):
        try:
            found = client("lambda").get_function_event_invoke_config(FunctionName=name, Qualifier=qualifier)
        except ClientError:
            return None
        return {key: found[key] for key in SETTINGS if key in found}

    return ask


def test_made_changed_and_removed(deployer, told):
    def body(**resources):
        return template(
            Role=ROLE, F=plain(), **resources, outputs={"Of": {"Ref": "C"}} if resources else None
        )

    assert deployer.create(body(C=config(MaximumRetryAttempts=0, MaximumEventAgeInSeconds=60)), **EXPAND) == (
        "CREATE_COMPLETE"
    )
    name = deployer.physical("F")
    assert deployer.outputs["Of"] == f"{name}|$LATEST"
    assert told(name) == {"MaximumRetryAttempts": 0, "MaximumEventAgeInSeconds": 60}
    assert deployer.update(body(C=config(MaximumRetryAttempts="1")), **EXPAND) == "UPDATE_COMPLETE"
    assert told(name) == {"MaximumRetryAttempts": 1}
    assert deployer.update(body(), **EXPAND) == "UPDATE_COMPLETE"
    assert told(name) is None


def test_of_a_sam_function_with_an_alias(deployer, told):
    given = {"MaximumRetryAttempts": 1, "MaximumEventAgeInSeconds": 120}
    made = function({}, AutoPublishAlias="live", EventInvokeConfig=given)
    assert deployer.create(sam({"F": made}), **EXPAND) == "CREATE_COMPLETE"
    assert told(deployer.physical("F"), "live") == given


def test_destinations_fail_by_name(deployer):
    queue = {"OnFailure": {"Destination": "arn:aws:sqs:us-east-1:123456789012:failed"}}
    assert deployer.create(template(Role=ROLE, F=plain(), C=config(DestinationConfig=queue)), **EXPAND) == (
        "ROLLBACK_COMPLETE"
    )
    assert "does not model destinations of asynchronous invocations (DestinationConfig.OnFailure)" in (
        deployer.failure("C")
    )
