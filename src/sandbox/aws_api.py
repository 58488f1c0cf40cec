"""The AWS API door: authenticate, authorise, and answer one API call."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

from sandbox import cloudformation, logs
from sandbox.api_call import ApiCall, parse, protocol_hint
from sandbox.backend import calls, members
from sandbox.backend.identities import find_user_key
from sandbox.backend.moto_backend import MotoBackend
from sandbox.backend.services import MODELLED
from sandbox.errors import AwsError, NotModelled, error_reply
from sandbox.iam import Caller, Denied, assume_role, authorise, bucket_policies, requests, told
from sandbox.iam.authenticate import Authenticator
from sandbox.keeping import Keeping, only_reads
from sandbox.messages import HttpRequest, Reply
from sandbox.store import NotKept
from sandbox.trace import Hop, Tracer, current, root_of

log = logging.getLogger(__name__)

CLOUDFORMATION = "cloudformation.amazonaws.com"
"""The service principal that makes calls in process."""

Operation = Callable[[ApiCall, Caller], Awaitable[Reply]]

Room = Callable[[ApiCall, str, MotoBackend], Awaitable[Reply]]

# Services of which the sandbox knows more than moto does: they check a call, and put its refusal right.
_ROOMS: dict[str, Room] = {
    "cloudformation": cloudformation.answer,
    "iam": requests.answer,
    "logs": logs.answer,
    "s3": bucket_policies.answer,
}


# What a service checks before it asks IAM.
_BEFORE_IAM: dict[tuple[str, str], Callable[[ApiCall, Caller], object]] = {
    ("sts", "AssumeRole"): assume_role.wanted,
}


class AwsApi:
    """Leads an API call from its signature to its answer.

    `operations` are those that a room of the sandbox answers itself, `rooms` those that keep state of a
    service; moto answers the others. keeping: brings to disk what a call changed, before its answer.
    """

    def __init__(
        self,
        authenticator: Authenticator,
        backend: MotoBackend,
        tracer: Tracer,
        operations: Mapping[tuple[str, str], Operation],
        keeping: Keeping,
        rooms: Mapping[str, Room] | None = None,
    ) -> None:
        self._keeping = keeping
        self._authenticator = authenticator
        self._backend = backend
        self._tracer = tracer
        self._operations = operations
        self._rooms = {**_ROOMS, **(rooms or {})}

    async def serve(self, request: HttpRequest) -> Reply:
        """Answer one request; an error is written as the service's protocol writes errors."""
        try:
            call = parse(request)
        except AwsError as error:
            return error_reply(*protocol_hint(request), error)
        title = f"{call.service} {call.operation}"
        trace = self._tracer.open("aws-api", title, root_of(request.header("x-amzn-trace-id")))
        current.set(trace)
        with trace.hop("aws-api", service=call.service, operation=call.operation) as hop:
            try:
                try:
                    reply = await self._answer(call, hop)
                finally:
                    await self._settle(call)
            except AwsError as error:
                reply = error_reply(call.protocol, call.service, error)
                hop.error = f"{error.code}: {error.message}"
            except Exception as error:
                log.exception("%s failed inside the sandbox", title)
                text = f"The sandbox failed at {title}: {type(error).__name__}: {error}"
                reply = error_reply(call.protocol, call.service, AwsError("InternalFailure", text, 500))
                hop.error = text
            hop.note(status=reply.status, request_id=_request_id(reply))
        return reply

    async def call(
        self, service: str, operation: str, parameters: dict[str, Any], caller: Caller, region: str
    ) -> dict[str, Any]:
        """Make an API call in process, in the name of `caller`: the result under the service model's names.

        It goes the way of all API calls, but for HTTP and the signature. Raises AwsError where it is
        refused. CloudFormation calls so: `aws:CalledVia` says it.
        """
        caller = replace(caller, via=CLOUDFORMATION)
        request = await asyncio.to_thread(calls.request, service, operation, parameters, region)
        uri_parameters = calls.uri_parameters(service, request)
        call = ApiCall(service, operation, region, None, request, uri_parameters)
        trace = current.get() or self._tracer.open("in-process", f"{service} {operation}")
        with trace.hop("in-process", service=service, operation=operation, caller=caller.arn) as hop:
            reply = await self._perform(call, caller, hop)
            hop.note(status=reply.status)
            return calls.result(service, operation, reply)

    async def _settle(self, call: ApiCall) -> None:
        """Wait until what is told is on disk. Raises AwsError for a call that changed what cannot be kept.

        507 is no status of AWS's: SDKs repeat a call that was answered with another one of the server's.
        """
        try:
            await self._keeping.settle()
        except NotKept as error:
            if not only_reads(call):
                raise AwsError("InternalFailure", str(error), 507) from error

    async def _answer(self, call: ApiCall, hop: Hop) -> Reply:
        caller = self._authenticator.authenticate(call)
        hop.note(caller=caller.arn, region=call.region)
        if call.service in members.CHECKED and call.operation != "Invoke":
            call = members.check(call)
        return await self._perform(call, caller, hop)

    async def _perform(self, call: ApiCall, caller: Caller, hop: Hop) -> Reply:
        """Authorise a call whose caller is known, and let whoever knows its operation answer it."""
        if call.service not in MODELLED and not caller.administrator:
            instead = "moto answers for it, for administrators only."
            raise NotModelled(f"the service '{call.service}'", instead)
        check = _BEFORE_IAM.get((call.service, call.operation))
        if check is not None:
            check(call, caller)
        try:
            judgements = authorise(caller, call)
        except Denied as denied:
            hop.note(iam=[told(denied.judgement)])
            raise
        if judgements:
            hop.note(iam=[told(judgement) for judgement in judgements])
        try:
            return await self._lead(call, caller)
        finally:
            self._keeping.note(call, caller.account)

    async def _lead(self, call: ApiCall, caller: Caller) -> Reply:
        """To whoever knows the operation."""
        operation = self._operations.get((call.service, call.operation))
        if operation is not None:
            return await operation(call, caller)
        room = self._rooms.get(call.service)
        if room is not None:
            return await room(call, caller.account, self._backend)
        return await self._backend.call(call, caller.account)


def _request_id(reply: Reply) -> str:
    """Of an answer: S3 has a header of its own for it."""
    return reply.header("x-amzn-requestid") or reply.header("x-amz-request-id")


def find_secret(access_key: str) -> tuple[str, Caller] | None:
    """Secret and caller of an IAM user's access key, or None."""
    found = find_user_key(access_key)
    if found is None:
        return None
    secret, account, arn, user_id = found
    return secret, Caller(account, arn, user_id, access_key)
