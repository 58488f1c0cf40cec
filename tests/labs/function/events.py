"""The events that an HTTP API sends to its function: payload format 2.0.

Source: API Gateway Developer Guide, *Create AWS Lambda proxy integrations for HTTP APIs*. What a request does
not have (a body, a query, path parameters) the event does not have either.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from workshop.checking.evidence import shorten

HOST = "check.execute-api.us-east-1.amazonaws.com"
AGENT = "workshop-check"
LONGEST_BODY = 120


@dataclass(frozen=True)
class Request:
    """One HTTP request as the function gets it.

    route: as the API has it, `GET /users/{userId}`. user_id: in the path. body: as text. query: by name.
    in_base64: the body is sent in base64, as HTTP APIs send what they take for binary.
    """

    route: str
    user_id: str | None = None
    body: str | None = None
    query: tuple[tuple[str, str], ...] = ()
    in_base64: bool = False
    path: str = ""
    """Where no route is: the path that was asked for."""

    @property
    def method(self) -> str:
        return self.route.partition(" ")[0] if not self.path else "GET"

    @property
    def raw_path(self) -> str:
        return self.path or self.route.partition(" ")[2].replace("{userId}", self.user_id or "")

    def event(self) -> dict[str, Any]:
        """The event of payload format 2.0."""
        raw_query = urlencode(self.query)
        content = {"content-type": "application/json"} if self.body is not None else {}
        http = {
            "method": self.method,
            "path": self.raw_path,
            "protocol": "HTTP/1.1",
            "sourceIp": "127.0.0.1",
            "userAgent": AGENT,
        }
        given = {
            "queryStringParameters": dict(self.query) or None,
            "pathParameters": None if self.user_id is None else {"userId": self.user_id},
            "body": self._sent_body(),
        }
        return {
            "version": "2.0",
            "routeKey": self.route,
            "rawPath": self.raw_path,
            "rawQueryString": raw_query,
            "headers": {**content, "host": HOST, "user-agent": AGENT},
            "requestContext": {
                "accountId": "anonymous",
                "apiId": "check",
                "domainName": HOST,
                "domainPrefix": "check",
                "http": http,
                "requestId": "check",
                "routeKey": self.route,
                "stage": "$default",
            },
            **{name: value for name, value in given.items() if value is not None},
            "isBase64Encoded": self.in_base64,
        }

    def __str__(self) -> str:
        """As a learner would say it: `POST /users {"userId": "ada"}`."""
        query = f"?{urlencode(self.query)}" if self.query else ""
        body = "" if self.body is None else f" {_cut(self.body)}"
        return f"{self.method} {self.raw_path}{query}{body}{' (in base64)' if self.in_base64 else ''}"

    def _sent_body(self) -> str | None:
        if self.body is None or not self.in_base64:
            return self.body
        return base64.b64encode(self.body.encode()).decode()


def create(user: Any, *, in_base64: bool = False) -> Request:
    """POST /users. user: an object to send as JSON, a text to send as it is, or None for no body."""
    return Request("POST /users", body=_text(user), in_base64=in_base64)


def get(user_id: str) -> Request:
    return Request("GET /users/{userId}", user_id)


def update(user_id: str, changes: Any) -> Request:
    return Request("PATCH /users/{userId}", user_id, body=_text(changes))


def delete(user_id: str) -> Request:
    return Request("DELETE /users/{userId}", user_id)


def page(**query: str) -> Request:
    return Request("GET /users", query=tuple(query.items()))


def elsewhere(path: str) -> Request:
    """A request that no route but `$default` takes: a path the API does not have."""
    return Request("$default", path=path)


def _text(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _cut(body: str) -> str:
    text = body if len(body) <= LONGEST_BODY else body[: LONGEST_BODY - 1] + "…"
    return text or str(shorten('""'))
