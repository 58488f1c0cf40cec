"""From a failing answer to the layer that is broken: the decision tree of the troubleshooting checklist.

The guide has three entries: 502 and 500, AccessDeniedException, 404. Two questions lie between an answer and
its cause: did a START line appear, and what do the lines of that invocation say?
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from workshop.doctor.aws_errors import ACCESS_DENIED, find_error
from workshop.doctor.loglines import Invocation

NOT_FOUND, THROTTLED, SERVER_ERROR = (403, 404), 429, 500


class Leaf(NamedTuple):
    """Where the way ends. way: the answers that lead there. layer: as the doctor calls it. look: the first
    call, or thing, to look at. entry: number of the guide's checklist, "" where the guide has none."""

    way: tuple[str, ...]
    layer: str
    look: str
    entry: str = ""

    def leads_to(self, layer: str) -> bool:
        """Whether this is the place to look at for a cause in the doctor's layer of this name."""
        return any(layer.startswith(part) for part in self.layer.split(", "))


NONE, PATH, TOO_MANY, FAILED, ODD = "no answer", "403, 404", "429", "5xx", "2xx, but odd"
NOT_RUN, RAN = "no START", "START"
SLOW, DENIED, SERVICE, CODE, SILENT = (
    *("timed out, no END", "AccessDenied"),
    *("another AWS error", "an error of the code", "no error"),
)
QUESTIONS = ("the caller gets", "its log has", "and its lines say")
LEAVES = (
    Leaf((NONE,), "name and address", "curl -v URL"),
    Leaf((PATH, NOT_RUN), "API, stage, deployment, route", "get-export beside get-resources", "5.3"),
    Leaf((PATH, RAN), "answer", "these are your function's own words"),
    Leaf((TOO_MANY,), "stage", "aws apigateway get-stage: throttling"),
    Leaf((FAILED, NOT_RUN), "integration, permission, function, role", "get-policy; the role's trust"),
    Leaf((FAILED, RAN, SLOW), "log of the request", "REPORT: Duration beside Timeout"),
    Leaf((FAILED, RAN, DENIED), "role of the function, table", "the ARN; simulate-principal-policy", "5.2"),
    Leaf((FAILED, RAN, SERVICE), "table", "aws dynamodb describe-table"),
    Leaf((FAILED, RAN, CODE), "log of the request, function", "file and line of the trace; get-function"),
    Leaf((FAILED, RAN, SILENT), "result of the function", "statusCode a number, body a string", "5.1"),
    Leaf((ODD,), "result of the function", "is the body the whole result?"),
)
"""From the outside in. Sources: the guide's checklist; how APIs answer: tests/sandbox/cases.yaml."""


def leaf(status: int | None, started: bool = False, log: Iterable[str] = ()) -> Leaf:
    """Where the tree leads.

    status: of the answer, None if there was none. started: whether a START line appeared. log: the lines of
    that invocation, START and REPORT too. ValueError for a status of another answer.

    >>> leaf(502, started=True, log=["START", "REPORT RequestId: 1"]).layer
    'result of the function'
    """
    way = _way(status, started, tuple(log))
    return next(one for one in LEAVES if one.way == way)


def _way(status: int | None, started: bool, log: Sequence[str]) -> tuple[str, ...]:
    if status is None:
        return (NONE,)
    if status == THROTTLED:
        return (TOO_MANY,)
    if status in NOT_FOUND:
        return (PATH, RAN if started else NOT_RUN)
    if 200 <= status < 300:
        return (ODD,)
    if status < SERVER_ERROR:
        raise ValueError(f"{status}: whoever answers so says why; the tree is for 403, 404, 429, 5xx and 2xx")
    return (FAILED, RAN, _said(log)) if started else (FAILED, NOT_RUN)


def _said(log: Sequence[str]) -> str:
    """What the lines of an invocation say."""
    invocation = Invocation("", tuple(line.rstrip("\n") for line in log))
    if invocation.timed_out or not invocation.ended:
        return SLOW
    error = find_error(invocation.words)
    if error is not None:
        return DENIED if error.code in ACCESS_DENIED else SERVICE
    return CODE if invocation.runtime_error or invocation.trouble else SILENT


@dataclass(frozen=True, repr=False)
class DecisionTree:
    """The tree, and one way through it. Draws itself, and has a text form. found: None for the tree alone."""

    found: Leaf | None = None

    @property
    def summary(self) -> str:
        """Where the way leads, in a sentence."""
        if self.found is None:
            return "From the answer to the layer. The guide's three entries are marked."
        return f"{' → '.join(self.found.way)}: look at the {self.found.layer} ({self.found.look})."

    def __repr__(self) -> str:
        return "\n".join([*_lines(self.found), self.summary])

    def _repr_html_(self) -> str:
        from workshop.figures.decisions_svg import svg

        return f'<figure style="margin:8px 0;overflow-x:auto">{svg(self)}</figure>'


def decision_tree(
    status: int | str | None = "", started: bool = False, log: Iterable[str] = ()
) -> DecisionTree:
    """The decision tree; with an answer's status, the way to its layer. Parameters and errors: as `leaf`."""
    return DecisionTree(None if isinstance(status, str) else leaf(status, started, log))


def _lines(found: Leaf | None) -> Iterator[str]:
    yield f"{QUESTIONS[0]:<17}{QUESTIONS[1]:<13}{QUESTIONS[2]:<23}look at"
    before: tuple[str, ...] = ()
    for one in LEAVES:
        shared = _shared(before, one.way)
        cells = ["" if number < shared else said for number, said in enumerate(one.way)] + [""] * 2
        mark = "→ " if one == found else "  "
        entry = f"   [guide {one.entry}]" if one.entry else ""
        yield f"{mark}{cells[0]:<15}{cells[1]:<13}{cells[2]:<23}{one.layer}: {one.look}{entry}"
        before = one.way


def _shared(before: Sequence[str], way: Sequence[str]) -> int:
    """How many answers two ways have in common, from the first on."""
    alike = [ours == theirs for ours, theirs in zip(before, way, strict=False)]
    return alike.index(False) if False in alike else len(alike)
