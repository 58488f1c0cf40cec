"""Hands an API call to moto and takes its answer.

What of moto is replaced, and why:
- sts GetCallerIdentity, AssumeRole, GetSessionToken: its credentials cannot be authenticated;
- lambda Invoke and what surrounds a function's code: its executor needs Docker;
- apigateway and apigatewayv2 deployments: they hold no snapshot of what was deployed;
- access control: it ignores resources and conditions; it is never switched on;
- Flask: moto's response classes are called directly;
- dynamodb's items, tables' states and streams: see `dynamodb_stores`;
- logs' events, and what lists groups and streams: `sandbox.logs` reads moto's state, see `log_groups`.

One lock a service keeps moto's state whole: calls that take long run in a thread, the others on the event
loop, where a lock that is free costs a microsecond. What is left to moto of DynamoDB (backups, exports …)
runs in a thread and alone, for the sandbox's item operations take no lock; so does the reset.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import uuid
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable
from typing import Any

from sandbox.api_call import ApiCall
from sandbox.backend import constraints, protocols, services, shapes
from sandbox.backend.gate import Gate
from sandbox.backend.refusals import refusal
from sandbox.errors import AwsError, NotModelled
from sandbox.messages import Reply

log = logging.getLogger(__name__)

_LONG_BODY = 64 * 1024
"""Bytes from which on a request body makes a call long."""

_LONG_SERVICES = frozenset(("s3", "ssm"))


class MotoBackend:
    """moto, called in process.

    loaded: set once moto has been imported; no call may come before. gate: whoever else uses the state of
    DynamoDB enters it `together` with others. noted: what of moto's state has to be kept: services with
    account and region.
    """

    def __init__(self) -> None:
        self.loaded = asyncio.Event()
        self.gate = Gate()
        self.noted: set[tuple[str, str, str]] = set()
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._used: set[str] = set()

    async def call(self, call: ApiCall, account: str) -> Reply:
        """Answer `call` in the name of `account`. Raises AwsError where moto refuses or fails."""
        if call.service not in self._used:
            await asyncio.to_thread(services.handlers, call.service)  # imports it, at the first call
            self._used.add(call.service)
        if call.service == "dynamodb" and call.operation != "CreateTable":
            async with self.gate.alone(), self._locks[call.service]:
                return await asyncio.to_thread(_call_moto, call, account)
        async with self.gate.together(), self._locks[call.service]:
            if _is_long(call):
                return await asyncio.to_thread(_call_moto, call, account)
            return _call_moto(call, account)

    def note(self, service: str, account: str, region: str) -> None:
        """Say that moto's state of a service may have changed, in a region, or where it has none."""
        self.noted.add((service, account, region))

    def lock_of(self, service: str) -> asyncio.Lock:
        """Who holds it changes moto's state of the service, or reads it in peace."""
        return self._locks[service]

    @contextlib.asynccontextmanager
    async def locked(self, names: Iterable[str]) -> AsyncIterator[None]:
        """Hold the locks of several services, taken in one order by all who do so."""
        async with contextlib.AsyncExitStack() as locks:
            for name in sorted(names):
                await locks.enter_async_context(self._locks[name])
            yield

    async def reset(self) -> None:
        """Forget everything, when no call is under way."""
        async with self.gate.alone(), self.locked(list(self._locks)):
            await asyncio.to_thread(services.reset)


def _is_long(call: ApiCall) -> bool:
    return call.service in _LONG_SERVICES or len(call.request.body) > _LONG_BODY


def _call_moto(call: ApiCall, account: str) -> Reply:
    try:
        return _dispatch(call, account)
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
    known = (
        shapes.misfit(call)
        or shapes.not_there(call, error)
        or shapes.no_number(call, error)
        or constraints.violation(call)
    )
    if known is not None:
        return known
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
