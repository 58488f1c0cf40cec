"""Whose request is this? Signature Version 4, checked as AWS checks it.

Source: IAM User Guide, *Create a signed AWS API request* and *Elements of an AWS API request
signature*. The signing key of a secret is the same all day, so it is kept: a check then costs a few
microseconds, most of them in SHA-256.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import time
from calendar import timegm
from collections.abc import Callable
from functools import lru_cache
from urllib.parse import quote, unquote_plus

from sandbox.api_call import ALGORITHM, ApiCall, Claim
from sandbox.errors import AwsError
from sandbox.iam.caller import Caller, root_of
from sandbox.iam.sessions import Sessions

FindSecret = Callable[[str], "tuple[str, Caller] | None"]
"""Access key id of an IAM user → (secret, caller), or None."""

CLOCK_SKEW = 300
"""Seconds that a request's date may be off: five minutes, as for most AWS services."""

EXECUTE_API = "execute-api"
"""The service that requests to deployed APIs are signed for."""

S3_CLOCK_SKEW = 900
"""In S3 fifteen minutes (S3 API Reference, *Error responses*: RequestTimeTooSkewed)."""

LONGEST_PRESIGNED = 7 * 24 * 3600
"""Seconds that a presigned URL may be good for."""

_ACCOUNT_KEY = re.compile(r"\d{12}")
_BLANKS = re.compile(r" +")
_UNHASHED = ("UNSIGNED-PAYLOAD", "STREAMING-")


class Authenticator:
    """Turns the claim of a request into a caller, or refuses it in AWS's words."""

    def __init__(
        self,
        account: str,
        sessions: Sessions,
        find_secret: FindSecret,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._account = account
        self._sessions = sessions
        self._find_secret = find_secret
        self._clock = clock

    def authenticate(self, call: ApiCall) -> Caller:
        """The caller of `call`. Raises AwsError where key, token, date or signature is wrong."""
        claim = call.claim
        if claim is None:
            raise _missing(call)
        if _ACCOUNT_KEY.fullmatch(claim.access_key):
            # Any secret will do: it isolates learners and tests from one another, no more.
            return root_of(claim.access_key, claim.access_key)
        secret, caller = self._identify(call, claim)
        self._check_date(call, claim)
        expected = signature(call, claim, secret)
        if not hmac.compare_digest(expected.encode(), claim.signature.encode()):
            raise _wrong_signature(call, claim)
        return caller

    def _identify(self, call: ApiCall, claim: Claim) -> tuple[str, Caller]:
        if claim.access_key == "test":
            return "test", root_of(self._account, "test")
        session = self._sessions.find(claim.access_key)
        if session is not None:
            if not hmac.compare_digest(claim.token.encode(), session.token.encode()):
                raise _unknown_key(call, full_stop=False)
            if session.expires <= self._clock():
                raise _expired(call)
            return session.secret, session.caller
        found = self._find_secret(claim.access_key)
        if found is None:
            raise _unknown_key(call)
        return found

    def _check_date(self, call: ApiCall, claim: Claim) -> None:
        try:
            signed_at = _epoch(claim.timestamp)
        except ValueError as error:
            text = f"Date must be in ISO-8601 'basic format'. Got '{claim.timestamp[:40]}'. See ISO-8601."
            raise AwsError("IncompleteSignatureException", text, 400) from error
        now = self._clock()
        if claim.presigned:
            if claim.expires > LONGEST_PRESIGNED:
                text = (
                    "X-Amz-Expires must be less than a week (in seconds); "
                    f"that is, the given X-Amz-Expires must be less than {LONGEST_PRESIGNED} seconds"
                )
                raise AwsError("AuthorizationQueryParametersError", text, 400)
            if now > signed_at + claim.expires:
                raise _request_expired(call, "Request has expired")
            if now < signed_at - CLOCK_SKEW:
                raise _request_expired(call, "Request is not yet valid")
        elif abs(now - signed_at) > (S3_CLOCK_SKEW if call.service == "s3" else CLOCK_SKEW):
            raise _skewed(call, claim, now)


@lru_cache(maxsize=256)
def _epoch(timestamp: str) -> int:
    return timegm(time.strptime(timestamp, "%Y%m%dT%H%M%SZ"))


def signature(call: ApiCall, claim: Claim, secret: str) -> str:
    """The signature that `secret` gives this request, in hex."""
    to_sign = _string_to_sign(claim, _canonical_request(call, claim))
    return hmac.new(_signing_key(secret, *claim.scope), to_sign.encode(), "sha256").hexdigest()


def _string_to_sign(claim: Claim, canonical_request: str) -> str:
    scope = "/".join((*claim.scope, "aws4_request"))
    digest = hashlib.sha256(canonical_request.encode()).hexdigest()
    return f"{ALGORITHM}\n{claim.timestamp}\n{scope}\n{digest}"


@lru_cache(maxsize=1024)
def _signing_key(secret: str, date: str, region: str, service: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in (date, region, service, "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key


def _canonical_request(call: ApiCall, claim: Claim) -> str:
    request = call.request
    headers = "".join(
        f"{name}:{_BLANKS.sub(' ', request.header(name).strip())}\n" for name in claim.signed_headers
    )
    # S3 signs the path as it is sent; every other service normalises it and encodes it once more.
    path = request.raw_path or "/"
    if call.service != "s3":
        path = quote(_without_dots(path), safe="/-_.~")
    return "\n".join(
        (
            request.method,
            path,
            _canonical_query(request.query_string),
            headers,
            ";".join(claim.signed_headers),
            _payload_hash(call, claim),
        )
    )


def _without_dots(path: str) -> str:
    """The path without empty, `.` and `..` segments (RFC 3986, 5.2.4)."""
    if "//" not in path and "/." not in path:
        return path
    kept: list[str] = []
    for segment in path.split("/"):
        if segment == ".." and kept:
            kept.pop()
        elif segment not in ("", ".", ".."):
            kept.append(segment)
    return "/" + "/".join(kept) + ("/" if kept and path.endswith("/") else "")


def _canonical_query(query_string: str) -> str:
    if not query_string:
        return ""
    pairs = []
    for part in query_string.split("&"):
        name, _, value = part.partition("=")
        if name and name != "X-Amz-Signature":
            pairs.append((_encoded(name), _encoded(value)))
    return "&".join(f"{name}={value}" for name, value in sorted(pairs))


def _encoded(text: str) -> str:
    return quote(unquote_plus(text), safe="-_.~")


def _payload_hash(call: ApiCall, claim: Claim) -> str:
    if claim.presigned and call.service == "s3":
        return "UNSIGNED-PAYLOAD"
    stated = call.request.header("x-amz-content-sha256")
    computed = hashlib.sha256(call.request.body).hexdigest()
    if call.service == EXECUTE_API:
        return computed  # a deployed API reads the body itself: UNSIGNED-PAYLOAD is S3's
    if stated.startswith(_UNHASHED):
        return stated
    if stated and stated != computed:
        raise AwsError(
            "XAmzContentSHA256Mismatch",
            "The provided 'x-amz-content-sha256' header does not match what was computed.",
            400,
        )
    return computed


# The same refusal has another name and status in each protocol.
# Sources: cases ddb-unrecognized-client; AWS General Reference *Common errors*; S3 *Error responses*.


def _status(call: ApiCall) -> int:
    return 400 if call.protocol == "json" else 403


def _unknown_key(call: ApiCall, full_stop: bool = True) -> AwsError:
    if call.protocol == "rest-xml":
        text = "The AWS Access Key Id you provided does not exist in our records."
        return AwsError("InvalidAccessKeyId", text, 403)
    code = "InvalidClientTokenId" if call.protocol == "query" else "UnrecognizedClientException"
    text = "The security token included in the request is invalid"
    return AwsError(code, text + ("." if full_stop else ""), _status(call), message_key="message")


def _missing(call: ApiCall) -> AwsError:
    if call.protocol == "rest-xml":
        return AwsError("AccessDenied", "Access Denied", 403)
    code = "MissingAuthenticationToken" + ("" if call.protocol == "query" else "Exception")
    return AwsError(code, "Request is missing Authentication Token", _status(call), message_key="message")


def _wrong_signature(call: ApiCall, claim: Claim) -> AwsError:
    if call.protocol == "rest-xml":
        text = (
            "The request signature we calculated does not match the signature you provided. "
            "Check your key and signing method."
        )
        return AwsError("SignatureDoesNotMatch", text, 403)
    code = "SignatureDoesNotMatch" if call.protocol == "query" else "InvalidSignatureException"
    text = (
        "The request signature we calculated does not match the signature you provided. "
        "Check your AWS Secret Access Key and signing method. "
        "Consult the service documentation for details."
    )
    if call.service == EXECUTE_API:
        text += _calculated(call, claim)
    return AwsError(code, text, _status(call), message_key="message")


def _calculated(call: ApiCall, claim: Claim) -> str:
    """What was signed, as API Gateway sees it: the caller lays it beside its own.

    Source: AWS Knowledge Center, *Troubleshoot SigV4 signature mismatch errors with IAM authentication for
    API Gateway*.
    """
    canonical = _canonical_request(call, claim)
    return (
        f"\n\nThe Canonical String for this request should have been\n'{canonical}'"
        f"\n\nThe String-to-Sign should have been\n'{_string_to_sign(claim, canonical)}'\n"
    )


def _expired(call: ApiCall) -> AwsError:
    code = "ExpiredToken" if call.protocol in ("query", "rest-xml") else "ExpiredTokenException"
    text = "The security token included in the request is expired"
    return AwsError(code, text, _status(call), message_key="message")


def _request_expired(call: ApiCall, text: str) -> AwsError:
    if call.protocol == "rest-xml":
        return AwsError("AccessDenied", text, 403)
    return AwsError("InvalidSignatureException", text, _status(call), message_key="message")


def _skewed(call: ApiCall, claim: Claim, now: float) -> AwsError:
    if call.protocol == "rest-xml":
        text = "The difference between the request time and the current time is too large."
        return AwsError("RequestTimeTooSkewed", text, 403)
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(now - CLOCK_SKEW))
    at = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(now))
    text = f"Signature expired: {claim.timestamp} is now earlier than {stamp} ({at} - 5 min.)"
    if claim.timestamp > at:
        stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(now + CLOCK_SKEW))
        text = f"Signature not yet current: {claim.timestamp} is still later than {stamp} ({at} + 5 min.)"
    code = "SignatureDoesNotMatch" if call.protocol == "query" else "InvalidSignatureException"
    return AwsError(code, text, _status(call), message_key="message")
