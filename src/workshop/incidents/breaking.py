"""`workshop break`: looks that all is well, notes how it is, changes something, and tells the ticket."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from pathlib import Path

from workshop.errors import Problem
from workshop.folders import ASIDE
from workshop.incidents import health, places, record
from workshop.incidents.incident import Incident
from workshop.incidents.pick import kind_of, pick
from workshop.incidents.places.function import keep_package
from workshop.incidents.record import Part, Ticket
from workshop.incidents.releases import language_of
from workshop.incidents.stack import Stack, locate
from workshop.incidents.symptom import Answer, forget, is_wrong, observe
from workshop.progress import now
from workshop.settling import until
from workshop.target import Target

MOST_SEEDS = 1000
"""A seed that is drawn is below this."""


@dataclass(frozen=True)
class Wish:
    """seed: None draws one. together: so many incidents, 1 or 2."""

    seed: int | None = None
    together: int = 1


def break_stack(target: Target, prefix: str, clone: Path, wish: Wish = Wish()) -> Ticket:
    """Breaks the stack `prefix` and returns the ticket, as it is noted in the folder of lab 5.

    Raises Problem, and changes nothing, where the folder or the stack is not there, a ticket is open, or the
    API does not answer as it should; where the stack cannot be broken so, it is put back as it was.
    """
    folder = folder_of(clone)
    for one in (folder, *set_aside(clone)):
        record.refuse_open(record.read(one), one)
    stack = locate(target, prefix, clone)
    seed = secrets.randbelow(MOST_SEEDS) if wish.seed is None else wish.seed
    refuse_unhealthy(stack)
    tidy(stack, record.latest(folder))
    return open_on(stack, folder, seed, wish.together)


def open_on(stack: Stack, folder: Path, seed: int, together: int) -> Ticket:
    """Breaks a stack that is known to be well, and notes the ticket in the folder. Raises Problem."""
    ticket = _ticket(stack, seed, together, pick(seed, together))
    keep_package(stack, ticket.before["code"])
    record.add(folder, ticket)
    try:
        answer = _broken(stack, ticket)
    except Exception:
        put_back(stack, ticket)
        record.drop(folder, ticket)
        raise
    told = replace(ticket, answer=answer.as_dict())
    record.put(folder, told)
    return told


def folder_of(clone: Path) -> Path:
    """The learner's folder of lab 5. Raises Problem where it is not there."""
    folder = clone / "work" / record.LAB
    if not folder.is_dir():
        raise Problem(
            f"the folder work/{record.LAB}", "it is not there", "your copy of lab 5", "workshop begin 5"
        )
    return folder


def set_aside(clone: Path) -> tuple[Path, ...]:
    """Folders of lab 5 that `workshop reset` has put aside, the newest first."""
    return tuple(sorted((clone / "work" / ASIDE).glob(f"{record.LAB}-*"), reverse=True))


def refuse_unhealthy(stack: Stack) -> None:
    """Raises Problem where a request of the contract is not answered as it should be."""
    found = health.sick(stack)
    if found is not None:
        data = "" if found.request.body is None else ' --data \'{"userId": "ada"}\''
        raise Problem(
            f"the stack {stack.prefix}, before anything is broken",
            str(found),
            f"{found.request.status}: a stack on which all of lab 4 works",
            f"workshop doctor {stack.url(found.kind, found.request.path)} -X {found.request.method}{data}",
        )


def tidy(stack: Stack, ticket: Ticket | None) -> None:
    """Removes the users that a ticket's own requests have left in the table."""
    answers = [ticket.answer, *(part.symptom_at_seal for part in ticket.parts)] if ticket else []
    forget(stack, [user_id for one in answers if one for user_id in one.get("left", ())])


def put_back(stack: Stack, ticket: Ticket) -> None:
    """Puts every place back that the ticket's incidents change."""
    changed: frozenset[str] = frozenset().union(*(part.incident.places for part in ticket.parts))
    places.restore(stack, ticket.before, changed)


def _ticket(stack: Stack, seed: int, together: int, chosen: tuple[Incident, ...]) -> Ticket:
    kind, request = kind_of(seed, chosen), chosen[0].request
    asked = {
        "method": request.method,
        "path": request.path,
        "api": kind,
        "url": stack.url(kind, request.path),
        "load": chosen[0].load,
    }
    target = {"kind": stack.target.kind, "account": stack.target.account, "region": stack.target.region}
    before = places.read(stack)
    language_of(before["configuration"])
    parts = tuple(Part(one) for one in chosen)
    return Ticket(seed, together, now(), target, stack.prefix, asked, before, parts)


def _broken(stack: Stack, ticket: Ticket) -> Answer:
    """Breaks it, the inner incident first, and sends the request. Raises Problem where nothing shows."""
    outer = ticket.parts[0].incident
    for part in reversed(ticket.parts):
        part.incident.break_it(stack, ticket.kind)
    answer = until(
        stack.target,
        lambda: observe(stack, ticket.kind, outer.request, outer.load),
        lambda seen: is_wrong(seen, outer.request),
    )
    if is_wrong(answer, outer.request):
        return answer
    raise Problem(
        f"the stack {stack.prefix}, with seed {ticket.seed}",
        f"{outer.request} still answers {answer.shown}: this seed changes nothing on your stack",
        "a request that fails",
        "another seed: workshop break --seed " + str(ticket.seed + 1),
    )
