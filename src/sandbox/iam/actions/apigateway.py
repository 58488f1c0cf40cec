"""What calls on REST APIs ask for.

Sources: Service Authorization Reference, *Amazon API Gateway Management*; the paths are those of the
service model.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from sandbox.iam.actions.ask import Ask, Call
from sandbox.iam.actions.rest_paths import APIGATEWAY, named, operations, tag_path, verb_on_path, with_role
from sandbox.iam.actions.rules import Rule, ask, listed, pass_role, words

_CREDENTIALS = re.compile(r"""credentials["']?\s*:\s*["']?(arn:[^"'\s]+:role/[^"'\s,}]+)""")


_POLICY = "apigateway:UpdateRestApiPolicy"


def _with_policy(call: Call) -> tuple[Ask, ...]:
    """A resource policy of the API is a permission of its own (serverless/serverless issue 13075)."""
    _, resource = named(call)
    given = bool(call.text("policy")) or any(
        isinstance(change, Mapping) and change.get("path") == "/policy"
        for change in listed(call.parameters.get("patchOperations"))
    )
    more = (ask(call, _POLICY, resource),) if given else ()
    return (*verb_on_path(call), *more)


def _tag(call: Call) -> tuple[Ask, ...]:
    """Tagging changes the resource, too (tested against AWS: iann0036/iam-dataset pull 39)."""
    tagged = call.text("resourceArn")
    return (
        ask(call, "apigateway:PUT", tag_path(call, tagged)),
        ask(call, "apigateway:PATCH", tagged),
    )


def _with_roles_of_document(call: Call) -> tuple[Ask, ...]:
    """The roles that integrations of an OpenAPI document invoke by are passed to API Gateway.

    A resource policy in it is a permission of its own, too.
    Source: the handler permissions of AWS::ApiGateway::RestApi's schema name iam:PassRole.
    """
    body = call.parameters.get("body") or b""
    text = body.decode("utf-8", "replace") if isinstance(body, bytes) else str(body)
    passed = [pass_role(call, role, APIGATEWAY) for role in dict.fromkeys(_CREDENTIALS.findall(text))]
    _, resource = named(call)
    policy = (ask(call, _POLICY, resource),) if "x-amazon-apigateway-policy" in text else ()
    return (*verb_on_path(call), *(each for asked in passed for each in asked), *policy)


def _with_patched_role(path: str) -> Rule:
    """The verb on the path; a role that a patch operation puts at `path` is passed to API Gateway."""

    def rule(call: Call) -> tuple[Ask, ...]:
        roles = [
            str(change.get("value"))
            for change in listed(call.parameters.get("patchOperations"))
            if isinstance(change, Mapping) and change.get("path") == path
        ]
        passed = [pass_role(call, role, APIGATEWAY) for role in roles if ":role/" in role]
        return (*verb_on_path(call), *(each for asked in passed for each in asked))

    return rule


REFUSED = words(
    # Private domain names shared between accounts.
    "CreateDomainNameAccessAssociation DeleteDomainNameAccessAssociation GetDomainNameAccessAssociations"
    " RejectDomainNameAccessAssociation"
)

RULES: dict[str, Rule] = {
    **{name: verb_on_path for name in operations("apigateway") if name not in REFUSED},
    "CreateRestApi": _with_policy,
    "UpdateRestApi": _with_policy,
    "TagResource": _tag,
    "ImportRestApi": _with_roles_of_document,
    "PutRestApi": _with_roles_of_document,
    "PutIntegration": with_role("credentials"),
    "UpdateAccount": _with_patched_role("/cloudwatchRoleArn"),
    "UpdateIntegration": _with_patched_role("/credentials"),
    "CreateAuthorizer": with_role("authorizerCredentials"),
}
