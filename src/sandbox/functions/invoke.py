"""Lambda's Invoke operation: RequestResponse, Event and DryRun."""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Awaitable, Callable

from sandbox.api_call import ApiCall
from sandbox.backend.functions import exists
from sandbox.errors import AwsError, NotModelled
from sandbox.functions import names
from sandbox.functions.events import EventQueue
from sandbox.functions.failures import MOST_PAYLOAD
from sandbox.functions.invoker import InvokeResult
from sandbox.functions.names import FunctionName
from sandbox.functions.states import FunctionStates
from sandbox.iam.caller import Caller
from sandbox.messages import HttpRequest, Reply
from sandbox.trace import Trace, Tracer, current

MOST_EVENT_PAYLOAD = 1024 * 1024
"""Bytes of an asynchronous invocation's payload (Lambda quotas, since October 2025)."""

_KINDS = ("Event", "RequestResponse", "DryRun")
_LOG_TYPES = ("None", "Tail")
_NOT_MODELLED = {
    "x-amz-durable-execution-name": "durable functions",
    "x-amz-tenant-id": "tenant isolation",
}

Run = Callable[[FunctionName, bytes, Trace, bool, str], Awaitable[InvokeResult]]
"""Invokes and waits: function, payload, trace, whether the log's tail is wanted, client context."""


class Invoke:
    """Answers Invoke. run: invokes and waits for the result."""

    def __init__(self, run: Run, events: EventQueue, states: FunctionStates, tracer: Tracer) -> None:
        self._run = run
        self._events = events
        self._states = states
        self._tracer = tracer

    async def answer(self, call: ApiCall, caller: Caller) -> Reply:
        request = call.request
        named = str(call.uri_parameters["FunctionName"])
        target = names.read(named, caller.account, call.region, dict(request.query).get("Qualifier"))
        kind = _one_of(request, "x-amz-invocation-type", "invocationType", _KINDS, "RequestResponse")
        log_type = _one_of(request, "x-amz-log-type", "logType", _LOG_TYPES, "None")
        for header, what in _NOT_MODELLED.items():
            if request.header(header):
                raise NotModelled(what)
        _check_payload(request.body, kind)
        context = _client_context(request.header("x-amz-client-context"))
        trace = current.get() or self._tracer.open("aws-api", "lambda Invoke")
        if kind == "RequestResponse":
            log_tail = log_type == "Tail"
            return _told(await self._run(target, request.body, trace, log_tail, context), trace, log_tail)
        if not exists(target.account, target.region, target.name, target.qualifier or names.LATEST):
            raise names.not_found(target, qualified=True)
        if kind == "DryRun":
            return Reply(204, (("x-amzn-RequestId", str(uuid.uuid4())),))
        self._states.check_invocable(target)
        # The client context is for synchronous invocations only (API Reference, *Invoke*).
        request_id = self._events.take(target, request.body, trace)
        return Reply(202, (("x-amzn-RequestId", request_id), _trace_header(trace)))


def _told(result: InvokeResult, trace: Trace, log_tail: bool) -> Reply:
    headers = [
        ("Content-Type", "application/json"),
        ("x-amzn-RequestId", result.request_id),
        ("X-Amz-Executed-Version", result.executed_version),
        _trace_header(trace),
    ]
    if result.function_error:
        headers.append(("X-Amz-Function-Error", result.function_error))
    if log_tail:
        headers.append(("X-Amz-Log-Result", base64.b64encode(result.log_tail).decode()))
    return Reply(200, tuple(headers), result.payload)


def _trace_header(trace: Trace) -> tuple[str, str]:
    return "X-Amzn-Trace-Id", f"Root={trace.root};Sampled=1"


def _one_of(request: HttpRequest, header: str, name: str, values: tuple[str, ...], default: str) -> str:
    given = request.header(header) or default
    if given not in values:
        text = (
            f"1 validation error detected: Value '{given}' at '{name}' failed to satisfy constraint: "
            f"Member must satisfy enum value set: [{', '.join(values)}]"
        )
        raise AwsError("ValidationException", text)
    return given


def _check_payload(payload: bytes, kind: str) -> None:
    """Refuse what is too large, or no JSON.

    Texts: zaccharles.medium.com, *Deep Dive: Lambda's Request Payload Size Limit*, and github.com
    awslabs/aws-athena-query-federation issue 793; ASFHyP3/hyp3 issue 2241 (when the limit was 256 KB);
    localstack/localstack, test_lambda.py, test_lambda_invoke_payload_encoding_error (recorded on AWS).
    """
    if kind == "Event" and len(payload) > MOST_EVENT_PAYLOAD:
        text = (
            f"{len(payload)} byte payload is too large for the Event invocation type "
            f"(limit {MOST_EVENT_PAYLOAD} bytes)"
        )
        raise AwsError("RequestEntityTooLargeException", text, 413)
    if len(payload) > MOST_PAYLOAD:
        text = f"Request must be smaller than {MOST_PAYLOAD} bytes for the InvokeFunction operation"
        raise AwsError("RequestEntityTooLargeException", text, 413)
    try:
        json.loads(payload or b"{}")
    except ValueError as error:
        text = f"Could not parse request body into json: Could not parse payload into json: {error}"
        raise AwsError("InvalidRequestContentException", text, message_key="message") from error


def _client_context(header: str) -> str:
    """The client context as JSON; it comes in base64."""
    try:
        return base64.b64decode(header, validate=True).decode()
    except ValueError as error:
        text = "Client context must be a valid Base64-encoded JSON object."
        raise AwsError("InvalidRequestContentException", text) from error
