"""An AccessDenied taken apart, and explained by what the sandbox knows of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from json import dumps
from typing import TYPE_CHECKING, Any

from sandbox.decisions import LAST, Decision
from workshop.errors import NotRunning, Problem
from workshop.figures import page

if TYPE_CHECKING:
    from workshop.target import Target

_MESSAGE = re.compile(
    r"User: (?P<who>\S+) is not authorized to perform: (?P<action>\S+)"
    r"(?: on resource: (?P<resource>\S+))?(?P<why> (?:because|with) .*)?",
    re.S,
)
_LABELS = {"who": "who asked", "action": "for what", "resource": "on what", "why": "AWS's reason"}
_WHOLE = "it says"
_COMPARED = {
    "Resource": "the statement is on",
    "Action": "it allows",
    "Condition": "it wants",
    "Principal": "it trusts",
}


@dataclass(frozen=True, repr=False)
class Denial:
    """message: AWS's own. decision: what the sandbox recorded, or None; then note says why not."""

    message: str
    decision: Decision | None = None
    note: str = ""

    @property
    def parts(self) -> list[tuple[str, str]]:
        """The parts of the message, labelled; the whole of one that is not built as AWS's are."""
        match = _MESSAGE.search(self.message)
        if match is None:
            return [(_WHOLE, self.message)]
        return [(label, match[name].strip()) for name, label in _LABELS.items() if match[name]]

    @property
    def why(self) -> dict[str, Any]:
        """The explanation as data; empty if there is none."""
        return dict(self.decision.explanation or {}) if self.decision else {}

    def __repr__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        from sandbox.iam.letters import carets

        yield "Denied."
        yield from (f"  {label:<13} {words}" for label, words in self.parts)
        yield from filter(None, (self.why.get("text"), self.note))
        for label, text, marks in self._letters():
            yield f"  {label}"
            yield f"    {text}"
            if marks:
                yield f"    {carets(text, tuple((start, end) for start, end in marks))}"
        if self.why:
            yield f"Do next: {self.why['do_next']}"

    def _letters(self) -> Iterator[tuple[str, str, list[list[int]]]]:
        """What is compared letter by letter: label, text, and what is marked in it."""
        for miss in self.why.get("misses", ()):
            compared = miss["compared"]
            if compared:
                yield _COMPARED[miss["element"]], compared["wanted"], compared["wanted_marks"]
                yield "you asked for", compared["given"], compared["given_marks"]

    def _repr_html_(self) -> str:
        rows = "".join(page.row(label, f"<code>{escape(words)}</code>") for label, words in self.parts)
        body = [f"<div><strong>✗ Denied</strong></div>{page.table(rows)}"]
        body += [f"<p>{_inline(words)}</p>" for words in (self.why.get("text"), self.note) if words]
        body += [
            f'<div>{label}</div><div style="{page.CODE}">{page.marked(text, marks)}</div>'
            for label, text, marks in self._letters()
        ]
        if self.why.get("written"):
            named = f"The statement, of {self.why['policy'] or 'the policy'}"
            statement = page.code(dumps(self.why["written"], indent=2))
            body.append(f"<details><summary>{escape(named)}</summary>{statement}</details>")
        if self.why:
            body.append(f"<p><strong>Do next:</strong> {_inline(self.why['do_next'])}</p>")
        return page.box(page.ORANGE, "A denied request", "".join(body))


def denial(error: Any = None, target: Target | None = None) -> Denial:
    """The card of a botocore AccessDenied error, or of the last denial in the sandbox.

    target: a workshop Target; by default the sandbox that runs here. An error alone is enough for its
    message. Raises ValueError for an error that is none of IAM's; NotRunning or Problem if, without an error,
    there is no sandbox or no denial in it.
    """
    message = _message(error) if error is not None else ""
    wanted = LAST if error is None else str(error.response["ResponseMetadata"].get("RequestId", ""))
    try:
        found = _recorded(wanted, target)
    except (NotRunning, Problem) as problem:
        if error is None:
            raise
        return Denial(message, None, f"There is no more to be told of it: {problem.found.rstrip('.')}.")
    return Denial(message or found.message or _worded(found), found)


def _message(error: Any) -> str:
    told = getattr(error, "response", {}).get("Error", {})
    if not str(told.get("Code", "")).startswith("AccessDenied"):
        raise ValueError(f"{type(error).__name__} {told.get('Code', '')}: no request that IAM has denied")
    return str(told.get("Message", ""))


def _recorded(wanted: str, target: Target | None) -> Decision:
    from workshop import explaining
    from workshop.clone import clone_folder
    from workshop.target import choose

    where = target or choose(None, clone=clone_folder())
    request = explaining.decided(where, wanted)
    if not request.denied and request.earlier:
        request = explaining.decided(where, request.earlier)
    denied = next((one for one in request.decisions if not one.allowed), None)
    if denied is None:
        raise Problem(
            f"the requests at {where.where}", "IAM has denied none", "one that it denied", "make the request"
        )
    return denied


def _worded(found: Decision) -> str:
    return f"{found.caller} may not {found.action} on {found.resource}: {found.because}"


def _inline(words: str) -> str:
    """Words as HTML; what stands between backticks is code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(words, quote=False))
