"""What a REST API answers by itself, as its gateway responses change it, and what its logs say of it."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.gateway import answers, gateway_responses
from sandbox.gateway.deployments import RestStage
from sandbox.gateway.events import Routed
from sandbox.gateway.guard import Refused
from sandbox.messages import Reply

CONFIGURATION = "Execution failed due to configuration error:"

# What an execution log says of a failed invocation (cases rest-500-permission, rest-502-malformed-log;
# throttled: github.com DataBiosphere/azul pull 6624).
LOGGED = {
    "permission": f"{CONFIGURATION} Invalid permissions on Lambda function",
    "function": "Lambda execution failed with status 200 due to customer function error",
    "throttled": f"{CONFIGURATION} Rate Exceeded.",
    "timeout": "Execution failed due to a timeout error",
    "malformed": f"{CONFIGURATION} Malformed Lambda proxy response",
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


def refused(refused: Refused, ids: Ids) -> Own:
    code, message = refused.code, refused.message
    reply = answers.rest_refused(code, refused.member, message, ids.request, ids.extended)
    return Own(refused.kind, reply)


def failed(kind: str, routed: Routed) -> Own:
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
    return internal_error(500, routed)


def internal_error(status: int, routed: Routed) -> Own:
    kind = "APICONFIGURATION_ERROR" if status == 500 else "DEFAULT_5XX"
    return Own(kind, answers.rest_internal_error(status, routed.request_id, routed.extended_id))


def noted(kind: str, log: str, routed: Routed) -> str:
    """What an execution log says of a failure, with all that is known of it."""
    notes = routed.notes
    if notes is None:
        return log
    if kind == "function" and notes.result is not None:
        log = f"{log}: {notes.function_message}. Lambda request id: {notes.result.request_id}"
    notes.fails(kind, log)
    return log


def answered(own: Own, routed: Routed, stage: RestStage) -> Reply:
    """API Gateway's own answer, as the API changed it; noted for the stage's logs."""
    if routed.notes is not None:
        routed.notes.own(own.kind, own.reply.body)
    return changed(own, stage, routed.request_id, routed.extended_id)


def changed(own: Own, stage: RestStage, request_id: str, extended_id: str) -> Reply:
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
