"""The Lambda service, as the rest of the sandbox sees it."""

from __future__ import annotations

import asyncio
import base64
import json
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from sandbox.api_call import ApiCall
from sandbox.backend.functions import Functions, exists
from sandbox.backend.moto_backend import MotoBackend
from sandbox.errors import AwsError
from sandbox.functions import names, package
from sandbox.functions.control import Control
from sandbox.functions.downloads import Downloads
from sandbox.functions.failures import MOST_PAYLOAD
from sandbox.functions.invocation import refused
from sandbox.functions.invoker import Invoker, InvokeResult
from sandbox.functions.logs import Records
from sandbox.functions.names import FunctionName
from sandbox.functions.options import FunctionOptions
from sandbox.functions.starter import Starter
from sandbox.functions.states import FunctionStates
from sandbox.iam.caller import Caller
from sandbox.iam.sessions import Sessions
from sandbox.messages import HttpRequest, Reply
from sandbox.settings import Settings
from sandbox.trace import Trace, Tracer, current

Handler = Callable[[ApiCall, Caller], Awaitable[Reply]]

REAP_EVERY_SECONDS = 5.0
MOST_WAITING_EVENTS = 1000
"""Asynchronous invocations that wait or run; what comes on top is throttled."""
MOST_EVENT_PAYLOAD = 1024 * 1024
"""Bytes of an asynchronous invocation's payload (Lambda quotas, since October 2025)."""


class FunctionService:
    """Functions and their execution environments.

    operations: the Lambda API calls that are answered here and not by moto.
    downloads: answers the links of GetFunction. states: which functions are Pending or being updated.
    options: how long that lasts, and when an environment is idle for too long.
    """

    def __init__(
        self, settings: Settings, backend: MotoBackend, sessions: Sessions, tracer: Tracer, records: Records
    ) -> None:
        self._tracer = tracer
        self._functions = Functions()
        self._own_state = None if settings.state else Path(tempfile.mkdtemp(prefix="sandbox-functions-"))
        self._invoker = Invoker(self._functions)
        # Absolute, for an execution environment has a working directory of its own.
        self._state = state = (settings.state or self._own_state or Path()).absolute()
        code = package.CodeStore(state / "code")
        self._starter = Starter(settings, sessions, state, code, records, self._invoker.make_room)
        self._invoker.starter = self._starter
        self._events: set[asyncio.Task[None]] = set()
        self._reaper: asyncio.TimerHandle | None = None
        self.downloads = Downloads(settings.url)
        self.options = FunctionOptions()
        self.states = self._invoker.states = FunctionStates(
            self._functions, self._invoker.retire, self.options
        )
        control = Control(backend, code, self._invoker.retire, self.downloads, self.states)
        self.operations: dict[tuple[str, str], Handler] = {
            **control.operations,
            ("lambda", "Invoke"): self._invoke_operation,
        }

    async def invoke(
        self,
        *,
        account: str,
        region: str,
        function_name: str,
        qualifier: str | None = None,
        payload: bytes,
        trace: Trace | None = None,
        log_tail: bool = False,
        client_context: str = "",
    ) -> InvokeResult:
        """Invoke a function and wait for its result.

        client_context: JSON. Raises AwsError: ResourceNotFoundException (404) without such a function,
        AccessDeniedException (403) where its role cannot be assumed, TooManyRequestsException (429)
        where its concurrency is used up.
        """
        target = FunctionName(account, region, function_name, qualifier or None)
        return await self._invoke(target, payload, trace, log_tail, client_context)

    async def _invoke(
        self, target: FunctionName, payload: bytes, trace: Trace | None, log_tail: bool, client_context: str
    ) -> InvokeResult:
        if self._reaper is None and not self._invoker.closing:
            self._reap_later()
        return await self._invoker.invoke(
            target, payload, trace=trace, log_tail=log_tail, client_context=client_context
        )

    async def runtime_request(
        self, environment_id: str, method: str, path: str, headers: HttpRequest, body: bytes
    ) -> Reply:
        """Answer a request to the Runtime API. path: what follows the environment's id."""
        environment = self._starter.environments.get(environment_id)
        if environment is None:
            return refused(403, "UnknownEnvironment", "There is no such execution environment")
        return await environment.request(method, path, headers, body)

    async def close(self) -> None:
        """End every environment, also those with requests under way, for good."""
        self._invoker.closing = True
        if self._reaper is not None:
            self._reaper.cancel()
        for task in self._events:
            task.cancel()
        await self._invoker.close()
        await self._starter.stop()
        if self._own_state is not None:
            await asyncio.to_thread(package.remove, self._own_state)

    async def reset(self) -> None:
        """End every environment and forget all functions."""
        for task in self._events:
            task.cancel()
        await self._invoker.close()
        self.states.forget()
        self._functions.forget()
        self.clear_away()

    def clear_away(self) -> None:
        """Remove what environments before a restart or a reset have left in the state folder.

        Code that is still needed is unpacked again, by the first environment that runs it.
        """
        package.clear_away(self._state / "code", self._state / "tmp")

    def _reap_later(self) -> None:
        seconds = min(REAP_EVERY_SECONDS, self.options.idle_seconds)
        self._reaper = asyncio.get_running_loop().call_later(seconds, self._reap)

    def _reap(self) -> None:
        self._invoker.reap(self.options.idle_seconds)
        self._reap_later()

    # ---- Invoke --------------------------------------------------------------------------------------

    async def _invoke_operation(self, call: ApiCall, caller: Caller) -> Reply:
        target = names.read(
            str(call.uri_parameters["FunctionName"]),
            caller.account,
            call.region,
            dict(call.request.query).get("Qualifier"),
        )
        kind = call.request.header("x-amz-invocation-type") or "RequestResponse"
        payload = call.request.body
        _check_payload(payload, kind)
        trace = current.get() or self._tracer.open("aws-api", "lambda Invoke")
        context = _client_context(call.request.header("x-amz-client-context"))
        if kind == "Event":
            return self._invoke_later(target, payload, trace, context)
        if kind == "DryRun":
            self._exists(target)
            return Reply(204)
        log_tail = call.request.header("x-amz-log-type") == "Tail"
        result = await self._invoke(target, payload, trace, log_tail, context)
        headers = [
            ("Content-Type", "application/json"),
            ("x-amzn-RequestId", result.request_id),
            ("X-Amz-Executed-Version", result.executed_version),
            ("X-Amzn-Trace-Id", f"Root={trace.root};Sampled=1"),
        ]
        if result.function_error:
            headers.append(("X-Amz-Function-Error", result.function_error))
        if log_tail:
            headers.append(("X-Amz-Log-Result", base64.b64encode(result.log_tail).decode()))
        return Reply(200, tuple(headers), result.payload)

    def _exists(self, target: FunctionName) -> None:
        qualifier = target.qualifier or names.LATEST
        if not exists(target.account, target.region, target.name, qualifier):
            raise names.not_found(target, qualified=True)

    def _invoke_later(self, target: FunctionName, payload: bytes, trace: Trace, context: str) -> Reply:
        """Take an asynchronous invocation. It is tried once: AWS's two further attempts are not made."""
        self._exists(target)
        if len(self._events) >= MOST_WAITING_EVENTS:
            raise AwsError("TooManyRequestsException", "Rate Exceeded.", 429, message_key="message")
        task = asyncio.get_running_loop().create_task(self._run_event(target, payload, trace, context))
        self._events.add(task)
        task.add_done_callback(self._events.discard)
        return Reply(202, (("X-Amzn-Trace-Id", f"Root={trace.root};Sampled=1"),))

    async def _run_event(self, target: FunctionName, payload: bytes, trace: Trace, context: str) -> None:
        try:
            await self._invoke(target, payload, trace, False, context)
        except AwsError as error:
            with trace.hop("lambda", function=target.name) as hop:
                hop.error = f"{error.code}: {error.message}"


def _check_payload(payload: bytes, kind: str) -> None:
    if kind not in ("RequestResponse", "Event", "DryRun"):
        text = f"Value '{kind}' at 'invocationType' failed to satisfy constraint"
        raise AwsError("InvalidParameterValueException", text)
    most = MOST_EVENT_PAYLOAD if kind == "Event" else MOST_PAYLOAD
    if len(payload) > most:
        text = f"{len(payload)} byte payload is too large for the {kind} invocation type (limit {most} bytes)"
        raise AwsError("RequestEntityTooLargeException", text, 413)
    try:
        json.loads(payload or b"{}")
    except ValueError as error:
        text = f"Could not parse request body into json: {error}"
        raise AwsError("InvalidRequestContentException", text) from error


def _client_context(header: str) -> str:
    """The client context as JSON; it comes in base64."""
    try:
        return base64.b64decode(header, validate=True).decode()
    except ValueError as error:
        text = "Client context must be a valid Base64-encoded JSON object."
        raise AwsError("InvalidRequestContentException", text) from error
