"""Parameter mapping of HTTP APIs: requests changed before an integration, its answers changed after it.

    {"append:header.x-id": "$context.requestId", "remove:querystring.debug": "''", "overwrite:path": "/v2"}

Pure. Source: API Gateway Developer Guide, *Transform API requests and responses for HTTP APIs*.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, urlencode

from sandbox.gateway import headers as rules
from sandbox.gateway import json_paths
from sandbox.gateway.control import bad_request
from sandbox.gateway.events import Routed, clock
from sandbox.gateway.headers import Headers
from sandbox.messages import HttpRequest, Reply

Parameters = Mapping[str, str]

MOST_BODY = 100 * 1024
"""Bytes of a body that a JSON path looks into."""

_REQUEST_KEY = re.compile(r"(append|overwrite|remove):(header|querystring)\.(\S+)|(overwrite):(path)()")
_RESPONSE_KEY = re.compile(r"(append|overwrite|remove):(header)\.(\S+)|(overwrite):(statuscode)()")
_SOURCE = r"(?:request\.(?:header|querystring|path|body)|response\.(?:header|body)|context|stageVariables)"
_BARE = re.compile(rf"\$({_SOURCE}(?:\.\S+|\[\S+)?)")
_BRACED = re.compile(rf"\$\{{({_SOURCE}(?:[.\[][^}}]+)?)\}}")
_RESERVED = frozenset(
    (
        *("authorization", "connection", "content-encoding", "content-length", "content-location"),
        *("forwarded", "keep-alive", "origin", "proxy-authenticate", "proxy-authorization", "te", "trailers"),
        *("transfer-encoding", "upgrade", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "via"),
    )
)
_RESERVED_PREFIXES = ("access-control-", "apigw-", "x-amz-", "x-amzn-")


@dataclass(frozen=True, slots=True)
class Change:
    """One change. action: `append`, `overwrite` or `remove`; place: what it is done to."""

    action: str
    place: str
    name: str
    value: str

    def __str__(self) -> str:
        return f"{self.action}:{self.place}" + (f".{self.name}" if self.name else "")


@dataclass(frozen=True, slots=True)
class HttpMapping:
    """The changes of an integration. response: by the status that the integration answers."""

    request: tuple[Change, ...]
    response: Mapping[int, tuple[Change, ...]]

    @classmethod
    def of(cls, request: Parameters | None, response: Mapping[str, Parameters] | None) -> HttpMapping | None:
        """The mapping of an integration; None where it has none."""
        if not request and not response:
            return None
        answers = {int(status): _changes(given) for status, given in (response or {}).items()}
        return cls(_changes(request or {}), answers)


@dataclass(frozen=True, slots=True)
class Changed:
    """A request as its integration gets it. path, host: where they were mapped."""

    routed: Routed
    path: str | None = None
    host: str | None = None


@dataclass(frozen=True, slots=True)
class _Sources:
    """What values refer to. path: decoded, without the stage; answer: the integration's."""

    routed: Routed
    path: str
    answer: Reply | None = None


def check(request: Parameters | None, response: Mapping[str, Parameters] | None) -> None:
    """Refuse what is no mapping. Raises BadRequestException."""
    for key, value in (request or {}).items():
        _check(_REQUEST_KEY, key, value, answers=False)
    for status, given in (response or {}).items():
        if not re.fullmatch(r"[2-5]\d\d", status):
            raise bad_request(f"Invalid status code {status} in ResponseParameters: it should be 200 to 599")
        for key, value in given.items():
            _check(_RESPONSE_KEY, key, value, answers=True)
            fixed = key == "overwrite:statuscode" and "$" not in value
            if fixed and not re.fullmatch(r"[2-5]\d\d", value):
                raise _invalid(value)


def change_request(mapping: HttpMapping, routed: Routed) -> Changed:
    """A request as its integration gets it."""
    sources = _Sources(routed, _without_stage(routed))
    request = routed.request
    sent: Headers = [pair for pair in request.headers if pair[0].lower() != "host"]
    query = list(request.query)
    path: str | None = None
    for change in mapping.request:
        value = None if change.action == "remove" else _evaluated(change.value, sources)
        if change.place == "header":
            sent = _changed_headers(sent, change, value)
        elif change.place == "querystring":
            query = _changed(query, change, value, lambda name: name)
        elif value is not None:
            path = value if value.startswith("/") else f"/{value}"
    given = request.query_string
    if any(change.place == "querystring" for change in mapping.request):
        given = urlencode(query, quote_via=quote)
    host = next((value for name, value in sent if name.lower() == "host"), None)
    changed = HttpRequest(
        request.method, request.raw_path, given, tuple(sent), request.body, request.client, request.protocol
    )
    if path is None:
        return Changed(replace(routed, request=changed), None, host)
    return Changed(replace(routed, request=changed, path=path, whole_path=path), path, host)


def change_reply(mapping: HttpMapping, routed: Routed, reply: Reply) -> Reply:
    """An integration's answer as the client gets it."""
    changes = mapping.response.get(reply.status)
    if not changes:
        return reply
    sources = _Sources(routed, _without_stage(routed), reply)
    sent, status = list(reply.headers), reply.status
    for change in changes:
        value = None if change.action == "remove" else _evaluated(change.value, sources)
        if change.place == "header":
            sent = _changed_headers(sent, change, value)
        elif value is not None and re.fullmatch(r"[2-5]\d\d", value):
            status = int(value)
    return Reply(status, tuple(sent), reply.body)


def _check(keys: re.Pattern[str], key: str, value: str, answers: bool) -> None:
    found = keys.fullmatch(key)
    if found is None:
        raise _invalid(key)
    name = (found[3] or "").lower()
    if found[2] == "header" and (name in _RESERVED or name.startswith(_RESERVED_PREFIXES)):
        raise _refused(f"Operations on header {found[3]} are restricted")
    if found[1] == "remove":
        return
    expressions = [_BARE.fullmatch(value)] if _BARE.fullmatch(value) else list(_BRACED.finditer(value))
    rest = "" if _BARE.fullmatch(value) else _BRACED.sub("", value)
    if "${" in rest or re.match(r"\$[A-Za-z]", rest):
        raise _invalid(value)
    for expression in expressions:
        source = expression[1] if expression else ""
        before, found_body, path = source.partition(".body")
        if source.startswith("response.") and not answers:
            raise _invalid(value)
        if found_body and before in ("request", "response") and json_paths.problem(path):
            raise _invalid(value)


def _invalid(what: str) -> Exception:
    return _refused(f"Invalid mapping expression specified: {what}")


def _refused(why: str) -> Exception:
    """As AWS says it for REST APIs too (localstack, test_put_integration_request_parameter_bool_type)."""
    return bad_request(
        f"Invalid mapping expression specified: Validation Result: warnings : [], errors : [{why}]"
    )


def _changes(given: Parameters) -> tuple[Change, ...]:
    """Parameters that `check` has let pass."""
    made = []
    for key, value in given.items():
        action, _, rest = key.partition(":")
        place, _, name = rest.partition(".")
        made.append(Change(action, place, name, value))
    return tuple(made)


def _changed_headers(pairs: Headers, change: Change, value: str | None) -> Headers:
    safe = None if value is None else rules.safe(change.name, value)
    return _changed(pairs, change, safe[1] if safe else None, str.lower)


def _changed(pairs: Headers, change: Change, value: str | None, same: Callable[[str], str]) -> Headers:
    """Names and values after a change; one whose value is not there changes nothing."""
    if change.action == "remove":
        return [pair for pair in pairs if same(pair[0]) != same(change.name)]
    if value is None:
        return pairs
    kept = pairs
    if change.action == "overwrite":
        kept = [pair for pair in pairs if same(pair[0]) != same(change.name)]
    return [*kept, (change.name, value)]


def _evaluated(value: str, sources: _Sources) -> str | None:
    """A value with its variables filled in; None for a variable by itself that has no value."""
    bare = _BARE.fullmatch(value)
    if bare:
        return _looked_up(bare[1], sources)
    braced = _BRACED.fullmatch(value)
    if braced:
        return _looked_up(braced[1], sources)
    return _BRACED.sub(lambda found: _looked_up(found[1], sources) or "", value)


def _looked_up(source: str, sources: _Sources) -> str | None:
    routed = sources.routed
    request = routed.request
    kind, _, name = source.partition(".")
    if kind == "context":
        found = _context(routed).get(name)
        return None if found is None else str(found)
    if kind == "stageVariables":
        return routed.stage_variables.get(name)
    if source.startswith(f"{kind}.body"):
        body = request.body if kind == "request" else (sources.answer.body if sources.answer else b"")
        return _of_body(body, source.removeprefix(f"{kind}.body"))
    if source == "request.path":
        return sources.path
    place, _, name = name.partition(".")
    if place == "header":
        if kind == "response" and sources.answer is not None:
            return ",".join(v for n, v in sources.answer.headers if n.lower() == name.lower()) or None
        return request.header(name) if request.has_header(name) else None
    if place == "querystring":
        return ",".join(value for given, value in request.query if given == name) or None
    return routed.variables.get(name)


def _of_body(body: bytes, path: str) -> str | None:
    if not path:
        return body.decode("utf-8", "replace")
    found = json_paths.look_up(json_paths.document_of(body[:MOST_BODY]), path.removeprefix("."))
    return None if found is None else json_paths.as_text(found)


def _context(routed: Routed) -> dict[str, Any]:
    request = routed.request
    return {
        "accountId": routed.account,
        "apiId": routed.api_id,
        "domainName": routed.domain,
        "domainPrefix": routed.api_id,
        "extendedRequestId": routed.extended_id,
        "httpMethod": request.method,
        "identity.sourceIp": request.client,
        "identity.userAgent": request.header("user-agent"),
        "path": routed.path,
        "protocol": request.protocol,
        "requestId": routed.extended_id,
        "requestTime": clock(int(routed.now)),
        "requestTimeEpoch": int(routed.now * 1000),
        "routeKey": routed.route,
        "stage": routed.stage,
    }


def _without_stage(routed: Routed) -> str:
    prefix = f"/{routed.stage}"
    if routed.path == prefix or routed.path.startswith(f"{prefix}/"):
        return routed.path[len(prefix) :] or "/"
    return routed.path
