"""moto's check of policy documents: asked for what it knows, and taken out of moto's own operations.

Replaced in moto: the validators that its operations call. They refuse inline policies of an older Version,
and numbers in conditions, both of which IAM takes, and they do not look at trust policies of new roles.
`sandbox.iam.documents` checks a document before it gets to moto.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Any

NEWEST_VERSION = "2012-10-17"


def refusal(document: Mapping[str, Any]) -> str | None:
    """Why IAM refuses an identity policy, in its words; None if it takes it."""
    from moto.iam.exceptions import MalformedPolicyDocument
    from moto.iam.policy_validation import IAMPolicyDocumentValidator

    take_over()
    try:
        IAMPolicyDocumentValidator(json.dumps(_with_quoted_values(document))).validate()
    except MalformedPolicyDocument as error:
        return str(error.message)
    return None


@cache
def take_over() -> None:
    """From now on moto's operations take the documents that they are given."""
    from moto.core.serialize import never_return
    from moto.iam.responses import IamResponse

    models: Any = import_module("moto.iam.models")
    models.IAMPolicyDocumentValidator = models.IAMTrustPolicyDocumentValidator = _TakesAll
    # A user's boundary is told by GetUser, not by ListUsers.
    hidden = "ListUsersResponse.Users.User.PermissionsBoundary"
    IamResponse.RESPONSE_KEY_PATH_TO_TRANSFORMER[hidden] = never_return


class _TakesAll:
    def __init__(self, policy_document: str) -> None:
        self._document = policy_document

    def validate(self) -> None:
        """Nothing is refused: the document has been checked."""


def _with_quoted_values(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document with the numbers in its conditions as text, which is the only form that moto knows."""
    statements = document.get("Statement")
    if isinstance(statements, list):
        return {**document, "Statement": [_quoted(statement) for statement in statements]}
    return {**document, **({"Statement": _quoted(statements)} if "Statement" in document else {})}


def _quoted(statement: Any) -> Any:
    if not isinstance(statement, dict) or not isinstance(statement.get("Condition"), dict):
        return statement
    condition = {
        operator: {key: _text(value) for key, value in tests.items()} if isinstance(tests, dict) else tests
        for operator, tests in statement["Condition"].items()
    }
    return {**statement, "Condition": condition}


def _text(value: Any) -> Any:
    if isinstance(value, list):
        return [_text(entry) for entry in value]
    return json.dumps(value) if isinstance(value, bool | int | float) else value
