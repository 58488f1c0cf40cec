"""The page of all checks: each with its statement, its points, what it needs, and where it is explained."""

from __future__ import annotations

from tests.instructor.labs import checks
from tests.reference.findings import anchor_of_check, has_own
from tests.reference.text import GENERATED, counted, listed
from tests.repository.sources import ROOT
from workshop.catalogue import Lab, labs
from workshop.checking.declare import Check

_HEAD = f"""# Checks

{GENERATED}

What [`workshop check`](cli.md#workshop-check) looks at, lab by lab, in its order. A check needs others where
it would make no sense without them: as long as one of those fails, it is *skipped*. The points of the core
checks are a lab's verdict; stretch checks are shown apart, and have points of their own.

{{table}}
"""


def page() -> str:
    """The page, whole."""
    rows = ["| Lab | Core | Points | Stretch |", "|---|---:|---:|---:|"]
    rows += [_row(lab) for lab in labs(ROOT)]
    return "\n".join([_HEAD.replace("{table}", "\n".join(rows)), *(_of_lab(lab) for lab in labs(ROOT))])


def anchor(lab: Lab, check: str) -> str:
    """Of a check on this page: ids are a lab's own."""
    return f"lab-{lab.number}-{check}"


def _row(lab: Lab) -> str:
    there = checks(lab.key).values()
    core = [one for one in there if not one.stretch]
    points = sum(one.points for one in core)
    link = f"[{lab.number} · {lab.title}](#lab-{lab.number})"
    return f"| {link} | {len(core)} | {points} | {len(there) - len(core)} |"


def _of_lab(lab: Lab) -> str:
    parts = [f"## {lab.number} · {lab.title} {{#lab-{lab.number}}}"]
    parts += [_of_check(lab, one) for one in checks(lab.key).values()]
    return "\n\n".join(parts) + "\n"


def _of_check(lab: Lab, check: Check) -> str:
    needs = [f"[`{one}`](#{anchor(lab, one)})" for one in check.needs]
    facts = [
        "Stretch" if check.stretch else "Core",
        counted(check.points, "point"),
        f"needs {listed(needs)}" if needs else "needs no other",
    ]
    links = [f"[explained](../layers/{lab.key.lstrip('0')}.md#{check.id})"]
    if has_own(lab.key, check.id):
        links.append(f"[what it may say](findings/{lab.key.lstrip('0')}.md#{anchor_of_check(check.id)})")
    return "\n\n".join(
        [
            f"### `{check.id}` {{#{anchor(lab, check.id)}}}",
            f"{check.statement}.",
            f"{' · '.join(facts)} · {' · '.join(links)}",
        ]
    )
