"""What the role's policies say to an action on a resource, as IAM's policy simulator answers.

Source: IAM API Reference, *SimulatePrincipalPolicy*: policies of the role and its permissions boundary are
evaluated; nothing is done. Condition keys have the values that a request of the function would have.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tests.labs.iam.role import Role


@dataclass(frozen=True)
class Verdict:
    """What the policies say to one action on one resource.

    decision: `allowed`, `implicitDeny` or `explicitDeny`. sources: ids of the policies that decided.
    missing: condition keys that a policy asks for and the simulator has no value of.
    """

    action: str
    resource: str
    decision: str
    sources: tuple[str, ...]
    missing: tuple[str, ...]
    within_boundary: bool

    @property
    def allowed(self) -> bool:
        return self.decision == "allowed"

    @property
    def undecided(self) -> bool:
        """Whether a condition decides it whose value only a real request has."""
        return self.decision == "implicitDeny" and self.within_boundary and bool(self.missing)


def simulate(lab: Any, role: Role, actions: Sequence[str], resources: Sequence[str]) -> list[Verdict]:
    """A verdict for each action on each resource. This is a read-only operation."""
    iam = lab.client("iam")
    asked = {"PolicySourceArn": role.arn, "ActionNames": list(actions), "ResourceArns": list(resources)}
    entries = _entries(role)
    if entries:
        asked["ContextEntries"] = entries
    pages = iam.get_paginator("simulate_principal_policy").paginate(**asked)
    results = [result for page in pages for result in page["EvaluationResults"]]
    return [verdict for result in results for verdict in _verdicts(result)]


def _verdicts(result: dict[str, Any]) -> list[Verdict]:
    # Where the only resource is `*`, the result itself is the verdict.
    each = result.get("ResourceSpecificResults") or [
        {**result, "EvalResourceDecision": result["EvalDecision"]}
    ]
    return [
        Verdict(
            action=result["EvalActionName"],
            resource=one["EvalResourceName"],
            decision=one["EvalResourceDecision"],
            sources=tuple(match["SourcePolicyId"] for match in one.get("MatchedStatements", ())),
            missing=tuple(one.get("MissingContextValues", ())),
            within_boundary=one.get("PermissionsBoundaryDecisionDetail", {}).get(
                "AllowedByPermissionsBoundary", True
            ),
        )
        for one in each
    ]


def _entries(role: Role) -> list[dict[str, Any]]:
    """Those of the condition keys whose value in a request of the function is known, with it."""
    now = datetime.now(UTC)
    known = {
        "aws:currenttime": ("date", now.strftime("%Y-%m-%dT%H:%M:%SZ")),
        "aws:epochtime": ("date", str(int(now.timestamp()))),
        "aws:principalaccount": ("string", role.account),
        "aws:principalarn": ("string", role.arn),
        "aws:principaltype": ("string", "AssumedRole"),
        "aws:requestedregion": ("string", role.region),
        "aws:securetransport": ("boolean", "true"),
        "aws:viaawsservice": ("boolean", "false"),
    }
    return [
        {"ContextKeyName": key, "ContextKeyType": kind, "ContextKeyValues": [value]}
        for key in role.keys
        if key.lower() in known
        for kind, value in [known[key.lower()]]
    ]
