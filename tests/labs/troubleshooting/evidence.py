"""Does the sealed evidence show the cause? It was there when it was sealed; here it is read."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from tests.labs.iam.places import FIVE
from tests.labs.troubleshooting import messages
from tests.labs.troubleshooting.proofs import ERROR, PROOFS, Proof, calls_for, is_quoted
from workshop.incidents.incident import HTTP
from workshop.incidents.record import Part, Ticket

Plain = Mapping[str, Any]
LONGEST = 200
_LOGS = "logs:(FilterLogEvents|GetLogEvents)"


def check_evidence(ticket: Ticket) -> None:
    """End the check unless the evidence of each diagnosis shows its cause."""
    for part in ticket.parts:
        found = part.evidence or {}
        if found.get("form") != "call":
            _check_log(part, found, "\n".join(found.get("lines", ())) or str(found.get("line", "")))
        elif re.fullmatch(_LOGS, _operation(found)):
            _check_words(part, found)
        else:
            _check_call(ticket, part, found)


def _check_log(part: Part, found: Plain, whole: str) -> None:
    """whole: all that the evidence stands for. Of a quoted line, the line alone has to show it."""
    proof, said = _proof(part), str(found.get("line") or whole)
    words = _in_words(part, found, proof)
    if not proof.log:
        messages.NOT_IN_A_LOG.fail(evidence=(), **words)
    if not proof.ran_well and not ERROR.search(whole):
        messages.FINE_REQUEST.fail(evidence=(), **words)
    if not re.search(proof.log, said) or (proof.ran_well and ERROR.search(whole)):
        messages.LOG_SHOWS_OTHER.fail(evidence=(), said=_cut(" ".join(said.split())), **words)


def _check_words(part: Part, found: Plain) -> None:
    """Words of a log that a call has read."""
    proof, said = _proof(part), str(found["shows"])
    words = _in_words(part, found, proof)
    if not proof.log:
        messages.NOT_IN_A_LOG.fail(evidence=(), **words)
    if not re.search(proof.log, said):
        messages.LOG_SHOWS_OTHER.fail(evidence=(), said=_cut(" ".join(said.split())), **words)


def _check_call(ticket: Ticket, part: Part, found: Plain) -> None:
    proof = _proof(part)
    words = _in_words(part, found, proof)
    telling = calls_for(proof, _operation(found))
    if telling is None or not _is_about(ticket, found):
        messages.OTHER_CALL.fail(evidence=(), **words)
    shows = str(found["shows"])
    if telling and (not re.search(telling, shows) or is_quoted(shows, json.dumps(ticket.before))):
        messages.OTHER_WORDS.fail(evidence=(), words=_cut(shows), **words)


def _is_about(ticket: Ticket, found: Plain) -> bool:
    """Whether the call asks about the ticket's own things: its API, function, role, table."""
    before, asked = ticket.before, found.get("parameters") or {}
    service = found["service"]
    if service.startswith("apigateway"):
        return bool(service == ("apigatewayv2" if ticket.kind == HTTP else "apigateway"))
    own = {
        "FunctionName": before["configuration"]["FunctionName"],
        "RoleName": before["role"]["Arn"].rpartition("/")[2],
        "PolicySourceArn": before["role"]["Arn"],
        "TableName": before["table"]["TableName"],
        "ResourceArns": before["table"]["TableArn"],
    }
    named = all(text in str(asked[name]) for name, text in own.items() if name in asked)
    return named and all(action in FIVE for action in asked.get("ActionNames", ()))


def _proof(part: Part) -> Proof:
    return PROOFS[part.incident.causes[0]]


def _operation(found: Plain) -> str:
    return f"{found['service']}:{found['operation']}"


def _in_words(part: Part, found: Plain, proof: Proof) -> dict[str, str]:
    named = f"`{found.get('form')}: {_cut(str(found.get('text')))}`"
    if found.get("form") == "call":
        named = f"`{_cut(str(found.get('text')))}`"
    return {"cause": str((part.diagnosis or {}).get("cause")), "given": named, "shows": proof.shows}


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
