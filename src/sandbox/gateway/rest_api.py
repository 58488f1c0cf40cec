"""Serves REST APIs: stage, resource and method, validation, event, invoke, answer."""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace

from sandbox.gateway import (
    answers,
    events,
    mock,
    responses,
    rest_backends,
    rest_failures,
    rest_own,
    validation,
)
from sandbox.gateway.deployments import RestMethod, RestStage
from sandbox.gateway.events import Routed, extended_request_id
from sandbox.gateway.guard import NONE, Guard, Place, Refused
from sandbox.gateway.headers import REST_DROPPED
from sandbox.gateway.http_api import MOST_HEADER_BYTES, header_bytes
from sandbox.gateway.integration_responses import UnsupportedMediaType
from sandbox.gateway.invocation import InvocationFailed, Invoker, LambdaIntegration
from sandbox.gateway.notes import Notes
from sandbox.gateway.permission import source_arn
from sandbox.gateway.responses import Malformed, Mapped
from sandbox.gateway.rest_backends import RestBackend
from sandbox.gateway.rest_events import rest_event
from sandbox.gateway.rest_own import Ids, Own
from sandbox.gateway.rest_parameters import Sources
from sandbox.gateway.stage_rules import place_of
from sandbox.gateway.templates import Inputs
from sandbox.messages import HttpRequest, Reply
from sandbox.trace import Hop, Trace, root_of

_MISSING_TOKEN = "MISSING_AUTHENTICATION_TOKEN"
_NO_METHOD = RestMethod("", "", "", None, None)


@dataclass(frozen=True, slots=True)
class _Found:
    """Where a request goes. path: as it was sent, without the stage."""

    stage: RestStage
    method: RestMethod
    variables: Mapping[str, str]
    path: str


class RestApi:
    """One REST API at one version: its stages, ready to serve."""

    def __init__(
        self,
        api_id: str,
        account: str,
        region: str,
        stages: Mapping[str, RestStage],
        invoker: Invoker,
        guard: Guard,
    ) -> None:
        self._api_id = api_id
        self._account = account
        self._region = region
        self._stages = stages
        self._invoker = invoker
        self._guard = guard

    async def serve(self, request: HttpRequest, trace: Trace, trace_header: str) -> Reply:
        """The answer to a request, whose path is what follows the API's host name."""
        ids = Ids(str(uuid.uuid4()), extended_request_id())
        with trace.hop("gateway", api=self._api_id, kind="REST API", request_id=ids.request) as hop:
            found = self._route(request, ids, hop)
        if isinstance(found, Reply):
            return found
        whole = "/" + request.raw_path.lstrip("/")
        method, stage = found.method, found.stage
        rules = stage.rules
        notes = rules.notes() if rules is not None else None
        routed = self.routed(
            request, stage, method, found.variables, found.path, whole, ids, trace_header, notes
        )
        refusal, routed = self._admit(routed, found, trace)
        if refusal is not None:
            reply = rest_own.answered(refusal, routed, stage)
        elif rules is not None and not rules.admits(place_of(method.method, method.path)):
            hop.error = f"the stage throttles {method.method} {method.path}: no token is left in its bucket"
            throttled = answers.rest_throttled(ids.request, ids.extended)
            reply = rest_own.answered(Own("THROTTLED", throttled), routed, stage)
        else:
            reply = await self.answer(routed, method, stage, trace)
        if rules is not None:
            rules.log_rest(routed, method.method, reply)
        return reply

    def _admit(self, routed: Routed, found: _Found, trace: Trace) -> tuple[Own | None, Routed]:
        """The refusal of a request, if its method or the API's policy does not let it in; else its caller."""
        stage, kind = found.stage, found.method.authorization
        if stage.policy is None and kind == NONE:
            return None, routed
        place = Place(self._account, self._region, self._api_id, stage.name, found.path)
        try:
            caller = self._guard.admit(routed.request, place, kind, stage.policy, trace)
        except Refused as refused:
            return rest_own.refused(refused, Ids(routed.request_id, routed.extended_id)), routed
        return None, replace(routed, caller=caller)

    def _route(self, request: HttpRequest, ids: Ids, hop: Hop) -> Reply | _Found:
        """Stage and method of a request, or the answer that needs none."""
        if header_bytes(request) > MOST_HEADER_BYTES:
            hop.error = f"request line and headers are over {MOST_HEADER_BYTES} bytes"
            return answers.rest_headers_too_large(ids.request, ids.extended)
        name, _, rest = request.raw_path.lstrip("/").partition("/")
        stage = self._stages.get(name)
        if stage is None:
            there = ", ".join(self._stages) or "none"
            hop.error = f"'{name}' is no stage that something was deployed to (stages: {there})"
            return answers.rest_forbidden(ids.request, ids.extended)
        path = "/" + rest.lstrip("/")
        hop.note(stage=stage.name, deployment=stage.deployment)
        match = stage.router.match(request.method, path)
        if match is None:
            hop.error = f"the deployment has no method {request.method} of a resource for {path}"
            return self._unmatched(request, stage, path, ids)
        method: RestMethod = match.target
        hop.note(route=f"{method.method} {method.path}")
        return _Found(stage, method, match.variables, path)

    def _unmatched(self, request: HttpRequest, stage: RestStage, path: str, ids: Ids) -> Reply:
        """The answer to a request that no method takes; it is in the access log all the same."""
        try:
            self._guard.read(request, self._region)
            own = Own(_MISSING_TOKEN, answers.rest_missing_token(ids.request, ids.extended))
        except Refused as refused:
            own = rest_own.refused(refused, ids)
        rules = stage.rules
        if rules is None or rules.access is None:
            return rest_own.changed(own, stage, ids.request, ids.extended)
        whole, notes = "/" + request.raw_path.lstrip("/"), Notes()
        routed = self.routed(request, stage, _NO_METHOD, {}, path, whole, ids, "", notes)
        reply = rest_own.answered(own, routed, stage)
        rules.access.write(routed, reply, notes)
        return reply

    def routed(
        self,
        request: HttpRequest,
        stage: RestStage,
        method: RestMethod,
        variables: Mapping[str, str],
        path: str,
        whole_path: str,
        ids: Ids,
        trace_header: str,
        notes: Notes | None = None,
    ) -> Routed:
        """A request, and where it was routed. whole_path: with the stage, as it was sent."""
        return Routed(
            request,
            self._account,
            self._region,
            self._api_id,
            stage.name,
            method.path,
            path,
            trace_header,
            variables,
            stage.variables,
            whole_path,
            method.resource_id,
            stage.deployment,
            stage.binary_types,
            time.time(),
            ids.extended,
            ids.request,
            notes,
        )

    async def answer(self, routed: Routed, method: RestMethod, stage: RestStage, trace: Trace) -> Reply:
        """What a method answers to a request that was routed to it."""
        answer = await self._answer(routed, method, trace)
        return rest_own.answered(answer, routed, stage) if isinstance(answer, Own) else answer

    async def _answer(self, routed: Routed, method: RestMethod, trace: Trace) -> Reply | Own:
        invalid = validation.problem(method, routed.request, routed.variables)
        if invalid:
            trace.hop("validation").error = invalid
            kind = "BAD_REQUEST_BODY" if invalid == validation.INVALID_BODY else "BAD_REQUEST_PARAMETERS"
            reply = answers.rest_bad_request(invalid, routed.request_id, routed.extended_id)
            return Own(kind, reply)
        if method.mock is not None:
            return self._mock(routed, method.mock, trace)
        if method.integration is not None:
            return await self._integrate(routed, method.integration, trace)
        if method.backend is not None:
            return await self._call(routed, method.backend, trace)
        trace.hop("answer").error = "the method has no integration"
        return rest_own.internal_error(500, routed)

    async def _integrate(self, routed: Routed, integration: LambdaIntegration, trace: Trace) -> Reply | Own:
        source = self._source(routed)
        event = rest_event(routed)
        try:
            payload = await self._invoker.invoke(
                integration, source, self._account, event, trace, routed.notes, routed.caller
            )
        except InvocationFailed as error:
            return self._came_to_nothing(error, routed, trace)
        hop = trace.hop("mapping", payload_format="1.0 of REST APIs")
        binary = events.is_binary(routed.request.header("accept"), routed.binary_types)
        try:
            mapped = responses.rest(payload, binary)
        except Malformed as error:
            hop.error = str(error)
            log = rest_own.noted(
                "malformed", f"{rest_own.CONFIGURATION} Malformed Lambda proxy response", routed
            )
            hop.note(log=log, status=502)
            hop.done()
            return rest_own.internal_error(502, routed)
        hop.note(because=mapped.note, status=mapped.status)
        hop.done()
        if routed.notes is not None:
            routed.notes.status = mapped.status
        return _reply(mapped, routed, ("X-Amzn-Trace-Id", _trace_out(routed.trace)))

    def _came_to_nothing(self, error: InvocationFailed, routed: Routed, trace: Trace) -> Own:
        own = rest_own.failed(error.kind, routed)
        log = rest_own.noted(error.kind, rest_own.LOGGED[error.kind], routed)
        trace.hop("answer", because=str(error), log=log, status=own.reply.status).done()
        return own

    async def _call(self, routed: Routed, backend: RestBackend, trace: Trace) -> Reply | Own:
        """The answer of an integration of type HTTP, HTTP_PROXY or AWS."""
        try:
            inputs, source = _inputs(routed), self._source(routed)
            mapped = await rest_backends.answer(backend, routed, inputs, self._invoker, source, trace)
        except InvocationFailed as error:
            return self._came_to_nothing(error, routed, trace)
        except rest_failures.RAISED as error:
            kind, reply, logged = rest_failures.told(error, routed)
            if routed.notes is not None:
                routed.notes.fails("endpoint", logged)
            trace.hop("answer", because=str(error), log=logged, status=reply.status).done()
            return Own(kind, reply) if kind else reply
        trace.hop("mapping", because=mapped.note, status=mapped.status).done()
        if routed.notes is not None:
            routed.notes.status = mapped.status
        if isinstance(backend.target, LambdaIntegration):
            return _reply(mapped, routed, ("X-Amzn-Trace-Id", _trace_out(routed.trace)))
        if backend.target.proxy:
            return _reply(mapped, routed)
        return _reply(mapped, routed, ("X-Amzn-Trace-Id", f"Root={root_of(routed.trace)}"))

    def _source(self, routed: Routed) -> str:
        place = f"{routed.request.method}{routed.route}"
        return source_arn(self._account, self._region, self._api_id, routed.stage, place)

    def _mock(self, routed: Routed, integration: Mapping[str, object], trace: Trace) -> Reply | Own:
        request = routed.request
        with trace.hop("mapping") as hop:
            try:
                inputs = _inputs(routed)
                sources = Sources(request, routed.variables, inputs.context, routed.stage_variables)
                mapped = mock.answer(integration, inputs, sources)
            except UnsupportedMediaType:
                hop.error = "no request template takes this Content-Type"
                reply = answers.rest_unsupported_media_type(routed.request_id, routed.extended_id)
                return Own("UNSUPPORTED_MEDIA_TYPE", reply)
            except Malformed as error:
                hop.error = str(error)
                return rest_own.internal_error(500, routed)
            hop.note(because=mapped.note, status=mapped.status)
        if routed.notes is not None:
            routed.notes.mocked = True
        # No X-Amzn-Trace-Id here (localstack, test_invocation_trace_id, recorded on AWS).
        return _reply(mapped, routed)


def _inputs(routed: Routed) -> Inputs:
    request = routed.request
    headers = {name: value for name, value in request.headers if name.lower() not in REST_DROPPED}
    parameters = {**headers, **dict(request.query), **routed.variables}
    context = {
        "requestId": routed.request_id,
        "extendedRequestId": routed.extended_id,
        "accountId": routed.account,
        "apiId": routed.api_id,
        "stage": routed.stage,
        "httpMethod": request.method,
        "resourcePath": routed.route,
        "path": routed.whole_path,
        "identity": {k: v for k, v in events.identity(routed, request.header("user-agent")).items() if v},
    }
    body = request.body.decode("utf-8", "replace")
    return Inputs(body, parameters, context, routed.stage_variables)


def _reply(mapped: Mapped, routed: Routed, *more: tuple[str, str]) -> Reply:
    own = (("x-amzn-RequestId", routed.request_id), ("x-amz-apigw-id", routed.extended_id))
    return Reply(mapped.status, (*mapped.headers, *own, *more), mapped.body)


def _trace_out(trace_header: str) -> str:
    """The answer's X-Amzn-Trace-Id (case rest-success-headers)."""
    bits = os.urandom(12).hex()
    return f"Root={root_of(trace_header)};Parent={bits[:16]};Sampled=0;Lineage=1:{bits[16:]}:0"
