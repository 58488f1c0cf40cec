"""Serves REST APIs: stage, resource and method, validation, event, invoke, answer."""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from sandbox.gateway import (
    answers,
    events,
    gateway_responses,
    mock,
    responses,
    rest_backends,
    rest_failures,
    validation,
)
from sandbox.gateway.deployments import RestMethod, RestStage
from sandbox.gateway.events import Routed, extended_request_id
from sandbox.gateway.headers import REST_DROPPED
from sandbox.gateway.http_api import MOST_HEADER_BYTES, header_bytes
from sandbox.gateway.integration_responses import UnsupportedMediaType
from sandbox.gateway.invocation import InvocationFailed, Invoker, LambdaIntegration
from sandbox.gateway.permission import source_arn
from sandbox.gateway.responses import Malformed, Mapped
from sandbox.gateway.rest_backends import RestBackend
from sandbox.gateway.rest_events import rest_event
from sandbox.gateway.rest_parameters import Sources
from sandbox.gateway.templates import Inputs
from sandbox.messages import HttpRequest, Reply
from sandbox.trace import Hop, Trace, root_of

_MISSING_TOKEN = "MISSING_AUTHENTICATION_TOKEN"
_CONFIGURATION = "Execution failed due to configuration error:"

# What an execution log says of a failed invocation (cases rest-500-permission, rest-502-malformed-log).
_LOGGED = {
    "permission": f"{_CONFIGURATION} Invalid permissions on Lambda function",
    "function": "Lambda execution failed with status 200 due to customer function error",
    "throttled": "Lambda invocation failed with status: 429",
    "timeout": "Execution failed due to a timeout error",
    "too-large": "Lambda invocation failed with status: 413",
}


@dataclass(frozen=True, slots=True)
class Ids:
    """The two ids of a request: `x-amzn-RequestId` and `x-amz-apigw-id`."""

    request: str
    extended: str


@dataclass(frozen=True, slots=True)
class Own:
    """An answer of API Gateway's own; `kind` is its gateway response type."""

    kind: str
    reply: Reply


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
        self, api_id: str, account: str, region: str, stages: Mapping[str, RestStage], invoker: Invoker
    ) -> None:
        self._api_id = api_id
        self._account = account
        self._region = region
        self._stages = stages
        self._invoker = invoker

    async def serve(self, request: HttpRequest, trace: Trace, trace_header: str) -> Reply:
        """The answer to a request, whose path is what follows the API's host name."""
        ids = Ids(str(uuid.uuid4()), extended_request_id())
        with trace.hop("gateway", api=self._api_id, kind="REST API", request_id=ids.request) as hop:
            found = self._route(request, ids, hop)
        if isinstance(found, Reply):
            return found
        whole = "/" + request.raw_path.lstrip("/")
        method, stage = found.method, found.stage
        routed = self.routed(request, stage, method, found.variables, found.path, whole, ids, trace_header)
        return await self.answer(routed, method, stage, trace)

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
            own = Own(_MISSING_TOKEN, answers.rest_missing_token(ids.request, ids.extended))
            return _changed(own, stage, ids.request, ids.extended)
        method: RestMethod = match.target
        hop.note(route=f"{method.method} {method.path}")
        return _Found(stage, method, match.variables, path)

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
        )

    async def answer(self, routed: Routed, method: RestMethod, stage: RestStage, trace: Trace) -> Reply:
        """What a method answers to a request that was routed to it."""
        answer = await self._answer(routed, method, trace)
        if isinstance(answer, Own):
            return _changed(answer, stage, routed.request_id, routed.extended_id)
        return answer

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
        return _internal_error(500, routed)

    async def _integrate(self, routed: Routed, integration: LambdaIntegration, trace: Trace) -> Reply | Own:
        source = self._source(routed)
        event = rest_event(routed)
        try:
            payload = await self._invoker.invoke(integration, source, self._account, event, trace)
        except InvocationFailed as error:
            own = _failed(error.kind, routed)
            trace.hop("answer", because=str(error), log=_LOGGED[error.kind], status=own.reply.status).done()
            return own
        hop = trace.hop("mapping", payload_format="1.0 of REST APIs")
        binary = events.is_binary(routed.request.header("accept"), routed.binary_types)
        try:
            mapped = responses.rest(payload, binary)
        except Malformed as error:
            hop.error = str(error)
            hop.note(log=f"{_CONFIGURATION} Malformed Lambda proxy response", status=502)
            hop.done()
            return _internal_error(502, routed)
        hop.note(because=mapped.note, status=mapped.status)
        hop.done()
        return _reply(mapped, routed, ("X-Amzn-Trace-Id", _trace_out(routed.trace)))

    async def _call(self, routed: Routed, backend: RestBackend, trace: Trace) -> Reply | Own:
        """The answer of an integration of type HTTP, HTTP_PROXY or AWS."""
        try:
            inputs, source = _inputs(routed), self._source(routed)
            mapped = await rest_backends.answer(backend, routed, inputs, self._invoker, source, trace)
        except InvocationFailed as error:
            own = _failed(error.kind, routed)
            trace.hop("answer", because=str(error), log=_LOGGED[error.kind], status=own.reply.status).done()
            return own
        except rest_failures.RAISED as error:
            kind, reply, logged = rest_failures.told(error, routed)
            trace.hop("answer", because=str(error), log=logged, status=reply.status).done()
            return Own(kind, reply) if kind else reply
        trace.hop("mapping", because=mapped.note, status=mapped.status).done()
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
                return _internal_error(500, routed)
            hop.note(because=mapped.note, status=mapped.status)
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
        "identity": {"sourceIp": request.client, "userAgent": request.header("user-agent")},
    }
    body = request.body.decode("utf-8", "replace")
    return Inputs(body, parameters, context, routed.stage_variables)


def _failed(kind: str, routed: Routed) -> Own:
    ids = (routed.request_id, routed.extended_id)
    if kind == "timeout":
        return Own("INTEGRATION_TIMEOUT", answers.rest_timeout(*ids))
    if kind == "too-large":
        return Own("REQUEST_TOO_LARGE", answers.rest_too_large(*ids))
    # Throttled by Lambda is 500 too: "Lambda invocation failed with status: 429" in the execution log,
    # then "Method completed with status: 500".
    return _internal_error(502 if kind == "function" else 500, routed)


def _internal_error(status: int, routed: Routed) -> Own:
    kind = "API_CONFIGURATION_ERROR" if status == 500 else "DEFAULT_5XX"
    return Own(kind, answers.rest_internal_error(status, routed.request_id, routed.extended_id))


def _changed(own: Own, stage: RestStage, request_id: str, extended_id: str) -> Reply:
    """API Gateway's own answer as the API's gateway responses change it."""
    if not stage.gateway_responses:
        return own.reply
    context = {
        "requestId": request_id,
        "extendedRequestId": extended_id,
        "stage": stage.name,
        "error.responseType": own.kind,
    }
    return gateway_responses.apply(own.reply, own.kind, stage.gateway_responses, context)


def _reply(mapped: Mapped, routed: Routed, *more: tuple[str, str]) -> Reply:
    own = (("x-amzn-RequestId", routed.request_id), ("x-amz-apigw-id", routed.extended_id))
    return Reply(mapped.status, (*mapped.headers, *own, *more), mapped.body)


def _trace_out(trace_header: str) -> str:
    """The answer's X-Amzn-Trace-Id (case rest-success-headers)."""
    bits = os.urandom(12).hex()
    return f"Root={root_of(trace_header)};Parent={bits[:16]};Sampled=0;Lineage=1:{bits[16:]}:0"
