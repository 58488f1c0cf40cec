"""The hops of a trace as steps in words, each under the one that caused it. Pure.

A trace comes as `GET /_sandbox/traces` gives it. Times are milliseconds since the request came.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

Plain = Mapping[str, Any]
"""As JSON has it."""

REFUSED_FROM = 400
"""Statuses from here on say that something was not done (RFC 9110, 15.5 and 15.6)."""


@dataclass(frozen=True)
class Step:
    """One step. kind: the hop's name. title: what it is. facts: what is known of it, in words.

    took: None where it is not known. trouble: what went wrong here, or empty.
    """

    kind: str
    title: str
    facts: tuple[str, ...]
    offset: float
    took: float | None
    trouble: str = ""
    children: tuple[Step, ...] = ()

    def walk(self) -> Iterator[Step]:
        """The step and all below it, in order."""
        yield self
        for child in self.children:
            yield from child.walk()

    def as_dict(self) -> dict[str, Any]:
        """Plain data, for JSON."""
        return {**vars(self), "children": [child.as_dict() for child in self.children]}


@dataclass(frozen=True)
class Way:
    """The whole way of a request. status: of its answer, None where none is known yet.

    started: epoch seconds. dropped: steps that were counted and not kept.
    """

    trace_id: str
    title: str
    started: float
    status: int | None
    took: float
    steps: tuple[Step, ...]
    dropped: int = 0

    def walk(self) -> Iterator[Step]:
        """Every step, in order."""
        for step in self.steps:
            yield from step.walk()

    @property
    def first_trouble(self) -> Step | None:
        """The innermost step of the first that went wrong."""
        return next((one for step in self.steps for one in reversed(list(step.walk())) if one.trouble), None)

    def as_dict(self) -> dict[str, Any]:
        """Plain data, for JSON."""
        return {**vars(self), "steps": [step.as_dict() for step in self.steps]}


def way(trace: Plain) -> Way:
    """The way that a trace of the sandbox tells."""
    hops = trace["hops"]
    steps = _nested(hops)
    ends = [hop["offset_ms"] + (hop["took_ms"] or 0.0) for hop in hops]
    statuses = [hop["facts"]["status"] for hop in hops if "status" in hop["facts"]]
    own = [hop["facts"]["status"] for hop in hops if hop["name"] == "answered"]
    status = own[-1] if own else _outermost_status(hops) if statuses else None
    return Way(
        trace_id=trace["trace_id"],
        title=trace["title"],
        started=trace["started"],
        status=status,
        took=max(ends, default=0.0),
        steps=steps,
        dropped=trace["hops_dropped"],
    )


def _outermost_status(hops: Sequence[Plain]) -> int | None:
    """Of an AWS API call that was made directly: what it was answered."""
    return hops[0]["facts"].get("status") if hops else None


@dataclass
class _Open:
    """A step that is being made up. until: when it ended; for ever, if it has not yet."""

    step: Step
    hop: Plain
    below: list[_Open] = field(default_factory=list)

    def holds(self, hop: Plain) -> bool:
        """Whether the hop began while this one went on."""
        begun, took = self.hop["offset_ms"], self.hop["took_ms"]
        return begun <= hop["offset_ms"] and (took is None or hop["offset_ms"] <= begun + took)

    def closed(self) -> Step:
        return replace(self.step, children=tuple(one.closed() for one in self.below))


def _caused(cause: Plain, hop: Plain) -> bool:
    """Whether a hop of the one kind makes hops of the other.

    A function's calls carry its trace id; another call that goes on at the same time is no cause.
    """
    service = cause["facts"].get("service")
    match hop["name"]:
        case "aws-api":
            return bool(cause["name"] == "lambda")
        case "in-process":
            return cause["name"] in ("aws-api", "lambda")
        case "lambda":
            return bool(cause["name"] == "aws-api" and service == "lambda")
        case "dynamodb":
            return bool(service == "dynamodb")
        case _:
            return False


def _nested(hops: Sequence[Plain]) -> tuple[Step, ...]:
    top: list[_Open] = []
    all_open: list[_Open] = []
    for hop in hops:
        made = _Open(_step(hop), hop)
        causes = (one for one in reversed(all_open) if _caused(one.hop, hop) and one.holds(hop))
        cause = next(causes, None)
        (cause.below if cause else top).append(made)
        all_open.append(made)
    return tuple(one.closed() for one in top)


def _step(hop: Plain) -> Step:
    title, facts = _WORDS.get(hop["name"], _plain)(hop["facts"])
    if not title:
        title = hop["name"]
    took = hop["took_ms"]
    return Step(hop["name"], title, tuple(filter(None, facts)), hop["offset_ms"], took, _trouble(hop))


def _trouble(hop: Plain) -> str:
    facts = hop["facts"]
    if hop["error"]:
        return str(hop["error"])
    if hop["name"] == "permission" and facts.get("allowed") is False:
        return str(facts.get("because", "not allowed"))
    if facts.get("throttled"):
        return str(facts["throttled"])
    if hop["name"] == "answer":
        return str(facts.get("because", ""))
    if hop["name"] in ("aws-api", "in-process") and facts.get("status", 0) >= REFUSED_FROM:
        return f"answered {facts['status']}"
    return ""


Words = tuple[str, list[str]]


def _gateway(facts: Plain) -> Words:
    named = f"{facts.get('kind', 'API')} {facts.get('api', '')}".strip()
    parts = [f"{name} {facts[name]}" for name in ("stage", "deployment") if facts.get(name)]
    route = [f"route {facts['route']}"] if facts.get("route") else []
    return " · ".join([named, *parts, *route]), [facts.get("cors", ""), _id(facts)]


def _permission(facts: Plain) -> Words:
    function = str(facts.get("function", "")).rpartition(":")[2]
    if facts.get("allowed"):
        return f"may invoke {function}", [facts.get("because", ""), f"for {facts['source_arn']}"]
    return f"may not invoke {function}".strip(), [
        f"for {facts['source_arn']}" if "source_arn" in facts else ""
    ]


def _authorization(facts: Plain) -> Words:
    """Who asks to come in, and what IAM says to it; nobody, where the signature is wrong or there is none."""
    caller = str(facts.get("caller", ""))
    who = "an unsigned request" if caller == "anonymous" else caller.rpartition(":")[2]
    asked = f"may {who} come in?" if who else "who asks to come in?"
    return f"{asked} ({facts.get('type', '')})", [_decided(one) for one in facts.get("iam", ())]


def _lambda(facts: Plain) -> Words:
    start = facts.get("environment", "")
    times = [
        f"{name} {facts[key]:.1f} ms"
        for key, name in (("init_ms", "init"), ("handler_ms", "handler"))
        if key in facts
    ]
    sizes = [
        f"{name} {facts[key]} bytes"
        for key, name in (("event_bytes", "event"), ("result_bytes", "result"))
        if key in facts
    ]
    said = f"Lambda {facts.get('function', '')}" + (f", {start} environment" if start else "")
    return said, [", ".join(times), ", ".join(sizes), _id(facts)]


def _aws_api(facts: Plain) -> Words:
    call = f"{facts.get('service', '')} {facts.get('operation', '')}"
    status = f" → {facts['status']}" if "status" in facts else ""
    decided = [_decided(one) for one in facts.get("iam", ())]
    return f"{call}{status}", [*decided, _id(facts)]


def _decided(told: Plain) -> str:
    verdict = "allowed" if told["decision"] == "allowed" else "denied"
    by = f" by statement {told['statement']}" if told.get("statement") else ""
    of = f" of {told['policy']}" if told.get("policy") else ""
    return f"{verdict}{by}{of}: {told['action']} on {told['resource']}"


def _dynamodb(facts: Plain) -> Words:
    units = [
        f"{facts[key]:g} {name}{'' if facts[key] == 1 else 's'}"
        for key, name in (("read_units", "read unit"), ("write_units", "write unit"))
        if key in facts
    ]
    replica = [f"replica {facts['replica']}"] if "replica" in facts else []
    held = ""
    if "condition" in facts:
        held = "the condition held" if facts["condition"] else "the condition did not hold"
    return f"table {facts.get('table', '')}", [", ".join([*replica, *units]), held]


def _mapping(facts: Plain) -> Words:
    payload = f" (payload {facts['payload_format']})" if "payload_format" in facts else ""
    status = f" → {facts['status']}" if "status" in facts else ""
    return f"the result becomes the answer{payload}{status}", [facts.get("because", "")]


def _endpoint(facts: Plain) -> Words:
    status = f" → {facts['status']}" if "status" in facts else ""
    sent = f"{facts['method']} {facts['target']}" if "method" in facts else ""
    return f"HTTP endpoint {facts.get('uri', '')}{status}", [sent]


def _parameters(facts: Plain) -> Words:
    return "the request is changed for its integration", [", ".join(facts.get("parameters", ()))]


def _answer(facts: Plain) -> Words:
    status = f" → {facts['status']}" if "status" in facts else ""
    return f"the gateway answers by itself{status}", [facts.get("log", "")]


def _answered(facts: Plain) -> Words:
    return f"answered {facts['status']}, {facts['bytes']} bytes", []


def _plain(facts: Plain) -> Words:
    return "", [f"{name}: {value}" for name, value in facts.items()]


def _id(facts: Plain) -> str:
    return f"request {facts['request_id']}" if facts.get("request_id") else ""


_WORDS: Mapping[str, Callable[[Plain], Words]] = {
    "gateway": _gateway,
    "authorization": _authorization,
    "permission": _permission,
    "lambda": _lambda,
    "aws-api": _aws_api,
    "in-process": _aws_api,
    "dynamodb": _dynamodb,
    "parameters": _parameters,
    "endpoint": _endpoint,
    "mapping": _mapping,
    "answer": _answer,
    "answered": _answered,
}
