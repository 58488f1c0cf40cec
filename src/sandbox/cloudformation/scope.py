"""What the functions of one stack's template see: parameters, pseudo parameters, the stack's resources."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sandbox.cloudformation import schemas
from sandbox.cloudformation.graph import Graph, references
from sandbox.cloudformation.intrinsics import NO_VALUE, UNKNOWN, Scope, get_att, resolve, sub_names, sub_parts
from sandbox.cloudformation.parameters import typed
from sandbox.cloudformation.providers import PROVIDERS
from sandbox.cloudformation.stack import Stack, StackResource, Target
from sandbox.cloudformation.template import Definition, Template
from sandbox.cloudformation.wording import invalid, malformed

ZONES = ("a", "b", "c")
URL_SUFFIX = "amazonaws.com"


def pseudo_values(account: str, region: str, stack_name: str, stack_id: str) -> dict[str, Any]:
    """The pseudo parameters."""
    return {
        "AWS::AccountId": account,
        "AWS::NoValue": NO_VALUE,
        "AWS::NotificationARNs": [],
        "AWS::Partition": "aws",
        "AWS::Region": region,
        "AWS::StackId": stack_id,
        "AWS::StackName": stack_name,
        "AWS::URLSuffix": URL_SUFFIX,
    }


def ref_values(template: Template, texts: Mapping[str, str]) -> dict[str, Any]:
    """What Ref gives for each parameter."""
    return {name: typed(template.parameters[name], text) for name, text in texts.items()}


def scope_of(
    stack: Stack,
    target: Target,
    imported: Callable[[str], Any],
    unknown: frozenset[str] = frozenset(),
    vague: frozenset[str] = frozenset(),
    *,
    final: bool = False,
) -> Scope:
    """The scope of `target` on `stack`, as far as it has been made.

    unknown: resources whose Ref and attributes will be others; vague: whose attributes may be others.
    final: attributes that a made resource does not have (`StreamArn` of a table without a stream) will not
    come: asking for one raises AwsError.
    """

    def find(logical_id: str) -> StackResource | None:
        return None if logical_id in unknown else stack.resources.get(logical_id)

    def ref(logical_id: str) -> Any:
        resource = find(logical_id)
        return UNKNOWN if resource is None or not resource.physical_id else resource.ref

    def attribute(logical_id: str, name: str) -> Any:
        resource = find(logical_id)
        if resource is None or logical_id in vague:
            return UNKNOWN
        if final and resource.physical_id and name not in resource.attributes:
            raise invalid(f"Attribute '{name}' does not exist")
        return resource.attributes.get(name, UNKNOWN)

    return Scope(
        {**pseudo_values(stack.account, stack.region, stack.name, stack.id), **target.values},
        target.template.mappings,
        target.template.conditions,
        ref,
        attribute,
        imported,
        tuple(f"{stack.region}{letter}" for letter in ZONES),
    )


def wanted(target: Target, scope: Scope) -> dict[str, Definition]:
    """The resources of a template whose conditions hold."""
    return {
        name: one
        for name, one in target.template.resources.items()
        if one.condition is None or scope.holds(one.condition)
    }


def graph_of(definitions: Mapping[str, Definition], scope: Scope) -> Graph:
    """What each resource needs: what it refers to, and what it says it depends on."""
    return {
        name: frozenset(
            other
            for other in [*(n for _, n in references(one.properties, scope)), *one.depends_on]
            if other in definitions
        )
        for name, one in definitions.items()
    }


def check_attributes(target: Target, definitions: Mapping[str, Definition]) -> None:
    """Raise AwsError for the first Fn::GetAtt of an attribute that its resource type does not have."""
    places = [(f"/Outputs/{name}/Value", one["Value"]) for name, one in target.template.outputs.items()]
    places += [(f"/Resources/{name}/Properties", one.properties) for name, one in definitions.items()]
    for path, value in places:
        for where, logical_id, attribute in _attributes(value, path):
            kind = target.template.resources[logical_id].type
            if not _has_attribute(kind, attribute):
                raise invalid(
                    f"[Error] {where}: Resource type {kind} does not support attribute {{{attribute}}}"
                )


def _has_attribute(kind: str, attribute: str) -> bool:
    provider = PROVIDERS.get(kind)
    return provider is None or attribute in schemas.read_only(kind) | provider.getatt


def _attributes(value: Any, path: str) -> Iterator[tuple[str, str, str]]:
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _attributes(item, f"{path}/{index}")
    elif isinstance(value, dict):
        for key, member in value.items():
            where = f"{path}/{key}"
            if len(value) == 1 and key == "Fn::GetAtt":
                logical_id, attribute = get_att(member)
                if isinstance(attribute, str):
                    yield where, logical_id, attribute
            elif len(value) == 1 and key == "Fn::Sub":
                text, own = sub_parts(member)
                for name in sub_names(text):
                    if "." in name and name not in own:
                        yield (where, *name.split(".", 1))  # type: ignore[misc]
                yield from _attributes(own, where)
            else:
                yield from _attributes(member, where)


def try_out(
    target: Target, stack: Stack, imported: Callable[[str], Any] = lambda name: UNKNOWN
) -> dict[str, Definition]:
    """The resources that `target` will have, with every function computed as far as can be.

    Raises AwsError for what is wrong with the use of a function: CloudFormation tells that at once. What
    `imported` raises for an export that is not there comes when the stack begins.
    """
    scope = scope_of(stack, target, imported, frozenset(target.template.resources))
    definitions = wanted(target, scope)
    for one in definitions.values():
        _check_made(one.properties, "Resources", definitions, target, scope)
        resolve(one.properties, scope)
    for output in target.template.outputs.values():
        condition = output.get("Condition")
        if condition is None or scope.holds(condition):
            resolve(output["Value"], scope)
            _check_made(output["Value"], "Outputs", definitions, target, scope)
    return definitions


def _check_made(
    value: Any, section: str, definitions: Mapping[str, Definition], target: Target, scope: Scope
) -> None:
    """Raise AwsError for a reference to a resource whose condition does not hold."""
    for _, other in references(value, scope):
        if other in target.template.resources and other not in definitions:
            raise malformed(
                f"Unresolved resource dependencies [{other}] in the {section} block of the template"
            )
