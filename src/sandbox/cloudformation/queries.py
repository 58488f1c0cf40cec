"""The operations that only look."""

from __future__ import annotations

import json
from typing import Any

from sandbox.api_call import ApiCall
from sandbox.cloudformation import describing, reading, requests, schemas
from sandbox.cloudformation import template as templates
from sandbox.cloudformation.paging import paged
from sandbox.cloudformation.providers.base import Invoke
from sandbox.cloudformation.stack import Stack
from sandbox.cloudformation.stacks import Stacks, no_id, no_name, quoted
from sandbox.cloudformation.wording import invalid
from sandbox.errors import AwsError
from sandbox.iam import Caller

Json = dict[str, Any]

HELD_BACK = 5.0
"""Seconds for which DescribeStacks waits for a status that is final.

boto3's stack waiters ask at once, and then only every 30 s. A first stack may take seconds: modules and
AWS's schemas are imported for it.
"""


class Queries:
    """handlers: operation → coroutine of call, caller and the stacks of its account and region."""

    def __init__(self, invoke: Invoke) -> None:
        self._invoke = invoke
        self.handlers = {
            "DescribeStacks": self.stacks,
            "ListStacks": self.list_stacks,
            "DescribeStackEvents": self.events,
            "DescribeStackResource": self.resource,
            "DescribeStackResources": self.resources,
            "ListStackResources": self.list_resources,
            "GetTemplate": self.template,
            "GetTemplateSummary": self.summary,
            "ValidateTemplate": self.validate,
            "ListExports": self.exports,
            "ListImports": self.imports,
        }

    async def stacks(self, call: ApiCall, caller: Caller, stacks: Stacks) -> Json:
        name, host = call.parameters.get("StackName"), call.request.header("host")
        if not name:
            page, token = paged([one for one in stacks.all() if one.exists], call.parameters)
            return _answer("Stacks", [describing.stack(one, host) for one in page], token)
        found = stacks.get(requests.check_stack_name(name), no_id)
        await found.settled(HELD_BACK)
        if not found.exists and not str(name).startswith("arn:"):
            raise no_id(str(name))
        return {"Stacks": [describing.stack(found, host)]}

    async def list_stacks(self, call: ApiCall, caller: Caller, stacks: Stacks) -> Json:
        wanted = call.parameters.get("StackStatusFilter")
        found = [one for one in stacks.all() if not wanted or one.status in wanted]
        page, token = paged(found, call.parameters)
        return _answer("StackSummaries", [describing.stack_summary(one) for one in page], token)

    async def events(self, call: ApiCall, caller: Caller, stacks: Stacks) -> Json:
        stack = stacks.get(_stack_name(call.parameters), no_name)
        page, token = paged(stack.events[::-1], call.parameters)
        return _answer("StackEvents", [describing.event(stack, one) for one in page], token)

    async def resource(self, call: ApiCall, caller: Caller, stacks: Stacks) -> Json:
        name = _stack_name(call.parameters)
        stack = stacks.get(name, quoted)
        logical_id = str(call.parameters.get("LogicalResourceId", ""))
        found = stack.resources.get(logical_id)
        if found is None:
            raise invalid(f"Resource {logical_id} does not exist for stack {stack.name}")
        detail = describing.resource(stack, found, time="LastUpdatedTimestamp")
        return {"StackResourceDetail": detail | {"Metadata": json.dumps(found.metadata or {})}}

    async def resources(self, call: ApiCall, caller: Caller, stacks: Stacks) -> Json:
        given = call.parameters
        physical_id, wanted = given.get("PhysicalResourceId"), given.get("LogicalResourceId")
        stack = _owner(str(physical_id), stacks) if physical_id else stacks.get(_stack_name(given), no_id)
        found = [one for name, one in sorted(stack.resources.items()) if wanted in (None, name)]
        if wanted and not found:
            raise invalid(f"Resource {wanted} does not exist for stack {stack.name}")
        return {"StackResources": [describing.resource(stack, one, time="Timestamp") for one in found]}

    async def list_resources(self, call: ApiCall, caller: Caller, stacks: Stacks) -> Json:
        stack = stacks.get(_stack_name(call.parameters), no_id)
        page, token = paged([one for _, one in sorted(stack.resources.items())], call.parameters)
        return _answer("StackResourceSummaries", [describing.resource_summary(one) for one in page], token)

    async def template(self, call: ApiCall, caller: Caller, stacks: Stacks) -> Json:
        given = call.parameters
        stack = stacks.get(_stack_name(given), no_id)
        target = stack.current
        if given.get("ChangeSetName"):
            wanted = str(given["ChangeSetName"])
            name = wanted.split("/")[1] if wanted.startswith("arn:") else wanted
            change_set = stack.change_sets.get(name)
            if change_set is None:
                text = f"ChangeSet [{given['ChangeSetName']}] does not exist"
                raise AwsError("ChangeSetNotFound", text, 404)
            target = change_set.target
        if target is None:
            return {"TemplateBody": "", "StagesAvailable": ["Original"]}
        body = target.template.body
        if given.get("TemplateStage") == "Processed" and templates.transforms(reading.read(body)):
            body = json.dumps(target.template.document, indent=2)
        return {"TemplateBody": body, "StagesAvailable": ["Original", "Processed"]}

    async def summary(self, call: ApiCall, caller: Caller, stacks: Stacks) -> Json:
        given = call.parameters
        if given.get("StackName"):
            stack = stacks.get(str(given["StackName"]), no_id)
            if stack.status == "REVIEW_IN_PROGRESS":
                raise invalid("GetTemplateSummary cannot be called on REVIEW_IN_PROGRESS stacks.")
            body = stack.current.template.body if stack.current else ""
        else:
            body = await requests.body_of(given, self._invoke, caller, call.region)
        return _summary(body)

    async def validate(self, call: ApiCall, caller: Caller, stacks: Stacks) -> Json:
        body = await requests.body_of(call.parameters, self._invoke, caller, call.region)
        document = reading.read(body)
        names = templates.transforms(document)
        if names:
            templates.check_form(document)
        else:
            templates.check(body, document)
        return describing.present(
            {
                "Parameters": describing.declarations(document.get("Parameters") or {}),
                "Description": document.get("Description"),
                "DeclaredTransforms": names or None,
                **_capabilities(document, bool(names)),
            }
        )

    async def exports(self, call: ApiCall, caller: Caller, stacks: Stacks) -> Json:
        page, token = paged(stacks.exports.all(), call.parameters)
        found = [
            {"ExportingStackId": stack.id, "Name": one.export, "Value": one.value} for stack, one in page
        ]
        return _answer("Exports", found, token)

    async def imports(self, call: ApiCall, caller: Caller, stacks: Stacks) -> Json:
        name = str(call.parameters.get("ExportName", ""))
        users = stacks.exports.users(name)
        if not users:
            raise invalid(f"Export '{name}' is not imported by any stack.")
        page, token = paged(users, call.parameters)
        return _answer("Imports", page, token)


def _answer(key: str, items: list[Any], token: str | None) -> Json:
    return {key: items, **({"NextToken": token} if token else {})}


def _stack_name(given: Json) -> str:
    if not given.get("StackName"):
        raise invalid("StackName is a required parameter.")
    return requests.check_stack_name(given["StackName"])


def _owner(physical_id: str, stacks: Stacks) -> Stack:
    for stack in stacks.all():
        if stack.exists and any(one.physical_id == physical_id for one in stack.resources.values()):
            return stack
    raise invalid(f"Stack for {physical_id} does not exist")


def _capabilities(document: Json, transformed: bool) -> Json:
    """Capabilities, with the reason in AWS's words."""
    needed, types = requests.needed_capabilities(document)
    found = [one for one in (needed, "CAPABILITY_AUTO_EXPAND" if transformed else None) if one]
    if not found:
        return {}
    reason = f"The following resource(s) require capabilities: [{', '.join(types)}]"
    return {"Capabilities": found, **({"CapabilitiesReason": reason} if types else {})}


def _summary(body: str) -> Json:
    document = reading.read(body)
    names = templates.transforms(document)
    templates.check_form(document)
    by_type: dict[str, list[str]] = {}
    for logical_id, one in document["Resources"].items():
        by_type.setdefault(str(one.get("Type")), []).append(logical_id)
    identifiers = [
        {
            "ResourceType": kind,
            "LogicalResourceIds": logical_ids,
            "ResourceIdentifiers": schemas.identifiers(kind) if schemas.is_known(kind) else [],
        }
        for kind, logical_ids in by_type.items()
    ]
    metadata = document.get("Metadata")
    return describing.present(
        {
            "Parameters": [
                {
                    **one,
                    "ParameterType": document["Parameters"][one["ParameterKey"]]["Type"],
                    "ParameterConstraints": describing.present(
                        {"AllowedValues": document["Parameters"][one["ParameterKey"]].get("AllowedValues")}
                    ),
                }
                for one in describing.declarations(document.get("Parameters") or {})
            ],
            "Description": document.get("Description"),
            "ResourceTypes": list(by_type),
            "ResourceIdentifierSummaries": identifiers,
            "Version": str(document.get("AWSTemplateFormatVersion", "2010-09-09")),
            "Metadata": None if metadata is None else json.dumps(metadata),
            "DeclaredTransforms": names or None,
            **_capabilities(document, bool(names)),
        }
    )
