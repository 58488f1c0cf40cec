"""Serves REST APIs: stage, resource and method, validation, event, invoke, answer."""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace

from sandbox.gateway import answers, events, gateway_responses, mock, responses, validation
from sandbox.gateway.deployments import RestMethod, RestStage
from sandbox.gateway.events import Routed, extended_request_id
from sandbox.gateway.guard import NONE, Guard, Place, Refused
from sandbox.gateway.http_api import MOST_HEADER_BYTES, header_bytes
from sandbox.gateway.invocation import InvocationFailed, Invoker, LambdaIntegration
from sandbox.gateway.mock import UnsupportedMediaType
from sandbox.gateway.notes import Notes
from sandbox.gateway.permission import source_arn
from sandbox.gateway.responses import Malformed, Mapped
from sandbox.gateway.rest_events import rest_event
from sandbox.gateway.stage_rules import place_of
from sandbox.gateway.templates import Inputs
from sandbox.messages import HttpRequest, Reply
from sandbox.trace import Hop, Trace, root_of

_MISSING_TOKEN = "MISSING_AUTHENTICATION_TOKEN"
_NO_METHOD = RestMethod("", "", "", None, None)
_CONFIGURATION = "Execution failed due to configuration error:"

# What an execution log says of a failed invocation (cases rest-500-permission, rest-502-malformed-log;
# throttled: github.com DataBiosphere/azul pull 6624).
_LOGGED = {
    "permission": f"{_CONFIGURATION} Invalid permissions on Lambda function",
    "function": "Lambda execution failed with status 200 due to customer function error",
    "throttled": f"{_CONFIGURATION} Rate Exceeded.",
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
            reply = _answered(refusal, routed, stage)
        elif rules is not None and not rules.admits(place_of(method.method, method.path)):
            hop.error = f"the stage throttles {method.method} {method.path}: no token is left in its bucket"
            throttled = answers.rest_throttled(ids.request, ids.extended)
            reply = _answered(Own("THROTTLED", throttled), routed, stage)
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
            return _refused(refused, Ids(routed.request_id, routed.extended_id)), routed
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
            own = _refused(refused, ids)
        rules = stage.rules
        if rules is None or rules.access is None:
            return _changed(own, stage, ids.request, ids.extended)
        whole, notes = "/" + request.raw_path.lstrip("/"), Notes()
        routed = self.routed(request, stage, _NO_METHOD, {}, path, whole, ids, "", notes)
        reply = _answered(own, routed, stage)
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
        return _answered(answer, routed, stage) if isinstance(answer, Own) else answer

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
        trace.hop("answer").error = "the method has no integration"
        return _internal_error(500, routed)

    async def _integrate(self, routed: Routed, integration: LambdaIntegration, trace: Trace) -> Reply | Own:
        place = f"{routed.request.method}{routed.route}"
        source = source_arn(self._account, self._region, self._api_id, routed.stage, place)
        event = rest_event(routed)
        try:
            payload = await self._invoker.invoke(
                integration, source, self._account, event, trace, routed.notes, routed.caller
            )
        except InvocationFailed as error:
            own = _failed(error.kind, routed)
            log = _noted(error.kind, _LOGGED[error.kind], routed)
            trace.hop("answer", because=str(error), log=log, status=own.reply.status).done()
            return own
        hop = trace.hop("mapping", payload_format="1.0 of REST APIs")
        binary = events.is_binary(routed.request.header("accept"), routed.binary_types)
        try:
            mapped = responses.rest(payload, binary)
        except Malformed as error:
            hop.error = str(error)
            log = _noted("malformed", f"{_CONFIGURATION} Malformed Lambda proxy response", routed)
            hop.note(log=log, status=502)
            hop.done()
            return _internal_error(502, routed)
        hop.note(because=mapped.note, status=mapped.status)
        hop.done()
        if routed.notes is not None:
            routed.notes.status = mapped.status
        return _reply(mapped, routed, ("X-Amzn-Trace-Id", _trace_out(routed.trace)))

    def _mock(self, routed: Routed, integration: Mapping[str, object], trace: Trace) -> Reply | Own:
        request = routed.request
        with trace.hop("mapping") as hop:
            try:
                mapped = mock.answer(
                    integration, _inputs(routed), request.header("content-type"), request.header("accept")
                )
            except UnsupportedMediaType:
                hop.error = "no request template takes this Content-Type"
                reply = answers.rest_unsupported_media_type(routed.request_id, routed.extended_id)
                return Own("UNSUPPORTED_MEDIA_TYPE", reply)
            except Malformed as error:
                hop.error = str(error)
                return _internal_error(500, routed)
            hop.note(because=mapped.note, status=mapped.status)
        if routed.notes is not None:
            routed.notes.mocked = True
        # No X-Amzn-Trace-Id here (localstack, test_invocation_trace_id, recorded on AWS).
        return _reply(mapped, routed)


def _inputs(routed: Routed) -> Inputs:
    request = routed.request
    parameters = {**dict(request.headers), **dict(request.query), **routed.variables}
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


def _refused(refused: Refused, ids: Ids) -> Own:
    code, message = refused.code, refused.message
    reply = answers.rest_refused(code, refused.member, message, ids.request, ids.extended)
    return Own(refused.kind, reply)


def _failed(kind: str, routed: Routed) -> Own:
    ids = (routed.request_id, routed.extended_id)
    if kind == "timeout":
        return Own("INTEGRATION_TIMEOUT", answers.rest_timeout(*ids))
    if kind == "too-large":
        return Own("REQUEST_TOO_LARGE", answers.rest_too_large(*ids))
    if kind in ("function", "throttled"):
        # The response type: DataBiosphere/azul, issue 7470 and pull request 6624. That throttled is 500:
        # repost.aws, *API Gateway proxy integration does not forward Lambda throttling*.
        return Own(
            "INTEGRATION_FAILURE", answers.rest_internal_error(502 if kind == "function" else 500, *ids)
        )
    return _internal_error(500, routed)


def _internal_error(status: int, routed: Routed) -> Own:
    kind = "API_CONFIGURATION_ERROR" if status == 500 else "DEFAULT_5XX"
    return Own(kind, answers.rest_internal_error(status, routed.request_id, routed.extended_id))


def _noted(kind: str, log: str, routed: Routed) -> str:
    """What an execution log says of a failure, with all that is known of it."""
    notes = routed.notes
    if notes is None:
        return log
    if kind == "function" and notes.result is not None:
        log = f"{log}: {notes.function_message}. Lambda request id: {notes.result.request_id}"
    notes.fails(kind, log)
    return log


def _answered(own: Own, routed: Routed, stage: RestStage) -> Reply:
    """API Gateway's own answer, as the API changed it; noted for the stage's logs."""
    if routed.notes is not None:
        routed.notes.own(own.kind, own.reply.body)
    return _changed(own, stage, routed.request_id, routed.extended_id)


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
