"""CloudWatch Logs: what the sandbox answers itself, what moto answers, and what is refused by name."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from sandbox.api_call import ApiCall
from sandbox.backend.moto_backend import MotoBackend
from sandbox.errors import AwsError
from sandbox.logs import constraints, listing, modelled, patterns, reading
from sandbox.logs.faults import no_stream
from sandbox.logs.places import check_tagged, group_of
from sandbox.messages import Reply

__all__ = ["ANSWERS", "answer", "check", "reply"]

Json = dict[str, Any]


def _test_metric_filter(call: ApiCall, account: str) -> Json:
    """Which of the messages pass a pattern, counted from 1, and the values that it finds in them."""
    pattern = patterns.parse(call.parameters["filterPattern"])
    tried = [
        (number, text, pattern.match(text))
        for number, text in enumerate(call.parameters["logEventMessages"], 1)
    ]
    matches = [
        {"eventNumber": number, "eventMessage": text, "extractedValues": values}
        for number, text, values in tried
        if values is not None
    ]
    return {"matches": matches}


ANSWERS: dict[str, Callable[[ApiCall, str], Json]] = {
    "DescribeLogGroups": listing.describe_groups,
    "DescribeLogStreams": listing.describe_streams,
    "FilterLogEvents": reading.filtered,
    "GetLogEvents": reading.get,
    "ListLogGroups": listing.list_groups,
    "TestMetricFilter": _test_metric_filter,
}
"""What is answered from the groups, streams and events as they are."""

_ANSWERED = frozenset((*ANSWERS, "PutLogEvents"))

_EXISTS = "The specified log stream already exists"  # case log-stream-exists
_CREATES_STREAM = ("CreateLogStream", "ResourceAlreadyExistsException")


def check(call: ApiCall) -> None:
    """Pass a call that is modelled, and whose parameters may be so. Raises AwsError."""
    modelled.check(call, _ANSWERED)
    constraints.check(call)


def reply(body: Json) -> Reply:
    """An answer of CloudWatch Logs."""
    kind = ("Content-Type", "application/x-amz-json-1.1")
    return Reply.of_json(body).with_headers(kind, ("x-amzn-RequestId", str(uuid.uuid4())))


async def answer(call: ApiCall, account: str, backend: MotoBackend) -> Reply:
    """Answer a call to CloudWatch Logs. Raises AwsError where it refuses the call or does not model it."""
    check(call)
    own = ANSWERS.get(call.operation)
    if own is not None:
        return reply(own(call, account))
    check_tagged(call, account)
    try:
        return await backend.call(call, account)
    except AwsError as error:
        if (call.operation, error.code) == _CREATES_STREAM:
            raise AwsError(error.code, _EXISTS, error.status) from error
        if error.code == "ResourceNotFoundException":
            group_of(call, account)
            raise no_stream() from error
        raise
