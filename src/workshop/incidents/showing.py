"""Which part of a ticket shows now: by the doctor's cause, which nobody is told."""

from __future__ import annotations

from dataclasses import dataclass

from workshop.doctor import asking
from workshop.doctor.asking import Wish
from workshop.incidents.record import Part, Ticket
from workshop.incidents.stack import Stack
from workshop.incidents.symptom import Answer, forget, is_wrong, observe, sent_user


@dataclass(frozen=True)
class Shown:
    """answer: to the ticket's request. is_wrong: whether it is. part: whose cause it has; None for none."""

    answer: Answer
    is_wrong: bool
    part: Part | None


def what_shows(stack: Stack, ticket: Ticket) -> Shown:
    """Sends the ticket's request and asks the doctor; of a load, whether it still shows is enough."""
    request, load = ticket.shown_by, bool(ticket.request["load"])
    answer = observe(stack, ticket.kind, request, load)
    wrong = is_wrong(answer, request)
    if load:
        return Shown(answer, wrong, ticket.parts[0] if wrong else None)
    return Shown(answer, wrong, part_that_shows(stack, ticket))


def part_that_shows(stack: Stack, ticket: Ticket) -> Part | None:
    """The part whose cause the doctor finds with the ticket's request; None where it finds none of them."""
    request = ticket.shown_by
    data = request.data()
    report = asking.diagnose(stack.target, stack.url(ticket.kind, request.path), Wish(request.method, data))
    forget(stack, sent_user(data))
    cause = report.cause.id if report.cause else ""
    return next((part for part in ticket.parts if cause in part.incident.causes), None)
