"""SimulatePrincipalPolicy and SimulateCustomPolicy, and the keys that policies ask for, as API operations.

moto has none of them. Source: IAM API Reference, *EvaluationResult*.
"""

from __future__ import annotations

import base64
import binascii
import re
import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from sandbox.api_call import ApiCall
from sandbox.backend import protocols
from sandbox.iam import simulation_input as read
from sandbox.iam.caller import Caller
from sandbox.iam.context_keys import keys_of
from sandbox.iam.evaluate import Verdict
from sandbox.iam.positions import Position
from sandbox.iam.simulate import Outcome, Place, Scene, simulate
from sandbox.iam.simulation_context import invalid
from sandbox.messages import Reply

ITEMS_ON_A_PAGE = 100
_MARKER = re.compile(r"simulation:(\d{1,9})")

_SEVERAL_RESOURCES = {
    "s3": "arn:aws:s3:::${BucketName}/${KeyName}",
    "iam": "arn:aws:iam::${Account}:${ResourceType}/${ResourceName}",
}
"""What AWS calls several resources together, by the service of the action; `*` where that is not known."""

_STRICTEST: tuple[Verdict, ...] = ("explicitDeny", "implicitDeny", "allowed")


class PolicySimulator:
    """The simulator's operations. Who may use them has been authorised before."""

    def __init__(self) -> None:
        self.operations = {
            ("iam", "SimulateCustomPolicy"): self.simulate_custom_policy,
            ("iam", "SimulatePrincipalPolicy"): self.simulate_principal_policy,
            ("iam", "GetContextKeysForCustomPolicy"): self.get_context_keys_for_custom_policy,
            ("iam", "GetContextKeysForPrincipalPolicy"): self.get_context_keys_for_principal_policy,
        }

    async def simulate_custom_policy(self, call: ApiCall, caller: Caller) -> Reply:
        """What the given policies say."""
        given = call.parameters
        identity, boundary = read.inputs_of(given), read.boundary_of(given)
        return _answer(call, read.scene_of(given, caller.account, identity, boundary))

    async def simulate_principal_policy(self, call: ApiCall, caller: Caller) -> Reply:
        """What the policies of a user, group or role say, with the given ones."""
        given, account = call.parameters, caller.account
        entity = read.source_of(given, account)
        identity = read.held_by(account, *entity) + read.inputs_of(given)
        boundary = read.boundary_of(given) or read.attached_boundary(account, *entity)
        return _answer(call, read.scene_of(given, account, identity, boundary))

    async def get_context_keys_for_custom_policy(self, call: ApiCall, caller: Caller) -> Reply:
        """The condition keys that the given policies ask for."""
        texts = [source.text for source in read.inputs_of(call.parameters)]
        return _reply(call, {"ContextKeyNames": keys_of(texts)})

    async def get_context_keys_for_principal_policy(self, call: ApiCall, caller: Caller) -> Reply:
        """The condition keys that the policies of a user, group or role ask for."""
        entity = read.source_of(call.parameters, caller.account)
        boundary = read.attached_boundary(caller.account, *entity)
        sources = read.held_by(caller.account, *entity) + read.inputs_of(call.parameters)
        texts = [source.text for source in (*sources, *filter(None, (boundary,)))]
        return _reply(call, {"ContextKeyNames": keys_of(texts)})


def _answer(call: ApiCall, scene: Scene) -> Reply:
    """A page of results, one an action."""
    given = call.parameters
    actions, resources = read.actions_of(given), read.resources_of(given)
    read.check_options(given, actions, resources)
    first = _read_marker(given.get("Marker"))
    end = first + int(given.get("MaxItems") or ITEMS_ON_A_PAGE)
    results = [_result(action, resources, scene) for action in actions[first:end]]
    page: dict[str, Any] = {"EvaluationResults": results, "IsTruncated": end < len(actions)}
    if page["IsTruncated"]:
        page["Marker"] = base64.b64encode(f"simulation:{end}".encode()).decode()
    return _reply(call, page)


def _read_marker(marker: str | None) -> int:
    if not marker:
        return 0
    try:
        match = _MARKER.fullmatch(base64.b64decode(marker, validate=True).decode())
    except (binascii.Error, UnicodeDecodeError):
        match = None
    if match is None:
        raise invalid("Invalid marker for pagination.")
    return int(match[1])


def _result(action: str, resources: Sequence[str], scene: Scene) -> dict[str, Any]:
    """The EvaluationResult of one action: of its resources together, and of each."""
    outcomes = [(resource, simulate(action, resource, scene)) for resource in resources]
    together = _together([outcome for _, outcome in outcomes])
    result = {
        "EvalActionName": action,
        "EvalResourceName": _named(action, resources),
        "EvalDecision": together.verdict,
        **_told(together, always=True),
    }
    if list(resources) != ["*"]:
        result["EvalDecisionDetails"] = dict(together.details)
        result["ResourceSpecificResults"] = [
            {"EvalResourceName": resource, "EvalResourceDecision": outcome.verdict, **_told(outcome)}
            for resource, outcome in outcomes
        ]
    return result


def _named(action: str, resources: Sequence[str]) -> str:
    if len(resources) == 1:
        return resources[0]
    return _SEVERAL_RESOURCES.get(action.partition(":")[0].lower(), "*")


def _together(outcomes: Sequence[Outcome]) -> Outcome:
    """Several resources as one: the strictest verdict, and whatever any of them has to tell."""
    bounded = [outcome.within_boundary for outcome in outcomes if outcome.within_boundary is not None]
    kinds = dict.fromkeys(kind for outcome in outcomes for kind in outcome.details)
    return Outcome(
        _strictest(outcome.verdict for outcome in outcomes),
        tuple(dict.fromkeys(place for outcome in outcomes for place in outcome.matched)),
        tuple(dict.fromkeys(key for outcome in outcomes for key in outcome.missing)),
        all(bounded) if bounded else None,
        {kind: _strictest(o.details[kind] for o in outcomes if kind in o.details) for kind in kinds},
    )


def _strictest(verdicts: Iterable[Verdict]) -> Verdict:
    return min(verdicts, key=_STRICTEST.index)


def _told(outcome: Outcome, always: bool = False) -> dict[str, Any]:
    """The members that both kinds of results have; empty ones only if `always`."""
    told: dict[str, Any] = {
        "MatchedStatements": [_statement(place) for place in outcome.matched],
        "MissingContextValues": list(outcome.missing),
    }
    if not always:
        told["EvalDecisionDetails"] = dict(outcome.details)
        told = {name: value for name, value in told.items() if value}
    if outcome.within_boundary is not None:
        told["PermissionsBoundaryDecisionDetail"] = {"AllowedByPermissionsBoundary": outcome.within_boundary}
    return told


def _statement(place: Place) -> dict[str, Any]:
    return {
        "SourcePolicyId": place.source,
        "SourcePolicyType": place.type,
        "StartPosition": _position(place.span.start),
        "EndPosition": _position(place.span.end),
    }


def _position(position: Position) -> dict[str, int]:
    return {"Line": position.line, "Column": position.column}


def _reply(call: ApiCall, result: dict[str, Any]) -> Reply:
    return protocols.serialise(call.service, call.operation, result, str(uuid.uuid4()))
