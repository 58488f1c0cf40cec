"""API Gateway: the door of deployed APIs, and the operations that the sandbox answers in moto's place."""

from __future__ import annotations

import asyncio
import uuid
from typing import Any

from sandbox.api_call import ApiCall
from sandbox.backend import apis, http_apis, rest_apis
from sandbox.backend.apis import ApiHandle
from sandbox.backend.moto_backend import MotoBackend
from sandbox.functions.logs import Records
from sandbox.gateway import answers
from sandbox.gateway.control import Handler
from sandbox.gateway.deployments import http_stage, rest_stage
from sandbox.gateway.events import extended_request_id
from sandbox.gateway.guard import Guard
from sandbox.gateway.http_api import HttpApi
from sandbox.gateway.http_control import HttpControl
from sandbox.gateway.invocation import Functions, Invoker
from sandbox.gateway.rest_api import RestApi
from sandbox.gateway.rest_control import RestControl
from sandbox.gateway.stage_rules import http_rules, rest_rules
from sandbox.iam import Caller
from sandbox.messages import HttpRequest, Reply
from sandbox.settings import Settings
from sandbox.trace import Trace, Tracer, new_trace_id, root_of


class Gateway:
    """API Gateway of the sandbox.

    `operations` are what AWS API calls it answers; `serve` answers clients of deployed APIs.
    """

    def __init__(
        self,
        settings: Settings,
        backend: MotoBackend,
        functions: Functions,
        tracer: Tracer,
        records: Records,
        guard: Guard,
    ) -> None:
        self._tracer = tracer
        self._records = records
        self._invoker = Invoker(functions)
        self._guard = guard
        # By API id: where it was found, the version it was compiled at, and what serves it.
        self._ready: dict[str, tuple[ApiHandle, int, HttpApi | RestApi]] = {}
        handlers: dict[tuple[str, str], Handler] = {
            **HttpControl(settings, backend).operations,
            **RestControl(settings, backend, self._invoker, guard, tracer).operations,
        }
        self._writing = asyncio.Lock()
        self.operations = {key: self._operation(key[1], handler) for key, handler in handlers.items()}

    def _operation(self, name: str, handler: Handler) -> Handler:
        """The handler of an operation, whose answers carry a request id as all of AWS's do.

        Writes come one after the other: what a handler has checked still holds when moto writes it.
        """
        reads = name.startswith("Get") or name == "TestInvokeMethod"

        async def operation(call: ApiCall, caller: Caller) -> Reply:
            if reads:
                reply = await handler(call, caller)
            else:
                async with self._writing:
                    reply = await handler(call, caller)
            return reply.with_headers(("x-amzn-RequestId", str(uuid.uuid4())))

        return operation

    def reset(self) -> None:
        """Forget all compiled APIs and decisions."""
        self._ready.clear()
        self._invoker.permissions.clear()

    async def serve(self, api_id: str, request: HttpRequest) -> Reply:
        """Answer a client of the API `api_id`; the request's path is what follows the host name."""
        sent = request.header("x-amzn-trace-id")
        root = root_of(sent) or new_trace_id()
        trace = self._tracer.open("execute-api", f"{request.method} {request.raw_path}", root)
        served = self._find(api_id)
        if served is None:
            trace.hop("gateway", api=api_id).error = "there is no such API"
            # What AWS's host answers for an API that has been deleted: recalled, not recorded.
            return _told(answers.rest_forbidden(str(uuid.uuid4()), extended_request_id()), trace)
        what = self._ready[api_id][0]
        reply = await served.serve(request, trace, sent if root_of(sent) else f"Root={root}")
        _told(reply, trace, account=what.account)
        self._records.usage.called(
            what.account, what.region, api_id, what.kind, len(request.body), len(reply.body)
        )
        return reply

    def too_large(self, api_id: str) -> Reply:
        """The answer to a request whose body is over API Gateway's 10 MB."""
        served = self._find(api_id)
        if isinstance(served, HttpApi):
            return answers.http_too_large(extended_request_id())
        return answers.rest_too_large(str(uuid.uuid4()), extended_request_id())

    def _find(self, api_id: str) -> HttpApi | RestApi | None:
        """The API, compiled at its newest version; None if there is none."""
        ready = self._ready.get(api_id)
        if ready is not None:
            handle, version, served = ready
            if handle.alive() and handle.version == version:
                return served
            del self._ready[api_id]
        found = apis.find(api_id)
        if found is None:
            return None
        version = found.version
        served = self._compile(found)
        self._ready[api_id] = (found, version, served)
        return served

    def _compile(self, found: ApiHandle) -> HttpApi | RestApi:
        make: Any = HttpApi if found.kind == "HTTP" else RestApi
        compiled = _http_stages if found.kind == "HTTP" else _rest_stages
        place, stages = (found.api_id, found.account, found.region), compiled(found, self._records)
        served: HttpApi | RestApi = make(*place, stages, self._invoker, self._guard)
        return served


def _told(reply: Reply, trace: Trace, **facts: str) -> Reply:
    """The reply, noted at the end of its trace."""
    trace.hop("answered", status=reply.status, bytes=len(reply.body), **facts).done()
    return reply


def _http_stages(found: ApiHandle, records: Records) -> dict[str, Any]:
    if http_apis.endpoint_disabled(found):
        return {}
    stages = {}
    for name, stage in http_apis.stages(found).items():
        deployment = found.deployments.get(stage.get("deploymentId", ""))
        frozen = deployment["configuration"] if deployment else None
        variables = stage.get("stageVariables") or {}
        rules = http_rules(found, stage, records)
        stages[name] = http_stage(name, stage.get("deploymentId", ""), frozen, variables, rules)
    return stages


def _rest_stages(found: ApiHandle, records: Records) -> dict[str, Any]:
    if rest_apis.endpoint_disabled(found):
        return {}
    stages = {}
    for name, stage in rest_apis.stages(found).items():
        deployment = found.deployments.get(stage["deploymentId"] or "")
        if deployment:
            frozen = deployment["configuration"]
            rules, variables = rest_rules(found, name, stage, records), stage.get("variables") or {}
            stages[name] = rest_stage(name, stage["deploymentId"], frozen, variables, rules)
    return stages
