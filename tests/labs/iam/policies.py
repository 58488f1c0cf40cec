"""The policies that a role holds. They are read to say which of them decided, never to judge."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sandbox.iam.patterns import wildcard_match
from tests.labs.iam.role import Role, listed

LONGEST_STATEMENT = 260
VARIABLE = re.compile(r"\$\{[^}:]+:[^}:]+\}")
"""Such as `${aws:PrincipalTag/team}`; what CloudFormation would fill in, `${AWS::Region}`, is none."""
AWS_OWN = "arn:aws:iam::aws:policy/"
Statement = dict[str, Any]


@dataclass(frozen=True)
class Held:
    """A policy of the role. id: what the simulator calls it. arn: of a managed one, else ""."""

    id: str
    name: str
    arn: str
    statements: tuple[Statement, ...]

    @property
    def by_aws(self) -> bool:
        """Whether AWS wrote it, for everybody."""
        return self.arn.startswith(AWS_OWN)


def held_by(lab: Any, role: Role) -> list[Held]:
    """The role's inline and attached policies. This is a read-only operation."""
    iam = lab.client("iam")
    held = []
    for name in iam.list_role_policies(RoleName=role.name)["PolicyNames"]:
        document = iam.get_role_policy(RoleName=role.name, PolicyName=name)["PolicyDocument"]
        held.append(Held(f"role_{role.name}_{name}", name, "", _statements(document)))
    attached = iam.list_attached_role_policies(RoleName=role.name)["AttachedPolicies"]
    return held + [_managed(iam, policy["PolicyArn"]) for policy in attached]


def boundary_of(lab: Any, role: Role) -> list[Held]:
    """The role's permissions boundary; empty if it has none. This is a read-only operation."""
    return [_managed(lab.client("iam"), role.boundary)] if role.boundary else []


def unattached(lab: Any) -> list[str]:
    """The names of the account's own managed policies that nobody has. This is a read-only operation."""
    own = lab.client("iam").list_policies(Scope="Local")["Policies"]
    return [policy["PolicyName"] for policy in own if not policy["AttachmentCount"]]


def deciding(
    held: Sequence[Held], sources: Sequence[str], effect: Literal["Allow", "Deny"], action: str, resource: str
) -> tuple[Held, Statement]:
    """Of the policies with these ids, the statement with this effect that speaks of action and resource.

    Where variables in a Resource hide it, another statement with that effect.
    """
    named = [policy for policy in held if policy.id in sources] or held
    found = [(policy, one) for policy in named for one in policy.statements if one["Effect"] == effect]
    exact = (
        (policy, one)
        for policy, one in found
        if speaks_of(one, "Action", action) and speaks_of(one, "Resource", resource)
    )
    return next(exact, found[0])


def speaks_of(statement: Statement, element: Literal["Action", "Resource"], text: str) -> bool:
    """Whether the statement's Action or Resource, or its NotAction or NotResource, takes the text in.

    Actions match in any case (IAM User Guide, *Action*); a variable in a Resource may be anything.
    """
    fold = str.lower if element == "Action" else str
    negated = f"Not{element}" in statement
    written = listed(statement[f"Not{element}"] if negated else statement.get(element))
    found = any(wildcard_match(VARIABLE.sub("*", fold(one)), fold(text)) for one in written)
    return found is not negated


def shown(statement: Statement) -> str:
    """A statement as JSON, cut where it is long."""
    text = json.dumps(statement)
    return text if len(text) <= LONGEST_STATEMENT else text[: LONGEST_STATEMENT - 1] + "…"


def _managed(iam: Any, arn: str) -> Held:
    policy = iam.get_policy(PolicyArn=arn)["Policy"]
    version = iam.get_policy_version(PolicyArn=arn, VersionId=policy["DefaultVersionId"])["PolicyVersion"]
    name = policy["PolicyName"]
    return Held(name, name, arn, _statements(version["Document"]))


def _statements(document: dict[str, Any]) -> tuple[Statement, ...]:
    return tuple(listed(document.get("Statement")))
