"""Why an Action does not name what was asked for."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from sandbox.iam.actions import MODULES, rules
from sandbox.iam.letters import Compared, alike, closeness, compare
from sandbox.iam.miss import Miss, named
from sandbox.iam.policy import Statement

_MISSPELT = 0.8
"""Two names that are so much alike, the first of which no service knows, are meant to be one."""


def explain_action(statement: Statement, action: str) -> Miss:
    """The miss of a statement whose Action or NotAction does not cover `action`."""
    if statement.not_actions is not None:
        return Miss(
            "Action",
            "action-excepted",
            f"its NotAction leaves out {named(statement.not_actions)}, which covers {action}",
            f"Write the actions that are needed into an Action, with {action} among them.",
        )
    nearest = nearest_action(statement, action)
    service, _, verb = action.partition(":")
    prefix, colon, name = nearest.partition(":")
    add = f"Add {action} to the statement's Action."
    if not colon:
        return Miss(
            "Action",
            "action-without-service",
            f"it allows `{nearest}`, which names no service; you asked for {action}",
            f"Write {action}: the service, a colon, the action.",
        )
    if prefix.lower() != service.lower():
        return _other_service(statement, nearest, action)
    if _misspells(name, verb, service):
        return Miss(
            "Action",
            "action-misspelt",
            f"it allows {nearest}, which is no action there is; you asked for {action}",
            f"Write {action} in place of {nearest}.",
            _compared(nearest, action),
        )
    return Miss(
        "Action",
        "action-not-listed",
        f"of {service} it allows only {named(_of_service(statement, service))}; you asked for {action}",
        add,
    )


def nearest_action(statement: Statement, action: str) -> str:
    """The entry of the statement's Action that is most like `action`; "" if it has none."""
    lower = action.lower()
    service = lower.partition(":")[0]

    def likeness(entry: str) -> tuple[bool, float]:
        text = entry.lower()
        return text.startswith(f"{service}:"), closeness(text, lower)

    return max(statement.actions or (), key=likeness, default="")


def is_foreign(statement: Statement, action: str) -> bool:
    """Whether the statement's Action speaks of other services only."""
    if statement.not_actions is not None:
        return False
    service = action.partition(":")[0].lower()
    found = (entry.lower().partition(":") for entry in statement.actions or ())
    return not any(not colon or prefix == service or _meant(prefix, service) for prefix, colon, _ in found)


def _meant(prefix: str, service: str) -> bool:
    """Whether a prefix that no service has was meant to be `service`: `dynamo`, `apigw`."""
    return prefix not in _PREFIXES and alike(prefix, service) >= _MISSPELT


def _other_service(statement: Statement, nearest: str, action: str) -> Miss:
    service, prefix = action.partition(":")[0], nearest.partition(":")[0]
    if _meant(prefix.lower(), service.lower()):
        return Miss(
            "Action",
            "action-service-misspelt",
            f"it allows {nearest}, and no service is called `{prefix}`; you asked for {action}",
            f"Write {service}: in place of {prefix}: before the action.",
            _compared(nearest, action),
        )
    return Miss(
        "Action",
        "action-other-service",
        f"it allows only {named(statement.actions or ())}; you asked for {action}",
        f"Add a statement that allows {action}.",
    )


def _compared(nearest: str, action: str) -> Compared:
    """Where they differ, apart from letter case, which does not count in actions."""
    return replace(compare(nearest.lower(), action.lower()), wanted=nearest, given=action)


def _of_service(statement: Statement, service: str) -> list[str]:
    return [a for a in statement.actions or () if a.lower().startswith(f"{service.lower()}:")]


def _misspells(name: str, verb: str, service: str) -> bool:
    if "*" in name or "?" in name:
        return False
    return name.lower() not in _operations(service) and alike(name.lower(), verb.lower()) >= _MISSPELT


@cache
def _operations(service: str) -> frozenset[str]:
    """What a service's actions are called, in lower case; nothing where it is not modelled."""
    if service not in MODULES:
        return frozenset()
    return frozenset(operation.lower() for operation in rules(service))


_PREFIXES = frozenset((*MODULES, "execute-api", "sqs", "sns", "kms", "ec2", "events", "states", "xray"))
"""Of actions, as far as they are met here."""
