"""Resource policies of REST APIs: checked when they are given, kept as API Gateway keeps them.

`execute-api:/stage/GET/path` in a Resource stands for the API's own ARN, and is kept as that; a list of one
principal as that principal (floci-io/floci, *resource policy enforcement*: measured on AWS). A policy is
deployed with the API: Developer Guide, *Create and attach an API Gateway resource policy to an API*.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from sandbox.backend import identities
from sandbox.backend.apis import ApiHandle
from sandbox.errors import AwsError
from sandbox.gateway.control import Json, bad_request
from sandbox.iam.conditions import known
from sandbox.iam.policy import listed

_SHORT = "execute-api:/"
_NEEDED = (("Action", "NotAction"), ("Resource", "NotResource"), ("Principal", "NotPrincipal"))
_ROOT = re.compile(r"\d{12}|arn:aws:iam::\d{12}:root")


def checked(document: str | Mapping[str, Any] | None) -> Json | None:
    """A policy document that API Gateway takes; None for an empty one. Raises BadRequestException."""
    if not document:
        return None
    try:
        policy = json.loads(document) if isinstance(document, str) else dict(document)
    except (ValueError, RecursionError) as error:
        raise _invalid() from error
    if not isinstance(policy, dict) or not listed(policy.get("Statement")):
        raise _invalid()
    for statement in listed(policy["Statement"]):
        _check_statement(statement)
    return policy


def kept(policy: Json, home: ApiHandle) -> str:
    """The document as the API keeps it."""
    own = f"arn:aws:execute-api:{home.region}:{home.account}:{home.api_id}/"
    statements = [_kept(statement, own) for statement in listed(policy["Statement"])]
    return json.dumps({**policy, "Statement": statements}, separators=(",", ":"))


def told(text: str) -> str:
    """The document as GetRestApi gives it: with its quotes escaped, as inside a JSON string.

    Source: hashicorp/terraform-provider-aws, internal/service/apigateway/rest_api.go, which unquotes it.
    """
    return json.dumps(text)[1:-1]


def _kept(statement: Json, own: str) -> Json:
    made = dict(statement)
    for name in ("Resource", "NotResource"):
        if name in made:
            found = [_whole(str(one), own) for one in listed(made[name])]
            made[name] = found if isinstance(made[name], list) else found[0]
    for name in ("Principal", "NotPrincipal"):
        if isinstance(made.get(name), dict):
            made[name] = {kind: _single(value) for kind, value in made[name].items()}
    return made


def _whole(resource: str, own: str) -> str:
    return own + resource.removeprefix(_SHORT) if resource.startswith(_SHORT) else resource


def _single(value: Any) -> Any:
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _check_statement(statement: Any) -> None:
    if not isinstance(statement, Mapping) or statement.get("Effect") not in ("Allow", "Deny"):
        raise _invalid()
    for either in _NEEDED:
        if not any(listed(statement.get(name)) for name in either):
            raise _invalid()
    for name in _NEEDED[2]:
        _check_principals(statement.get(name))
    tests = statement.get("Condition", {})
    if not isinstance(tests, Mapping) or not all(
        known(operator) and isinstance(keys, Mapping) for operator, keys in tests.items()
    ):
        raise _invalid()


def _check_principals(written: Any) -> None:
    """Raise unless all AWS principals are there: API Gateway looks them up."""
    if written is None or written == "*":
        return
    if not isinstance(written, Mapping):
        raise _invalid()
    for name in listed(written.get("AWS")):
        if not isinstance(name, str) or not (
            name == "*" or _ROOT.fullmatch(name) or identities.principal_exists(name)
        ):
            raise _invalid()


def _invalid() -> AwsError:
    """Source: hashicorp/terraform-provider-aws issue 29392."""
    return bad_request(
        "Invalid policy document. Please check the policy syntax and ensure that Principals are valid."
    )
