"""Why a transaction was cancelled: a reason for each action, in the actions' order.

Source: API Reference *TransactWriteItems*, *TransactionCanceledException*; answers of AWS in
aws/aws-sdk-net issue 1292 and pynamodb/PynamoDB pull request 1144.
"""

from __future__ import annotations

from typing import Any

from sandbox.errors import AwsError

Reason = dict[str, Any]

NONE: Reason = {"Code": "None"}
CONFLICT: Reason = {"Code": "TransactionConflict", "Message": "Transaction is ongoing for the item"}

_CODES = {
    "ValidationException": "ValidationError",
    "ProvisionedThroughputExceededException": "ProvisionedThroughputExceeded",
    "ThrottlingException": "ThrottlingError",
    "RequestLimitExceeded": "ThrottlingError",
}


def reason_of(error: AwsError) -> Reason:
    """The reason that an action's refusal becomes. Raises the error again if it is none of an action."""
    if error.code not in _CODES:
        raise error
    return {"Code": _CODES[error.code], "Message": error.message}


def cancelled(reasons: list[Reason]) -> AwsError:
    """The refusal of a whole transaction (case ddb-transact-cancelled)."""
    codes = ", ".join(reason["Code"] for reason in reasons)
    text = f"Transaction cancelled, please refer cancellation reasons for specific reasons [{codes}]"
    return AwsError("TransactionCanceledException", text, 400, CancellationReasons=reasons)


def conflict() -> AwsError:
    """The refusal of a write of an item that a transaction is at work on."""
    return AwsError("TransactionConflictException", "Transaction is ongoing for the item", 400)
