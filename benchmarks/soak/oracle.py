"""Which answers are right: what no request may be answered with, whatever it is.

A status of the 500s only where AWS sends it (`Request.failing`); never the sandbox's own failure; HTTP that a
client can read; and nothing told on standard error.
"""

from __future__ import annotations

from benchmarks.soak.wire import Answer, Outcome, Request

FAILURES = (
    b"The sandbox failed",
    b"failed inside",
    b"Internal Server Error\n",
    b"Traceback (most recent call",
)
"""What answers say when the sandbox itself has failed."""


def faults(request: Request, outcome: Outcome) -> list[str]:
    """What is wrong with the answers to a request; nothing, if they are right."""
    found = [outcome.trouble] if outcome.trouble else []
    for answer in outcome.answers:
        found += _of_answer(request, answer)
    return found


def _of_answer(request: Request, answer: Answer) -> list[str]:
    found = []
    if answer.status >= 500 and answer.status not in request.failing:
        found.append(f"answered with {answer.status}: {answer.body[:300]!r}")
    elif any(text in answer.body[:4000] for text in FAILURES):
        found.append(f"the sandbox failed: {answer.status} {answer.body[:300]!r}")
    if any(name.lower() == "x-smuggled" for name, _ in answer.headers):
        found.append("a line end in a header's value began another header")
    return found
