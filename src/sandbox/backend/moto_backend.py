"""Hands an API call to moto and takes its answer.

What of moto is replaced, and why:
- sts GetCallerIdentity, AssumeRole, GetSessionToken: its credentials cannot be authenticated;
- lambda Invoke and what surrounds a function's code: its executor needs Docker;
- apigateway and apigatewayv2 deployments: they hold no snapshot of what was deployed;
- access control: it ignores resources and conditions; it is never switched on;
- Flask: moto's response classes are called directly, and in DynamoDB their methods.

One lock a service (in DynamoDB one a table) keeps moto's state whole: calls that take long run in a
thread, the others on the event loop, where a lock that is free costs a microsecond. Calls whose tables or
services cannot be told beforehand run alone:
PartiQL's, which name tables in their statements, and the reset.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections import defaultdict
from contextlib import AsyncExitStack
from typing import Any

from sandbox.api_call import ApiCall
from sandbox.backend import dynamodb_items, protocols, services, shapes
from sandbox.backend.gate import Gate
from sandbox.backend.refusals import refusal
from sandbox.errors import AwsError, NotModelled
from sandbox.messages import Reply

log = logging.getLogger(__name__)

_LONG_BODY = 64 * 1024
"""Bytes from which on a request body makes a call long."""

_LONG_DYNAMODB = frozenset(
    [
        "Scan",
        "Query",
        "BatchGetItem",
        "BatchWriteItem",
        "TransactWriteItems",
        "TransactGetItems",
    ]
)

_LONG_SERVICES = frozenset(("s3", "ssm"))


_PARTIQL = frozenset(("ExecuteStatement", "BatchExecuteStatement", "ExecuteTransaction"))


class MotoBackend:
    """moto, called in process. loaded: set once moto has been imported; no call may come before."""

    def __init__(self) -> None:
        self.loaded = asyncio.Event()
        self._gate = Gate()
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._used: set[str] = set()

    async def call(self, call: ApiCall, account: str) -> Reply:
        """Answer `call` in the name of `account`. Raises AwsError where moto refuses or fails."""
        if call.service not in self._used:
            await asyncio.to_thread(services.handlers, call.service)  # imports it, at the first call
            self._used.add(call.service)
        if call.operation in _PARTIQL:
            async with self._gate.alone():
                return await asyncio.to_thread(_call_moto, call, account)
        async with AsyncExitStack() as held:
            await held.enter_async_context(self._gate.together())
            for name in _lock_names(call, account):
                await held.enter_async_context(self._locks[name])
            if _is_long(call):
                return await asyncio.to_thread(_call_moto, call, account)
            return _call_moto(call, account)

    async def reset(self) -> None:
        """Forget everything, when no call is under way."""
        async with self._gate.alone():
            await asyncio.to_thread(services.reset)


def _is_long(call: ApiCall) -> bool:
    if call.service == "dynamodb":
        return call.operation in _LONG_DYNAMODB
    return call.service in _LONG_SERVICES or len(call.request.body) > _LONG_BODY


def _lock_names(call: ApiCall, account: str) -> list[str]:
    """The locks a call needs, in the one order in which all calls take them."""
    if call.service != "dynamodb":
        return [call.service]
    return sorted(f"dynamodb/{account}/{call.region}/{table}" for table in _tables(call))


def _tables(call: ApiCall) -> set[str]:
    """The tables that a DynamoDB call names, by name or ARN; {""} where it names none."""
    parameters = call.parameters
    named = [parameters.get("TableName")]
    items = parameters.get("RequestItems")
    if isinstance(items, dict):
        named += items
    for entry in parameters.get("TransactItems") or ():
        if isinstance(entry, dict):
            named += [v.get("TableName") for v in entry.values() if isinstance(v, dict)]
    return {str(name).rpartition("/")[2] for name in named if name} or {""}


def _call_moto(call: ApiCall, account: str) -> Reply:
    try:
        return (
            dynamodb_items.perform(call, account) if dynamodb_items.takes(call) else _dispatch(call, account)
        )
    except AwsError:
        raise
    except NotImplementedError as error:
        raise NotModelled(f"{call.service} {call.operation}") from error
    except Exception as error:
        raise _from_moto(call, error) from error


def _dispatch(call: ApiCall, account: str) -> Reply:
    if call.operation not in protocols.service_model(call.service).operation_names:
        raise protocols.unknown_operation(call.service, call.operation)
    request = protocols.moto_request(call.service, call.region, account, call.request)
    handler = services.handler_of(call.service, call.request.raw_path)
    if handler is None:
        raise NotModelled(f"{call.service} {call.operation} ({call.request.method} {call.request.raw_path})")
    return _reply(call, handler(request, request.raw_url, request.headers))


def _from_moto(call: ApiCall, error: Exception) -> AwsError:
    from moto.core.exceptions import ServiceException
    from werkzeug.exceptions import HTTPException

    if isinstance(error, ServiceException):
        return AwsError(error.code, error.message)
    if isinstance(error, HTTPException):
        return AwsError(error.name.replace(" ", ""), str(error.description), error.code or 400)
    if isinstance(error, KeyError) and str(error.args[0]) == call.region:
        return NotModelled(f"the region '{call.region}'")
    misfit = shapes.misfit(call)
    if misfit is not None:
        return misfit
    log.exception("%s %s failed inside moto", call.service, call.operation)
    text = f"The sandbox failed at {call.service} {call.operation}: {type(error).__name__}: {error}"
    return AwsError("InternalFailure", text, 500)


def _reply(call: ApiCall, answer: Any) -> Reply:
    status, headers, body = answer if len(answer) == 3 else (200, {}, answer)
    names = {name.lower() for name in headers}
    dropped = {"server", "date", "status"}
    if call.request.method != "HEAD":  # its length is that of the body a GET would have
        dropped.add("content-length")
    pairs = [(name, str(value)) for name, value in headers.items() if name.lower() not in dropped]
    if "x-amzn-requestid" not in names and call.protocol != "rest-xml":
        pairs.append(("x-amzn-RequestId", str(uuid.uuid4())))
    if call.service not in services.MODELLED:
        pairs.append(("x-sandbox-not-modelled", f"{call.service}: answered by moto as it is"))
    data = body.encode() if isinstance(body, str) else bytes(body or b"")
    if int(status) >= 400:
        error = refusal(call.protocol, data, int(status))
        if error is not None:
            raise error
    return Reply(int(status), tuple(pairs), data)
