"""The Extensions API of one execution environment, for internal extensions.

A function's own process registers itself, and is then told with SIGTERM that its environment ends; one
without extensions is killed at once. That is what libraries for a graceful shutdown do. External extensions
come in layers, which are not modelled, and so are the Telemetry API and the Logs API.

Sources: Lambda Developer Guide, *Using the Lambda Extensions API to create extensions*; names and texts of
errors: aws/aws-lambda-runtime-interface-emulator, internal/lambda/rapi/handler/agent*.go.
"""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.backend.functions import Configuration
from sandbox.functions.invocation import Invocation, refused
from sandbox.messages import HttpRequest, Reply

PATH = "/2020-01-01/extension"
GRACE_SECONDS = 0.5
"""How long a runtime with an internal extension may take to end after SIGTERM (Developer Guide, *Shutdown
phase*)."""
MOST = 10
"""Extensions of an environment."""

_DEAF_WHEN_IDLE = frozenset(("python3.8", "python3.9", "python3.10", "python3.11"))
_NOT_MODELLED = {"/2022-07-01/telemetry": "the Telemetry API", "/2020-08-15/logs": "the Logs API"}
_ACCEPTED = Reply.of_json({"status": "OK"}, 202)


def hears_sigterm(runtime: str) -> bool:
    """Whether a runtime of AWS's runs a signal handler of the function's while it waits for an event.

    Those of Python 3.8 to 3.11 wait in native code (aws-samples/graceful-shutdown-with-aws-lambda).
    """
    return runtime not in _DEAF_WHEN_IDLE


@dataclass(eq=False)
class Extension:
    """One that is registered. ready: it has asked for an event, and has none to work at."""

    name: str
    identifier: str
    events: list[str]
    state: str = "Registered"
    ready: bool = False
    waiting: asyncio.Future[Reply] | None = None


class Extensions:
    """What an environment's process registers. on_ready: is called when one asks for its next event.

    closed: whether the runtime is initialised, so that none may register any more. failed: the type of the
    first error that one has reported, as the end of the process is then called.
    """

    def __init__(self, function: Configuration, on_ready: Callable[[], None]) -> None:
        self.registered: dict[str, Extension] = {}
        self.failed = ""
        self.closed = False
        self._function = function
        self._on_ready = on_ready

    @staticmethod
    def takes(path: str) -> bool:
        """Whether a path is this API's, or one of those beside it that are not modelled."""
        return path.startswith(PATH) or path in _NOT_MODELLED

    @property
    def ready(self) -> bool:
        """Whether none of them is still initialising, or at work on an event."""
        return all(extension.ready for extension in self.registered.values())

    def invoke(self, invocation: Invocation) -> None:
        """Tell those that registered for INVOKE of an event; they are busy until they ask again."""
        for extension in self.registered.values():
            if "INVOKE" not in extension.events:
                continue
            waiting, extension.waiting = extension.waiting, None
            extension.ready = False
            if waiting is not None and not waiting.done():
                waiting.set_result(self._event(invocation))

    def end(self) -> None:
        """Nobody asks for events any more."""
        for extension in self.registered.values():
            if extension.waiting is not None:
                extension.waiting.cancel()

    async def request(self, method: str, path: str, request: HttpRequest, body: bytes) -> Reply:
        """Answer a request to a path that `takes` names."""
        if path in _NOT_MODELLED:
            text = f"NotImplemented: the sandbox does not model {_NOT_MODELLED[path]} of Lambda."
            return refused(501, "NotImplemented", text)
        if (method, path) == ("POST", f"{PATH}/register"):
            return self._register(request, body)
        if (method, path) not in _CALLS:
            return refused(404, "InvalidPath", f"The Extensions API has no {method} {path}")
        found = self._named(request)
        if isinstance(found, Reply):
            return found
        return await _CALLS[method, path](self, found, request)

    # ---- the calls -----------------------------------------------------------------------------------

    def _register(self, request: HttpRequest, body: bytes) -> Reply:
        name = request.header("lambda-extension-name")
        if not name:
            return refused(403, "Extension.InvalidExtensionName", "Empty extension name")
        events = _events(body)
        if isinstance(events, str):
            return refused(403, "InvalidRequestFormat", events)
        for event in events:
            if event != "INVOKE":
                why = _NO_SHUTDOWN if event == "SHUTDOWN" else "ErrorInvalidEventType"
                return refused(403, "Extension.InvalidEventType", f"{event}: {why}")
        if self.closed:
            text = "Extension registration closed already"
            return refused(403, "Extension.RegistrationClosed", text)
        if len(self.registered) >= MOST:
            return refused(403, "Extension.TooManyExtensions", f"Extension limit ({MOST}) reached")
        if any(extension.name == name for extension in self.registered.values()):
            text = "Extension with this name already registered"
            return refused(403, "Extension.InvalidExtensionState", text)
        extension = Extension(name, str(uuid.uuid4()), events)
        self.registered[extension.identifier] = extension
        function = self._function
        told = {"functionName": function.name, "functionVersion": function.version}
        told["handler"] = function.handler
        features = request.header("lambda-extension-accept-feature").split(",")
        if "accountId" in map(str.strip, features):
            told["accountId"] = function.account
        return Reply.of_json(told, headers=(("Lambda-Extension-Identifier", extension.identifier),))

    def _named(self, request: HttpRequest) -> Extension | Reply:
        given = request.header("lambda-extension-identifier")
        if not given:
            text = "Missing Lambda-Extension-Identifier header"
            return refused(403, "Extension.MissingExtensionIdentifier", text)
        try:
            identifier = str(uuid.UUID(given))
        except ValueError:
            text = "Invalid Lambda-Extension-Identifier"
            return refused(403, "Extension.InvalidExtensionIdentifier", text)
        if identifier not in self.registered:
            return refused(403, "Extension.UnknownExtensionIdentifier", f"Unknown extension {identifier}")
        return self.registered[identifier]

    async def _next(self, extension: Extension, request: HttpRequest) -> Reply:
        if extension.state not in ("Registered", "Ready"):
            return _wrong_state(extension, "Ready")
        extension.state = "Ready"
        extension.waiting = asyncio.get_running_loop().create_future()
        waiting = extension.waiting
        extension.ready = True
        self._on_ready()
        return await waiting

    async def _init_error(self, extension: Extension, request: HttpRequest) -> Reply:
        if extension.state not in ("Registered", "InitError"):
            return _wrong_state(extension, "InitError")
        return self._error(extension, request, "InitError")

    async def _exit_error(self, extension: Extension, request: HttpRequest) -> Reply:
        if extension.state == "InitError":
            return _wrong_state(extension, "ExitError")
        return self._error(extension, request, "ExitError")

    def _error(self, extension: Extension, request: HttpRequest, state: str) -> Reply:
        if not request.header("lambda-extension-function-error-type"):
            text = "Lambda-Extension-Function-Error-Type not found"
            return refused(403, "Extension.MissingHeader", text)
        extension.state = state
        self.failed = self.failed or f"Extension.{state}"
        return _ACCEPTED

    def _event(self, invocation: Invocation) -> Reply:
        event = {
            "eventType": "INVOKE",
            "deadlineMs": int((time.time() + self._function.timeout) * 1000),
            "requestId": invocation.request_id,
            "invokedFunctionArn": invocation.function_arn,
            "tracing": {"type": "X-Amzn-Trace-Id", "value": invocation.trace},
        }
        return Reply.of_json(event, headers=(("Lambda-Extension-Event-Identifier", str(uuid.uuid4())),))


_NO_SHUTDOWN = "ShutdownEventNotSupportedForInternalExtension"
_CALLS = {
    ("GET", f"{PATH}/event/next"): Extensions._next,
    ("POST", f"{PATH}/init/error"): Extensions._init_error,
    ("POST", f"{PATH}/exit/error"): Extensions._exit_error,
}


def _events(body: bytes) -> list[str] | str:
    """The events that are registered for, or what is wrong with the request."""
    try:
        given: Any = json.loads(body)
    except ValueError as error:
        return f"The body is not JSON: {error}"
    events = given.get("events") or [] if isinstance(given, dict) else None
    if not isinstance(events, list):
        return 'The body is not of the form {"events": ["INVOKE"]}'
    if given.get("configurationKeys"):
        return "configurationKeys are deprecated; use environment variables instead"
    return [str(event) for event in events]


def _wrong_state(extension: Extension, wanted: str) -> Reply:
    text = (
        f"State transition from {extension.state} to {wanted} failed for extension {extension.name}. "
        "Error: State transition is not allowed"
    )
    return refused(403, "Extension.InvalidExtensionState", text)
