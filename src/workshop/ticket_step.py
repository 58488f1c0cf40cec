"""Lab 5's one next action: which ticket is open, and what it asks for."""

from __future__ import annotations

from pathlib import Path

from workshop.errors import Problem
from workshop.next_step import Step

LAB = "05-troubleshooting"
RECORD = "incidents.json"
SEEDS = (17, 33, 13)
"""The seeds of the brief, in its order."""

WANTED = 3
"""So many tickets with different causes are closed when the lab is done."""


def ticket_step(work: Path) -> Step:
    """What the tickets in the learner's folder of lab 5 ask for next. This is a read-only operation."""
    folder = work / LAB
    if not (folder / RECORD).is_file():
        return Step("No ticket is open.", f"workshop break --seed {SEEDS[0]}")
    from workshop.incidents import record  # takes a while, and is needed in lab 5 only

    try:
        tickets = record.read(folder)
    except Problem as problem:
        return Step(f"Your tickets cannot be read: {problem.found}.", problem.do_next)
    now = next((one for one in tickets if one.is_open), None)
    if now is None:
        closed = sum(one.closed_by == "check" for one in tickets)
        seed = next_seed({one.seed for one in tickets})
        return Step(f"No ticket is open; you have closed {closed}.", f"workshop break --seed {seed}")
    where = f"A ticket is open (seed {now.seed}): {now.request['method']} {now.request['path']}."
    if now.unsealed is None:
        return Step(
            f"{where} Its diagnosis is sealed.", "workshop check 5", "mend the running stack, then type:"
        )
    if now.unsealed is not now.parts[0]:
        lead = f"mend that; then write what shows next into work/{LAB}/diagnosis.yaml, and type:"
        return Step(f"{where} Its first diagnosis is sealed.", "workshop seal", lead)
    lead = f"find the cause, write it into work/{LAB}/diagnosis.yaml, then type:"
    return Step(f"{where} Its diagnosis is not sealed.", "workshop seal", lead)


def next_seed(tried: set[int]) -> int:
    """A seed of the brief that was not tried yet; after these the next number."""
    return next((seed for seed in SEEDS if seed not in tried), max((*tried, *SEEDS)) + 1)


def refuse_open_ticket(folder: Path) -> None:
    """Raises Problem if a ticket is open in this folder: without its record nothing brings back the stack."""
    if not (folder / RECORD).is_file():
        return
    from workshop.incidents import record

    ticket = record.open_ticket(folder)
    if ticket is not None:
        raise Problem(
            f"your tickets, in {folder / RECORD}",
            f"a ticket that is open, of seed {ticket.seed}",
            "none: its record says how to bring back what is broken",
            "solve it, then: workshop check 5; or give it up: workshop mend",
        )
