"""Policies of S3 buckets, checked when they are put: one that cannot be read would refuse everything after.

The texts are those of S3's MalformedPolicy as people report them; AWS publishes no list.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sandbox.api_call import ApiCall
from sandbox.backend.moto_backend import MotoBackend
from sandbox.errors import AwsError
from sandbox.iam.conditions import known
from sandbox.iam.policy import listed
from sandbox.messages import Reply

_NEEDED = (("Principal", "NotPrincipal"), ("Action", "NotAction"), ("Resource", "NotResource"))


async def answer(call: ApiCall, account: str, backend: MotoBackend) -> Reply:
    """Answer a call to S3. Raises AwsError(MalformedPolicy) for a bucket policy that cannot be read."""
    if call.operation == "PutBucketPolicy":
        check(call.request.body)
    return await backend.call(call, account)


def check(document: bytes) -> None:
    """Pass a document that evaluation can read. Raises AwsError(MalformedPolicy)."""
    try:
        policy = json.loads(document)
    except ValueError as error:
        raise _not_json() from error
    if not isinstance(policy, dict):
        raise _not_json()
    if "Statement" not in policy:
        raise _malformed("Missing required field Statement")
    for statement in listed(policy["Statement"]):
        _check_statement(statement)


def _check_statement(statement: Any) -> None:
    if not isinstance(statement, Mapping):
        raise _malformed("Invalid policy syntax.")
    if statement.get("Effect") not in ("Allow", "Deny"):
        raise _malformed("Missing required field Effect" if "Effect" not in statement else "Invalid effect")
    for either in _NEEDED:
        if not any(name in statement for name in either):
            raise _malformed(f"Missing required field {either[0]}")
    named = [statement.get(name) for name in _NEEDED[0]]
    if not all(value is None or value == "*" or isinstance(value, Mapping) for value in named):
        raise _malformed("Invalid policy syntax.")
    conditions = statement.get("Condition", {})
    if not isinstance(conditions, Mapping) or not all(isinstance(v, Mapping) for v in conditions.values()):
        raise _malformed("Invalid policy syntax.")
    unknown = next((operator for operator in conditions if not known(operator)), None)
    if unknown is not None:
        raise _malformed(f"Invalid Condition type : {unknown}")


def _not_json() -> AwsError:
    return _malformed("Policies must be valid JSON and the first byte must be '{'")


def _malformed(message: str) -> AwsError:
    return AwsError("MalformedPolicy", message, 400)
