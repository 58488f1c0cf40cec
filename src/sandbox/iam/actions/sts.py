"""What calls of STS ask for.

Sources: Service Authorization Reference, *AWS Security Token Service*; STS API Reference (GetCallerIdentity
and GetSessionToken need no permission).
"""

from __future__ import annotations

from sandbox.iam.actions.ask import Ask, Call
from sandbox.iam.actions.rules import Rule, ask, copied, plain
from sandbox.iam.actions.tags import brings_tags

_SESSION = copied(
    {
        "RoleSessionName": "sts:rolesessionname",
        "ExternalId": "sts:externalid",
        "SourceIdentity": "sts:sourceidentity",
        "TransitiveTagKeys": "sts:transitivetagkeys",
    }
)


def _assume(operation: str) -> Rule:
    """Session tags and a source identity are permissions of their own, on the same role."""

    def rule(call: Call) -> tuple[Ask, ...]:
        role = call.text("RoleArn")
        found = [ask(call, f"sts:{operation}", role, _SESSION)]
        if brings_tags(call.parameters):
            found.append(ask(call, "sts:TagSession", role, _SESSION))
        if call.text("SourceIdentity"):
            found.append(ask(call, "sts:SetSourceIdentity", role, _SESSION))
        return tuple(found)

    return rule


def _federated(call: Call) -> str:
    return f"arn:aws:sts::{call.account}:federated-user/{call.text('Name')}"


def _nothing(call: Call) -> tuple[Ask, ...]:
    return ()


RULES: dict[str, Rule] = {
    **plain("sts", {_federated: "GetFederationToken", "*": "DecodeAuthorizationMessage GetAccessKeyInfo"}),
    "AssumeRole": _assume("AssumeRole"),
    "AssumeRoleWithSAML": _assume("AssumeRoleWithSAML"),
    "AssumeRoleWithWebIdentity": _assume("AssumeRoleWithWebIdentity"),
    "GetCallerIdentity": _nothing,
    "GetSessionToken": _nothing,
}

REFUSED = frozenset(("AssumeRoot", "GetDelegatedAccessToken", "GetWebIdentityToken"))
