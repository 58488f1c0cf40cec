"""`workshop seal`: keeps the diagnosis, what its evidence shows, and whether the symptom is still there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from workshop.errors import Problem
from workshop.incidents import diagnosis, evidence, record
from workshop.incidents.breaking import folder_of
from workshop.incidents.mending import its_stack
from workshop.incidents.record import Part, Ticket
from workshop.incidents.showing import what_shows
from workshop.progress import now
from workshop.target import Target


def seal(target: Target, prefix: str, clone: Path) -> tuple[Ticket, Part]:
    """Seals diagnosis.yaml for the part of the open ticket that comes next; the ticket, and that part.

    Whether layer and cause are right is not looked at. Raises Problem where no ticket is open, its stack is
    gone, the part that shows is sealed, or the diagnosis is not well formed or its evidence not found.
    """
    folder = folder_of(clone)
    ticket = record.open_ticket(folder)
    if ticket is None:
        raise Problem("your tickets", "none is open", "an open ticket", "workshop break")
    part = ticket.unsealed
    if part is None:
        raise _sealed(ticket)
    written = diagnosis.read(folder / diagnosis.FILE)
    stack = its_stack(target, prefix, clone, ticket)
    if stack is None:
        raise Problem(
            f"the stack {prefix}",
            "it is not the one that was broken",
            "the stack of your ticket",
            "workshop mend, which closes the ticket; then begin again: workshop break",
        )
    shown = what_shows(stack, ticket)
    if part is not ticket.parts[0] and shown.part is ticket.parts[0]:
        raise _sealed(ticket)
    found = evidence.verify(stack, ticket, written, shown)
    sealed = replace(
        part,
        diagnosis=written.as_dict(),
        evidence=found,
        symptom_at_seal={**shown.answer.as_dict(), "shows": shown.part is part},
        sealed_at=now(),
    )
    told = ticket.with_part(sealed)
    record.put(folder, told)
    return told, sealed


def _sealed(ticket: Ticket) -> Problem:
    return Problem(
        "your open ticket",
        "its diagnosis is sealed already: sealed is sealed",
        "a diagnosis for what shows now",
        "repair it, then: workshop check 5",
    )
