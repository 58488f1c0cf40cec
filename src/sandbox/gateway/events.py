"""The events that functions behind an HTTP API receive: payload 2.0 and 1.0.

Pure: a request and where it was routed in, a dict out. Recorded on AWS in hotsock/voker,
vokerhttp/testdata/apigwv2-request.json (us-west-2, 2026-07-10), and in aws/aws-lambda-dotnet,
Tools/LambdaTestTool-v2, Snapshots (2025-04-14; below: "dotnet").
"""

from __future__ import annotations

import base64
import os
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from sandbox.gateway.headers import HOP_BY_HOP, title_case
from sandbox.gateway.notes import Notes
from sandbox.iam import Caller
from sandbox.messages import HttpRequest

Event = dict[str, Any]

_TEXT_TYPES = ("application/json", "application/xml", "application/javascript")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Routed:
    """A request, and where it was routed.

    path: as events show it, decoded in HTTP APIs, as sent in REST APIs, without the stage there.
    whole_path: with a REST API's stage. route: the route key, or the resource's path.
    resource_id, deployment: of REST APIs. trace: the X-Amzn-Trace-Id that the function gets. notes: what its
    stage's logs want to know, if there are any. caller: whose signature let the request in, where the method
    or route asks for one.
    """

    request: HttpRequest
    account: str
    region: str
    api_id: str
    stage: str
    route: str
    path: str
    trace: str
    variables: Mapping[str, str]
    stage_variables: Mapping[str, str]
    whole_path: str = ""
    resource_id: str = ""
    deployment: str = ""
    binary_types: tuple[str, ...] = ()
    now: float = field(default_factory=time.time)
    extended_id: str = field(default_factory=lambda: extended_request_id())
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    notes: Notes | None = None
    caller: Caller | None = None

    @property
    def domain(self) -> str:
        """The host name the API would have on AWS."""
        return f"{self.api_id}.execute-api.{self.region}.amazonaws.com"


def extended_request_id() -> str:
    """An id as in `apigw-requestid` and `x-amz-apigw-id`: 15 characters and a `=`."""
    return base64.urlsafe_b64encode(os.urandom(11)).decode()


def http_event_2(routed: Routed) -> Event:
    """The event of payload format 2.0. Keys without a value are left out, not null."""
    request = routed.request
    headers, cookies = _headers_2(routed)
    event: Event = {
        "version": "2.0",
        "routeKey": routed.route,
        "rawPath": routed.path,
        "rawQueryString": request.query_string,
    }
    if cookies:
        event["cookies"] = cookies
    event["headers"] = headers
    query = request.query
    if query:
        event["queryStringParameters"] = _joined(query)
    event["requestContext"] = {
        "accountId": routed.account,
        "apiId": routed.api_id,
        **_authorizer(routed),
        "domainName": routed.domain,
        "domainPrefix": routed.api_id,
        "http": {
            "method": request.method,
            "path": routed.path,
            "protocol": request.protocol,
            "sourceIp": request.client,
            "userAgent": request.header("user-agent"),
        },
        "requestId": routed.extended_id,
        "routeKey": routed.route,
        "stage": routed.stage,
        "time": clock(int(routed.now)),
        "timeEpoch": int(routed.now * 1000),
    }
    body, encoded = _http_body(request)
    if body is not None:
        event["body"] = body
    if routed.variables:
        event["pathParameters"] = dict(routed.variables)
    event["isBase64Encoded"] = encoded
    if routed.stage_variables:
        event["stageVariables"] = dict(routed.stage_variables)
    return event


def http_event_1(routed: Routed) -> Event:
    """The event of payload format 1.0 on an HTTP API: nulls where there is nothing.

    Header names are title-cased; `path` is as sent but `requestContext.path` is decoded; resourceId
    is the route key (dotnet: V1_SpecialCharactersInPathHttpV1, V1_SimpleGetRequestHttpV1).
    """
    request = routed.request
    multi = _headers_1(routed)
    resource = routed.route.partition(" ")[2] or routed.route
    body, encoded = _http_body(request)
    return {
        "version": "1.0",
        "resource": resource,
        "path": routed.whole_path,
        "httpMethod": request.method,
        "headers": last(multi),
        "multiValueHeaders": multi,
        **query_1(request),
        "requestContext": {
            "accountId": routed.account,
            "apiId": routed.api_id,
            "domainName": routed.domain,
            "domainPrefix": routed.api_id,
            "extendedRequestId": routed.extended_id,
            "httpMethod": request.method,
            "identity": identity(routed, request.header("user-agent")),
            "path": routed.path,
            "protocol": request.protocol,
            "requestId": routed.extended_id,
            "requestTime": clock(int(routed.now)),
            "requestTimeEpoch": int(routed.now * 1000),
            "resourceId": routed.route,
            "resourcePath": resource,
            "stage": routed.stage,
        },
        "pathParameters": dict(routed.variables) or None,
        "stageVariables": dict(routed.stage_variables) or None,
        "body": body,
        "isBase64Encoded": encoded,
    }


def _headers_2(routed: Routed) -> tuple[dict[str, str], list[str]]:
    """Headers (names in small letters, repeated ones joined by a comma) and cookies, which are not there."""
    request = routed.request
    headers: dict[str, str] = {}
    cookies: list[str] = []
    for name, value in request.headers:
        key = name.lower()
        if key == "cookie":
            cookies += [part.strip() for part in value.split(";") if part.strip()]
        elif key not in HOP_BY_HOP:
            headers[key] = f"{headers[key]},{value}" if key in headers else value
    headers["content-length"] = str(len(request.body))
    headers.update(added(routed))
    return headers, cookies


def _headers_1(routed: Routed) -> dict[str, list[str]]:
    request = routed.request
    multi: dict[str, list[str]] = {}
    for name, value in request.headers:
        if name.lower() not in HOP_BY_HOP:
            multi.setdefault(title_case(name), []).append(value)
    multi["Content-Length"] = [str(len(request.body))]
    for name, value in added(routed).items():
        multi[title_case(name)] = [value]
    return multi


def added(routed: Routed) -> dict[str, str]:
    """What API Gateway adds: as if the request had come over HTTPS to the API's host name on AWS."""
    request = routed.request
    before = request.header("x-forwarded-for")
    return {
        "host": routed.domain,
        "x-amzn-trace-id": routed.trace,
        "x-forwarded-for": f"{before}, {request.client}" if before else request.client,
        "x-forwarded-port": "443",
        "x-forwarded-proto": "https",
    }


def _joined(query: tuple[tuple[str, str], ...]) -> dict[str, str]:
    joined: dict[str, str] = {}
    for name, value in query:
        joined[name] = f"{joined[name]},{value}" if name in joined else value
    return joined


def query_1(request: HttpRequest) -> Event:
    multi: dict[str, list[str]] = {}
    for name, value in request.query:
        multi.setdefault(name, []).append(value)
    return {
        "queryStringParameters": last(multi) or None,
        "multiValueQueryStringParameters": multi or None,
    }


def last(multi: Mapping[str, list[str]]) -> dict[str, str]:
    """Of repeated names the last value (cases rest-evt1-multi, http-evt1-multi)."""
    return {name: values[-1] for name, values in multi.items()}


def identity(routed: Routed, user_agent: str | None) -> dict[str, str | None]:
    """Who sends the request. Of a signed one: Developer Guide, *Set up Lambda proxy integrations*."""
    caller = routed.caller
    return {
        "cognitoIdentityPoolId": None,
        "accountId": caller.account if caller else None,
        "cognitoIdentityId": None,
        "caller": caller.user_id if caller else None,
        "sourceIp": routed.request.client,
        "principalOrgId": None,
        "accessKey": caller.access_key if caller else None,
        "cognitoAuthenticationType": None,
        "cognitoAuthenticationProvider": None,
        "userArn": caller.arn if caller else None,
        "userAgent": user_agent,
        "user": caller.user_id if caller else None,
    }


def _authorizer(routed: Routed) -> Event:
    """The caller of a signed request, as an HTTP API's event has it.

    Recorded on AWS in swift-server/swift-aws-lambda-events, APIGateway+V2IAMTests (2023-12-14), where
    principalOrgId is this very text.
    """
    caller = routed.caller
    if caller is None:
        return {}
    iam = {
        "accessKey": caller.access_key,
        "accountId": caller.account,
        "callerId": caller.user_id,
        "cognitoIdentity": None,
        "principalOrgId": "aws:PrincipalOrgID",
        "userArn": caller.arn,
        "userId": caller.user_id,
    }
    return {"authorizer": {"iam": iam}}


def _http_body(request: HttpRequest) -> tuple[str | None, bool]:
    """Body and isBase64Encoded in HTTP APIs: only a few media types are text (case http-req-b64-form)."""
    if not request.body:
        return None, False
    kind = media_type(request.header("content-type"))
    if kind.startswith("text/") or kind in _TEXT_TYPES:
        return request.body.decode("utf-8", "replace"), False
    return base64.b64encode(request.body).decode(), True


def media_type(header: str) -> str:
    """The media type of a Content-Type or of the first entry of an Accept header, in small letters."""
    return header.partition(",")[0].partition(";")[0].strip().lower()


def is_binary(header: str, binary_types: tuple[str, ...]) -> bool:
    """Whether a media type is among an API's binaryMediaTypes; `*/*` and `image/*` are wildcards."""
    if not binary_types:
        return False
    kind = media_type(header)
    wildcards = ("*/*", f"{kind.partition('/')[0]}/*", kind)
    return any(entry.lower() in wildcards for entry in binary_types)


@lru_cache(maxsize=4)
def clock(second: int) -> str:
    """`10/Jul/2026:19:19:04 +0000`: in English whatever the locale."""
    t = time.gmtime(second)
    return (
        f"{t.tm_mday:02}/{_MONTHS[t.tm_mon - 1]}/{t.tm_year}:{t.tm_hour:02}:{t.tm_min:02}:{t.tm_sec:02} +0000"
    )
