"""The HTTP API: its routes and its integrations."""

from __future__ import annotations

from typing import Any

from workshop.doctor.routes import DEFAULT
from workshop.incidents.stack import Stack

Plain = dict[str, Any]
_INTEGRATION = ("IntegrationUri", "PayloadFormatVersion", "CredentialsArn", "TimeoutInMillis")
QUOTA: Plain = {"ThrottlingRateLimit": 10_000.0, "ThrottlingBurstLimit": 5_000}
"""What an account lets through, and so a stage that sets no limit."""
_MADE_OF = ("IntegrationType", "IntegrationMethod", *_INTEGRATION)


def read(stack: Stack) -> Plain:
    """Routes, integrations and stages, each by its id or name."""
    client, api = stack.client("apigatewayv2"), {"ApiId": stack.http_id}
    told = client.get_api(**api)
    return {
        "ApiId": told["ApiId"],
        "CreatedDate": told["CreatedDate"].isoformat(),
        "Routes": {
            one["RouteId"]: {
                "RouteKey": one["RouteKey"],
                "Target": one.get("Target", ""),
                "AuthorizationType": one.get("AuthorizationType", "NONE"),
            }
            for one in _all(client, "get_routes", api)
        },
        "Integrations": {
            one["IntegrationId"]: {name: one[name] for name in _MADE_OF if one.get(name)}
            for one in _all(client, "get_integrations", api)
        },
        "Stages": {
            one["StageName"]: {
                "AutoDeploy": one.get("AutoDeploy", False),
                "Limits": limits(one.get("DefaultRouteSettings") or {}),
            }
            for one in _all(client, "get_stages", api)
        },
    }


def restore(stack: Stack, before: Plain) -> None:
    """The same routes and integrations again; what has come besides stays, unless it is in the way."""
    now = read(stack)
    client, api = stack.client("apigatewayv2"), {"ApiId": stack.http_id}
    new_ids = {}
    for key, one in before["Integrations"].items():
        there = now["Integrations"].get(key)
        if there is None:
            new_ids[key] = client.create_integration(**api, **one)["IntegrationId"]
        elif there != one:
            changed = {name: one.get(name, "") for name in _INTEGRATION if one.get(name) != there.get(name)}
            client.update_integration(**api, IntegrationId=key, **changed)
    for key, one in before["Routes"].items():
        target = one["Target"].rpartition("/")[2]
        wanted = {"RouteKey": one["RouteKey"], "Target": f"integrations/{new_ids.get(target, target)}"}
        _restore_route(client, api, now["Routes"], key, wanted)
    for name, one in before["Stages"].items():
        wanted = one.get("Limits", {})
        if name in now["Stages"] and now["Stages"][name]["Limits"] != wanted:
            client.update_stage(**api, StageName=name, DefaultRouteSettings=QUOTA | wanted)
    deploy(stack)


def limits(settings: Plain) -> Plain:
    """What of a stage's settings lets less through than the account does."""
    return {name: settings[name] for name, most in QUOTA.items() if settings.get(name, most) < most}


def limit(stack: Stack, limits: Plain) -> None:
    """Limits what the stage of the API's URL lets through."""
    stack.client("apigatewayv2").update_stage(
        ApiId=stack.http_id, StageName=DEFAULT, DefaultRouteSettings=limits
    )


def deploy(stack: Stack) -> None:
    """Lets each stage serve what is configured now: those that do not deploy by themselves."""
    client, api = stack.client("apigatewayv2"), {"ApiId": stack.http_id}
    for one in _all(client, "get_stages", api):
        if not one.get("AutoDeploy"):
            client.create_deployment(**api, StageName=one["StageName"])


def _restore_route(client: Any, api: Plain, now: Plain, key: str, wanted: Plain) -> None:
    """The route of this id as it was; one that has taken its key meanwhile makes way, or becomes it."""
    if key in now and {name: now[key][name] for name in wanted} == wanted:
        return
    other = next((one for one, told in now.items() if told["RouteKey"] == wanted["RouteKey"]), None)
    if key not in now and other is None:
        client.create_route(**api, **wanted)
        return
    if key in now and other not in (None, key):
        client.delete_route(**api, RouteId=other)
    client.update_route(**api, RouteId=key if key in now else other, **wanted)


def _all(client: Any, operation: str, api: Plain) -> list[Any]:
    return [one for page in client.get_paginator(operation).paginate(**api) for one in page["Items"]]
