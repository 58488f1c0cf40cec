"""Calls to CloudWatch Logs that are refused: moto would keep what they bring, and do nothing with it."""

from __future__ import annotations

from sandbox.api_call import ApiCall
from sandbox.backend import constraints
from sandbox.errors import AwsError, NotModelled

_NOT_MODELLED = {
    "PutSubscriptionFilter": "subscription filters",
    "PutDestination": "destinations of subscriptions",
    "PutDeliverySource": "deliveries of vended logs",
    "PutDeliveryDestination": "deliveries of vended logs",
    "PutDeliveryDestinationPolicy": "deliveries of vended logs",
    "CreateDelivery": "deliveries of vended logs",
}

_GROUPS = ("logGroupName", "logGroupNames", "logGroupIdentifiers")


def check(call: ApiCall) -> None:
    """Pass a call that can be answered. Raises AwsError."""
    what = _NOT_MODELLED.get(call.operation)
    if what is not None:
        raise NotModelled(f"{what} ({call.operation})")
    violation = constraints.violation(call)
    if violation is not None:
        raise violation
    if call.operation == "StartQuery" and not any(call.parameters.get(name) for name in _GROUPS):
        # Required: API Reference, *StartQuery*. AWS's words for it are not recorded.
        text = f"A query names its log groups: one of {', '.join(_GROUPS)} is required"
        raise AwsError("InvalidParameterException", text, 400)
