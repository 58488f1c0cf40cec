"""The stage: does the URL name one that there is, and does it serve anything?"""

from __future__ import annotations

from workshop.doctor.apis import Api
from workshop.doctor.aws import Unread
from workshop.doctor.cause import Cause
from workshop.doctor.context import Context
from workshop.doctor.routes import Route, best
from workshop.doctor.throttling import (
    Limit,
    has_slow_place,
    http_command,
    http_limit,
    rest_command,
    rest_limit,
)

NAME = "stage"
THROTTLED = 429


def examine(context: Context) -> list[Cause]:
    """Broken where the path begins with no stage, where it serves nothing, or lets too few through."""
    api, stage = context.api, context.stage
    if not stage:
        return [_no_stage(context, api)]
    if not api.is_deployed(stage):
        return [_nothing_deployed(api, stage)]
    if context.reply.status == THROTTLED and context.reply.by_gateway:
        return [_throttles(context)]
    slow = has_slow_place(api.stages[stage]) and _limit(context).is_below_one
    return [_throttles(context, earlier=True)] if slow else []


def sound(context: Context) -> str:
    deployment = context.api.stages[context.stage]
    number = deployment.get("DeploymentId") or deployment.get("deploymentId") or "deployed by itself"
    return f"stage {context.stage}, deployment {number}"


def stage_in_front(context: Context) -> str:
    """The first part of the path, where the rest of it has a route: a stage that there is not; else ""."""
    first, slash, rest = context.address.path.lstrip("/").partition("/")
    routes = context.api.routes(context.stage)
    return first if slash and best(routes, context.method, f"/{rest}") else ""


def _no_stage(context: Context, api: Api) -> Cause:
    first = context.address.path.strip("/").partition("/")[0]
    there = ", ".join(api.stages) or "none"
    names = f"begins with `{first}`, which is no stage" if first else "names no stage"
    example = next(iter(api.stages), "prod")
    return Cause(
        "no-such-stage",
        f"The path of the URL {names} of the {api.kind} {api.id}; its stages are: {there}.",
        f"Value: !Sub https://${{UsersRestApi}}.execute-api.${{AWS::Region}}.${{AWS::URLSuffix}}/{example}",
        _stages_command(api),
        (f"{context.method} {context.address.send_to}: {context.reply.shown}",),
    )


def _nothing_deployed(api: Api, stage: str) -> Cause:
    return Cause(
        "nothing-deployed",
        f"The stage {stage} of the {api.kind} {api.id} serves no deployment, so nothing of the API is live.",
        "AutoDeploy: true   # of an HTTP API's stage; a REST API's stage needs a DeploymentId",
        api.deploy_command(stage),
    )


def _throttles(context: Context, earlier: bool = False) -> Cause:
    """earlier: this request was let through, and hardly another one is."""
    api, stage, limit = context.api, context.stage, _limit(context)
    of = f"the route {limit.place}" if limit.place else f"the stage {stage}"
    how = "in the long run not one request a second" if earlier else "API Gateway itself answered 429"
    return Cause(
        "stage-throttles",
        f"The stage {stage} lets fewer requests through than come: {how}.",
        "DefaultRouteSettings: {ThrottlingRateLimit: 100, ThrottlingBurstLimit: 50}",
        (http_command if api.kind == "HTTP API" else rest_command)(api.id, stage, limit),
        (f"the answer: {context.reply.shown}", f"{of} has {limit}"),
        despite_answer=earlier,
    )


def _limit(context: Context) -> Limit:
    """The limit that the stage sets to requests such as this one."""
    api = context.api
    told = http_limit if api.kind == "HTTP API" else rest_limit
    return told(api.stages[context.stage], _route(context))


def _route(context: Context) -> Route | None:
    """The request's route; None where the routes cannot be read."""
    try:
        return context.route
    except Unread:
        return None


def _stages_command(api: Api) -> str:
    if api.kind == "HTTP API":
        return f"aws apigatewayv2 get-stages --api-id {api.id}"
    return f"aws apigateway get-stages --rest-api-id {api.id}"
