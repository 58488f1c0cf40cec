"""What an AWS API call needs: IAM actions, the resources' ARNs, and condition keys.

    asks("dynamodb", "GetItem", {"TableName": "users", "Key": {…}}, "us-east-1", "111111111111")

Each service has a table, `RULES`, of its operations, and names in `REFUSED` what is not modelled. Sources:
Service Authorization Reference, *Actions, resources, and condition keys for AWS services*, and what each
service's file names.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Any

from sandbox.errors import NotModelled
from sandbox.iam.actions.ask import Ask, Call, Lookup, NothingKnown
from sandbox.iam.actions.rules import Rule

MODULES = {
    "apigateway": "apigateway",
    "apigatewayv2": "apigatewayv2",
    "cloudformation": "cloudformation",
    "dynamodb": "dynamodb",
    "dynamodbstreams": "dynamodb_streams",
    "iam": "iam",
    "lambda": "functions",
    "logs": "logs",
    "s3": "s3",
    "ssm": "ssm",
    "sts": "sts",
}
"""Service → the module of this package that knows it."""

_NOTHING_KNOWN = NothingKnown()


def asks(
    service: str,
    operation: str,
    parameters: Mapping[str, Any],
    region: str,
    account: str,
    raw_path: str = "",
    lookup: Lookup = _NOTHING_KNOWN,
) -> tuple[Ask, ...]:
    """All that a call asks for: every one has to be allowed. None: whoever is known may call.

    parameters: as the service model names them. raw_path: as sent, of a REST request. lookup: what is
    known of the account besides. Pure. Raises NotModelled for an operation that is not modelled.
    """
    rule = rules(service).get(operation)
    if rule is None:
        raise NotModelled(f"the permissions of {service}:{operation}")
    return rule(Call(service, operation, parameters, region, account, lookup, raw_path))


@cache
def rules(service: str) -> Mapping[str, Rule]:
    """Operation → rule, of a service. Raises NotModelled for a service that is not modelled."""
    found: Mapping[str, Rule] = _module(service).RULES
    return found


@cache
def refused(service: str) -> frozenset[str]:
    """The operations of a service whose permissions are not modelled."""
    found: frozenset[str] = _module(service).REFUSED
    return found


def _module(service: str) -> Any:
    name = MODULES.get(service)
    if name is None:
        raise NotModelled(f"the permissions of the service '{service}'")
    return import_module(f"sandbox.iam.actions.{name}")


__all__ = ["Ask", "Lookup", "NothingKnown", "asks", "refused", "rules"]
