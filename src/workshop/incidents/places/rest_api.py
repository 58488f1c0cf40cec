"""The REST API: its resources and methods, and the deployment that its stage serves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from workshop.incidents.places import http_api
from workshop.incidents.stack import Stack

Plain = dict[str, Any]
_METHOD = ("authorizationType", "authorizerId", "apiKeyRequired", "requestValidatorId", "requestParameters")
_INTEGRATION = {
    "type": "type",
    "uri": "uri",
    "httpMethod": "integrationHttpMethod",
    "credentials": "credentials",
    "timeoutInMillis": "timeoutInMillis",
    "requestTemplates": "requestTemplates",
    "passthroughBehavior": "passthroughBehavior",
    "contentHandling": "contentHandling",
}
"""Members of an integration as it is read, and what PutIntegration calls them."""
_THROTTLING = {
    "ThrottlingRateLimit": "throttling/rateLimit",
    "ThrottlingBurstLimit": "throttling/burstLimit",
}


def read(stack: Stack) -> Plain:
    """Resources with their methods, by id; and the deployment of each stage."""
    client, api = stack.client("apigateway"), {"restApiId": stack.rest_id}
    pages = client.get_paginator("get_resources").paginate(**api, embed=["methods"])
    told = client.get_rest_api(**api)
    return {
        "id": told["id"],
        "createdDate": told["createdDate"].isoformat(),
        "Resources": {
            one["id"]: {
                "path": one["path"],
                "parentId": one.get("parentId", ""),
                "pathPart": one.get("pathPart", ""),
                "Methods": {name: _method(method) for name, method in one.get("resourceMethods", {}).items()},
            }
            for page in pages
            for one in page["items"]
        },
        "Stages": {
            one["stageName"]: {
                "deploymentId": one.get("deploymentId", ""),
                "Limits": _limits(one.get("methodSettings", {}).get("*/*", {})),
            }
            for one in client.get_stages(**api)["item"]
        },
    }


def restore(stack: Stack, before: Plain) -> None:
    """The same resources and methods again, and the deployment that was served then.

    A resource that has come in the place of one that was renamed makes way for it.
    """
    now = read(stack)
    client, api = stack.client("apigateway"), {"restApiId": stack.rest_id}
    by_path = {one["path"]: key for key, one in now["Resources"].items()}
    for key, one in before["Resources"].items():
        there = now["Resources"].get(key)
        if there is not None and there["pathPart"] != one["pathPart"]:
            if one["path"] in by_path:
                client.delete_resource(**api, resourceId=by_path[one["path"]])
            rename(stack, key, one["pathPart"])
    there_now = {one["path"]: (key, one["Methods"]) for key, one in read(stack)["Resources"].items()}
    for one in sorted(before["Resources"].values(), key=lambda one: len(one["path"])):
        _restore_methods(stack, one, there_now)
    for name, one in before["Stages"].items():
        served = now["Stages"].get(name)
        if served is not None and served["deploymentId"] != one["deploymentId"]:
            _serve(stack, name, one["deploymentId"])
        if served is not None and served["Limits"] != one.get("Limits", {}):
            _limit(stack, name, http_api.QUOTA | one.get("Limits", {}))


def _restore_methods(stack: Stack, before: Plain, by_path: dict[str, tuple[str, Plain]]) -> None:
    """The methods of a path, which is made anew if it is gone. by_path: ids and methods there are."""
    client, api = stack.client("apigateway"), {"restApiId": stack.rest_id}
    if before["path"] not in by_path:
        parent = before["path"].rpartition("/")[0] or "/"
        made = client.create_resource(**api, parentId=by_path[parent][0], pathPart=before["pathPart"])
        by_path[before["path"]] = made["id"], {}
    key, now = by_path[before["path"]]
    for name, method in before["Methods"].items():
        if now.get(name) != method:
            put_method(stack, key, name, method)
    for name in now.keys() - before["Methods"].keys():
        client.delete_method(**api, resourceId=key, httpMethod=name)


def limit(stack: Stack, limits: Plain) -> None:
    """Limits what the stage of the API's URL lets through."""
    _limit(stack, stack.rest_stage, limits)


def _limit(stack: Stack, stage: str, limits: Plain) -> None:
    patches = [
        {"op": "replace", "path": f"/*/*/{_THROTTLING[name]}", "value": f"{value:g}"}
        for name, value in limits.items()
    ]
    stack.client("apigateway").update_stage(restApiId=stack.rest_id, stageName=stage, patchOperations=patches)


def _limits(settings: Plain) -> Plain:
    """The limits of all methods, by the names that HTTP APIs have for them."""
    names = {name: f"{name[0].lower()}{name[1:]}" for name in _THROTTLING}
    return http_api.limits({name: settings[key] for name, key in names.items() if key in settings})


def rename(stack: Stack, resource: str, part: str) -> None:
    """Gives a resource another part of the path."""
    patch = {"op": "replace", "path": "/pathPart", "value": part}
    stack.client("apigateway").update_resource(
        restApiId=stack.rest_id, resourceId=resource, patchOperations=[patch]
    )


def put_method(stack: Stack, resource: str, name: str, method: Plain) -> None:
    """Makes a method and its integration; one of that name makes way."""
    client = stack.client("apigateway")
    where = {"restApiId": stack.rest_id, "resourceId": resource, "httpMethod": name}
    told = client.get_resource(restApiId=stack.rest_id, resourceId=resource)
    if name not in told.get("resourceMethods", {}):
        client.put_method(**where, **{key: method[key] for key in _METHOD if method.get(key)})
    client.put_integration(
        **where,
        **{
            asked: method["integration"][key]
            for key, asked in _INTEGRATION.items()
            if key in method["integration"]
        },
    )


def deploy(stack: Stack) -> None:
    """Lets the stage of the API's URL serve what is configured now."""
    stack.client("apigateway").create_deployment(restApiId=stack.rest_id, stageName=stack.rest_stage)


def methods_at(stack: Stack, path: str) -> Iterator[tuple[str, str, Plain]]:
    """Resource id, name and definition of the methods that a path has."""
    for key, one in read(stack)["Resources"].items():
        if one["path"] == path:
            yield from ((key, name, method) for name, method in one["Methods"].items())


def _method(told: Plain) -> Plain:
    made = told.get("methodIntegration", {})
    kept = {name: told[name] for name in _METHOD if told.get(name)}
    return kept | {"integration": {name: made[name] for name in _INTEGRATION if name in made}}


def _serve(stack: Stack, stage: str, deployment: str) -> None:
    """Points a stage at a deployment; at a new one, where that is gone."""
    client, api = stack.client("apigateway"), {"restApiId": stack.rest_id}
    there = {
        one["id"] for page in client.get_paginator("get_deployments").paginate(**api) for one in page["items"]
    }
    if deployment not in there:
        client.create_deployment(**api, stageName=stage)
        return
    patch = {"op": "replace", "path": "/deploymentId", "value": deployment}
    client.update_stage(**api, stageName=stage, patchOperations=[patch])
