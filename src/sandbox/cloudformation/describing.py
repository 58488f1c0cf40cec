"""Stacks, resources, events and change sets as the API describes them."""

from __future__ import annotations

from typing import Any

from sandbox.cloudformation.change_set import ChangeSet
from sandbox.cloudformation.outputs import reachable
from sandbox.cloudformation.parameters import HIDDEN
from sandbox.cloudformation.plan import Change
from sandbox.cloudformation.stack import Event, Output, Stack, StackResource, Tags, Target
from sandbox.cloudformation.template import Template

Json = dict[str, Any]

DRIFT = {"StackDriftStatus": "NOT_CHECKED"}
RESOURCE_DRIFT = {"StackResourceDriftStatus": "NOT_CHECKED"}


def present(value: Json) -> Json:
    """The members that have a value: AWS leaves the others out."""
    return {key: member for key, member in value.items() if member is not None}


def stack(one: Stack, host: str) -> Json:
    """As DescribeStacks has it. host: by which the caller came, and reaches APIs."""
    target = one.current
    return present(
        {
            "StackId": one.id,
            "StackName": one.name,
            "ChangeSetId": one.change_set_id,
            "Description": target.template.description if target else None,
            "Parameters": (parameters(target) or None) if target else None,
            "CreationTime": one.created,
            "DeletionTime": one.deleted,
            "LastUpdatedTime": one.updated,
            "RollbackConfiguration": {},
            "StackStatus": one.status,
            "StackStatusReason": one.reason,
            "DisableRollback": one.disable_rollback,
            "NotificationARNs": [],
            "Capabilities": (list(target.capabilities) or None) if target else None,
            "Outputs": [_output(output, host) for output in one.outputs] or None,
            "Tags": tags(target.tags) if target else [],
            "EnableTerminationProtection": one.protected if one.exists else None,
            "DriftInformation": DRIFT,
        }
    )


def stack_summary(one: Stack) -> Json:
    """As ListStacks has it."""
    return present(
        {
            "StackId": one.id,
            "StackName": one.name,
            "TemplateDescription": one.current.template.description if one.current else None,
            "CreationTime": one.created,
            "LastUpdatedTime": one.updated,
            "DeletionTime": one.deleted,
            "StackStatus": one.status,
            "StackStatusReason": one.reason,
            "DriftInformation": DRIFT,
        }
    )


def _output(one: Output, host: str) -> Json:
    return present(
        {
            "OutputKey": one.key,
            "OutputValue": reachable(one.value, host),
            "Description": one.description,
            "ExportName": one.export,
        }
    )


def parameters(target: Target) -> list[Json]:
    """Parameters with their values; what was fetched from SSM beside the name it was fetched by."""
    found = []
    for name, text in target.parameters.items():
        definition = target.template.parameters[name]
        shown = HIDDEN if str(definition.get("NoEcho", "")).lower() == "true" else text
        one = {"ParameterKey": name, "ParameterValue": shown}
        if name in target.fetched:
            one["ResolvedValue"] = target.fetched[name]
        found.append(one)
    return found


def tags(given: Tags) -> list[Json]:
    return [{"Key": key, "Value": value} for key, value in given.items()]


def resource(owner: Stack, one: StackResource, *, time: str) -> Json:
    """A resource; `time` is the name its timestamp has in the answer."""
    return present(
        {
            "StackName": owner.name,
            "StackId": owner.id,
            "LogicalResourceId": one.logical_id,
            "PhysicalResourceId": one.physical_id or None,
            "ResourceType": one.type,
            time: one.timestamp,
            "ResourceStatus": one.status,
            "ResourceStatusReason": one.reason,
            "DriftInformation": RESOURCE_DRIFT,
        }
    )


def resource_summary(one: StackResource) -> Json:
    """As ListStackResources has it."""
    return present(
        {
            "LogicalResourceId": one.logical_id,
            "PhysicalResourceId": one.physical_id or None,
            "ResourceType": one.type,
            "LastUpdatedTimestamp": one.timestamp,
            "ResourceStatus": one.status,
            "ResourceStatusReason": one.reason,
            "DriftInformation": RESOURCE_DRIFT,
        }
    )


def event(owner: Stack, one: Event) -> Json:
    return present(
        {
            "StackId": owner.id,
            "EventId": one.id,
            "StackName": owner.name,
            "LogicalResourceId": one.logical_id,
            "PhysicalResourceId": one.physical_id,
            "ResourceType": one.type,
            "Timestamp": one.timestamp,
            "ResourceStatus": one.status,
            "ResourceStatusReason": one.reason,
            "ResourceProperties": one.properties,
            "ClientRequestToken": one.token,
        }
    )


def change_set(one: ChangeSet) -> Json:
    """As DescribeChangeSet has it, without its changes."""
    target = one.target
    return present(
        {
            "ChangeSetName": one.name,
            "ChangeSetId": one.id,
            "StackId": one.stack.id,
            "StackName": one.stack.name,
            "Description": one.description,
            "Parameters": (parameters(target) or None) if target else None,
            "CreationTime": one.created,
            "ExecutionStatus": one.execution_status,
            "Status": one.status,
            "StatusReason": one.reason,
            "NotificationARNs": [],
            "RollbackConfiguration": {},
            "Capabilities": list(one.capabilities),
            "Tags": tags(one.tags) or None,
            "IncludeNestedStacks": False,
            "OnStackFailure": one.on_failure,
        }
    )


def change_set_summary(one: ChangeSet) -> Json:
    """As ListChangeSets has it."""
    return present(
        {
            "StackId": one.stack.id,
            "StackName": one.stack.name,
            "ChangeSetId": one.id,
            "ChangeSetName": one.name,
            "ExecutionStatus": one.execution_status,
            "Status": one.status,
            "StatusReason": one.reason,
            "CreationTime": one.created,
            "Description": one.description,
            "IncludeNestedStacks": False,
        }
    )


def change(one: Change) -> Json:
    return {
        "Type": "Resource",
        "ResourceChange": present(
            {
                "PolicyAction": one.policy,
                "Action": one.action,
                "LogicalResourceId": one.logical_id,
                "PhysicalResourceId": one.physical_id,
                "ResourceType": one.type,
                "Replacement": one.replacement,
                "Scope": list(one.scope),
                "Details": list(one.details),
            }
        ),
    }


def declarations(template_parameters: Json) -> list[Json]:
    """The parameters of a template, as ValidateTemplate has them."""
    return [
        present(
            {
                "ParameterKey": name,
                "DefaultValue": None if "Default" not in one else str(one["Default"]),
                "NoEcho": str(one.get("NoEcho", "")).lower() == "true",
                "Description": one.get("Description"),
            }
        )
        for name, one in template_parameters.items()
    ]


def resource_types(template: Template) -> list[str]:
    return list(dict.fromkeys(one.type for one in template.resources.values()))
