"""Requests to deployed APIs with AWS_IAM authorisation: whose signature is on them?

Clients sign for the service `execute-api`, with the host and the path that they send to. The checks, their
order and their words are those of the framework in front of AWS's JSON services, of which API Gateway is one:
mhart/dynalite, index.js (recorded on AWS, with the order). A header is no longer repeated, but told as its
hash: that of the whole value, as answers in public logs to values that they show prove.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from urllib.parse import unquote

from sandbox.api_call import ALGORITHM, ApiCall, Claim
from sandbox.errors import AwsError
from sandbox.iam.actions.ask import Ask
from sandbox.iam.authenticate import EXECUTE_API
from sandbox.messages import HttpRequest

ACTION = "execute-api:Invoke"

INCOMPLETE = "IncompleteSignatureException"
INVALID = "InvalidSignatureException"
MISSING = "MissingAuthenticationTokenException"

_PARAMETERS = ("Credential", "Signature", "SignedHeaders")
_QUERY = ("X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature", "X-Amz-SignedHeaders", "X-Amz-Date")
_TIMESTAMP = re.compile(r"\d{8}T\d{6}Z")
_ELEMENTS = 5


def invoke(resource: str) -> Ask:
    """What a request to a method or route asks IAM for. resource: the ARN of the method with its path."""
    return Ask(ACTION, resource, {})


def signed_call(request: HttpRequest, region: str) -> ApiCall:
    """The request as a call of execute-api, for the signature to be checked.

    region: the API's. Raises AwsError, always with status 403, for a request that is not signed, or not so
    that its signature could be checked.
    """
    return ApiCall(EXECUTE_API, "Invoke", region, _claim(request, region), request)


def unsigned_call(request: HttpRequest, region: str) -> ApiCall:
    """The request as a call of execute-api by whoever sends it, of whom nothing is asked."""
    return ApiCall(EXECUTE_API, "Invoke", region, None, request)


def _claim(request: HttpRequest, region: str) -> Claim:
    header = request.header("authorization")
    if header:
        return _of_header(request, header, region)
    query = dict(request.query)
    if "X-Amz-Signature" in query or "X-Amz-Algorithm" in query:
        return _of_query(query, region)
    raise AwsError(MISSING, "Missing Authentication Token", 403)


def _of_header(request: HttpRequest, header: str, region: str) -> Claim:
    algorithm, _, rest = header.partition(" ")
    parts = dict(_pair(text.strip(), header) for text in rest.split(",") if text.strip())
    timestamp = request.header("x-amz-date") or request.header("date")
    lacking = [name for name in _PARAMETERS if not parts.get(name)]
    told = [f"Authorization header requires '{name}' parameter." for name in lacking]
    if not timestamp:
        told.append("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.")
    if told:
        told.append(f"(Hashed with SHA-256 and encoded with Base64) Authorization={_digest(header)}")
        raise AwsError(INCOMPLETE, " ".join(told), 403)
    names = tuple(parts["SignedHeaders"].split(";"))
    access_key, scope = _checked(timestamp, names, algorithm, parts["Credential"], region)
    return Claim(
        access_key,
        scope,
        names,
        parts["Signature"],
        timestamp,
        token=request.header("x-amz-security-token"),
    )


def _pair(text: str, header: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise AwsError(
            INCOMPLETE,
            "Invalid key=value pair (missing equal-sign) in Authorization header "
            f"(hashed with SHA-256 and encoded with Base64): '{_digest(header)}'.",
            403,
        )
    return name, value


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _of_query(query: Mapping[str, str], region: str) -> Claim:
    for name in _QUERY:
        if not query.get(name):
            text = (
                f"AWS query-string parameters must include '{name}'. Re-examine the query-string parameters."
            )
            raise AwsError(INCOMPLETE, text, 403)
    names = tuple(unquote(query["X-Amz-SignedHeaders"]).split(";"))
    timestamp, expires = query["X-Amz-Date"], query.get("X-Amz-Expires", "0")
    if not expires.isdecimal():
        raise AwsError(INCOMPLETE, "X-Amz-Expires should be a number", 403)
    access_key, scope = _checked(
        timestamp, names, query["X-Amz-Algorithm"], query["X-Amz-Credential"], region
    )
    return Claim(
        access_key,
        scope,
        names,
        query["X-Amz-Signature"],
        timestamp,
        presigned=True,
        expires=int(expires),
        token=query.get("X-Amz-Security-Token", ""),
    )


def _checked(
    timestamp: str, names: tuple[str, ...], algorithm: str, credential: str, region: str
) -> tuple[str, tuple[str, str, str]]:
    """Access key and scope of a credential, if all that a signature names is as it should be."""
    if not _TIMESTAMP.fullmatch(timestamp):
        text = f"Date must be in ISO-8601 'basic format'. Got '{timestamp[:40]}'."
        raise AwsError(INCOMPLETE, f"{text} See http://en.wikipedia.org/wiki/ISO_8601", 403)
    if "host" not in [name.lower() for name in names]:
        text = "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."
        raise AwsError(INVALID, text, 403)
    if algorithm != ALGORITHM:
        raise AwsError(INCOMPLETE, f"Unsupported AWS 'algorithm': '{algorithm[:40]}'.", 403)
    elements = credential.split("/")
    if len(elements) != _ELEMENTS or not elements[0]:
        text = "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term"
        raise AwsError(INCOMPLETE, f"{text}, got '{credential[:120]}'", 403)
    access_key, date, scope_region, service, term = elements
    wrong = []
    if scope_region != region:
        wrong.append(f"Credential should be scoped to a valid region, not '{scope_region}'.")
    if service != EXECUTE_API:
        wrong.append(f"Credential should be scoped to correct service: '{EXECUTE_API}'.")
    if term != "aws4_request":
        wrong.append(f"Credential should be scoped with a valid terminator: 'aws4_request', not '{term}'.")
    if date != timestamp[:8]:
        wrong.append(
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
            f"'{date}' != '{timestamp[:8]}', from '{timestamp}'."
        )
    if wrong:
        raise AwsError(INVALID, " ".join(wrong), 403)
    return access_key, (date, scope_region, service)
