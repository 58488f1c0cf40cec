"""CloudWatch Logs: what it refuses, where moto does not, or in other words."""

from __future__ import annotations

import re

from sandbox.api_call import ApiCall
from sandbox.backend import log_filters
from sandbox.backend.moto_backend import MotoBackend
from sandbox.errors import AwsError
from sandbox.logs import refusals
from sandbox.messages import Reply

__all__ = ["answer"]

# The tokens that moto hands out: a direction and a position; a group, a stream and an event.
_TOKENS = {
    "GetLogEvents": re.compile(r"[fb]/\d+"),
    "FilterLogEvents": re.compile(r"[^@]+@[^@]*@[^@]+"),
}


async def answer(call: ApiCall, account: str, backend: MotoBackend) -> Reply:
    """Answer a call to CloudWatch Logs. Raises AwsError where it refuses the call or does not model it."""
    refusals.check(call)
    token, form = call.parameters.get("nextToken"), _TOKENS.get(call.operation)
    if token and form and not form.fullmatch(str(token)):
        text = "The specified nextToken is invalid."  # case log-bad-token
        raise AwsError("InvalidParameterException", text, 400)
    if call.operation == "FilterLogEvents":
        log_filters.parse(call.parameters.get("filterPattern", ""))
    try:
        return await backend.call(call, account)
    except AwsError as error:
        if (call.operation, error.code) == ("CreateLogStream", "ResourceAlreadyExistsException"):
            text = "The specified log stream already exists"  # case log-stream-exists
            raise AwsError(error.code, text, error.status) from error
        raise
