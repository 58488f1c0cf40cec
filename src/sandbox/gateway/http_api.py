"""Serves HTTP APIs: stage, CORS, route, event, invoke, answer."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

from sandbox.gateway import answers, events, http_mapping, http_proxy, loopback, responses
from sandbox.gateway.cors import is_preflight
from sandbox.gateway.deployments import HttpRoute, HttpStage
from sandbox.gateway.endpoints import EndpointFailed
from sandbox.gateway.events import Routed, extended_request_id
from sandbox.gateway.guard import NONE, Guard, Place, Refused
from sandbox.gateway.http_mapping import Changed
from sandbox.gateway.http_proxy import HttpProxy
from sandbox.gateway.invocation import InvocationFailed, Invoker, LambdaIntegration
from sandbox.gateway.loopback import Elsewhere
from sandbox.gateway.paths import BadPath, decoded
from sandbox.gateway.permission import source_arn
from sandbox.gateway.responses import Malformed, Mapped
from sandbox.gateway.router import DEFAULT_ROUTE
from sandbox.messages import HttpRequest, Reply
from sandbox.trace import Hop, Trace

DEFAULT_STAGE = "$default"
MOST_HEADER_BYTES = 10_240
"""Request line and header values together (API Gateway Developer Guide, *Quotas for HTTP APIs*)."""

_FAILED = {
    "permission": answers.http_internal_error,
    "function": answers.http_internal_error,
    "malformed": answers.http_internal_error,
    "throttled": answers.http_unavailable,
    "timeout": answers.http_unavailable,
    "too-large": answers.http_too_large,
}

# A time-out of an HTTP integration is 503 too (cortexlabs/cortex issue 1225); of an answer that is too large,
# nothing is recorded.
_ENDPOINT_FAILED = {
    "address": answers.http_unavailable,
    "network": answers.http_unavailable,
    "timeout": answers.http_unavailable,
    "too-large": answers.http_internal_error,
}


def header_bytes(request: HttpRequest) -> int:
    """The bytes that API Gateway's limit on headers counts: the request line and header values."""
    line = len(request.method) + len(request.raw_path) + len(request.query_string) + len(" ? HTTP/1.1")
    return line + sum(len(value) for _, value in request.headers)


@dataclass(frozen=True, slots=True)
class _Found:
    """Where a request goes. path: decoded, with the stage's name if it came with one; resource: without."""

    stage: HttpStage
    route: HttpRoute
    variables: Mapping[str, str]
    path: str
    resource: str


class HttpApi:
    """One HTTP API at one version: its stages, ready to serve."""

    def __init__(
        self,
        api_id: str,
        account: str,
        region: str,
        stages: Mapping[str, HttpStage],
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
        request_id = extended_request_id()
        with trace.hop("gateway", api=self._api_id, kind="HTTP API", request_id=request_id) as hop:
            found = self._route(request, request_id, hop)
        if isinstance(found, Reply):
            return found
        stage, rules = found.stage, found.stage.rules
        routed = Routed(
            request,
            self._account,
            self._region,
            self._api_id,
            stage.name,
            found.route.key,
            found.path,
            trace_header,
            found.variables,
            stage.variables,
            whole_path=request.raw_path,
            now=time.time(),
            extended_id=request_id,
            request_id=request_id,
            notes=rules.notes() if rules is not None else None,
        )
        forbidden, routed = self._admit(routed, found, trace)
        if forbidden is not None:
            reply = forbidden
        elif rules is not None and not rules.admits(routed.route):
            hop.error = f"the stage throttles {routed.route}: no token is left in its bucket"
            reply = _own("THROTTLED", answers.http_throttled(request_id), routed)
        else:
            reply = await self._answer(routed, found.route, trace)
        reply = _with_cors(reply, stage, request)
        if rules is not None and rules.access is not None and routed.notes is not None:
            rules.access.write(routed, reply, routed.notes)
        return reply

    def _admit(self, routed: Routed, found: _Found, trace: Trace) -> tuple[Reply | None, Routed]:
        """The refusal of a request, if its route asks for a signature that is not there; else its caller."""
        kind = found.route.authorization
        if kind == NONE:
            return None, routed
        place = Place(self._account, self._region, self._api_id, found.stage.name, found.resource)
        try:
            caller = self._guard.admit(routed.request, place, kind, None, trace)
        except Refused:
            return _own("ACCESS_DENIED", answers.http_forbidden(routed.request_id), routed), routed
        return None, replace(routed, caller=caller)

    def _route(self, request: HttpRequest, request_id: str, hop: Hop) -> Reply | _Found:
        """Stage and route of a request, or the answer that needs none."""
        if header_bytes(request) > MOST_HEADER_BYTES:
            hop.error = f"request line and headers are over {MOST_HEADER_BYTES} bytes"
            return answers.http_headers_too_large(request_id)
        try:
            whole = decoded(request.raw_path)
        except BadPath:
            hop.error = "the path decodes to one with a broken escape"
            return answers.http_bad_request(request_id)
        stage, path = self._stage(whole)
        if stage is None or stage.router is None:
            hop.error = self._no_stage(stage)
            return answers.http_not_found(request_id)
        hop.note(stage=stage.name, deployment=stage.deployment)
        if stage.cors and is_preflight(request):
            hop.note(cors="preflight: answered by the CORS configuration")
            sent = stage.cors.preflight_headers(request.header("origin"))
            return Reply(204, (*sent, ("Apigw-Requestid", request_id)))
        match = stage.router.match(request.method, path)
        if match is None or match.target.integration is None:
            hop.error = "no route fits" if match is None else f"route {match.target.key} has no integration"
            return _with_cors(answers.http_not_found(request_id), stage, request)
        hop.note(route=match.target.key)
        return _Found(stage, match.target, match.variables, whole, path)

    def _stage(self, path: str) -> tuple[HttpStage | None, str]:
        """The stage that the path's first part names, else `$default`; and the path without it."""
        first, slash, rest = path[1:].partition("/")
        named = self._stages.get(first)
        if named is not None and first != DEFAULT_STAGE:
            return named, slash + rest or "/"
        return self._stages.get(DEFAULT_STAGE), path

    def _no_stage(self, stage: HttpStage | None) -> str:
        if stage is not None:
            return f"nothing has been deployed to stage {stage.name}"
        there = ", ".join(self._stages) or "none"
        return f"the path begins with no stage's name and there is no $default stage (stages: {there})"

    async def _answer(self, routed: Routed, route: HttpRoute, trace: Trace) -> Reply:
        """What the route's integration answers, or API Gateway in its place."""
        mapping, changed = route.mapping, Changed(routed)
        if mapping is not None:
            with trace.hop("parameters", parameters=[str(change) for change in mapping.request]):
                changed = http_mapping.change_request(mapping, routed)
        if isinstance(route.integration, HttpProxy):
            reply, own = await self._pass_on(changed, route.integration, trace)
        else:
            assert route.integration is not None, "routes without one are not found"
            reply, own = await self._integrate(changed.routed, route.integration, trace)
        if mapping is None or own:
            return reply
        return http_mapping.change_reply(mapping, routed, reply)

    async def _pass_on(self, changed: Changed, proxy: HttpProxy, trace: Trace) -> tuple[Reply, bool]:
        """An HTTP endpoint's answer, and whether it is API Gateway's own instead."""
        request_id, notes = changed.routed.extended_id, changed.routed.notes
        hop = trace.hop("endpoint", uri=proxy.uri)
        try:
            request = http_proxy.request_for(proxy, changed)
            hop.note(method=request.method, target=request.target)
            if notes is not None:
                notes.sends(request.body)
            answer = await self._invoker.endpoints.send(request, proxy.seconds)
        except Elsewhere as error:
            hop.error = loopback.not_modelled(error).message
            return _noted(answers.http_answer(501, hop.error, request_id), hop), True
        except EndpointFailed as error:
            hop.error = str(error)
            reply = _ENDPOINT_FAILED[error.kind](request_id)
            return _noted(_gave_up(error.kind, reply, changed.routed), hop), True
        if notes is not None:
            notes.passes(answer.status)
        return _noted(http_proxy.reply_of(answer, request.method, request_id), hop), False

    async def _integrate(
        self, routed: Routed, integration: LambdaIntegration, trace: Trace
    ) -> tuple[Reply, bool]:
        """A function's answer, and whether it is API Gateway's own instead."""
        place = DEFAULT_ROUTE if routed.route == DEFAULT_ROUTE else _place(routed)
        source = source_arn(self._account, self._region, self._api_id, routed.stage, place)
        second = integration.payload_format == "2.0"
        event = events.http_event_2(routed) if second else events.http_event_1(routed)
        try:
            payload = await self._invoker.invoke(
                integration, source, self._account, event, trace, routed.notes, routed.caller
            )
        except InvocationFailed as error:
            hop = trace.hop("answer", because=str(error))
            return _noted(_failed(error.kind, routed), hop), True
        hop = trace.hop("mapping", payload_format=integration.payload_format)
        try:
            mapped = responses.http_2(payload) if second else responses.http_1(payload)
        except Malformed as error:
            hop.error = str(error)
            return _noted(_failed("malformed", routed), hop), True
        hop.note(because=mapped.note)
        if routed.notes is not None:
            routed.notes.status = mapped.status
        return _noted(_reply(mapped, routed.extended_id), hop), False


def _failed(kind: str, routed: Routed) -> Reply:
    """The answer where the function gave no result, or none that could be used."""
    return _gave_up(kind, _FAILED[kind](routed.extended_id), routed)


def _gave_up(kind: str, reply: Reply, routed: Routed) -> Reply:
    """An answer in place of the integration's, noted for the stage's log."""
    if routed.notes is not None:
        routed.notes.fails(kind)
    return _own("INTEGRATION_TIMEOUT" if kind == "timeout" else "INTEGRATION_FAILURE", reply, routed)


def _own(kind: str, reply: Reply, routed: Routed) -> Reply:
    """An answer of API Gateway's own, noted for the stage's log."""
    if routed.notes is not None:
        routed.notes.own(kind, reply.body)
    return reply


def _with_cors(reply: Reply, stage: HttpStage, request: HttpRequest) -> Reply:
    if stage.cors is None:
        return reply
    headers = stage.cors.apply(request.header("origin"), list(reply.headers))
    return Reply(reply.status, tuple(headers), reply.body)


def _place(routed: Routed) -> str:
    """Method and path in AWS:SourceArn: the method that was asked for, the route's path."""
    return routed.request.method + routed.route.partition(" ")[2]


def _reply(mapped: Mapped, request_id: str) -> Reply:
    return Reply(mapped.status, (*mapped.headers, ("Apigw-Requestid", request_id)), mapped.body)


def _noted(reply: Reply, hop: Hop) -> Reply:
    hop.note(status=reply.status)
    hop.done()
    return reply
