"""What a role may do: the grid of actions × resources, as SimulatePrincipalPolicy answers it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from typing import Any, Literal

from workshop.figures import page

Verdict = Literal["allowed", "implicitDeny", "explicitDeny"]
"""As IAM's API names them (IAM API Reference, *EvaluationResult*)."""

_WORDS: Mapping[Verdict, tuple[str, str]] = {
    "allowed": ("✓", "allowed"),
    "implicitDeny": ("✗", "denied"),
    "explicitDeny": ("⊘", "Deny"),
}
_COLOURS: Mapping[Verdict, str] = {
    "allowed": page.GREEN,
    "implicitDeny": page.ORANGE,
    "explicitDeny": page.PURPLE,
}
_KEY = "✓ a statement allows it · ✗ no statement allows it · ⊘ a Deny forbids it"

_TRIED = "tried: what became of the call itself"

Verdicts = Mapping[tuple[str, str], Verdict]
Tried = Mapping[tuple[str, str], bool]


@dataclass(frozen=True, repr=False)
class PermissionGrid:
    """verdicts: by action and resource. before: those of an earlier grid: what has changed is marked.

    tried: whether the call itself was allowed, where somebody made it.
    """

    role: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    verdicts: Verdicts
    before: Verdicts = field(default_factory=dict)
    tried: Tried = field(default_factory=dict)

    def beside(self, tried: Tried) -> PermissionGrid:
        """The same grid, with what became of the calls that were made; calls of other cells are left out."""
        return replace(self, tried={cell: tried[cell] for cell in tried.keys() & self.verdicts.keys()})

    @property
    def allowed(self) -> int:
        """How many of the cells are allowed."""
        return sum(verdict == "allowed" for verdict in self.verdicts.values())

    @property
    def changed(self) -> int:
        """How many of the cells have another verdict than before."""
        return sum(self._was(*cell) is not None for cell in self.verdicts)

    @property
    def agreed(self) -> int:
        """How many of the calls that were tried went as the simulator said."""
        return sum(not self._differs(*cell) for cell in self.tried)

    @property
    def summary(self) -> str:
        """The grid in a sentence."""
        name = self.role.rpartition("/")[2]
        since = f"; {self.changed} changed since the grid before" if self.before else ""
        beside = f"; {len(self.tried)} tried, {self.agreed} as simulated" if self.tried else ""
        return f"{name} may do {self.allowed} of these {len(self.verdicts)}{since}{beside}"

    def _was(self, action: str, resource: str) -> Verdict | None:
        """What the verdict was before, if it was another one."""
        earlier = self.before.get((action, resource))
        return earlier if earlier and earlier != self.verdicts[action, resource] else None

    def _differs(self, action: str, resource: str) -> bool:
        """Whether the call was tried and went another way than the simulator said."""
        allowed = self.verdicts[action, resource] == "allowed"
        return self.tried.get((action, resource), allowed) != allowed

    def _words(self, action: str, resource: str) -> str:
        symbol, word = _WORDS[self.verdicts[action, resource]]
        was = self._was(action, resource)
        tried = self.tried.get((action, resource))
        marks = [f" (was {_WORDS[was][0]})"] if was else []
        marks += [f" · tried {'✓' if tried else '✗'}"] if tried is not None else []
        return "".join([f"{symbol} {word}", *marks])

    @property
    def _key(self) -> str:
        return f"{_KEY} · {_TRIED}" if self.tried else _KEY

    def __repr__(self) -> str:
        heads = labels(self.resources)
        rows = [["", *heads]]
        rows += [[action, *(self._words(action, one) for one in self.resources)] for action in self.actions]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        table = [
            "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()
            for row in rows
        ]
        named = [f"{head}: {one}" for head, one in zip(heads, self.resources, strict=True) if head != one]
        return "\n".join([f"{self.summary}.", *table, self._key, *named])

    def _repr_html_(self) -> str:
        heads = labels(self.resources)
        top = "".join(
            f'<th scope="col" title="{escape(one)}" style="{page.MONO_CELL}">{_stacked(head)}</th>'
            for head, one in zip(heads, self.resources, strict=True)
        )
        body = "".join(self._row(action) for action in self.actions)
        named = "".join(
            f"<div><code>{escape(head)}</code>: {escape(one)}</div>"
            for head, one in zip(heads, self.resources, strict=True)
            if head != one
        )
        return page.box(
            page.BLUE,
            self.summary,
            f"<div><strong>{escape(self.summary)}.</strong></div>"
            f'<table style="{page.PLAIN};border-collapse:separate;border-spacing:4px;margin:6px 0">'
            f'<thead><tr style="{page.PLAIN}"><td style="{page.CELL}"></td>{top}</tr></thead>'
            f"<tbody>{body}</tbody></table>"
            f"<div>{self._key}</div><details><summary>The resources, in full</summary>{named}</details>",
        )

    def _row(self, action: str) -> str:
        cells = "".join(self._cell(action, one) for one in self.resources)
        head = f'<th scope="row" style="{page.MONO_CELL}">{escape(action)}</th>'
        return f'<tr style="{page.PLAIN}">{head}{cells}</tr>'

    def _cell(self, action: str, resource: str) -> str:
        colour = _COLOURS[self.verdicts[action, resource]]
        marked = self._was(action, resource) or self._differs(action, resource)
        edge = f"{3 if marked else 1}px solid {colour}"
        style = (
            f"{page.PLAIN};border:{edge};border-radius:4px;padding:3px 10px;text-align:left;"
            f"background:{colour}26;white-space:nowrap"
        )
        title = escape(f"{action} on {resource}")
        return f'<td title="{title}" style="{style}">{escape(self._words(action, resource))}</td>'


def permission_grid(
    session: Any,
    role_arn: str,
    actions: Sequence[str],
    resources: Sequence[str],
    before: PermissionGrid | None = None,
) -> PermissionGrid:
    """Asks IAM's policy simulator what a role or user may do. This is a read-only operation.

    session: anything with boto3's `client(name)`. before: an earlier grid to compare with. Raises
    ClientError where IAM refuses to simulate, ValueError if there is nothing to ask or nothing was answered.
    """
    if not actions or not resources:
        raise ValueError("a grid needs one action or more, and one resource or more")
    pages = (
        session.client("iam")
        .get_paginator("simulate_principal_policy")
        .paginate(PolicySourceArn=role_arn, ActionNames=list(actions), ResourceArns=list(resources))
    )
    answers = {cell: verdict for answer in pages for cell, verdict in _read(answer, resources)}
    verdicts: dict[tuple[str, str], Verdict] = {}
    for action in actions:
        for resource in resources:
            verdicts[action, resource] = _known(answers.get((action.lower(), resource)), action, resource)
    earlier = before.verdicts if before else {}
    return PermissionGrid(role_arn, tuple(actions), tuple(resources), verdicts, earlier)


def _known(answer: Any, action: str, resource: str) -> Verdict:
    for verdict in _WORDS:
        if answer == verdict:
            return verdict
    raise ValueError(f"the simulator's answer on {action} on {resource} is {answer!r}")


def _read(answer: Mapping[str, Any], resources: Sequence[str]) -> Iterator[tuple[tuple[str, str], Any]]:
    """Action, in small letters, and resource of each verdict.

    Of several resources the single verdicts are in ResourceSpecificResults; of one, EvalResourceName can
    be `*` where the action knows no resource.
    """
    for result in answer["EvaluationResults"]:
        action = result["EvalActionName"].lower()
        for one in result.get("ResourceSpecificResults") or ():
            yield (action, one["EvalResourceName"]), one["EvalResourceDecision"]
        if len(resources) == 1:
            yield (action, resources[0]), result["EvalDecision"]


_WIDE = 30
"""Letters; a longer word in a column's head, such as the name of a log stream, is broken at its colons."""


def _stacked(label: str) -> str:
    """A column's head, its words one below the other: columns stay narrow."""
    words = [word.replace(":", ": ") if len(word) > _WIDE else word for word in label.split(" ")]
    return escape(" ".join(words)).replace(" ", "<br/>")


def labels(resources: Sequence[str]) -> list[str]:
    """The shortest names that tell the resources apart: what it is, with its region and account if needed.

    >>> labels(["arn:aws:dynamodb:us-east-1:1:table/a", "arn:aws:dynamodb:us-east-2:1:table/a", "*"])
    ['us-east-1 table/a', 'us-east-2 table/a', '*']
    """
    parts = [resource.split(":", 5) for resource in resources]
    last = [one[-1] for one in parts]
    regional = [f"{one[3]} {one[-1]}" if len(one) > 5 else one[-1] for one in parts]
    whole = [f"{one[3]} {one[4]} {one[-1]}" if len(one) > 5 else one[-1] for one in parts]
    found = []
    for short, longer, longest, resource in zip(last, regional, whole, resources, strict=True):
        if last.count(short) == 1:
            found.append(short)
        elif regional.count(longer) == 1:
            found.append(longer)
        else:
            found.append(longest if whole.count(longest) == 1 else resource)
    return found
