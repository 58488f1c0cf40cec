"""Integrations of REST APIs of types HTTP, HTTP_PROXY and AWS: calls what is behind them, maps its answer.

AWS means a Lambda function that is no proxy: the rendered request template is its event, and the
errorMessage of its result chooses the integration response.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.gateway import integration_responses, rest_http, rest_parameters
from sandbox.gateway.events import Routed
from sandbox.gateway.invocation import Invoker, LambdaIntegration
from sandbox.gateway.responses import Malformed, Mapped
from sandbox.gateway.rest_http import HttpTarget
from sandbox.gateway.rest_parameters import Sources
from sandbox.gateway.templates import Inputs
from sandbox.trace import Trace


@dataclass(frozen=True, slots=True)
class RestBackend:
    """An integration as it was deployed (`given`), and what it calls."""

    given: Mapping[str, Any]
    target: HttpTarget | LambdaIntegration


async def answer(
    backend: RestBackend, routed: Routed, inputs: Inputs, invoker: Invoker, source: str, trace: Trace
) -> Mapped:
    """The answer of what is behind a method. source: the AWS:SourceArn of the request.

    Raises UnsupportedMediaType, Malformed, EndpointFailed, Elsewhere and InvocationFailed.
    """
    sources = Sources(routed.request, routed.variables, inputs.context, routed.stage_variables)
    target = backend.target
    parameters = backend.given.get("requestParameters")
    forbidden = rest_parameters.illegal(parameters, isinstance(target, LambdaIntegration))
    if forbidden:
        raise Malformed(f"{forbidden} header already present")
    if isinstance(target, LambdaIntegration):
        return await _invoked(backend.given, target, routed, inputs, sources, (invoker, source, trace))
    body = routed.request.body
    if not target.proxy:
        content_type = routed.request.header("content-type")
        rendered = integration_responses.request_body(backend.given, inputs, content_type)
        body = body if rendered is None else rendered.encode()
    with trace.hop("endpoint", uri=target.uri) as hop:
        mapped = rest_parameters.mapped(parameters, sources)
        request = rest_http.request_for(target, routed, mapped, body)
        hop.note(method=request.method, target=request.target)
        got = await invoker.endpoints.send(request, target.seconds)
        hop.note(status=got.status)
    if target.proxy:
        return rest_http.passed_back(got)
    chosen = integration_responses.choose(backend.given, str(got.status), "endpoint's status")
    note = f"HTTP: the endpoint's status {got.status} chose the response {chosen['statusCode']}"
    of_answer = _with_body(inputs, got.body)
    return integration_responses.answer(chosen, of_answer, sources, (got.headers, got.body), note)


async def _invoked(
    given: Mapping[str, Any],
    target: LambdaIntegration,
    routed: Routed,
    inputs: Inputs,
    sources: Sources,
    means: tuple[Invoker, str, Trace],
) -> Mapped:
    invoker, source, trace = means
    rendered = integration_responses.request_body(given, inputs, routed.request.header("content-type"))
    payload = (routed.request.body if rendered is None else rendered.encode()) or b"{}"
    try:
        json.loads(payload)
    except ValueError as error:
        # What Lambda answers is an answer of the integration like any other.
        told = f"Could not parse request body into json: {error}"
        result = json.dumps({"Type": "User", "message": told}).encode()
    else:
        answered = await invoker.run(
            target, source, routed.account, payload, trace, routed.notes, routed.caller
        )
        result = answered.payload
    message = _error_message(result)
    chosen = integration_responses.choose(given, message, "errorMessage")
    note = f"AWS: the errorMessage {message!r} chose the response {chosen['statusCode']}"
    return integration_responses.answer(chosen, _with_body(inputs, result), sources, ([], result), note)


def _error_message(result: bytes) -> str:
    try:
        document = json.loads(result)
    except ValueError:
        return ""
    message = document.get("errorMessage") if isinstance(document, dict) else None
    return message if isinstance(message, str) else ""


def _with_body(inputs: Inputs, body: bytes) -> Inputs:
    return Inputs(body.decode("utf-8", "replace"), inputs.parameters, inputs.context, inputs.stage_variables)
