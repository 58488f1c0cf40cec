"""`workshop mend`: puts back what is still broken of the open ticket, and closes it as given up."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from workshop.errors import Problem
from workshop.incidents import health, places, record
from workshop.incidents.breaking import folder_of, put_back, set_aside, tidy
from workshop.incidents.health import Sick
from workshop.incidents.record import Ticket
from workshop.incidents.stack import Stack, locate
from workshop.progress import now
from workshop.settling import until
from workshop.target import Target


@dataclass(frozen=True)
class Mended:
    """What came of it. is_there: whether the ticket's stack is the one at hand. sick: what is still wrong."""

    ticket: Ticket | None
    is_there: bool = True
    sick: Sick | None = None


def mend(target: Target, prefix: str, clone: Path) -> Mended:
    """Undoes what is still broken of the open ticket, whatever has been repaired meanwhile, and closes it.

    So it does with one whose folder `workshop reset` has put aside. Asked again it does nothing. Raises
    Problem where the folder of lab 5 is not there.
    """
    folder = next((one for one in (folder_of(clone), *set_aside(clone)) if record.open_ticket(one)), None)
    ticket = record.open_ticket(folder) if folder else None
    if folder is None or ticket is None:
        return Mended(None)
    stack = its_stack(target, prefix, clone, ticket)
    if stack is None:
        return Mended(record.close(folder, "mend", now()), is_there=False)
    put_back(stack, ticket)
    tidy(stack, ticket)
    return Mended(record.close(folder, "mend", now()), sick=_still_sick(stack))


def _still_sick(stack: Stack) -> Sick | None:
    """What is wrong; on AWS, what still is when the changes have had time to arrive."""
    if stack.target.kind != "aws":
        return health.sick(stack)
    return until(stack.target, lambda: health.sick(stack), lambda seen: seen is None)


def its_stack(target: Target, prefix: str, clone: Path, ticket: Ticket) -> Stack | None:
    """The stack that a ticket is about; None where it is gone, or another one has its name."""
    if (target.account, target.region) != (ticket.target["account"], ticket.target["region"]):
        return None
    try:
        stack = locate(target, prefix, clone)
    except Problem:
        return None
    same = places.PLACES["table"].read(stack)["TableArn"] == ticket.before["table"]["TableArn"]
    apis = (stack.http_id, stack.rest_id) == (ticket.before["http"]["ApiId"], ticket.before["rest"]["id"])
    return stack if same and apis and stack.id == ticket.before["stack"]["StackId"] else None
