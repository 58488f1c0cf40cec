"""The tickets of a learner: the file `incidents.json` in the folder of lab 5.

It names no incident: which one a ticket has follows from its seed. One writer at a time, and a file is put
in place whole, so that a process that is killed leaves a record that can be read.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from workshop.errors import Problem, unwritable
from workshop.incidents.incident import Incident, Request
from workshop.incidents.pick import MOST, kind_of, pick
from workshop.lock import alone_in
from workshop.progress import moment

LAB = "05-troubleshooting"
FILE = "incidents.json"
Closer = Literal["check", "mend"]

Plain = Mapping[str, Any]


@dataclass(frozen=True)
class Part:
    """One incident of a ticket, and what the learner has sealed about it.

    diagnosis: layer, cause and evidence, as they were written; layer by the doctor's name. evidence: what
    was found when it was looked at: see `workshop.incidents.evidence`. symptom_at_seal: what the ticket's
    request was answered then; `shows`: whether this very incident still showed. None before the seal.
    """

    incident: Incident
    diagnosis: Plain | None = None
    evidence: Plain | None = None
    symptom_at_seal: Plain | None = None
    sealed_at: str | None = None


@dataclass(frozen=True)
class Ticket:
    """One ticket. Times are ISO 8601, in UTC; None is never.

    target: kind, account and region. prefix: of the stack's name. request: method, path, api (`HttpApiUrl` or
    `RestApiUrl`) and url. answer: to it, when it was broken; None where the process ended before. before: the
    stack as it was, by place (`workshop.incidents.places`).
    """

    seed: int
    together: int
    opened_at: str
    target: Plain
    prefix: str
    request: Plain
    before: Plain
    parts: tuple[Part, ...]
    answer: Plain | None = None
    closed_at: str | None = None
    closed_by: Closer | None = None

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def kind(self) -> str:
        """The API it is about: `HttpApiUrl` or `RestApiUrl`."""
        return str(self.request["api"])

    @property
    def shown_by(self) -> Request:
        """The request that shows it."""
        return self.parts[0].incident.request

    @property
    def unsealed(self) -> Part | None:
        """The first part that is not sealed yet; None where all are."""
        return next((part for part in self.parts if part.sealed_at is None), None)

    def with_part(self, part: Part) -> Ticket:
        """The same with this part in place of the one of its incident."""
        parts = tuple(part if one.incident.id == part.incident.id else one for one in self.parts)
        return replace(self, parts=parts)


def read(folder: Path) -> tuple[Ticket, ...]:
    """The tickets of a learner's folder of lab 5, oldest first; none where there is no record.

    Raises Problem for a record that cannot be understood.
    """
    file = folder / FILE
    try:
        return _parse(file.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return ()
    except OSError as error:
        raise Problem(
            f"the file {file}", error.strerror or str(error), "your tickets", f"ls -l {file}"
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise Problem(
            f"the file {file}",
            f"it cannot be understood: {type(error).__name__}: {error}",
            "the tickets as `workshop break` wrote them",
            f"if you have a copy, put it back; else: mv {file} {file}.broken",
        ) from error


def open_ticket(folder: Path) -> Ticket | None:
    """The ticket that is open; None where none is. Raises Problem."""
    return next((one for one in reversed(read(folder)) if one.is_open), None)


def latest(folder: Path) -> Ticket | None:
    """The ticket that was opened last; None where none was. Raises Problem."""
    return next(reversed(read(folder)), None)


def add(folder: Path, ticket: Ticket) -> None:
    """One more ticket. Raises Problem if another one is open meanwhile."""

    def change(tickets: tuple[Ticket, ...]) -> tuple[Ticket, ...]:
        refuse_open(tickets, folder)
        return (*tickets, ticket)

    _change(folder, change)


def put(folder: Path, ticket: Ticket) -> None:
    """The ticket, in place of the one that was opened at the same time. Raises Problem."""
    _change(
        folder, lambda tickets: tuple(ticket if one.opened_at == ticket.opened_at else one for one in tickets)
    )


def drop(folder: Path, ticket: Ticket) -> None:
    """Takes out a ticket that never was: nothing was broken. Raises Problem."""
    _change(folder, lambda tickets: tuple(one for one in tickets if one.opened_at != ticket.opened_at))


def close(folder: Path, by: Closer, at: str) -> Ticket | None:
    """Closes the open ticket; returns it as it is then, None where none was open. Raises Problem."""
    ticket = open_ticket(folder)
    if ticket is None:
        return None
    closed = replace(ticket, closed_at=at, closed_by=by)
    put(folder, closed)
    return closed


def refuse_open(tickets: tuple[Ticket, ...], folder: Path) -> None:
    """Raises Problem if a ticket is open."""
    one = next((each for each in tickets if each.is_open), None)
    if one is not None and one.answer is None:
        raise Problem(
            f"your tickets, in {folder / FILE}",
            f"one of seed {one.seed} that was never told: its `workshop break` was ended halfway",
            "one at a time",
            "put back what it has changed: workshop mend",
        )
    if one is not None:
        raise Problem(
            f"your tickets, in {folder / FILE}",
            f"a ticket that is open, of seed {one.seed}",
            "one at a time",
            "solve it, then: workshop check 5; or give it up: workshop mend",
        )


def _change(folder: Path, change: Callable[[tuple[Ticket, ...]], tuple[Ticket, ...]]) -> None:
    try:
        with alone_in(folder):
            _write(folder / FILE, change(read(folder)))
    except OSError as error:
        raise unwritable(folder, error, "your folder of lab 5") from error


def _write(file: Path, tickets: tuple[Ticket, ...]) -> None:
    text = json.dumps({"tickets": [_plain(one) for one in tickets]}, indent=2, ensure_ascii=False)
    descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=f".{FILE}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as temporary:
            temporary.write(text + "\n")
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _plain(ticket: Ticket) -> dict[str, Any]:
    parts = [
        {name: getattr(part, name) for name in ("diagnosis", "evidence", "symptom_at_seal", "sealed_at")}
        for part in ticket.parts
    ]
    named = (
        "seed",
        "together",
        "opened_at",
        "target",
        "prefix",
        "request",
        "answer",
        "closed_at",
        "closed_by",
    )
    return {name: getattr(ticket, name) for name in named} | {"parts": parts, "before": ticket.before}


def _parse(content: bytes) -> tuple[Ticket, ...]:
    return tuple(_ticket(one) for one in json.loads(content)["tickets"])


def _ticket(said: dict[str, Any]) -> Ticket:
    moment(said["opened_at"])
    if said["together"] not in (1, MOST):
        raise ValueError(f"{said['together']} incidents together")
    incidents = pick(said["seed"], said["together"])
    if len(said["parts"]) != len(incidents):
        raise ValueError(f"{len(said['parts'])} parts of {len(incidents)}")
    parts = tuple(Part(incident, **part) for incident, part in zip(incidents, said["parts"], strict=True))
    if said["request"]["api"] != kind_of(said["seed"], incidents):
        raise ValueError("a request that is not the seed's")
    return Ticket(**{**said, "parts": parts})
