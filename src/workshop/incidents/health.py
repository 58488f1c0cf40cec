"""Whether all of the API answers as lab 4's contract says, on both kinds."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass

from workshop.incidents.incident import KIND_NAMES, KINDS, Request
from workshop.incidents.stack import Stack
from workshop.incidents.symptom import Answer, forget, send


@dataclass(frozen=True)
class Sick:
    """A request that is not answered as it should be."""

    kind: str
    request: Request
    answer: Answer

    def __str__(self) -> str:
        return f"{self.request} on the {KIND_NAMES[self.kind]} answers {self.answer.shown}"


def sick(stack: Stack) -> Sick | None:
    """The first request of the contract that is answered otherwise; None where all is well.

    It makes a user, reads, changes, lists and removes it, on each API.
    """
    for kind in KINDS:
        user_id = f"ticket-{secrets.token_hex(4)}"
        for request in _contract(user_id):
            answer = send(stack, kind, request)
            if answer.status != request.status:
                forget(stack, [user_id])
                return Sick(kind, request, answer)
    return None


def _contract(user_id: str) -> Iterator[Request]:
    one = f"/users/{user_id}"
    yield Request("POST", "/users", {"userId": user_id}, 201)
    yield Request("GET", one, None, 200)
    yield Request("PATCH", one, {"name": "Ada"}, 200)
    yield Request("GET", "/users", None, 200)
    yield Request("GET", "/health", None, 200)
    yield Request("DELETE", one, None, 204)
