"""The execution log of a request to a REST API, and of a method that is tested: the lines, as AWS words them.

Level INFO tells what happens, and with data trace what is passed on; ERROR tells of requests that API
Gateway itself answers. Sources: public execution logs (tmobile/jazz, the tests of its logs-streamer, 2018:
INFO without data trace; the tests of two parsers of these logs, 2017 and 2019: with it, a function's error, a
method that throttles; brefphp/bref, issue 534; hashicorp/terraform-provider-aws, issue 14965) and
localstack/localstack, tests/aws/services/apigateway/test_apigateway_basic.snapshot.json (recorded on AWS).
Which lines ERROR has is not recorded.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from email.utils import formatdate
from urllib.parse import parse_qsl

from sandbox.gateway.events import Routed
from sandbox.gateway.notes import Notes
from sandbox.gateway.permission import source_arn
from sandbox.gateway.throttling import Limit
from sandbox.messages import Reply

MOST_CHARACTERS = 1024
"""Longer lines are cut (API Gateway Developer Guide, *CloudWatch log formats for API Gateway*)."""


def info(routed: Routed, method: str, notes: Notes, reply: Reply, traced: bool) -> Iterator[str]:
    """The lines of level INFO. method: as it is deployed; traced: with what is passed on (data trace)."""
    yield from opening(routed)
    place = f"{routed.api_id}/{routed.stage}"
    yield (
        f"API Key  authorized because method '{method} {routed.route}' does not require API Key. "
        "Request will not contribute to throttle or quota limits"
    )
    yield f"Usage Plan check succeeded for API Key  and API Stage {place}"
    yield from executed(routed, notes, reply, traced)
    if notes.result:
        yield f"AWS Integration Endpoint RequestId : {notes.result.request_id}"


def opening(routed: Routed) -> Iterator[str]:
    """The lines before it is known whether the request may pass."""
    request_id, place = routed.request_id, f"{routed.api_id}/{routed.stage}"
    yield f"Extended Request Id: {routed.extended_id}"
    yield f"Verifying Usage Plan for request: {request_id}. API Key:  API Stage: {place}"


def throttled(routed: Routed, method: str, limit: Limit) -> str:
    """The line of a request for which the bucket had no token."""
    return (
        f"Key throttle limit exceeded for RestApi {routed.api_id}, Stage {routed.stage}, Resource "
        f"{routed.resource_id}, HttpMethod {method}. Limit: {limit.rate:.2f} Burst: {int(limit.burst)}"
    )


def executed(routed: Routed, notes: Notes, reply: Reply, traced: bool) -> Iterator[str]:
    """The lines from the start of the execution to its end, which a test of a method has, too."""
    yield f"Starting execution for request: {routed.request_id}"
    yield f"HTTP Method: {routed.request.method}, Resource Path: {routed.path}"
    if traced:
        yield from _asked(routed)
        yield from _called(routed, notes)
    if notes.log:
        yield notes.log
    elif not notes.kind:
        if traced:
            yield _cut(f"Method response body after transformations: {_text(reply.body)}")
            yield _cut(f"Method response headers: {_java_map(dict(reply.headers))}")
        yield "Successfully completed execution"
    yield completed(reply)


def failed(notes: Notes, reply: Reply) -> Iterator[str]:
    """The lines of level ERROR: none where nothing failed."""
    if notes.kind:
        if notes.log:
            yield notes.log
        yield completed(reply)


def completed(reply: Reply) -> str:
    return f"Method completed with status: {reply.status}"


def _asked(routed: Routed) -> Iterator[str]:
    request = routed.request
    yield f"Method request path: {_java_map(routed.variables)}"
    yield _cut(f"Method request query string: {_java_map(dict(parse_qsl(request.query_string)))}")
    yield _cut(f"Method request headers: {_java_map(dict(request.headers))}")
    yield _cut(f"Method request body before transformations: {_text(request.body)}")


def _called(routed: Routed, notes: Notes) -> Iterator[str]:
    """What went to Lambda and came back; nothing is signed here, so there is no Authorization."""
    if not notes.target:
        return
    region = notes.target.split(":")[3]
    uri = f"https://lambda.{region}.amazonaws.com/2015-03-31/functions/{notes.target}/invocations"
    place = f"{routed.request.method}{routed.route}"
    headers = {
        "x-amzn-lambda-integration-tag": routed.request_id,
        "X-Amz-Date": time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(routed.now)),
        "x-amzn-apigateway-api-id": routed.api_id,
        "X-Amz-Source-Arn": source_arn(routed.account, routed.region, routed.api_id, routed.stage, place),
        "Accept": "application/json",
        "User-Agent": f"AmazonAPIGateway_{routed.api_id}",
    }
    yield f"Endpoint request URI: {uri}"
    yield _cut(f"Endpoint request headers: {_java_map(headers)}")
    if notes.event:
        yield _cut(f"Endpoint request body after transformations: {_text(notes.event)}")
    yield f"Sending request to {uri}"
    result = notes.result
    if result is None:
        return
    yield f"Received response. Status: 200, Integration latency: {notes.latency} ms"
    told = {
        "Date": formatdate(usegmt=True),
        "Content-Type": "application/json",
        "Content-Length": str(len(result.payload)),
        "x-amzn-RequestId": result.request_id,
        **({"X-Amz-Function-Error": result.function_error} if result.function_error else {}),
        "x-amzn-Remapped-Content-Length": "0",
        "X-Amz-Executed-Version": result.executed_version,
    }
    yield f"Endpoint response headers: {_java_map(told)}"
    yield _cut(f"Endpoint response body before transformations: {_text(result.payload)}")


def _cut(line: str) -> str:
    return line if len(line) <= MOST_CHARACTERS else f"{line[:MOST_CHARACTERS]} [TRUNCATED]"


def _text(body: bytes) -> str:
    return body[: MOST_CHARACTERS * 4].decode("utf-8", "replace")


def _java_map(values: Mapping[str, str]) -> str:
    return "{" + ", ".join(f"{key}={value}" for key, value in values.items()) + "}"
