"""What the layers ask of AWS: each question once, and a refusal is an answer, too."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from botocore import xform_name
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

Plain = Mapping[str, Any]
"""As JSON has it."""

NOT_THERE = (
    *("ResourceNotFoundException", "NotFoundException", "NoSuchEntity", "NoSuchEntityException"),
    *("TableNotFoundException", "StackNotFoundException"),
)
"""Codes by which the services say that there is none."""


FAILURES = (ClientError, BotoCoreError, ResponseParserError)
"""How a question may end; the last: what came is not AWS's, such as a page of HTML."""


LONGEST_WHY = 400


class Unread(Exception):
    """What was asked may not be read, or could not be. operation: such as `iam:GetRole`. why: AWS's words."""

    def __init__(self, operation: str, why: str) -> None:
        super().__init__(operation, why)
        self.operation = operation
        self.why = why


class Aws:
    """Answers of AWS through `client`, which makes a boto3 client of a service, in a region if one is named.

    Only operations that read are asked, but for an invoke that was asked for.
    """

    def __init__(self, client: Callable[..., Any]) -> None:
        self._make = client
        self._clients: dict[tuple[str, str], Any] = {}
        self._answers: dict[str, Plain | Unread | None] = {}
        self._lists: dict[str, list[Plain] | Unread] = {}

    def ask(self, service: str, operation: str, region: str = "", **parameters: Any) -> Plain | None:
        """The answer; None where there is no such thing. A streamed body is read.

        Raises Unread where the caller may not ask, or no answer came.
        """
        key = json.dumps([service, operation, region, parameters], default=str)
        if key not in self._answers:
            self._answers[key] = self._asked(service, operation, region, parameters)
        answer = self._answers[key]
        if isinstance(answer, Unread):
            raise answer
        return answer

    def forget_one(self, service: str, operation: str) -> None:
        """Asks this operation anew from here on."""
        start = json.dumps([service, operation])[:-1]
        self._answers = {key: kept for key, kept in self._answers.items() if not key.startswith(start)}

    def listed(self, service: str, operation: str, members: str, **parameters: Any) -> list[Plain]:
        """All of a paginated list, the answer's `members`; none where there is no such thing."""
        key = json.dumps([service, operation, members, parameters], default=str)
        if key not in self._lists:
            self._lists[key] = self._listed(service, operation, members, parameters)
        found = self._lists[key]
        if isinstance(found, Unread):
            raise found
        return found

    def _listed(
        self, service: str, operation: str, members: str, parameters: Mapping[str, Any]
    ) -> list[Plain] | Unread:
        try:
            pages = self._client(service, "").get_paginator(xform_name(operation)).paginate(**parameters)
            return [one for page in pages for one in page.get(members, ())]
        except FAILURES as error:
            return _refused(service, operation, error) or []

    def _asked(
        self, service: str, operation: str, region: str, parameters: Mapping[str, Any]
    ) -> Plain | Unread | None:
        try:
            answer = getattr(self._client(service, region), xform_name(operation))(**parameters)
        except FAILURES as error:
            return _refused(service, operation, error)
        return {name: value.read() if hasattr(value, "read") else value for name, value in answer.items()}

    def _client(self, service: str, region: str) -> Any:
        if (service, region) not in self._clients:
            options = {"region_name": region} if region else {}
            self._clients[service, region] = self._make(service, **options)
        return self._clients[service, region]


def _refused(service: str, operation: str, error: Exception) -> Unread | None:
    """What an error means: None for what is not there, else that it could not be read."""
    if not isinstance(error, ClientError):
        return Unread(f"{service}:{operation}", f"{type(error).__name__}: {_short(str(error))}")
    code = str(error.response.get("Error", {}).get("Code", ""))
    message = str(error.response.get("Error", {}).get("Message", ""))
    if code in NOT_THERE or (code == "ValidationError" and "does not exist" in message):
        return None
    return Unread(f"{service}:{operation}", f"{code}: {_short(message)}")


def _short(words: str) -> str:
    """In one line; a page of HTML is cut."""
    line = " ".join(words.split())
    return line if len(line) <= LONGEST_WHY else f"{line[:LONGEST_WHY]}…"
