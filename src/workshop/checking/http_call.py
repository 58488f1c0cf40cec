"""The HTTP requests a check sends: bounded in time, and kept as evidence."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from workshop.checking.evidence import LONGEST_ANSWER, shorten

if TYPE_CHECKING:
    import requests

SECONDS = (3.0, 35.0)
"""To connect, and to answer: API Gateway itself gives up after 29 or 30 s."""


@dataclass(frozen=True)
class HttpCall:
    """One HTTP request and what came back.

    body: as it was sent, None for none. status: None where no answer came; `error` says why.
    answer: the body that came, cut where it is long. times: how often in a row the same was asked.
    """

    method: str
    url: str
    body: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    status: int | None = None
    answer: str = ""
    error: str = ""
    times: int = 1

    def as_curl(self) -> str:
        """The request as a line for a shell.

        >>> print(HttpCall("GET", "http://127.0.0.1:4566/users?limit=2").as_curl())
        curl -i 'http://127.0.0.1:4566/users?limit=2'
        """
        words = ["curl", "-i", *([] if self.method == "GET" else ["-X", self.method]), self.url]
        for name, value in self._shown_headers().items():
            words += ["-H", f"{name}: {value}"]
        if self.body is not None:
            words += ["-d", shorten(self.body)]
        return shlex.join(words)

    def as_requests(self) -> str:
        """The request as a line of Python.

        >>> print(HttpCall("POST", "http://127.0.0.1:4566/users", "{}").as_requests())
        requests.request('POST', 'http://127.0.0.1:4566/users', data='{}')
        """
        given = [repr(self.method), repr(self.url)]
        if self.body is not None:
            given.append(f"data={shorten(self.body)!r}")
        if self.headers:
            given.append(f"headers={self._shown_headers()!r}")
        return f"requests.request({', '.join(given)})"

    def lines(self) -> Iterator[str]:
        """The request in both ways and what came back."""
        yield f"  {self.as_requests()}"
        yield f"  {self.as_curl()}"
        came_back = f"no answer: {self.error}" if self.status is None else self._came_back
        yield f"  → {came_back}{f'  ({self.times} times)' if self.times > 1 else ''}"

    def as_dict(self) -> dict[str, Any]:
        """The request for JSON, with both lines."""
        return {
            "service": "http",
            "operation": self.method,
            "parameters": {"url": self.url, "body": shorten(self.body), "headers": self._shown_headers()},
            "answer": self._came_back,
            "error": self.error,
            "times": self.times,
            "requests": self.as_requests(),
            "curl": self.as_curl(),
        }

    @property
    def _came_back(self) -> str:
        return "" if self.status is None else f"{self.status} {self.answer}".strip()

    def _shown_headers(self) -> dict[str, Any]:
        shown: dict[str, Any] = shorten(self.headers)
        return shown


class HttpClient:
    """Sends requests and hands each, with its answer, to `keep`.

    No credential of the machine, no redirect; connections are used again. A proxy and a bundle of CAs of the
    environment are for `https://` only: never for this machine.
    """

    def __init__(self, keep: Callable[[HttpCall], object]) -> None:
        import requests

        self._keep = keep
        self._session = requests.Session()
        self._session.trust_env = False

    def request(
        self, method: str, url: str, body: str | None = None, headers: Mapping[str, str] | None = None
    ) -> requests.Response:
        """The answer. Raises requests.RequestException where none comes."""
        import requests

        call = (method, url, body, dict(headers or {}))
        data = None if body is None else body.encode()
        try:
            answer = self._session.request(
                method,
                url,
                data=data,
                headers=headers,
                timeout=SECONDS,
                allow_redirects=False,
                **_way_out(url),
            )
        except requests.RequestException as error:
            self._keep(HttpCall(*call, error=f"{type(error).__name__}: {error}"))
            raise
        self._keep(HttpCall(*call, status=answer.status_code, answer=_cut(answer.text)))
        return answer

    def close(self) -> None:
        """Ends the connections."""
        self._session.close()


def _way_out(url: str) -> dict[str, Any]:
    """How requests leaves the machine: AWS may be behind the network's proxy."""
    from requests.utils import get_environ_proxies

    if not url.startswith("https://"):
        return {}
    bundle = os.environ.get("AWS_CA_BUNDLE") or os.environ.get("REQUESTS_CA_BUNDLE")
    return {"proxies": get_environ_proxies(url), "verify": bundle or True}


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_ANSWER else text[: LONGEST_ANSWER - 1] + "…"
