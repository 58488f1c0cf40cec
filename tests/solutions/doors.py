"""The ways to send a request to a deployed solution: an event to its function, or HTTP to one of its APIs."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import requests

from tests.solutions.deployed import Deployed

SECONDS = 60


@dataclass(frozen=True)
class Reply:
    """What a caller gets. value: the body read as JSON, None where there is none."""

    status: int
    value: Any
    content_type: str | None = None


class Invoke:
    """Sends events of a payload format (1.0 or 2.0) to the function."""

    def __init__(self, deployed: Deployed, version: str) -> None:
        self._client = deployed.session.client("lambda")
        self._function = deployed.outputs["UsersFunctionName"]
        self._event = {"1.0": rest_event, "2.0": http_event}[version]

    def __call__(
        self, method: str, path: str = "/users", user_id: str | None = None, body: Any = None, **query: str
    ) -> Reply:
        """Invoke with the event of a request; the proxy response as its caller would see it."""
        proxied = self.send(self._event(method, path, user_id, text_of(body), query))
        text = proxied.get("body")
        assert text is None or isinstance(text, str)
        kind = proxied.get("headers", {}).get("content-type")
        return Reply(proxied["statusCode"], json.loads(text) if text else None, kind)

    def send(self, event: dict[str, Any]) -> dict[str, Any]:
        """The function's result. Fails if it raised."""
        answer = self._client.invoke(FunctionName=self._function, Payload=json.dumps(event))
        result: dict[str, Any] = json.loads(answer["Payload"].read())
        assert "FunctionError" not in answer, result
        return result


class Http:
    """Sends requests to one of the APIs."""

    def __init__(self, url: str) -> None:
        self.url = url

    def __call__(
        self, method: str, path: str = "/users", user_id: str | None = None, body: Any = None, **query: str
    ) -> Reply:
        where = path if user_id is None else f"{path}/{quote(user_id, safe='')}"
        asked = f"{self.url}{where}" + (f"?{urlencode(query)}" if query else "")
        text = text_of(body)
        sent = None if text is None else text.encode()
        headers = {"content-type": "application/json"}
        answer = requests.request(method, asked, data=sent, headers=headers, timeout=SECONDS)
        kind = answer.headers.get("content-type")
        return Reply(answer.status_code, json.loads(answer.content) if answer.content else None, kind)


def text_of(body: Any) -> str | None:
    return body if isinstance(body, str) or body is None else json.dumps(body)


def in_base64(event: dict[str, Any]) -> dict[str, Any]:
    """The same event, its body as API Gateway sends what it takes for binary."""
    body = base64.b64encode(event["body"].encode()).decode()
    return {**event, "body": body, "isBase64Encoded": True}


def http_event(
    method: str, path: str, user_id: str | None, body: str | None, query: dict[str, str]
) -> dict[str, Any]:
    """Payload 2.0, as an HTTP API sends it: decoded, without what is not there (case http-evt2-*)."""
    route = path if user_id is None else f"{path}/{{userId}}"
    raw = path if user_id is None else f"{path}/{user_id}"
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": f"{method} {route}",
        "rawPath": raw,
        "rawQueryString": urlencode(query),
        "headers": {"content-type": "application/json"},
        "requestContext": {
            "http": {"method": method, "path": raw},
            "routeKey": f"{method} {route}",
            "stage": "$default",
        },
        "isBase64Encoded": False,
    }
    given = {"queryStringParameters": query, "pathParameters": user_id and {"userId": user_id}, "body": body}
    return {**event, **{name: value for name, value in given.items() if value}}


def rest_event(
    method: str, path: str, user_id: str | None, body: str | None, query: dict[str, str]
) -> dict[str, Any]:
    """Payload 1.0, as a REST API sends it: paths still encoded, nulls (case rest-evt1-path-encoded)."""
    encoded = None if user_id is None else quote(user_id, safe="")
    resource = path if user_id is None else f"{path}/{{userId}}"
    return {
        "resource": resource,
        "path": path if encoded is None else f"{path}/{encoded}",
        "httpMethod": method,
        "headers": {"content-type": "application/json"},
        "multiValueHeaders": {"content-type": ["application/json"]},
        "queryStringParameters": query or None,
        "multiValueQueryStringParameters": {name: [value] for name, value in query.items()} or None,
        "pathParameters": None if encoded is None else {"userId": encoded},
        "stageVariables": None,
        "requestContext": {"resourcePath": resource, "httpMethod": method, "stage": "prod"},
        "body": body,
        "isBase64Encoded": False,
    }
