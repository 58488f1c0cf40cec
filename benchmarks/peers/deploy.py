"""Probes of deployment by CloudFormation and SAM."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

from botocore.exceptions import WaiterError

from benchmarks.peers.probe import expect, probe, refused
from benchmarks.peers.world import World, request

LAYER = "deploy"
LOGS = {"Resources": {"Log": {"Type": "AWS::Logs::LogGroup"}}}
INCOMPLETE = {"Resources": {"Parameter": {"Type": "AWS::SSM::Parameter", "Properties": {"Value": "no type"}}}}
CODE = 'exports.handler = async (event) => ({ statusCode: 200, body: "from SAM" });'
SAM = {
    "Transform": "AWS::Serverless-2016-10-31",
    "Resources": {
        "Function": {
            "Type": "AWS::Serverless::Function",
            "Properties": {
                "InlineCode": CODE,
                "Handler": "index.handler",
                "Runtime": "nodejs24.x",
                "Events": {"Get": {"Type": "HttpApi", "Properties": {"Method": "GET", "Path": "/users"}}},
            },
        }
    },
    "Outputs": {"Url": {"Value": {"Fn::GetAtt": ["ServerlessHttpApi", "ApiEndpoint"]}}},
}


def deploy(world: World, template: dict[str, Any], name: str | None = None) -> str:
    """The name of a stack whose creation has ended, well or not."""
    stack, client = name or world.name(), world.client("cloudformation")
    client.create_stack(
        StackName=stack,
        TemplateBody=json.dumps(template),
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
    )
    with suppress(WaiterError):
        client.get_waiter("stack_create_complete").wait(
            StackName=stack, WaiterConfig={"Delay": 1, "MaxAttempts": 20}
        )
    return stack


def status(world: World, stack: str) -> str:
    return str(world.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"])


@probe("sam-event-httpapi", LAYER, "A SAM template with an HttpApi event becomes an API that answers.")
def sam(world: World) -> None:
    stack = deploy(world, SAM)
    (output,) = world.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]["Outputs"]
    reply = request("GET", f"{output['OutputValue'].rstrip('/')}/users")
    expect((reply.status_code, reply.text) == (200, "from SAM"), f"{reply.status_code} {reply.text[:80]}")


@probe(
    "cfn-create-failed-event", LAYER, "A resource without a property that it needs fails; the event names it."
)
def incomplete(world: World) -> None:
    stack = deploy(world, INCOMPLETE)
    events = world.client("cloudformation").describe_stack_events(StackName=stack)["StackEvents"]
    reasons = [event.get("ResourceStatusReason", "") for event in events]
    words = "[The property {/Type} is required]"
    expect(
        any(words in reason for reason in reasons), f"{status(world, stack)} {list(filter(None, reasons))}"
    )


@probe(
    "cfn-rollback-complete", LAYER, "A stack that fails is rolled back, leaves nothing, and takes no update."
)
def rolled_back(world: World) -> None:
    name = world.name()
    world.client("logs").create_log_group(logGroupName=name)
    taken = {"Type": "AWS::Logs::LogGroup", "DependsOn": "Log", "Properties": {"LogGroupName": name}}
    stack = deploy(world, {"Resources": {**LOGS["Resources"], "Taken": taken}})
    expect(status(world, stack) == "ROLLBACK_COMPLETE", status(world, stack))
    groups = world.client("logs").describe_log_groups(logGroupNamePrefix=stack)["logGroups"]
    expect(not groups, "its log group is still there")
    update = world.client("cloudformation").update_stack
    words = "is in ROLLBACK_COMPLETE state and can not be updated"
    refused("ValidationError", words, update, StackName=stack, TemplateBody=json.dumps(LOGS))


@probe(
    "cfn-update-nochange", LAYER, "An update that changes nothing is refused: No updates are to be performed."
)
def no_change(world: World) -> None:
    stack = deploy(world, LOGS)
    update = world.client("cloudformation").update_stack
    words = "No updates are to be performed"
    refused("ValidationError", words, update, StackName=stack, TemplateBody=json.dumps(LOGS))


@probe("cfn-stack-exists", LAYER, "A stack of a name that is taken is refused.")
def exists(world: World) -> None:
    stack = deploy(world, LOGS)
    refused(
        "AlreadyExistsException",
        f"Stack [{stack}] already exists",
        deploy,
        world=world,
        template=LOGS,
        name=stack,
    )


@probe("cfn-bad-ref", LAYER, "A template that refers to nothing is refused before anything is made.")
def bad_ref(world: World) -> None:
    named = {"LogGroupName": {"Ref": "InvalidRef"}}
    template = {"Resources": {"Log": {"Type": "AWS::Logs::LogGroup", "Properties": named}}}
    words = "Template format error: Unresolved resource dependencies [InvalidRef] in the Resources block"
    refused("ValidationError", words, deploy, world=world, template=template)
