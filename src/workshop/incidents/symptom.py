"""The request of a ticket, sent: once, or as often as it takes to show something."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from workshop.checking.http_call import HttpClient
from workshop.incidents.incident import Request
from workshop.incidents.stack import Stack
from workshop.progress import now

MANY, AT_ONCE = 12, 12
"""Requests of a load, and how many of them are under way at once."""

LONGEST = 160


@dataclass(frozen=True)
class Answer:
    """What came back. status: None where nothing came. counts: of a load, how often each status came.

    left: ids of users that the requests may have stored, and that could not be removed again.
    """

    at: str
    status: int | None
    body: str
    counts: Mapping[str, int] = field(default_factory=dict)
    left: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """Status and body, in one line."""
        return f"{self.status or 'nothing'} {shortened(self.body)}".strip()

    def as_dict(self) -> dict[str, Any]:
        """Plain data, for the record."""
        return {
            "at": self.at,
            "status": self.status,
            "body": self.body,
            "counts": dict(self.counts),
            "left": list(self.left),
        }


def observe(stack: Stack, kind: str, request: Request, load: bool = False) -> Answer:
    """Sends the request to an API of the stack, many times for a load, and removes the users it has stored.

    Of a load, status and body are of an answer that was not right, if there was one.
    """
    url, method = stack.url(kind, request.path), request.method
    bodies = [request.data() for _ in range(MANY if load else 1)]
    with ThreadPoolExecutor(AT_ONCE if load else 1) as pool:
        answers = list(pool.map(lambda body: _once(url, method, body), bodies))
    shown = next((one for one in answers if is_wrong(one, request)), answers[0])
    counts = Counter(str(one.status or "none") for one in answers) if load else {}
    left = forget(stack, [user_id for body in bodies for user_id in sent_user(body)])
    return Answer(shown.at, shown.status, shown.body, dict(sorted(counts.items())), left)


def send(stack: Stack, kind: str, request: Request) -> Answer:
    """Sends one request, its body as it is."""
    body = None if request.body is None else json.dumps(request.body)
    return _once(stack.url(kind, request.path), request.method, body)


def is_wrong(answer: Answer, request: Request) -> bool:
    """Whether an answer is not what lab 4's contract says for this request.

    >>> from workshop.incidents.incident import LIST
    >>> [is_wrong(Answer("", 200, body), LIST) for body in ('{"users": []}', '{"status": 200}')]
    [False, True]
    """
    if answer.status != request.status:
        return True
    try:
        value = json.loads(answer.body)
    except ValueError:
        return True
    member = "userId" if request.body is not None else "users"
    return not isinstance(value, dict) or member not in value


def sent_user(body: str | None) -> tuple[str, ...]:
    """The id in a body that was sent, if it has one."""
    return () if body is None else (json.loads(body)["userId"],)


def forget(stack: Stack, user_ids: Sequence[str]) -> tuple[str, ...]:
    """Removes users from the table; returns those that DynamoDB did not take now."""
    from botocore.config import Config
    from botocore.exceptions import ClientError

    if not user_ids:
        return ()
    once = Config(retries={"total_max_attempts": 1})
    client = stack.target.session().client("dynamodb", config=once)
    left = []
    for user_id in user_ids:
        try:
            client.delete_item(TableName=stack.table, Key={"userId": {"S": user_id}})
        except ClientError as error:
            if error.response["Error"]["Code"] != "ProvisionedThroughputExceededException":
                raise
            left.append(user_id)
    return tuple(left)


def shortened(text: str) -> str:
    """In one line, cut where it is long."""
    flat = " ".join(text.split())
    return flat if len(flat) <= LONGEST else f"{flat[:LONGEST]}…"


def _once(url: str, method: str, body: str | None) -> Answer:
    import requests

    http = HttpClient(lambda call: None)
    headers = {} if body is None else {"content-type": "application/json"}
    try:
        got = http.request(method, url, body, headers)
    except requests.RequestException as error:
        return Answer(now(), None, type(error).__name__)
    finally:
        http.close()
    return Answer(now(), got.status_code, got.text)
