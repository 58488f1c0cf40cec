"""What Query and Scan refuse before they look at a table.

Sources: architect/dynalite `validations/query.js` and `scan.js` (order and words, checked against AWS);
nubo-db/dynamodb-conformance tier3/error-messages (segments); nubo-db/dynoxide `src/actions/query.rs` and
`scan.rs` (Select); case ddb-query-nokey.
"""

from __future__ import annotations

from typing import Any

from sandbox.dynamodb.requests.items import check_attributes_to_get
from sandbox.dynamodb.requests.use import Use, check_use
from sandbox.dynamodb.requests.words import ONE_ERROR, invalid
from sandbox.dynamodb.values import NO_TYPE, TWO_TYPES, stored
from sandbox.errors import AwsError

_QUERY = Use(
    ("ProjectionExpression", "FilterExpression", "KeyConditionExpression"),
    ("AttributesToGet", "QueryFilter", "ConditionalOperator", "KeyConditions"),
    ("QueryFilter",),
)
_SCAN = Use(
    ("ProjectionExpression", "FilterExpression"),
    ("AttributesToGet", "ScanFilter", "ConditionalOperator"),
    ("ScanFilter",),
)
_BAD_START = "The provided starting key is invalid: "
_SEGMENT = "The Segment parameter is"


def query(given: dict[str, Any]) -> None:
    """The rules of Query. Raises AwsError."""
    check_use(given, _QUERY)
    check_attributes_to_get(given)
    _store_start_key(given)
    if "KeyConditions" not in given and "KeyConditionExpression" not in given:
        raise invalid(
            "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request."
        )
    _check_select(given, ONE_ERROR)


def scan(given: dict[str, Any]) -> None:
    """The rules of Scan. Raises AwsError."""
    check_use(given, _SCAN)
    check_attributes_to_get(given)
    _store_start_key(given)
    _check_segments(given)
    _check_select(given, "")


def _store_start_key(given: dict[str, Any]) -> None:
    key = given.get("ExclusiveStartKey")
    if key is not None:
        given["ExclusiveStartKey"] = {name: _start_value(value) for name, value in key.items()}


def _start_value(value: Any) -> dict[str, Any]:
    """AWS says of some errors only that they are the starting key's."""
    try:
        return stored(value)
    except AwsError as error:
        starts = (NO_TYPE, TWO_TYPES)
        ends = ("value of true", "string set  may not be empty", "Binary sets should not be empty")
        if error.message in starts or error.message.endswith(ends):
            raise invalid(_BAD_START + error.message) from error
        raise


def _check_segments(given: dict[str, Any]) -> None:
    segment, total = given.get("Segment"), given.get("TotalSegments")
    missing = "parameter is required but was not present in the request when"
    if segment is not None and total is None:
        raise invalid(f"The TotalSegments {missing} Segment parameter is present")
    if total is not None and segment is None:
        raise invalid(f"The Segment {missing} parameter TotalSegments is present")
    if segment is not None and segment >= total:
        raise invalid(
            f"{_SEGMENT} zero-based and must be less than parameter TotalSegments: "
            f"Segment: {segment} is not less than TotalSegments: {total}"
        )


def _check_select(given: dict[str, Any], prefix: str) -> None:
    """What is selected beside what is projected. prefix: how Query's errors begin, and Scan's do not
    (getmoto/moto `tests/test_dynamodb/test_dynamodb_select.py`, verified against AWS)."""
    select = given.get("Select")
    if select is None:
        return
    projected = [name for name in ("AttributesToGet", "ProjectionExpression") if name in given]
    if select == "SPECIFIC_ATTRIBUTES":
        if not projected:
            text = "Must specify the AttributesToGet or ProjectionExpression when choosing to get"
            raise invalid(f"{prefix}{text} {select}")
    elif projected:
        chosen = "only the Count" if select == "COUNT" else select
        raise invalid(f"{prefix}Cannot specify the {projected[0]} when choosing to get {chosen}")
    if select == "ALL_PROJECTED_ATTRIBUTES" and "IndexName" not in given:
        raise invalid(f"{prefix}ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName")
