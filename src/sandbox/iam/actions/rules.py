"""How the tables of the services are read: operation → the asks of a call.

A table says for each resource which operations act on it:

    plain("dynamodb", {"arn:aws:dynamodb:{region}:{account}:table/{TableName}": "DescribeTable DeleteTable"})

`{Name}` is a parameter of the call. One that is an ARN already takes the place of the whole resource.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from sandbox.iam.actions.ask import Ask, Call, Keys, Lazy
from sandbox.iam.actions.tags import brings_tags, request_tags

Rule = Callable[[Call], tuple[Ask, ...]]
Resource = Callable[[Call], str]
MoreKeys = Callable[[Call], Keys]

_PLACE = re.compile(r"\{(\w+)\}")


def template(text: str) -> Resource:
    """The resource that `text` stands for, given a call."""
    literals = _PLACE.split(text)[::2]
    names = _PLACE.findall(text)

    def resource(call: Call) -> str:
        filled = literals[0]
        for name, literal in zip(names, literals[1:], strict=True):
            if name == "region":
                value = call.region
            elif name == "account":
                value = call.account
            else:
                value = call.text(name)
                if value.startswith("arn:"):
                    return value
            filled += value + literal
        return filled

    return resource


def words(text: str) -> frozenset[str]:
    """The operations that `text` lists."""
    return frozenset(text.split())


def anything(call: Call) -> str:
    """For actions that know no resource."""
    return "*"


def no_keys(call: Call) -> Keys:
    """Of an operation without condition keys of its own."""
    return {}


def ask(call: Call, action: str, resource: str, more: MoreKeys = no_keys) -> Ask:
    """One ask, with the request's tags and `more` as its condition keys."""
    return Ask(
        action,
        resource,
        Lazy(lambda: {**request_tags(call.parameters), **more(call)}, call.lookup, resource),
    )


def one(action: str, resource: Resource, more: MoreKeys = no_keys) -> Rule:
    """A rule that asks for one action on one resource."""
    return lambda call: (ask(call, action, resource(call), more),)


def plain(
    prefix: str, table: Mapping[str | Resource, str], keys: Mapping[str, MoreKeys] | None = None
) -> dict[str, Rule]:
    """Rules `prefix:Operation`, from a table of resource → operations. keys: operation → its keys."""
    more = keys or {}
    return {
        operation: one(f"{prefix}:{operation}", resource, more.get(operation, no_keys))
        for written, operations in table.items()
        for resource in [_resource(written)]
        for operation in operations.split()
    }


def renamed(prefix: str, table: Mapping[str | Resource, Mapping[str, str]]) -> dict[str, Rule]:
    """Rules of operations whose action has another name: resource → {operation: action}."""
    return {
        operation: one(f"{prefix}:{action}", _resource(written))
        for written, actions in table.items()
        for operation, action in actions.items()
    }


def _resource(written: str | Resource) -> Resource:
    if not isinstance(written, str):
        return written
    return anything if written == "*" else template(written)


def pass_role(call: Call, role: str, service: str) -> tuple[Ask, ...]:
    """`iam:PassRole` on the role that the call hands to an AWS service; nothing without a role.

    Source: IAM User Guide, *Granting a user permissions to pass a role to an AWS service*.
    """
    if not role:
        return ()
    return (Ask("iam:PassRole", role, _static(call, role, {"iam:passedtoservice": (service,)})),)


def tagging(call: Call, action: str, resource: str) -> tuple[Ask, ...]:
    """What tags given at creation need besides; nothing without tags."""
    return (ask(call, action, resource),) if brings_tags(call.parameters) else ()


def with_more(rule: Rule, *others: Rule) -> Rule:
    """All that several rules ask for."""
    return lambda call: tuple(each for asked in (rule, *others) for each in asked(call))


def _static(call: Call, resource: str, keys: Keys) -> Lazy:
    return Lazy(lambda: keys, call.lookup, resource)


def copied(names: Mapping[str, str]) -> MoreKeys:
    """Condition keys that repeat a parameter: parameter → key in lower case."""

    def keys(call: Call) -> Keys:
        found = {}
        for parameter, key in names.items():
            value = call.parameters.get(parameter)
            if value is not None:
                found[key] = values_of(value)
        return found

    return keys


def listed(value: object) -> list[Any]:
    """A parameter that should be a list; one of another type is none, which the service says itself."""
    return list(value) if isinstance(value, list | tuple) else []


def values_of(value: object) -> tuple[str, ...]:
    """A parameter as the values of a condition key."""
    if isinstance(value, bool):
        return ("true" if value else "false",)
    if isinstance(value, list | tuple):
        return tuple(str(each) for each in value)
    return (str(value),)
