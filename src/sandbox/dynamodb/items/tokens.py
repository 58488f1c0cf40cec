"""Client request tokens: a transaction that is sent twice is done once.

Source: API Reference *TransactWriteItems*, ClientRequestToken: valid for ten minutes after the first
request that uses it is completed; another request under the same token is refused. The order of
parameters does not matter (localstack/localstack issue 6529, verified against AWS).
"""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sandbox.errors import AwsError

SECONDS = 600.0


class Tokens:
    """The tokens of one account and region. clock: seconds that never go back."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._under_way: dict[str, str] = {}
        self._done: OrderedDict[str, tuple[float, str]] = OrderedDict()

    @contextmanager
    def used(self, given: dict[str, Any]) -> Iterator[bool]:
        """Whether a request was done before; one that then ends without an error counts as done.

        Raises AwsError(IdempotentParameterMismatchException, TransactionInProgressException).
        """
        token = given.get("ClientRequestToken")
        if not token:
            yield False
            return
        self._forget()
        content = _content(given)
        before = self._done.get(token)
        self._check(token, content, before[1] if before else None)
        if before is not None:
            yield True
            return
        self._under_way[token] = content
        try:
            yield False
        finally:
            del self._under_way[token]
        self._done[token] = (self._clock() + SECONDS, content)

    def _check(self, token: str, content: str, before: str | None) -> None:
        known = before or self._under_way.get(token)
        if known is not None and known != content:
            raise AwsError(
                "IdempotentParameterMismatchException",
                "DynamoDB rejected the request because you retried a request with a different payload but "
                "with an idempotent token that was already used.",
                400,
            )
        if token in self._under_way:
            text = "The transaction with the given request token is already in progress."
            raise AwsError("TransactionInProgressException", text, 400)

    def _forget(self) -> None:
        now = self._clock()
        while self._done:
            token, (until, _) = next(iter(self._done.items()))
            if until > now:
                return
            del self._done[token]


def _content(given: dict[str, Any]) -> str:
    """What the request does; how much it is to tell may differ."""
    text = json.dumps(given["TransactItems"], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
