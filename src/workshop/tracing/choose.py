"""Which request is meant: by an id of any of its steps, or the last one. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from workshop.errors import Problem
from workshop.tracing.spans import Plain

LAST = "last"
_OF_AN_API = "execute-api"


def choose(traces: Sequence[Plain], wanted: str, where: str, account: str = "") -> Plain:
    """The trace that `wanted` names: `last`, a trace's id, or the id of a request on its way.

    `last` is the last request to an API of the account (any, for ""), else the last that has invoked a
    function. Raises Problem where there is none.
    """
    return _last(traces, where, account) if wanted == LAST else _named(traces, wanted, where)


def _last(traces: Sequence[Plain], where: str, account: str) -> Plain:
    mine = [trace for trace in traces if not account or account in accounts(trace) or not accounts(trace)]
    to_apis = [trace for trace in mine if trace["kind"] == _OF_AN_API]
    invoked = [trace for trace in mine if any(hop["name"] == "lambda" for hop in trace["hops"])]
    found = to_apis or invoked
    if not found:
        raise Problem(
            f"the last {len(traces)} requests at {where}",
            "none went to an API or invoked a function",
            "one whose way can be shown",
            "call your API, then: workshop trace; or name a request by its id",
        )
    return found[-1]


def _named(traces: Sequence[Plain], wanted: str, where: str) -> Plain:
    for trace in reversed(traces):
        if wanted.lower() in ids(trace):
            return trace
    raise Problem(
        f"the last {len(traces)} requests at {where}",
        f"none has the id {wanted}",
        "the id of a request, as a header of its answer, an error or a log line has it",
        "copy it whole, or leave it out for the last one",
    )


def ids(trace: Plain) -> set[str]:
    """Every id by which the trace may be asked for, in small letters."""
    named = (str(hop["facts"].get("request_id") or "") for hop in trace["hops"])
    return {trace["trace_id"].lower(), *(one.lower() for one in named if one)}


def accounts(trace: Plain) -> set[str]:
    """The accounts that its steps name."""
    found = set()
    for hop in trace["hops"]:
        facts = hop["facts"]
        found.add(str(facts.get("account") or ""))
        for name in ("caller", "source_arn"):
            parts = str(facts.get(name, "")).split(":")
            found.add(parts[4] if len(parts) > 4 else "")
    return found - {""}
