"""Closing a ticket that has passed, and counting those that are closed."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from tests.labs.troubleshooting import messages
from tests.labs.troubleshooting.tickets import all_tickets
from workshop.incidents import record
from workshop.incidents.record import Ticket
from workshop.progress import now
from workshop.ticket_step import WANTED, next_seed

JUDGED = frozenset(
    {
        *("test_sealed", "test_layer", "test_cause", "test_evidence"),
        *("test_symptom_gone", "test_same_stack", "test_no_wider", "test_still_works"),
    }
)
"""What a ticket has to pass in one run to be closed."""


def counts(test: Callable[..., None]) -> Callable[..., None]:
    """A check that is noted in the fixture `known` once it has passed."""

    @wraps(test)
    def tried(**given: Any) -> None:
        test(**given)
        given["known"].add(test.__name__)

    return tried


def close(lab: Any, ticket: Ticket, passed: set[str]) -> None:
    """Close the ticket if it is open and has passed all that it is judged by."""
    if ticket.is_open and passed >= JUDGED:
        record.close(lab.folder, "check", now())


def check_three(lab: Any) -> None:
    """End the check unless three tickets with different causes are closed."""
    tickets = all_tickets(lab)
    closed = [one for one in tickets if one.closed_by == "check"]
    causes = {part.incident.causes[0]: one.seed for one in closed for part in one.parts}
    if len(causes) >= WANTED:
        return
    said = {"count": len(causes), "another": next_seed({one.seed for one in tickets})}
    seeds = ", ".join(f"seed {one.seed}" for one in closed) or "none"
    if len(closed) >= WANTED:
        messages.SAME_CAUSE.fail(evidence=(), closed=len(closed), seeds=_alike(closed), **said)
    messages.TOO_FEW.fail(evidence=(), seeds=seeds, **said)


def _alike(closed: list[Ticket]) -> str:
    """The seeds of those that share a cause with another."""
    of = {one.seed: one.parts[0].incident.causes[0] for one in closed}
    shared = [str(seed) for seed, cause in of.items() if list(of.values()).count(cause) > 1]
    return " and ".join(shared) or " and ".join(dict.fromkeys(str(one.seed) for one in closed))
