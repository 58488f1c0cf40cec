"""The Lambda service, as the rest of the sandbox sees it."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from sandbox.api_call import ApiCall
from sandbox.backend.functions import Functions
from sandbox.backend.moto_backend import MotoBackend
from sandbox.functions import package
from sandbox.functions.account import Account
from sandbox.functions.concurrency import Concurrency
from sandbox.functions.control import Control
from sandbox.functions.downloads import Downloads
from sandbox.functions.event_invoke import EventInvokeConfigs
from sandbox.functions.events import Event, EventQueue
from sandbox.functions.invocation import refused
from sandbox.functions.invoke import Invoke
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
from sandbox.trace import Trace, Tracer

Handler = Callable[[ApiCall, Caller], Awaitable[Reply]]

REAP_EVERY_SECONDS = 5.0


class FunctionService:
    """Functions and their execution environments.

    operations: the Lambda API calls that are answered here and not by moto. downloads: answers the links of
    GetFunction. states: which functions are Pending or being updated. options: may be changed.
    """

    def __init__(
        self, settings: Settings, backend: MotoBackend, sessions: Sessions, tracer: Tracer, records: Records
    ) -> None:
        self.options = FunctionOptions()
        self._functions = Functions()
        self._own_state = None if settings.state else Path(tempfile.mkdtemp(prefix="sandbox-functions-"))
        self._invoker = Invoker(self._functions, Concurrency(self.options))
        # Absolute, for an execution environment has a working directory of its own.
        self._state = state = (settings.state or self._own_state or Path()).absolute()
        code = package.CodeStore(state / "code")
        self._starter = Starter(settings, sessions, state, code, records, self._invoker.make_room)
        self._invoker.starter = self._starter
        self._events = EventQueue(self._run_event, self.options)
        self._reaper: asyncio.TimerHandle | None = None
        self.downloads = Downloads(settings.url)
        self.states = self._invoker.states = FunctionStates(
            self._functions, self._invoker.retire, self.options
        )
        control = Control(backend, code, self._invoker.retire, self.downloads, self.states)
        self.operations: dict[tuple[str, str], Handler] = {
            **control.operations,
            **Account(backend, self.options).operations,
            **EventInvokeConfigs().operations,
            ("lambda", "Invoke"): Invoke(self._invoke, self._events, self.states, tracer).answer,
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
        self._keep_reaping()
        return await self._invoker.invoke(
            target, payload, trace=trace, log_tail=log_tail, client_context=client_context
        )

    async def _run_event(self, event: Event) -> InvokeResult:
        self._keep_reaping()
        return await self._invoker.invoke(
            event.target, event.payload, trace=event.trace, request_id=event.request_id
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
        """End every environment, also those with requests under way, for good; events that wait are lost."""
        self._invoker.closing = True
        if self._reaper is not None:
            self._reaper.cancel()
        self._events.give_up()
        await self._invoker.close()
        await self._starter.stop()
        if self._own_state is not None:
            await asyncio.to_thread(package.remove, self._own_state)

    async def reset(self) -> None:
        """End every environment, give up what waits for another attempt, and forget all functions."""
        self._events.give_up()
        await self._invoker.close()
        self.states.forget()
        self._functions.forget()
        self.clear_away()

    def clear_away(self) -> None:
        """Remove what environments before a restart or a reset have left in the state folder.

        Code that is still needed is unpacked again, by the first environment that runs it.
        """
        package.clear_away(self._state / "code", self._state / "tmp")

    def _keep_reaping(self) -> None:
        if self._reaper is None and not self._invoker.closing:
            self._reap_later()

    def _reap_later(self) -> None:
        seconds = min(REAP_EVERY_SECONDS, self.options.idle_seconds)
        self._reaper = asyncio.get_running_loop().call_later(seconds, self._reap)

    def _reap(self) -> None:
        self._invoker.reap(self.options.idle_seconds)
        self._reap_later()
