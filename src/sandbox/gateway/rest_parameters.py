"""Parameter mapping of REST APIs: what an integration request and a method response are made of. Pure.

    {"integration.request.header.x-user": "method.request.querystring.user",
     "integration.request.path.id": "method.request.path.id", "integration.request.header.x-v": "'1'"}

Sources: API Gateway Developer Guide, *API Gateway API request and response data mapping reference*;
localstack/localstack, tests/aws/services/apigateway, test_http_proxy_integration_request_data_mappings and
TestApiGatewayHeaderRemapping (recorded on AWS). The words for a parameter that the method does not have:
awslabs/aws-solutions-constructs issue 1130, amazon-archives/aws-apigateway-importer issues 121 and 209.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.errors import AwsError
from sandbox.gateway import headers as rules
from sandbox.gateway import json_paths
from sandbox.gateway.control import bad_request
from sandbox.gateway.headers import Headers
from sandbox.messages import HttpRequest

_KEY = re.compile(r"integration\.request\.(header|querystring|path)\.(\S+)")
_STATIC = re.compile(r"'[^']*'")
_METHOD = re.compile(
    r"method\.request\.(header|querystring|path|multivalueheader|multivaluequerystring)\.(\S+)"
)
_ELSE = re.compile(r"method\.request\.body(\..+|\[.+)?|context\.[\w.]+|stageVariables\.\w+")
_RESPONSE_KEY = re.compile(r"method\.response\.header\.(\S+)")
_RESPONSE = re.compile(
    r"integration\.response\.(?:(?:multivalue)?header\.\S+|body(?:\..+|\[.+)?)|context\.[\w.]+|stageVariables\.\w+"
)

# Headers that no mapping may set; a request then fails (TestApiGatewayHeaderRemapping).
_ILLEGAL = frozenset(("content-length", "transfer-encoding", "x-amzn-trace-id", "x-amzn-apigateway-api-id"))
_ILLEGAL_FOR_AWS = _ILLEGAL | {"authorization", "connection", "expect", "proxy-authenticate", "te"}


@dataclass(frozen=True, slots=True)
class Sources:
    """What expressions refer to. context: nested, as `$context` has it."""

    request: HttpRequest
    variables: Mapping[str, str]
    context: Mapping[str, Any]
    stage_variables: Mapping[str, str]


@dataclass(slots=True)
class Mapped:
    """What the mapped parameters of an integration request come to."""

    headers: Headers = field(default_factory=list)
    query: list[tuple[str, str]] = field(default_factory=list)
    path: dict[str, str] = field(default_factory=dict)


def check_request(given: Mapping[str, str] | None, declared: Iterable[str]) -> None:
    """Refuse mappings that are none, or of parameters that the method does not declare."""
    known = set(declared)
    for key, value in (given or {}).items():
        if not _KEY.fullmatch(key):
            raise _invalid(f"Invalid mapping expression specified: {key}")
        if _STATIC.fullmatch(value):
            continue
        of_method = _METHOD.fullmatch(value)
        if of_method is None and not _ELSE.fullmatch(value):
            raise _invalid(f"Invalid mapping expression specified: {value}")
        if of_method is not None:
            plain = f"method.request.{of_method[1].removeprefix('multivalue')}.{of_method[2]}"
            if plain not in known:
                raise _invalid(f"Invalid mapping expression parameter specified: {value}")


def check_response(given: Mapping[str, str] | None, declared: Iterable[str] | None) -> None:
    """Refuse response parameters that are none, or that the method response does not declare.

    declared: of the method response; None where the method has none for the status.
    """
    for key, value in (given or {}).items():
        if not _RESPONSE_KEY.fullmatch(key):
            raise _invalid(f"Invalid mapping expression specified: {key}")
        if not _STATIC.fullmatch(value) and not _RESPONSE.fullmatch(value):
            raise _invalid(f"Invalid mapping expression specified: {value}")
        if declared is None:
            raise _invalid("No method response exists for method.")
        if key not in declared:
            raise _invalid(f"Invalid mapping expression parameter specified: {key}")


def illegal(given: Mapping[str, str] | None, of_aws: bool) -> str:
    """Which header a mapping may not set, or "". of_aws: of types AWS and AWS_PROXY."""
    forbidden = _ILLEGAL_FOR_AWS if of_aws else _ILLEGAL
    for key in given or {}:
        place, _, name = key.removeprefix("integration.request.").partition(".")
        if place == "header" and name.lower() in forbidden:
            return name
    return ""


def mapped(given: Mapping[str, str] | None, sources: Sources) -> Mapped:
    """The parameters of an integration request; those without a value are left out."""
    made = Mapped()
    for key, expression in (given or {}).items():
        place, _, name = key.removeprefix("integration.request.").partition(".")
        values = _request_values(expression, sources)
        if not values:
            continue
        if place == "header":
            pair = rules.safe(name, ",".join(values))
            made.headers += [pair] if pair else []
        elif place == "querystring":
            made.query += [(name, value) for value in values]
        else:
            made.path[name] = ",".join(values)
    return made


def response_headers(
    given: Mapping[str, str] | None, sources: Sources, headers: Headers, body: bytes
) -> list[tuple[str, str]]:
    """Names and values of a method response. headers, body: the integration's."""
    made = []
    for key, expression in (given or {}).items():
        value = _response_value(expression, sources, headers, body)
        if value is not None:
            made.append((key.removeprefix("method.response.header."), value))
    return made


def _request_values(expression: str, sources: Sources) -> list[str]:
    if _STATIC.fullmatch(expression):
        return [expression[1:-1]]
    if expression.startswith("method.request.body"):
        found = _of_body(sources.request.body, expression.removeprefix("method.request.body"))
        return [] if found is None else [found]
    if not expression.startswith("method.request."):
        shared = _shared(expression, sources)
        return [] if shared is None else [shared]
    place, _, name = expression.removeprefix("method.request.").partition(".")
    if place == "path":
        return [sources.variables[name]] if name in sources.variables else []
    if place.endswith("header"):
        found_values = [value for given, value in sources.request.headers if given.lower() == name.lower()]
    else:
        found_values = [value for given, value in sources.request.query if given == name]
    return found_values if place.startswith("multivalue") else found_values[-1:]


def _response_value(expression: str, sources: Sources, headers: Headers, body: bytes) -> str | None:
    if _STATIC.fullmatch(expression):
        return expression[1:-1]
    if not expression.startswith("integration.response."):
        return _shared(expression, sources)
    rest = expression.removeprefix("integration.response.")
    if rest.startswith("body"):
        return _of_body(body, rest.removeprefix("body"))
    name = rest.partition(".")[2].lower()
    return ",".join(value for given, value in headers if given.lower() == name) or None


def _shared(expression: str, sources: Sources) -> str | None:
    kind, _, name = expression.partition(".")
    if kind == "stageVariables":
        return sources.stage_variables.get(name)
    found = json_paths.look_up(sources.context, name)
    return None if found is None else json_paths.as_text(found)


def _of_body(body: bytes, path: str) -> str | None:
    if not path:
        return body.decode("utf-8", "replace")
    found = json_paths.look_up(json_paths.document_of(body), path.removeprefix("."))
    return None if found is None else json_paths.as_text(found)


def _invalid(why: str) -> AwsError:
    return bad_request(
        f"Invalid mapping expression specified: Validation Result: warnings : [], errors : [{why}]"
    )
