"""The learner's tickets, as `workshop break` and `workshop seal` have noted them."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from tests.labs.troubleshooting import messages
from workshop.checking import not_shown
from workshop.checking.finding import Call
from workshop.checking.session import recorded
from workshop.clone import clone_folder
from workshop.errors import Problem
from workshop.incidents import record
from workshop.incidents.record import Ticket
from workshop.incidents.stack import Stack, locate
from workshop.progress import moment
from workshop.target import health
from workshop.ticket_step import next_seed


def all_tickets(lab: Any) -> tuple[Ticket, ...]:
    """The learner's tickets, oldest first; the check ends where the record cannot be read."""
    try:
        return record.read(lab.folder)
    except Problem as problem:
        messages.UNREADABLE.fail(file=record.FILE, problem=problem.found)


def last_ticket(lab: Any) -> Ticket:
    """The ticket opened last that was not given up; the check ends where there is none."""
    tickets = all_tickets(lab)
    if not tickets:
        messages.NO_TICKET.fail(file=record.FILE)
    worked_on = [one for one in tickets if one.closed_by != "mend"]
    if not worked_on:
        messages.GIVEN_UP.fail(seed=tickets[-1].seed, another=next_seed({one.seed for one in tickets}))
    return worked_on[-1]


def told(ticket: Ticket) -> str:
    """The ticket's request and what it was answered, in words."""
    answer = ticket.answer or {}
    body = " ".join(str(answer.get("body", "")).split())[:80]
    kind = "HTTP API" if ticket.kind == "HttpApiUrl" else "REST API"
    request = ticket.request
    return (
        f"{request['method']} {request['path']} on the {kind} answers {answer.get('status')} {body}".strip()
    )


def demand_live(lab: Any, ticket: Ticket) -> None:
    """End the check as not shown where what runs is not the stack that the ticket is about."""
    there = (ticket.target["account"], ticket.target["region"], ticket.prefix)
    here = (lab.target.account, lab.target.region, lab.prefix)
    if there != here:
        not_shown(f"the ticket is about the stack {there[2]} in account {there[0]}, {there[1]}")
    said = health(lab.target.url) if lab.target.kind == "sandbox" else None
    since = said["state"]["since"] if said else None
    if since and datetime.fromtimestamp(since, UTC) > moment(ticket.opened_at):
        not_shown("the local AWS has begun anew since the ticket, and its stack is gone")


@dataclass
class Watched(Stack):
    """The learner's stack, whose calls become evidence of the check that runs."""

    lab: Any = None

    def client(self, service: str) -> Any:
        return self.lab.client(service)

    def ask(self, service: str, operation: str, **parameters: Any) -> tuple[Call, ...]:
        """A call as evidence. This is a read-only operation, for every `get…` and `describe…`."""
        with suppress(ClientError):  # a refusal is evidence as well
            getattr(self.client(service), operation)(**parameters)
        return recorded()[-1:]


def stack_of(lab: Any) -> Watched:
    """The learner's stack. This is a read-only operation."""
    found = locate(lab.target, lab.prefix, clone_folder())
    return Watched(found.target, found.prefix, found.names, found.id, found.clone, lab=lab)
