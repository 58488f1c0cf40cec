"""When the doctor is shut: while an open ticket has a part that shows and is not sealed."""

from __future__ import annotations

from pathlib import Path

from workshop.errors import Problem
from workshop.incidents import record
from workshop.incidents.mending import its_stack
from workshop.incidents.record import Ticket
from workshop.incidents.showing import part_that_shows
from workshop.target import Target


def refuse_unsealed(target: Target, clone: Path | None, stack: str | None = None, api_id: str = "") -> None:
    """Raises Problem if the doctor would give away the diagnosis of an open ticket.

    clone: where the tickets are; None where there is none. stack: of this name, all APIs are asked; else the
    API of this id.
    """
    if clone is None:
        return
    ticket = record.open_ticket(clone / "work" / record.LAB)
    part = ticket.unsealed if ticket else None
    if ticket is None or part is None or not _concerns(ticket, stack, api_id):
        return
    there = its_stack(target, ticket.prefix, clone, ticket)
    if there is None:
        return
    if part is ticket.parts[0] or part_that_shows(there, ticket) is part:
        raise Problem(
            "your tickets",
            "one is open, and what shows now is not sealed",
            "your own diagnosis first: the doctor would give it away",
            f"write work/{record.LAB}/diagnosis.yaml, then: workshop seal; or give up: workshop mend",
        )


def _concerns(ticket: Ticket, stack: str | None, api_id: str) -> bool:
    ids = (ticket.before["http"]["ApiId"], ticket.before["rest"]["id"])
    return stack == ticket.prefix or api_id in ids
