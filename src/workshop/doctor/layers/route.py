"""The route: does one take this method and this path, and whom does it let in?"""

from __future__ import annotations

from workshop.doctor.apis import Api
from workshop.doctor.cause import Cause
from workshop.doctor.context import Context
from workshop.doctor.layers.stage import stage_in_front
from workshop.doctor.routes import Route, nearest

NAME = "route and method"
MOST_SHOWN = 12
CLOSED = (401, 403)
BAD_REQUEST = 400
AWS_IAM = "AWS_IAM"
ANONYMOUS = "User: anonymous is not authorized to perform: execute-api:Invoke"
"""How a REST API's resource policy refuses whoever signs nothing."""
UNSIGNED = "Missing Authentication Token"


def examine(context: Context) -> list[Cause]:
    """Broken where no route takes the request, or where the route wants a caller who shows who he is."""
    api, route = context.api, context.route
    if route is None:
        return [_no_route(context, api)]
    if route.authorization != "NONE" and context.reply.by_gateway and context.reply.status in CLOSED:
        return [_closed(context, route)]
    if context.reply.status in CLOSED and context.reply.message.startswith(ANONYMOUS):
        return [_kept_out(context, route)]
    if context.reply.status in CLOSED and context.reply.message == UNSIGNED:
        return [_closed_where_deployed(context, route)]
    if context.reply.status == BAD_REQUEST and context.reply.by_gateway:
        return [_refused(context, route)]
    return []


def sound(context: Context) -> str:
    return f"{context.asked} goes to the route {context.route}"


def _no_route(context: Context, api: Api) -> Cause:
    routes = api.routes(context.stage)
    there = (f"the routes there are: {', '.join(sorted(map(str, routes))[:MOST_SHOWN]) or 'none'}",)
    first = stage_in_front(context)
    if first:
        return Cause(
            "stage-in-path",
            f"The URL has `/{first}` in front of the path, and the {api.kind} has no stage of that name, so "
            f"it looks for a route {context.method} {context.path} that does not exist.",
            f"StageName: {first}   # if there is to be such a stage; else leave it out of the URL",
            f"curl -X {context.method} {context.address.url.replace(f'/{first}/', '/', 1)}",
            there,
        )
    methods = sorted(one.method for one in routes if one.leads(context.path))
    near = nearest(routes, context.method, context.path)
    if methods:
        says = (
            f"The {api.kind} knows the path {context.path}, but not the method {context.method} on it: "
            f"there {'is' if len(methods) == 1 else 'are'} {', '.join(methods)}."
        )
    elif near is None:
        says = f"The {api.kind} has no routes at all, so none for the path {context.path}."
    else:
        says = f"The {api.kind} has no route for the path {context.path}: the nearest is {near}."
    return Cause(
        "no-such-method" if methods else "no-such-path",
        says,
        f"Events: {{Users: {{Type: {_type(api)}, Properties: {{Method: {context.method}, "
        f"Path: {context.path}}}}}}}",
        _command(context, api, near, bool(methods)),
        (*there, *_by_url(context, near), f"the answer: {context.reply.shown}"),
    )


def _by_url(context: Context, near: Route | None) -> tuple[str, ...]:
    """What to ask for instead, if it is the URL that is wrong."""
    if near is None or near.path == context.path or "{" in near.path:
        return ()
    url = context.address.url.partition("?")[0].removesuffix(context.path)
    return (f"if the URL is at fault: curl -X {context.method} {url}{near.path}",)


def _type(api: Api) -> str:
    return "HttpApi" if api.kind == "HTTP API" else "Api"


def _command(context: Context, api: Api, near: Route | None, path_known: bool) -> str:
    """The route that is most like it, changed; or the list of routes."""
    method = context.method
    if api.kind == "HTTP API" and near is not None and (path_known or "{" not in near.path):
        key = f"{method} {near.path if path_known else context.path}"
        return f"aws apigatewayv2 update-route --api-id {api.id} --route-id {near.id} --route-key '{key}'"
    parent = context.path.rpartition("/")[0]
    if (
        near is not None
        and not path_known
        and near.path.rpartition("/")[0] == parent
        and "{" not in near.path
    ):
        part = context.path.rpartition("/")[2]
        return (
            f"aws apigateway update-resource --rest-api-id {api.id} --resource-id {near.id} "
            f"--patch-operations op=replace,path=/pathPart,value={part}; {api.deploy_command(context.stage)}"
        )
    if api.kind == "HTTP API":
        return f"aws apigatewayv2 get-routes --api-id {api.id}"
    return f"aws apigateway get-resources --rest-api-id {api.id} --embed methods"


def _closed(context: Context, route: Route) -> Cause:
    api = context.api
    place = f"--rest-api-id {api.id} --resource-id {route.id} --http-method {route.method}"
    opened = "--patch-operations op=replace,path=/authorizationType,value=NONE"
    return Cause(
        "route-closed",
        f"The route {route} wants proof of who is calling ({route.authorization}), and this request brought "
        "none that it takes.",
        "Auth: {Authorizer: NONE}   # if everybody may; else send what the authorizer asks for",
        f"aws apigatewayv2 update-route --api-id {api.id} --route-id {route.id} --authorization-type NONE"
        if api.kind == "HTTP API"
        else f"aws apigateway update-method {place} {opened}; {api.deploy_command(context.stage)}",
        (*_signed(context, route), f"the answer: {context.reply.shown}"),
    )


def _signed(context: Context, route: Route) -> tuple[str, ...]:
    """How to send the request with a signature, where that is what the route asks for."""
    if route.authorization != AWS_IAM:
        return ()
    keys = '--user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY"'
    scope = f"--aws-sigv4 aws:amz:{context.region}:execute-api"
    asked = f"curl -X {context.method} {scope} {keys} '{context.address.url}'"
    return (f"as somebody who may execute-api:Invoke: {asked}",)


def _kept_out(context: Context, route: Route) -> Cause:
    """Nobody is asked for a signature, and still IAM refuses: the API has a resource policy."""
    api = context.api
    return Cause(
        "route-closed",
        f"The route {route} asks for no signature, and the resource policy of the {api.kind} does not let "
        "this request in.",
        "Auth: {ResourcePolicy: …}   # its Allow and Deny statements, and their conditions",
        f"aws apigateway get-rest-api --rest-api-id {api.id} --query policy",
        (f"the answer: {context.reply.shown}",),
    )


def _closed_where_deployed(context: Context, route: Route) -> Cause:
    """The stage has the route, and still says what it says to unsigned requests."""
    return Cause(
        "route-closed",
        f"The route {route} is configured to be open, but the stage {context.stage} still serves it as one "
        "that wants a signature (AWS_IAM): a change counts only when it is deployed.",
        "Type: AWS::ApiGateway::Deployment   # under a new logical id: a deployment never changes",
        context.api.deploy_command(context.stage),
        (f"the answer: {context.reply.shown}",),
    )


def _refused(context: Context, route: Route) -> Cause:
    api = context.api
    rest = f"--rest-api-id {api.id} --resource-id {route.id} --http-method {route.method}"
    return Cause(
        "request-refused",
        "API Gateway itself refused the request before the function saw it, as it checks what is sent to "
        f"{route}: {context.reply.message}.",
        "RequestValidatorId: !Ref UsersValidator   # and the model of the body, or the parameters",
        f"aws apigateway get-method {rest}"
        if api.kind == "REST API"
        else f"aws apigatewayv2 get-route --api-id {api.id} --route-id {route.id}",
        (f"the answer: {context.reply.shown}",),
    )
