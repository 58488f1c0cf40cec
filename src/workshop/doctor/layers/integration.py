"""The integration: does the route hand the request to a function that there is, as a proxy?"""

from __future__ import annotations

from workshop.doctor.cause import Cause
from workshop.doctor.context import Context
from workshop.doctor.routes import Integration, Route

NAME = "integration and its target"
PROXY = "AWS_PROXY"
_URI = "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${UsersFunction.Arn}/invocations"


def examine(context: Context) -> list[Cause]:
    """Broken where there is no integration, none with a function, or where its function is gone."""
    route, made = context.route, context.integration
    if route is None:
        return []
    if made is None:
        return [_none(context, route)]
    if made.type == "MOCK" or made.type.startswith("HTTP"):
        return [_elsewhere(context, route, made)]
    if made.type != PROXY:
        return [_not_proxy(context, route, made)]
    if context.api.kind == "REST API" and made.method != "POST":
        return [_method(context, route, made)]
    if made.function is None or context.configuration is None:
        return [_gone(context, route, made)]
    return []


def sound(context: Context) -> str:
    made = context.integration
    if made is not None and made.type == "MOCK":
        return "MOCK: the API answers by itself, no function is asked"
    if made is None or made.function is None:
        return "no route, so no integration" if made is None else f"{made.type} to {made.uri}"
    return f"{made.type} to the function {made.function.name}, payload {made.payload}"


def _none(context: Context, route: Route) -> Cause:
    return Cause(
        "no-integration",
        f"The route {route} leads nowhere: it has no integration, so no function is behind it.",
        "Target: !Sub integrations/${UsersIntegration}   # of the AWS::ApiGatewayV2::Route",
        f"aws apigatewayv2 update-route --api-id {context.api.id} --route-id {route.id} --target "
        "integrations/INTEGRATION-ID"
        if context.api.kind == "HTTP API"
        else f"aws apigateway put-integration --rest-api-id {context.api.id} --resource-id {route.id} "
        f"--http-method {route.method} --type AWS_PROXY --integration-http-method POST --uri URI",
    )


def _elsewhere(context: Context, route: Route, made: Integration) -> Cause:
    what = "made up by the API itself (MOCK)" if made.type == "MOCK" else f"fetched from {made.uri}"
    return Cause(
        "integration-elsewhere",
        f"The answer of the route {route} is {what}, so no function is asked; what comes back is "
        f"{context.reply.shown}.",
        f"Uri: !Sub {_URI}   # with Type: AWS_PROXY",
        f"aws apigateway get-integration --rest-api-id {context.api.id} --resource-id {route.id} "
        f"--http-method {route.method}",
    )


def _not_proxy(context: Context, route: Route, made: Integration) -> Cause:
    return Cause(
        "integration-not-proxy",
        f"The route {route} calls the function without passing the whole request on: its integration is "
        f"of the type {made.type}, not {PROXY}.",
        "Type: AWS_PROXY",
        f"aws apigateway put-integration --rest-api-id {context.api.id} --resource-id {route.id} "
        f"--http-method {route.method} --type AWS_PROXY --integration-http-method POST --uri {made.uri}; "
        f"{context.api.deploy_command(context.stage)}",
    )


def _method(context: Context, route: Route, made: Integration) -> Cause:
    return Cause(
        "integration-method",
        f"The route {route} calls its function by {made.method or 'no method'}, and functions are invoked by "
        "POST only, whatever the method of the route is.",
        "IntegrationHttpMethod: POST",
        f"aws apigateway update-integration --rest-api-id {context.api.id} --resource-id {route.id} "
        f"--http-method {route.method} --patch-operations op=replace,path=/httpMethod,value=POST; "
        f"{context.api.deploy_command(context.stage)}",
    )


def _gone(context: Context, route: Route, made: Integration) -> Cause:
    function = made.function
    if function is not None and function.qualifier and _unqualified(context):
        return Cause(
            "alias-missing",
            f"The route {route} invokes {function.name}:{function.qualifier}, and the function has no such "
            "version or alias.",
            "AutoPublishAlias: " + function.qualifier,
            f"aws lambda create-alias --function-name {function.name} --name {function.qualifier} "
            "--function-version '$LATEST'",
        )
    named = function.arn if function else made.uri or "nothing"
    return Cause(
        "function-missing",
        f"The route {route} invokes the function {function.name if function else named}, and there is no "
        "such function.",
        "IntegrationUri: !GetAtt UsersFunction.Arn"
        if context.api.kind == "HTTP API"
        else f"Uri: !Sub {_URI}",
        f"aws apigatewayv2 update-integration --api-id {context.api.id} --integration-id {made.id} "
        "--integration-uri FUNCTION-ARN"
        if context.api.kind == "HTTP API"
        else f"aws apigateway update-integration --rest-api-id {context.api.id} --resource-id {route.id} "
        f"--http-method {route.method} --patch-operations op=replace,path=/uri,value=URI; "
        f"{context.api.deploy_command(context.stage)}",
        (f"the integration's URI: {named}", "aws lambda list-functions shows those that there are"),
    )


def _unqualified(context: Context) -> bool:
    name = context.function.name
    return context.aws.ask("lambda", "GetFunctionConfiguration", FunctionName=name) is not None
