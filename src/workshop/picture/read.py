"""Looks at the running system, through the public AWS APIs, and changes nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any

from workshop.picture.snapshot import Api, Function, Permission, Role, Route, Snapshot, Stage, Table

LOGS = "/aws/lambda/"

Client = Callable[[str], Any]


class Reader:
    """Reads what exists under a prefix. Only read-only operations; clients are made once.

    session: anything with boto3's `client(name)`.
    """

    def __init__(self, session: Any, prefix: str) -> None:
        self._client: Client = cache(lambda service: session.client(service))
        self._prefix = prefix

    def look(self) -> Snapshot:
        """What there is now, of everything whose name begins with the prefix."""
        groups = self._log_groups()
        functions = tuple(self._functions(groups))
        left = groups - {function.log_group for function in functions}
        return Snapshot(
            tuple(self._tables()),
            tuple(self._roles()),
            functions,
            tuple(self._apis()),
            tuple(sorted(left)),
        )

    def _mine(self, names: Iterable[str]) -> list[str]:
        return sorted(name for name in names if name.startswith(self._prefix))

    def _pages(self, service: str, operation: str, key: str, **options: Any) -> Iterator[Any]:
        for page in self._client(service).get_paginator(operation).paginate(**options):
            yield from page.get(key) or ()

    def _tables(self) -> Iterator[Table]:
        for name in self._mine(self._pages("dynamodb", "list_tables", "TableNames")):
            dynamodb = self._client("dynamodb")
            try:
                table = dynamodb.describe_table(TableName=name)["Table"]
            except dynamodb.exceptions.ResourceNotFoundException:
                continue  # deleted since it was listed
            types = {a["AttributeName"]: a["AttributeType"] for a in table["AttributeDefinitions"]}
            keys = tuple(f"{k['AttributeName']} ({types[k['AttributeName']]})" for k in table["KeySchema"])
            mode = table.get("BillingModeSummary", {}).get("BillingMode")
            yield Table(name, table["TableStatus"], keys, mode == "PAY_PER_REQUEST")

    def _roles(self) -> Iterator[Role]:
        iam = self._client("iam")
        for role in self._pages("iam", "list_roles", "Roles"):
            name = role["RoleName"]
            if not name.startswith(self._prefix):
                continue
            allows: list[tuple[str, str]] = []
            for policy in self._pages("iam", "list_role_policies", "PolicyNames", RoleName=name):
                document = iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
                allows += _allowed(document)
            for attached in self._pages(
                "iam", "list_attached_role_policies", "AttachedPolicies", RoleName=name
            ):
                allows.append((f"policy {attached['PolicyName']}", ""))
            yield Role(name, _trusted(role["AssumeRolePolicyDocument"]), tuple(allows))

    def _log_groups(self) -> set[str]:
        start = {"logGroupNamePrefix": LOGS + self._prefix}
        return {g["logGroupName"] for g in self._pages("logs", "describe_log_groups", "logGroups", **start)}

    def _functions(self, groups: set[str]) -> Iterator[Function]:
        found = self._pages("lambda", "list_functions", "Functions")
        for function in sorted(found, key=lambda f: str(f["FunctionName"])):
            name = function["FunctionName"]
            if not name.startswith(self._prefix):
                continue
            group = function.get("LoggingConfig", {}).get("LogGroup") or LOGS + name
            yield Function(
                name,
                function.get("Runtime", "container"),
                function.get("Handler", ""),
                function["Role"].rpartition("/")[2],
                function.get("Environment", {}).get("Variables", {}).get("TABLE_NAME", ""),
                group if group in groups else "",
                self._permissions(name),
            )

    def _permissions(self, function: str) -> tuple[Permission, ...]:
        lambda_ = self._client("lambda")
        try:
            policy = json.loads(lambda_.get_policy(FunctionName=function)["Policy"])
        except lambda_.exceptions.ResourceNotFoundException:
            return ()
        return tuple(
            Permission(principal, _source(statement))
            for statement in _statements(policy)
            if statement.get("Effect") == "Allow"
            for principal in _principals(statement)
        )

    def _apis(self) -> Iterator[Api]:
        for api in self._pages("apigatewayv2", "get_apis", "Items"):
            if api["Name"].startswith(self._prefix) and api["ProtocolType"] == "HTTP":
                yield self._http_api(api)
        for api in self._pages("apigateway", "get_rest_apis", "items"):
            if api["name"].startswith(self._prefix):
                yield self._rest_api(api)

    def _http_api(self, api: dict[str, Any]) -> Api:
        of = {"ApiId": api["ApiId"]}
        integrations = {
            f"integrations/{i['IntegrationId']}": i
            for i in self._pages("apigatewayv2", "get_integrations", "Items", **of)
        }
        routes = []
        for route in self._pages("apigatewayv2", "get_routes", "Items", **of):
            integration = integrations.get(route.get("Target", ""), {})
            uri = integration.get("IntegrationUri", "")
            payload = integration.get("PayloadFormatVersion", "")
            routes.append(Route(route["RouteKey"], _function_of(uri), payload))
        stages = []
        for stage in self._pages("apigatewayv2", "get_stages", "Items", **of):
            auto = bool(stage.get("AutoDeploy"))
            stages.append(Stage(stage["StageName"], auto, auto or bool(stage.get("DeploymentId"))))
        return Api("HTTP", api["ApiId"], api["Name"], _in_order(routes), tuple(stages))

    def _rest_api(self, api: dict[str, Any]) -> Api:
        routes = []
        whole = {"restApiId": api["id"], "embed": ["methods"]}
        for resource in self._pages("apigateway", "get_resources", "items", **whole):
            for method, settings in (resource.get("resourceMethods") or {}).items():
                uri = (settings.get("methodIntegration") or {}).get("uri", "")
                routes.append(Route(f"{method} {resource['path']}", _function_of(uri), "1.0"))
        answer = self._client("apigateway").get_stages(restApiId=api["id"])
        stages = tuple(Stage(s["stageName"], False, bool(s.get("deploymentId"))) for s in answer["item"])
        return Api("REST", api["id"], api["name"], _in_order(routes), stages)


def _in_order(routes: list[Route]) -> tuple[Route, ...]:
    """By path, then in the order create, read, change, delete; the catch-all last."""
    methods = ["POST", "PUT", "GET", "PATCH", "DELETE", "ANY"]

    def place(route: Route) -> tuple[bool, str, int]:
        method, _, path = route.key.partition(" ")
        return not path, path, methods.index(method) if method in methods else len(methods)

    return tuple(sorted(routes, key=place))


def _function_of(uri: str) -> str:
    """The name in a function's ARN, or in the integration URI that API Gateway makes of it.

    >>> _function_of("arn:aws:apigateway:r:lambda:path/…/arn:aws:lambda:r:1:function:users/invocations")
    'users'
    """
    _, found, rest = uri.partition(":function:")
    return rest.split("/")[0].split(":")[0] if found else ""


def _statements(policy: dict[str, Any]) -> list[dict[str, Any]]:
    return list(_listed(policy.get("Statement")))


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _principals(statement: dict[str, Any]) -> list[str]:
    principal = statement.get("Principal")
    if isinstance(principal, dict):
        return [str(name) for names in principal.values() for name in _listed(names)]
    return [str(name) for name in _listed(principal)]


def _trusted(policy: dict[str, Any]) -> tuple[str, ...]:
    allowing = (s for s in _statements(policy) if s.get("Effect") == "Allow")
    return tuple(name for statement in allowing for name in _principals(statement))


def _allowed(policy: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        (str(action), str(resource))
        for statement in _statements(policy)
        if statement.get("Effect") == "Allow"
        for action in _listed(statement.get("Action"))
        for resource in _listed(statement.get("Resource"))
    ]


def _source(statement: dict[str, Any]) -> str:
    for operator, wanted in (statement.get("Condition") or {}).items():
        if operator.startswith(("Arn", "String")):
            for key, value in wanted.items():
                if key.lower() == "aws:sourcearn":
                    return str(_listed(value)[0])
    return ""
