"""What a REST API answers where an integration of type HTTP, HTTP_PROXY or AWS came to nothing. Pure."""

from __future__ import annotations

from sandbox.gateway import answers, loopback
from sandbox.gateway.endpoints import MOST_RESPONSE, EndpointFailed
from sandbox.gateway.events import Routed
from sandbox.gateway.integration_responses import UnsupportedMediaType
from sandbox.gateway.loopback import Elsewhere
from sandbox.gateway.responses import Malformed
from sandbox.messages import Reply

RAISED = (UnsupportedMediaType, Malformed, EndpointFailed, Elsewhere)
"""What `rest_backends.answer` raises of its own."""

_CONFIGURATION = "Execution failed due to configuration error:"


def told(error: Exception, routed: Routed) -> tuple[str, Reply, str]:
    """The gateway response type, API Gateway's own answer, and what the execution log says.

    The type is "" where the answer is the sandbox's. A network error: a capture with curl of an API whose
    endpoint could not be reached (AWS, 2020-06-23); an address: case rest-test-invoke-failure.
    """
    ids = (routed.request_id, routed.extended_id)
    if isinstance(error, UnsupportedMediaType):
        reply = answers.rest_unsupported_media_type(*ids)
        return "UNSUPPORTED_MEDIA_TYPE", reply, "Execution failed: no request template takes the Content-Type"
    if isinstance(error, Elsewhere):
        why = loopback.not_modelled(error).message
        return "", answers.rest_answer(501, "NotImplemented", why, *ids, blank=True), why
    if isinstance(error, Malformed):
        return _configuration(str(error), routed)
    kind = error.kind if isinstance(error, EndpointFailed) else ""
    if kind == "network":
        logged = "Execution failed due to a network error communicating with endpoint"
        return "INTEGRATION_FAILURE", answers.rest_network_error(*ids), logged
    if kind == "timeout":
        return "INTEGRATION_TIMEOUT", answers.rest_timeout(*ids), "Execution failed due to a timeout error"
    if kind == "too-large":
        return _configuration(f"Integration response is over {MOST_RESPONSE} bytes.", routed)
    return _configuration("Invalid endpoint address", routed)


def _configuration(why: str, routed: Routed) -> tuple[str, Reply, str]:
    reply = answers.rest_internal_error(500, routed.request_id, routed.extended_id)
    return "API_CONFIGURATION_ERROR", reply, f"{_CONFIGURATION} {why}"
