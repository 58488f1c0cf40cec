"""What a simulation is asked: its parameters, checked and turned into a Scene.

Source: IAM API Reference, *SimulateCustomPolicy* and *SimulatePrincipalPolicy*; refusals of AWS recorded by
github.com/radkawar/stackd, testdata/aws/iam/simulation.json.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.backend import policies, policy_grammar
from sandbox.errors import AwsError, NotModelled
from sandbox.iam.documents import identity_refusal
from sandbox.iam.policy import listed
from sandbox.iam.principal import Principal
from sandbox.iam.simulate import Scene, Source
from sandbox.iam.simulation_context import context_of, invalid, violation

MOST_ITEMS = 1000
NO_CALLER_ID = "STUB_PRINCIPAL_FOR_POLICY_SIMULATOR"
"""`aws:userid` of a simulation without a caller, as AWS has it."""

_ENTITY = re.compile(r"arn:aws:iam::(\d{12}):(user|group|role)/(?:.*/)?([\w+=,.@-]+)")
_OWNER = re.compile(r"arn:aws:iam::(\d{12}):.+")
_ARN_PARTS = 6
_REFERENCE = "https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulateCustomPolicy.html"
_NOT_MODELLED = {
    "OrderedOrganizationPolicyInputList": "policies of organisations",
    "PolicyExclusionList": "leaving policies out of a simulation",
}

Given = Mapping[str, Any]


def actions_of(given: Given) -> list[str]:
    """The actions to simulate. Raises AwsError."""
    actions = list(given.get("ActionNames") or ())
    if not actions:
        raise violation("actionNames", "Member must not be null")
    if not all(":" in action for action in actions):
        raise invalid("The action is invalid since it is missing names")
    return actions


def resources_of(given: Given) -> list[str]:
    """The resources to simulate; `*` where the call names none. Raises AwsError."""
    resources = list(given.get("ResourceArns") or ("*",))
    for resource in resources if resources != ["*"] else ():
        parts = resource.split(":", _ARN_PARTS - 1)
        if len(parts) < _ARN_PARTS or parts[0] != "arn" or not all((parts[1], parts[2], parts[5])):
            raise invalid(f"ResourceNames are not in a valid ARN format: {resource}.")
    return resources


def check_options(given: Given, actions: Sequence[str], resources: Sequence[str]) -> None:
    """Pass options that can be simulated. Raises AwsError, NotModelled."""
    for parameter, what in _NOT_MODELLED.items():
        if given.get(parameter):
            raise NotModelled(what)
    items = given.get("MaxItems")
    if items is not None and int(items) > MOST_ITEMS:
        raise violation("maxItems", f"Member must have value less than or equal to {MOST_ITEMS}")
    if items is not None and int(items) < 1:
        raise violation("maxItems", "Member must have value greater than or equal to 1")
    if given.get("ResourceHandlingOption") and list(resources) != ["*"]:
        raise invalid(
            "Invalid input resource handling options. Action does not support resource handling options: "
            f"{actions[0]}. Please refer to the documentation for more details: {_REFERENCE}"
        )


def inputs_of(given: Given, parameter: str = "PolicyInputList") -> tuple[Source, ...]:
    """The documents that the call brings. Raises AwsError for one that no identity could hold."""
    texts = given.get(parameter) or ()
    for number, text in enumerate(texts, 1):
        if identity_refusal(text) is not None:
            raise invalid(f"Policy input list item {number} has invalid content")
    return tuple(Source.of(f"{parameter}.{number}", text) for number, text in enumerate(texts, 1))


def boundary_of(given: Given) -> Source | None:
    """The boundary that the call brings. Raises AwsError."""
    found = inputs_of(given, "PermissionsBoundaryPolicyInputList")
    if len(found) > 1:
        raise invalid("The list of Permissions Boundary policies cannot exceed 1 items.")
    return found[0] if found else None


def source_of(given: Given, account: str) -> tuple[str, str]:
    """`(kind, name)` of the user, group or role whose policies are asked. Its path does not matter.

    Raises AwsError.
    """
    arn = str(given.get("PolicySourceArn") or "")
    match = _ENTITY.fullmatch(arn)
    if match is None:
        raise invalid(f"Invalid ARN provided in the request: {arn}")
    if match[1] != account:
        raise invalid(
            f"Invalid Policy Source Arn: caller's account {account} does not have access to policies "
            f"in account {match[1]}."
        )
    if policies.holdings(account, match[2], match[3]) is None:
        raise AwsError("NoSuchEntity", "Unable to retrieve specified IAM entity.", 404)
    return match[2], match[3]


def held_by(account: str, kind: str, name: str) -> tuple[Source, ...]:
    """The policies of a user, with those of its groups, of a group or of a role."""
    holders = [(kind, name)]
    if kind == "user":
        holders += [("group", group) for group in policies.groups_of(account, name)]
    inline: list[Source] = []
    attached: dict[str, None] = {}
    for of, holder in holders:
        held = policies.holdings(account, of, holder)
        if held is not None:
            inline += [Source.of(f"{of}_{holder}_{named}", text) for named, text in held.inline.items()]
            attached.update(dict.fromkeys(held.attached))
    managed = filter(None, (policies.managed(account, arn) for arn in attached))
    return (*inline, *(Source.of(document.name, document.text) for document in managed))


def attached_boundary(account: str, kind: str, name: str) -> Source | None:
    """The permissions boundary that a user or role has."""
    document = policies.boundary_of(account, kind, name) if kind != "group" else None
    return Source.of(document.name, document.text) if document else None


def scene_of(given: Given, account: str, identity: tuple[Source, ...], boundary: Source | None) -> Scene:
    """Who asks what, of which policies. Raises AwsError where caller, owner or context are wrong."""
    arn = str(given.get("CallerArn") or given.get("PolicySourceArn") or "")
    match = _ENTITY.fullmatch(arn)
    if arn and match is None:
        raise invalid("Invalid caller - Caller must be an IAM user, role or group in this context.")
    own = context_of(given.get("ContextEntries") or ())
    return Scene(
        _principal(match, account),
        identity,
        boundary,
        _resource_policy(given, arn),
        {**_about_caller(match, account), **own},
        frozenset(own),
        _owner(given),
    )


def _principal(match: re.Match[str] | None, account: str) -> Principal:
    if match is None:
        return Principal("user", "", account)
    if match[2] == "role":
        session = f"arn:aws:sts::{match[1]}:assumed-role/{match[3]}/simulation"
        return Principal("session", session, match[1], role_arn=match[0])
    return Principal("user", match[0], match[1])


def _about_caller(match: re.Match[str] | None, account: str) -> dict[str, tuple[str, ...]]:
    if match is None:
        return {"aws:principalaccount": (account,), "aws:userid": (NO_CALLER_ID,)}
    known = {"aws:principalarn": match[0], "aws:principalaccount": match[1], "aws:userid": match[0]}
    if match[2] == "user":
        known["aws:username"] = match[3]
    return {key: (value,) for key, value in known.items()}


def _owner(given: Given) -> str:
    owner = str(given.get("ResourceOwner") or "")
    match = _OWNER.fullmatch(owner)
    if owner and match is None:
        raise invalid(f"'{owner}' is not a valid as a Resource Owner.")
    return match[1] if match else ""


def _resource_policy(given: Given, caller: str) -> Source | None:
    text = given.get("ResourcePolicy")
    if not text:
        return None
    if not caller:
        raise invalid("Invalid caller - Caller cannot be null or empty.")
    if resources_of(given) == ["*"]:
        raise invalid("Invalid Entity Arn: * does not clearly define entity type and name.")
    statements = _resource_statements(text)
    named = [
        name for s in statements for element in ("Resource", "NotResource") for name in listed(s.get(element))
    ]
    if "*" in named:
        raise invalid("ResourceNames are not in a valid ARN format: *.")
    return Source.of("ResourcePolicy", text)


def _resource_statements(text: str) -> list[dict[str, Any]]:
    """The statements of a resource policy: an identity policy's grammar, and a principal in each."""
    wrong = invalid("Resource policy has invalid content")
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise wrong from error
    statements = listed(document.get("Statement")) if isinstance(document, dict) else []
    if not all(isinstance(s, dict) and s.keys() & {"Principal", "NotPrincipal"} for s in statements):
        raise wrong
    bare = [{k: v for k, v in s.items() if k not in ("Principal", "NotPrincipal")} for s in statements]
    newest = {"Version": policy_grammar.NEWEST_VERSION, "Statement": bare}
    if policy_grammar.refusal(newest) is not None:
        raise wrong
    return statements
