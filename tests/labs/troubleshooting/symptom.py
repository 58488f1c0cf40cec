"""The request of a ticket, sent once more: is it answered as before the ticket?"""

from __future__ import annotations

import json
from typing import Any

import requests

from tests.labs.dynamodb.table import UsersTable
from tests.labs.troubleshooting import messages
from tests.labs.troubleshooting.tickets import Watched
from workshop.incidents.incident import Request
from workshop.incidents.record import Ticket
from workshop.incidents.symptom import Answer, forget, is_wrong, observe
from workshop.progress import now


def check_gone(lab: Any, stack: Watched, table: UsersTable, ticket: Ticket) -> None:
    """End the check unless the ticket's request is answered as it was before somebody broke the stack."""
    if any(part.incident.load for part in ticket.parts):
        _check_many(stack, ticket)
    request = ticket.shown_by
    asked, answer = _send(lab, stack, table, ticket, request)
    if is_wrong(answer, request):
        same = (ticket.answer or {}).get("status") == answer.status
        message = messages.STILL_THERE if same else messages.OTHER_ANSWER
        told = (ticket.answer or {}).get("status")
        message.fail(asked=asked, came=answer.shown, status=request.status, ticket=told)


def _send(
    lab: Any, stack: Watched, table: UsersTable, ticket: Ticket, request: Request
) -> tuple[str, Answer]:
    """The request in words, and its answer; a user that it makes is removed at the end of the check."""
    url = stack.url(ticket.kind, request.path)
    body = None if request.body is None else json.dumps({"userId": table.new_id(), **request.body})
    headers = {"content-type": "application/json"} if body else {}
    try:
        got = lab.request(request.method, url, body=body, headers=headers)
    except requests.RequestException as error:
        return f"{request.method} {url}", Answer(now(), None, type(error).__name__)
    return f"{request.method} {url}", Answer(now(), got.status_code, got.text)


def _check_many(stack: Watched, ticket: Ticket) -> None:
    request = ticket.shown_by
    answer = observe(stack, ticket.kind, request, load=True)
    forget(stack, answer.left)
    wrong = {status: number for status, number in answer.counts.items() if status != str(request.status)}
    if wrong:
        messages.STILL_UNDER_LOAD.fail(
            asked=f"{request.method} {stack.url(ticket.kind, request.path)}",
            count=sum(answer.counts.values()),
            failed=sum(wrong.values()),
            statuses=", ".join(wrong),
            status=request.status,
        )
