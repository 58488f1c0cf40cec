"""The evidence of a diagnosis, looked up in the running stack: it is there, or it is refused."""

from __future__ import annotations

from typing import Any

from workshop.incidents import aws_line, log_evidence
from workshop.incidents.diagnosis import Diagnosis
from workshop.incidents.record import Ticket
from workshop.incidents.showing import Shown
from workshop.incidents.stack import Stack


def verify(stack: Stack, ticket: Ticket, written: Diagnosis, shown: Shown) -> dict[str, Any]:
    """What was found, to be kept with the seal: as `log_evidence.verify` or `aws_line.verify` says it.

    Raises Problem where the evidence is not there.
    """
    if written.form == "call":
        return aws_line.verify(stack, written)
    return log_evidence.verify(stack, ticket, written, shown)
