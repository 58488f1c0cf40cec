"""HTTP headers on their way in and out: what is dropped, renamed and made safe to send."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

Headers = list[tuple[str, str]]

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")

HOP_BY_HOP = frozenset(
    (
        "connection",
        "keep-alive",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "expect",
    )
)
"""Headers of one connection (RFC 9110, 7.6.1): they reach no function and come from none."""

# Recorded on AWS: localstack/localstack, tests/aws/services/apigateway, TestApiGatewayHeaderRemapping.
REST_DROPPED = HOP_BY_HOP | {
    "content-length",
    "content-md5",
    "max-forwards",
    "proxy-authenticate",
    "server",
    "www-authenticate",
}

# From the same record, on the way back: they arrive as x-amzn-Remapped-<name>.
_REST_REMAPPED = frozenset(
    (
        *("authorization", "connection", "content-length", "content-md5", "date", "expect", "host"),
        *("max-forwards", "proxy-authenticate", "server", "trailer", "upgrade", "user-agent"),
        *("www-authenticate", "x-amzn-requestid"),
    )
)

_OWN = frozenset(("content-length", "apigw-requestid", "date"))


@lru_cache(maxsize=2048)
def title_case(name: str) -> str:
    """`x-custom-header` as `X-Custom-Header`: how HTTP APIs write names in events of payload 1.0
    (aws/aws-lambda-dotnet, LambdaTestTool-v2, snapshot V1_SimpleGetRequestHttpV1, recorded 2025-04-14).
    """
    return "-".join(part[:1].upper() + part[1:].lower() for part in name.split("-"))


def text_of(value: Any) -> str | None:
    """A header value as text: strings, numbers and booleans have one; lists and objects have none."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else None


@lru_cache(maxsize=2048)
def _is_name(name: str) -> bool:
    return _TOKEN.fullmatch(name) is not None


def safe(name: str, value: str) -> tuple[str, str] | None:
    """A header that can be sent as it stands, or None if its name is not one.

    A line break in a value would begin another header: control characters become blanks. What is
    not Latin-1 goes out as UTF-8.
    """
    if not _is_name(name):
        return None
    if value.isascii() and value.isprintable():
        return name, value.strip()
    if not value.isascii():
        value = value.encode("utf-8", "replace").decode("latin-1")
    return name, _CONTROL.sub(" ", value).strip()


def http_out(headers: Iterable[tuple[str, str]]) -> Headers:
    """A function's headers as an HTTP API sends them on; its own and the connection's are left out.

    Names are title-cased (snapshot V1_HandlesHeadersCorrectlyHttpV1 has `Myheader` for `myheader`).
    """
    sent = []
    for name, value in headers:
        lower = name.lower()
        if lower in HOP_BY_HOP or lower in _OWN:
            continue
        pair = safe(title_case(name), value)
        if pair:
            sent.append(pair)
    return sent


def rest_out(headers: Iterable[tuple[str, str]]) -> Headers:
    """A function's headers as a REST API sends them on, some under another name."""
    sent = []
    for name, value in headers:
        lower = name.lower()
        if lower == "transfer-encoding":
            continue
        pair = safe(f"x-amzn-Remapped-{name}" if lower in _REST_REMAPPED else name, value)
        if pair:
            sent.append(pair)
    return sent


def names(headers: Iterable[tuple[str, str]]) -> set[str]:
    """The names, in small letters."""
    return {name.lower() for name, _ in headers}


def merged(first: Mapping[str, list[str]], second: Mapping[str, list[str]]) -> Headers:
    """Both, one entry a value; names that differ in letter case only are one name, as `first` has it."""
    spelled = {name.lower(): name for name in first}
    values: dict[str, list[str]] = {name: list(entries) for name, entries in first.items()}
    for name, entries in second.items():
        values.setdefault(spelled.get(name.lower(), name), []).extend(entries)
    return [(name, value) for name, entries in values.items() for value in entries]
