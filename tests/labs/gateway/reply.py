"""An HTTP request of a check, and its answer."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import requests

from tests.labs.gateway.api import Api
from tests.labs.gateway.messages import DEPLOY
from workshop.checking.finding import Call
from workshop.checking.message import Message
from workshop.checking.session import recorded

NO_ANSWER = Message(
    saw="{url} gave no answer ({error}); this address is the {how}",
    expected="an answer of the {kind}, whatever it says",
    why="Where nobody answers, the host in the URL is wrong, or the network between.",
    next_step="Compare the host with `aws apigatewayv2 get-apis` (ApiEndpoint), for a REST API its id with "
    f"`aws apigateway get-rest-apis`, and mend the output, then: {DEPLOY}",
)

LONGEST_SHOWN = 120


@dataclass(frozen=True)
class Reply:
    """What came back. path: behind the API's URL. began: when it was sent, in milliseconds.

    sent: the request as evidence.
    """

    method: str
    url: str
    path: str
    status: int
    text: str
    headers: Mapping[str, str]
    began: int
    sent: Call

    @property
    def asked(self) -> str:
        return f"{self.method} {self.url}"

    @property
    def came(self) -> str:
        """Status and body, the body cut where it is long."""
        body = self.text if len(self.text) <= LONGEST_SHOWN else f"{self.text[:LONGEST_SHOWN]}…"
        return f"{self.status} {body}".strip()

    @property
    def value(self) -> Any:
        """The body read as JSON; None where it is none."""
        try:
            return json.loads(self.text)
        except ValueError:
            return None


def send(
    api: Api, method: str, path: str, value: Any = None, headers: Mapping[str, str] | None = None
) -> Reply:
    """The answer of an API to a request, `value` as its JSON body. Ends the check where none comes."""
    url = f"{api.url}{path}"
    body = None if value is None else json.dumps(value)
    kind = {} if value is None else {"content-type": "application/json"}
    began = int(time.time() * 1000)
    try:
        answer = api.lab.request(method, url, body=body, headers={**kind, **(headers or {})})
    except requests.RequestException as error:
        NO_ANSWER.fail(how=api.how, url=url, error=type(error).__name__, kind=api.kind)
    return Reply(
        method,
        url,
        path.partition("?")[0],
        answer.status_code,
        answer.text,
        answer.headers,
        began,
        recorded()[-1],
    )
