"""What calls on REST APIs ask for.

Sources: Service Authorization Reference, *Amazon API Gateway Management*; the paths are those of the
service model.
"""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.iam.actions.ask import Ask, Call
from sandbox.iam.actions.rest_paths import named, operations, tag_path, verb_on_path, with_role
from sandbox.iam.actions.rules import Rule, ask, listed, words


def _with_policy(call: Call) -> tuple[Ask, ...]:
    """A resource policy of the API is a permission of its own (serverless/serverless issue 13075)."""
    _, resource = named(call)
    given = bool(call.text("policy")) or any(
        isinstance(change, Mapping) and change.get("path") == "/policy"
        for change in listed(call.parameters.get("patchOperations"))
    )
    more = (ask(call, "apigateway:UpdateRestApiPolicy", resource),) if given else ()
    return (*verb_on_path(call), *more)


def _tag(call: Call) -> tuple[Ask, ...]:
    """Tagging changes the resource, too (tested against AWS: iann0036/iam-dataset pull 39)."""
    tagged = call.text("resourceArn")
    return (
        ask(call, "apigateway:PUT", tag_path(call, tagged)),
        ask(call, "apigateway:PATCH", tagged),
    )


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
    "PutIntegration": with_role("credentials"),
    "CreateAuthorizer": with_role("authorizerCredentials"),
}
