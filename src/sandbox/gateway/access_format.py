"""Formats of access logs: what may stand in one, and the line that comes of it. Pure.

    >>> AccessFormat("$context.status $context.nothing").line({"status": "200"})
    '200 -'

Sources: API Gateway Developer Guide, *Customize HTTP API access logs* and *Variables for access logging for
API Gateway*; of the words of each refusal, beside it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

NOTHING = "-"
"""What stands for a variable that has no value, or that there is not."""

_VARIABLE = re.compile(r"\$context\.(\w[\w.-]*\w)")
_IDS = ("requestId", "extendedRequestId")
# The rule: aws/aws-cdk, pull request 22591. The words: only checkers of templates report them.
_NO_ID = "Access Log format must include either $context.requestId or $context.extendedRequestId"
# Words: ministryofjustice/cloud-platform-environments, pull request 12962.
_LINES = "Access Log format must be single line, new line character is allowed only at end of the format"

_OF_HTTP_APIS = frozenset(
    (
        *(
            "accountId",
            "apiId",
            "awsEndpointRequestId",
            "awsEndpointRequestId2",
            "customDomain.basePathMatched",
        ),
        *("dataProcessed", "domainName", "domainPrefix", "extendedRequestId", "httpMethod"),
        *("error.message", "error.messageString", "error.responseType"),
        *("identity.accountId", "identity.caller", "identity.cognitoAuthenticationProvider"),
        *(
            "identity.cognitoAuthenticationType",
            "identity.cognitoIdentityId",
            "identity.cognitoIdentityPoolId",
        ),
        *("identity.principalOrgId", "identity.clientCert.clientCertPem", "identity.clientCert.subjectDN"),
        *("identity.clientCert.issuerDN", "identity.clientCert.serialNumber"),
        *("identity.clientCert.validity.notBefore", "identity.clientCert.validity.notAfter"),
        *("identity.sourceIp", "identity.user", "identity.userAgent", "identity.userArn"),
        *("integration.error", "integration.integrationStatus", "integration.latency"),
        *("integration.requestId", "integration.status"),
        *("integrationErrorMessage", "integrationLatency", "integrationStatus", "path", "protocol"),
        *("requestId", "requestTime", "requestTimeEpoch", "responseLatency", "responseLength"),
        *("routeKey", "stage", "status"),
        # Taken, and never filled: seen as "-" in public logs of HTTP APIs.
        "resourcePath",
    )
)
"""Others are refused, but for those of authorizers."""


class AccessFormat:
    """A format, ready to make lines of."""

    __slots__ = ("_parts",)

    def __init__(self, text: str) -> None:
        self._parts = _VARIABLE.split(text.rstrip("\r\n"))

    def line(self, values: Mapping[str, str]) -> str:
        """The line of a request. values: by what follows `$context.`; "" is as good as none."""
        parts = list(self._parts)
        parts[1::2] = [values.get(name) or NOTHING for name in parts[1::2]]
        return "".join(parts)


def problem(kind: str, text: str) -> str:
    """What API Gateway refuses a format for, or "". kind: `HTTP` or `REST`."""
    if "\n" in text.removesuffix("\n").removesuffix("\r"):
        return _LINES
    named = _VARIABLE.findall(text)
    # Words: Terraform users report them for $context.requestLength and $context.request.header.….
    unknown = [f"$context.{name}" for name in named if kind == "HTTP" and not _is_known(name)]
    if unknown:
        return f"The following context variables are not supported: [{', '.join(unknown)}]"
    return "" if any(name in _IDS for name in named) else _NO_ID


def _is_known(name: str) -> bool:
    return name in _OF_HTTP_APIS or name.startswith("authorizer.")
