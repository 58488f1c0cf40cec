"""What IAM decided on a request's way, read out of the sandbox's traces.

    found = find(traces, "last")
    found.title, [decision.action for decision in found.decisions]

Pure: traces come in as `GET /_sandbox/traces` gives them. Put into words by `decisions_text`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

LAST = "last"
_API_CALL = "aws-api"
"""The hop of an AWS API call. Others, an invocation or a gateway's, have calls of handlers on their way."""

Plain = Mapping[str, Any]
"""As JSON has it."""


class NothingToExplain(Exception):
    """No such request, or one on which IAM decided nothing. do_next: what to try."""

    def __init__(self, found: str, do_next: str) -> None:
        super().__init__(f"{found} {do_next}")
        self.found = found
        self.do_next = do_next


@dataclass(frozen=True)
class Decision:
    """One decision. call: `dynamodb PutItem`. message: the service's own words, where it refused.

    because: why, in a few words, where there is no explanation. request_id: of the AWS API call.
    """

    allowed: bool
    action: str
    resource: str
    caller: str
    call: str
    request_id: str
    message: str
    because: str
    explanation: Plain | None

    def as_dict(self) -> dict[str, Any]:
        return dict(vars(self))


@dataclass(frozen=True)
class Request:
    """A request and the decisions along its way, denials first. at: epoch seconds, of the last of them.

    earlier: the id of the last request that was denied, where this one, asked for as the last, was not.
    """

    trace_id: str
    title: str
    at: float
    decisions: tuple[Decision, ...]
    earlier: str = ""

    @property
    def denied(self) -> bool:
        return any(not decision.allowed for decision in self.decisions)

    def as_dict(self) -> dict[str, Any]:
        """Plain data, for JSON."""
        return {**vars(self), "decisions": [decision.as_dict() for decision in self.decisions]}


def find(traces: Sequence[Plain], wanted: str, account: str = "") -> Request:
    """The request that `wanted` names: `last`, a trace's id, or a request's.

    account: for `last`, whose requests count; "" means all. Raises NothingToExplain.
    """
    return _last(traces, account) if wanted == LAST else _named(traces, wanted)


def _last(traces: Sequence[Plain], account: str) -> Request:
    """The newest request IAM decided something on."""
    found = [request for request in map(_request, traces) if _concerns(request, account)]
    if not found:
        whose = f" of account {account}" if account else ""
        raise NothingToExplain(
            f"IAM has decided nothing yet about a request{whose}: the administrator needs no policy.",
            "Call something under a role: run a function, or assume a role and use its keys.",
        )
    last = max(found, key=lambda request: request.at)
    denials = [request for request in found if request.denied]
    if last.denied or not denials:
        return last
    before = max(denials, key=lambda request: request.at)
    return Request(last.trace_id, last.title, last.at, last.decisions, before.trace_id)


def _concerns(request: Request, account: str) -> bool:
    """Whether IAM decided about a request, of a caller or on a resource of the account."""
    return any(
        not account or account in (_account(decision.caller), _account(decision.resource))
        for decision in request.decisions
    )


def _account(arn: str) -> str:
    parts = arn.split(":")
    return parts[4] if len(parts) > 4 else ""


def _named(traces: Sequence[Plain], wanted: str) -> Request:
    for trace in reversed(traces):
        hops = [hop for hop in trace["hops"] if _id(hop).lower() == wanted.lower()]
        if not hops and trace["trace_id"] != wanted:
            continue
        alone = hops and all(hop["name"] == _API_CALL and "iam" in hop["facts"] for hop in hops)
        found = _request({**trace, "hops": hops} if alone else trace)
        if found.decisions:
            return found
        raise NothingToExplain(
            f"On the way of {wanted} ({trace['title']}) IAM was asked nothing{_who(hops or trace['hops'])}.",
            "Name another request, or leave the id out for the last one that was decided.",
        )
    raise NothingToExplain(
        f"None of the last {len(traces)} requests has the id {wanted}.",
        "Copy it whole, from the error, the answer's headers or the log, or leave it out for the last.",
    )


def _who(hops: Sequence[Plain]) -> str:
    callers = [str(hop["facts"].get("caller", "")) for hop in hops]
    if any(caller.endswith(":root") for caller in callers):
        return ", as its caller is the administrator, whom no policy limits"
    return ""


def _request(trace: Plain) -> Request:
    hops = [hop for hop in trace["hops"] if "iam" in hop["facts"] or _is_permission(hop)]
    at = max((hop["offset_ms"] for hop in hops), default=0.0)
    decided = [decision for hop in hops for decision in _decisions(hop)]
    ordered = sorted(decided, key=lambda decision: decision.allowed)
    return Request(trace["trace_id"], trace["title"], trace["started"] + at / 1000, tuple(ordered))


def _decisions(hop: Plain) -> Iterator[Decision]:
    facts = hop["facts"]
    if _is_permission(hop):
        yield Decision(
            allowed=facts["allowed"],
            action="lambda:InvokeFunction",
            resource=facts.get("function", ""),
            caller="apigateway.amazonaws.com",
            call="invoke permission",
            request_id="",
            message="",
            because=facts.get("because", ""),
            explanation=facts.get("explanation"),
        )
    for told in facts.get("iam", ()):
        allowed = told["decision"] == "allowed"
        policy = f" of {told['policy']}" if told.get("policy") else ""
        yield Decision(
            allowed=allowed,
            action=told["action"],
            resource=told["resource"],
            caller=told.get("principal") or facts.get("caller", ""),
            call=f"{facts.get('service', '')} {facts.get('operation', '')}".strip(),
            request_id=_id(hop),
            message="" if allowed else hop["error"] or "",
            because=f"statement {told['statement']}{policy}" if told.get("statement") else "",
            explanation=told.get("explanation"),
        )


def _is_permission(hop: Plain) -> bool:
    """Whether it is the gateway's question whether it may invoke."""
    return hop["name"] == "permission" and "allowed" in hop["facts"]


def _id(hop: Plain) -> str:
    return str(hop["facts"].get("request_id") or "")
