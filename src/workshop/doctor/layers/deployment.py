"""The deployment: does the stage serve this request's route as it is configured?

A REST API's stage serves a snapshot, an HTTP API's too unless it deploys by itself. Source: API Gateway
Developer Guide, *Deploy REST APIs in API Gateway*, *Stages for HTTP APIs*.
"""

from __future__ import annotations

from workshop.doctor.apis import Api, Served, told
from workshop.doctor.cause import Cause
from workshop.doctor.context import Context
from workshop.doctor.routes import Integration, Route, best

NAME = "deployment"


def examine(context: Context) -> list[Cause]:
    """Broken where the route is configured and the stage serves it not, or otherwise."""
    route, api = context.route, context.api
    if route is None:
        return []
    served = api.serves(context.stage)
    lives = best((Route(*place) for place in served), context.method, context.path)
    if lives is None:
        return [_not_deployed(api, context.stage, route, context)]
    live = served[lives.method, lives.path]
    if (lives.method, lives.path) == (route.method, route.path) and not _alike(live, told(route.integration)):
        return [_other_target(api, context.stage, route, live)]
    return []


def sound(context: Context) -> str:
    if context.route is None:
        return "no route to compare"
    return f"the stage serves {context.route} as it is configured"


def _alike(live: Served, configured: Served) -> bool:
    """Whether both lead to the same function, in whichever form its ARN is written.

    Where an export tells no integration, or leaves a stage variable in it, there is nothing to compare.
    """
    if live[0] == "none" or "${" in live[1]:
        return True
    ours, theirs = (Integration(*one).function for one in (configured, live))
    return ours == theirs and (ours is not None or live == configured)


def _template(api: Api) -> str:
    if api.kind == "HTTP API":
        return "AutoDeploy: true   # of the AWS::ApiGatewayV2::Stage"
    return "Type: AWS::ApiGateway::Deployment   # under a new logical id: a deployment never changes"


def _not_deployed(api: Api, stage: str, route: Route, context: Context) -> Cause:
    return Cause(
        "not-deployed",
        f"The {api.kind} {api.id} has the route {route}, but it was never deployed to the stage {stage}: "
        "what is configured is a draft until it is deployed.",
        _template(api),
        api.deploy_command(stage),
        (f"the live export of stage {stage} has no {route}", f"the answer: {context.reply.shown}"),
    )


def _other_target(api: Api, stage: str, route: Route, live: Served) -> Cause:
    made = told(route.integration)
    return Cause(
        "deployed-other-target",
        f"The stage {stage} still serves an older deployment, in which {route} leads elsewhere than it is "
        "configured to by now: a change counts only when it is deployed.",
        _template(api),
        api.deploy_command(stage),
        (f"deployed:   {' '.join(live).strip()}", f"configured: {' '.join(made).strip()}"),
    )
