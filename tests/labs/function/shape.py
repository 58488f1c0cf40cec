"""Whether a result is a proxy response, and what HTTP answer it is.

As API Gateway takes it: cases proxy-* (a statusCode as a number or as digits, a body of text or none).
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Any

from tests.labs.function import messages
from tests.labs.function.invoking import Invocation
from tests.labs.function.running import fail_if_failed

LONGEST_BODY = 180


@dataclass(frozen=True)
class Reply:
    """The HTTP answer. text: the body, empty where there is none. value: the body read as JSON."""

    status: int
    text: str
    value: Any

    @property
    def shown(self) -> str:
        """The body for a message, cut where it is long."""
        return shown(self.text) if self.text else "without a body"


def shown(value: Any) -> str:
    """A value as JSON, or a text as it is, cut where it is long."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= LONGEST_BODY else text[: LONGEST_BODY - 1] + "…"


def reply_to(invocation: Invocation, expected: str, table: str) -> Reply:
    """The HTTP answer that a result is; the check ends where it is none.

    expected: the answer that was hoped for, in words.
    """
    fail_if_failed(invocation, expected, table)
    result, sent, request = invocation.result, invocation.evidence, invocation.request
    payload = shown(invocation.payload)
    if result is None:
        messages.NO_RESULT.fail(sent, request=request, payload=payload)
    if isinstance(result, str):
        messages.RESULT_IS_TEXT.fail(sent, request=request, payload=payload)
    if not isinstance(result, dict) or result.get("statusCode") is None:
        messages.NO_STATUS.fail(sent, request=request, payload=payload)
    status = _status(result["statusCode"])
    if status is None:
        messages.STATUS_NO_NUMBER.fail(sent, request=request, status=json.dumps(result["statusCode"]))
    text = _body(invocation, result)
    return Reply(status, text, _value(invocation, text) if text and status != 204 else None)


def _status(given: Any) -> int | None:
    """A status from 200 to 599, as a number or as digits; None for anything else."""
    if isinstance(given, str) and given.strip().isdecimal():
        given = int(given)
    if isinstance(given, bool) or not isinstance(given, int | float) or given != int(given):
        return None
    return int(given) if 200 <= given <= 599 else None


def _body(invocation: Invocation, result: dict[str, Any]) -> str:
    body = result.get("body")
    if body is None:
        return ""
    if not isinstance(body, str):
        messages.BODY_NO_TEXT.fail(invocation.evidence, request=invocation.request, body=shown(body))
    return base64.b64decode(body).decode() if result.get("isBase64Encoded") else body


def _value(invocation: Invocation, text: str) -> Any:
    try:
        value = json.loads(text)
    except ValueError:
        messages.BODY_NO_JSON.fail(invocation.evidence, request=invocation.request, body=shown(text))
    if isinstance(value, str) and _is_json(value):
        messages.DOUBLE_ENCODED.fail(invocation.evidence, request=invocation.request, body=shown(text))
    return value


def _is_json(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict | list)
    except ValueError:
        return False
