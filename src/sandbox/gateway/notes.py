"""What is learned of a request on its way, for the logs of its stage."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from typing import Any, Protocol


class Result(Protocol):
    """What Lambda answered."""

    @property
    def payload(self) -> bytes: ...

    @property
    def function_error(self) -> str: ...

    @property
    def request_id(self) -> str: ...

    @property
    def executed_version(self) -> str: ...


@dataclass(slots=True)
class Notes:
    """Filled step by step; what was not reached stays empty. Made only where a log asks for it.

    began, sent, returned: of the request, of the call of Lambda and of its end, by time.perf_counter().
    target: the function's ARN. event: what it was sent. result: what Lambda answered. failure: the kind of
    InvocationFailed, or `malformed`. log: what an execution log says of it. status: that of the function's
    result. mocked: whether a MOCK integration answered. kind, message: of API Gateway's own answer, its
    gateway response type and text.
    """

    began: float = field(default_factory=time.perf_counter)
    target: str = ""
    event: bytes = b""
    sent: float | None = None
    returned: float | None = None
    result: Result | None = None
    failure: str = ""
    log: str = ""
    status: int | None = None
    mocked: bool = False
    kind: str = ""
    message: str = ""

    def sends(self, event: bytes) -> None:
        """Lambda is called now."""
        self.event, self.sent = event, time.perf_counter()

    def gets(self, result: Result) -> None:
        """Lambda has answered."""
        self.result, self.returned = result, time.perf_counter()

    def passes(self, status: int) -> None:
        """An HTTP endpoint has answered."""
        self.status, self.returned = status, time.perf_counter()

    def fails(self, kind: str, log: str = "") -> None:
        """The function gave no result, or none that could be used."""
        self.failure, self.log = kind, log
        if self.sent is not None and self.returned is None:
            self.returned = time.perf_counter()

    def own(self, kind: str, body: bytes) -> None:
        """API Gateway answers by itself."""
        self.kind, self.message = kind, str(_parsed(body).get("message") or "")

    @property
    def latency(self) -> int | None:
        """Milliseconds that the call of Lambda took."""
        if self.sent is None or self.returned is None:
            return None
        return int((self.returned - self.sent) * 1000)

    @property
    def function_message(self) -> str:
        """The errorMessage of a function that failed."""
        return str(_parsed(self.result.payload).get("errorMessage") or "") if self.result else ""


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
