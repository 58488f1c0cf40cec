"""What a learner is told: the ticket, the seal, the end. Pure."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from workshop.incidents.incident import KIND_NAMES, Incident
from workshop.incidents.mending import Mended
from workshop.incidents.pick import INCIDENTS, kind_of, pick, seed_of
from workshop.incidents.record import LAB, Part, Ticket
from workshop.incidents.symptom import shortened
from workshop.progress import moment

SEEDS_SHOWN = 40
"""Of tickets with two incidents, `--list` shows what these seeds give."""

NO_SUCCESS = 300
"""The first status that tells of none."""

EXAMPLE = '{"userId": "ada"}'
MANY = '{"userId": "{id}"}'
"""A body for the load script, which puts another id into each."""


def ticket(one: Ticket) -> str:
    """The ticket, and what to do with it."""
    return "\n".join(_ticket(one))


def symptom(one: Ticket) -> str:
    """What is wrong, in one sentence: the ticket's own words."""
    answer = one.answer or {}
    asked = f"{one.request['method']} {one.request['path']}"
    where, since = KIND_NAMES[one.kind], f"{moment(one.opened_at):%H:%M} UTC"
    counts = answer.get("counts")
    if counts:
        told = " and ".join(f"{number} times {status}" for status, number in counts.items())
        sent = sum(counts.values())
        return f"Since {since}, {sent} requests {asked} at once on the {where} are answered {told}."
    status = answer.get("status")
    if status is None:
        return f"{asked} on the {where} is not answered at all since {since}."
    end = ", but with a body that no caller expects" if int(status) < NO_SUCCESS else ""
    return f"{asked} on the {where} answers {status} since {since}{end}."


def _ticket(one: Ticket) -> Iterator[str]:
    command = f"workshop break --seed {one.seed}" + (" --together 2" if one.together > 1 else "")
    yield f"Ticket of seed {one.seed}   (the same once more: {command})"
    yield ""
    yield f"  {symptom(one)}"
    yield f"  {shortened(str((one.answer or {}).get('body', '')))}"
    yield ""
    yield from _request(one)
    yield ""
    yield "Somebody changed your running stack by hand. Your files are as they were."
    if one.together > 1:
        yield "Two things are wrong. The second shows when the first is repaired; each gets a diagnosis."
    yield "Find the cause from the outside in. Before you repair it, write down what you found:"
    yield f"  1. layer, cause and evidence into work/{LAB}/diagnosis.yaml"
    yield "  2. workshop seal"
    yield "  3. repair, then: workshop check 5"
    yield "Until it is sealed, workshop doctor is shut. To give up: workshop mend"


def _request(one: Ticket) -> Iterator[str]:
    words = [one.request["url"]]
    if one.request["load"]:
        yield "One request alone may show nothing. To send many, and count the answers:"
        yield f"  python work/{LAB}/load.py {shlex.join([*words, '--data', MANY, '--count', '40'])}"
        return
    if one.request["method"] != "GET":
        words = ["-X", one.request["method"], *words]
    if one.shown_by.body is not None:
        words += ["-H", "content-type: application/json", "-d", EXAMPLE]
    yield "The request, to send it yourself:"
    yield f"  curl -i {shlex.join(words)}"


def sealed(one: Ticket, part: Part) -> str:
    """What was sealed, and what comes next."""
    diagnosis = part.diagnosis or {}
    shows = bool((part.symptom_at_seal or {}).get("shows"))
    lines = [f"Sealed: layer {diagnosis['layer']}, cause {diagnosis['cause']}."]
    evidence = part.evidence or {}
    if evidence["form"] == "call":
        lines.append(f"Your evidence was found: {evidence['text']} shows {evidence['shows']}")
    else:
        lines.append(f"Your evidence was found in the log of the invocation {evidence['request-id']}.")
    if not shows:
        lines.append("It was repaired before the seal: that is noted, and counts less.")
    lines.append("Now repair it. workshop doctor is open again for what you have sealed.")
    lines.append("Then: " + ("workshop seal, for what shows next" if one.unsealed else "workshop check 5"))
    return "\n".join(lines)


def mended(found: Mended) -> str:
    """What `workshop mend` came to."""
    if found.ticket is None:
        return "No ticket is open: there is nothing to mend."
    closed = f"The ticket of seed {found.ticket.seed} is closed as given up."
    if not found.is_there:
        return f"The stack of the ticket is gone, so there is nothing to put back. {closed}"
    if found.sick is None:
        return f"Your stack is as it was before the ticket, and answers as it should. {closed}"
    return (
        f"What the ticket changed is as it was. {closed}\n"
        f"But {found.sick}: something else is wrong. Do next: workshop doctor {found.sick.request.path}"
    )


def listing(together: int) -> str:
    """For instructors: which seed gives which incident, on which API."""
    rows: list[tuple[int, str, tuple[Incident, ...]]]
    if together == 1:
        rows = [(seed_of([one], kind), kind, (one,)) for one in INCIDENTS.values() for kind in one.kinds]
    else:
        picked = [(seed, pick(seed, together)) for seed in range(1, SEEDS_SHOWN + 1)]
        rows = [(seed, kind_of(seed, chosen), chosen) for seed, chosen in picked]
    head = f"{'seed':>4}  {'API':<8}  incident: layer, cause (for instructors: it gives the answers away)"
    return "\n".join([head, *(_row(*row) for row in rows)])


def _row(seed: int, kind: str, chosen: tuple[Incident, ...]) -> str:
    told = "; then ".join(f"{one.id}: {one.layer}, {one.causes[0]}{_load(one)}" for one in chosen)
    return f"{seed:>4}  {KIND_NAMES[kind]:<8}  {told}"


def _load(one: Incident) -> str:
    return " (load)" if one.load else ""
