"""The diagnosis, as it was sealed before the repair: was it, and is it right?"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tests.labs.troubleshooting import messages
from tests.labs.troubleshooting.tickets import told
from workshop.doctor.layers import LAYERS
from workshop.errors import Problem
from workshop.incidents import diagnosis
from workshop.incidents.diagnosis import FILE
from workshop.incidents.record import Part, Ticket
from workshop.incidents.symptom import Answer, is_wrong

ORDER = [layer.NAME for layer in LAYERS]
"""The layers, from the outside in."""


def check_sealed(lab: Any, ticket: Ticket) -> None:
    """End the check unless each cause was diagnosed and sealed while the request failed by it."""
    said = {"seed": ticket.seed, "request": told(ticket)}
    for part in ticket.parts:
        if part.sealed_at is None:
            first = part is ticket.parts[0]
            (messages.NOT_SEALED if first else messages.SECOND_NOT_SEALED).fail(evidence=(), **said)
        if not _showed(ticket, part):
            messages.SEALED_TOO_LATE.fail(evidence=(), at=part.sealed_at, **said)
    last = ticket.parts[-1]
    sealed, now = _in_short(last.diagnosis or {}), _in_short(_read(lab))
    if ticket.is_open and now and now != sealed:
        messages.CHANGED.fail(evidence=(), where=FILE, now=now, sealed=sealed, at=last.sealed_at)


def check_layer(ticket: Ticket) -> None:
    """End the check unless each diagnosis names the layer that was broken."""
    for part in ticket.parts:
        layer = str((part.diagnosis or {}).get("layer"))
        if layer not in part.incident.layers:
            further_out = ORDER.index(part.incident.layer) < ORDER.index(layer)
            direction = "behind it" if further_out else "before it, and was sound"
            messages.WRONG_LAYER.fail(
                evidence=(), seed=ticket.seed, request=told(ticket), layer=layer, direction=direction
            )


def check_cause(ticket: Ticket) -> None:
    """End the check unless each diagnosis names the cause, by one of the ids that are right."""
    for part in ticket.parts:
        named = (part.diagnosis or {}).get("cause")
        if named not in part.incident.causes:
            messages.WRONG_CAUSE.fail(
                evidence=(),
                seed=ticket.seed,
                request=told(ticket),
                cause=named,
                layer=part.incident.layer,
            )


def _showed(ticket: Ticket, part: Part) -> bool:
    """Whether the request failed when the part was sealed; of two causes, whether it failed by this one."""
    seen = part.symptom_at_seal or {}
    if len(ticket.parts) > 1:
        return bool(seen.get("shows"))
    return is_wrong(Answer(str(seen.get("at")), seen.get("status"), str(seen.get("body"))), ticket.shown_by)


def _read(lab: Any) -> Mapping[str, Any]:
    """What diagnosis.yaml says now; empty if it is not, or not yet, a diagnosis."""
    try:
        return diagnosis.read(lab.folder / FILE).as_dict()
    except Problem:
        return {}


def _in_short(said: Mapping[str, Any]) -> str:
    """A diagnosis in one line; "" for none."""
    return f"{said['layer']} / {said['cause']} / {json.dumps(said['evidence'])}" if said else ""
