"""The one request, and its answer: who gave it, and whether it is one that was meant."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from workshop.checking.http_call import HttpClient
from workshop.doctor.address import Address

LONGEST = 200
SKEW = 2.0
"""Seconds by which two clocks may differ before it counts; the Date header knows whole seconds."""

_IDS = {"apigw-requestid", "x-amzn-requestid", "x-amz-apigw-id"}
_SERVICE_ERROR = re.compile(r"<Error>\s*<Code>(\w+)</Code>")
_GATEWAYS_WORDS = (
    *("Not Found", "Internal Server Error", "Service Unavailable", "Forbidden", "Unauthorized"),
    *("Too Many Requests", "Missing Authentication Token", "Bad Request"),
)
"""Messages of an HTTP API's own answers (cases http-404-unknown-path …)."""


@dataclass(frozen=True)
class Reply:
    """What came back. status: None where nothing came; error says why.

    began, ended: milliseconds since 1970, by AWS's clock as far as it can be told.
    """

    status: int | None
    text: str
    headers: Mapping[str, str]
    began: int
    ended: int
    error: str = ""

    @property
    def value(self) -> Any:
        """The body read as JSON; None where it is none."""
        try:
            return json.loads(self.text)
        except ValueError:
            return None

    @property
    def message(self) -> str:
        """The `message` of the body, or ""."""
        value = self.value
        found = value.get("message", value.get("Message", "")) if isinstance(value, dict) else ""
        return str(found)

    @property
    def request_id(self) -> str:
        """The API's id of the request, or ""."""
        return self.headers.get("x-amzn-requestid") or self.headers.get("apigw-requestid") or ""

    @property
    def by_gateway(self) -> bool:
        """Whether API Gateway answered by itself: REST APIs say it in a header, HTTP APIs by their words."""
        if self.headers.get("x-amzn-errortype"):
            return True
        own = [json.dumps({"message": words}, separators=(",", ":")) for words in _GATEWAYS_WORDS]
        return bool(self.headers.get("apigw-requestid")) and self.text in own

    @property
    def service_error(self) -> str:
        """The error code of another service that answered, such as S3, or "": neither API nor function did.

        Services answer errors in XML, or in JSON with a `__type` (AWS SDKs, *Smithy protocols*).
        """
        found = _SERVICE_ERROR.search(self.text) if self.text.lstrip().startswith("<") else None
        value = self.value
        named = value.get("__type", "") if isinstance(value, dict) and (self.status or 0) >= 400 else ""
        return found[1] if found else str(named).rpartition("#")[2]

    @property
    def stranger(self) -> str:
        """What somebody else than an API answered with, such as `the error NoSuchBucket`; "" where one did.

        Every answer of API Gateway has an id in its headers; pages of proxies and of other servers have none.
        """
        if not self.text.lstrip().startswith("<") or (self.status or 0) < 400:
            return ""
        if self.service_error:
            return f"the error {self.service_error}"
        return "" if self.headers.keys() & _IDS else "a page of HTML"

    @property
    def is_fine(self) -> bool:
        """Whether the function answered, and meant it: any status below 500."""
        answered = self.status is not None and self.status < 500
        return answered and not self.by_gateway and not (self.service_error or self.stranger)

    @property
    def shown(self) -> str:
        """Status and body in one line."""
        if self.status is None:
            return f"no answer: {self.error}"
        text = " ".join(self.text.split())
        return f"{self.status} {text if len(text) <= LONGEST else text[:LONGEST] + '…'}".strip()


def send(http: HttpClient, address: Address, method: str, data: str | None) -> Reply:
    """Send the request, once."""
    import requests

    headers = {"host": address.host} if address.host else {}
    if data is not None:
        headers["content-type"] = "application/json"
    began = time.time()
    try:
        answer = http.request(method, address.send_to, data, headers)
    except requests.RequestException as error:
        return Reply(None, "", {}, _ms(began), _ms(time.time()), type(error).__name__)
    skew = _skew(answer.headers.get("date", ""), time.time())
    kept = {name.lower(): value for name, value in answer.headers.items()}
    return Reply(answer.status_code, answer.text, kept, _ms(began + skew), _ms(time.time() + skew))


def _skew(date: str, now: float) -> float:
    """By how many seconds AWS's clock is ahead of ours; 0.0 where that is little."""
    try:
        told = parsedate_to_datetime(date)
    except ValueError:
        return 0.0
    skew = told.replace(tzinfo=told.tzinfo or UTC).timestamp() - datetime.fromtimestamp(now, UTC).timestamp()
    return skew if abs(skew) > SKEW else 0.0


def _ms(seconds: float) -> int:
    return int(seconds * 1000)
