"""Where the learner is, and the one next action: a pure decision over what is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from workshop.catalogue import Lab
from workshop.lifecycle import has_passed
from workshop.progress import LabProgress, Progress, moment

NEVER = datetime.min.replace(tzinfo=UTC)
TEMPLATE = "template.yaml"


@dataclass(frozen=True)
class Situation:
    """All that the decision needs.

    set_up: whether `make setup` has come to its end. sandbox_since: since when the sandbox has what it
    holds; None: none runs.
    edited: for each lab that has begun, when each of the learner's files was last written, by its name.
    """

    set_up: bool
    sandbox_since: datetime | None
    labs: Sequence[Lab]
    progress: Progress
    edited: Mapping[str, Mapping[str, datetime]] = field(default_factory=dict)


@dataclass(frozen=True)
class Step:
    """where: where the learner is, a sentence. command: what to type. lead: what is said before it."""

    where: str
    command: str
    lead: str = ""

    def action(self) -> str:
        return f"Do next: {self.lead} {self.command}" if self.lead else f"Do next: {self.command}"

    def __str__(self) -> str:
        return f"{self.where}\n{self.action()}"


def next_step(now: Situation) -> Step:
    """The one next action. Looked at from the ground up: set up, lab, sandbox, deployed, checked, passed."""
    if not now.set_up:
        return Step("The setup of this clone has not come to its end.", "make setup")
    lab = current_lab(now)
    if lab is None:
        return _all_done(now)
    if now.sandbox_since is None:
        return Step("The local AWS is not running.", "workshop up")
    if lab.key not in now.edited:
        return Step(_not_begun(now, lab), f"workshop begin {lab.number}")
    return _in_lab(lab, now.progress.labs[lab.key], now.edited[lab.key], now.sandbox_since)


def current_lab(now: Situation) -> Lab | None:
    """The lab the learner is in: the first that has begun and not passed, else the first not begun."""
    open_labs = [lab for lab in now.labs if not has_passed(lab, now.progress.labs[lab.key])]
    begun = [lab for lab in open_labs if lab.key in now.edited]
    return next(iter(begun or open_labs), None)


def _not_begun(now: Situation, lab: Lab) -> str:
    passed = [one for one in now.labs if has_passed(one, now.progress.labs[one.key])]
    before = f"Lab {passed[-1].number} is done. " if passed else "The local AWS runs. "
    return f"{before}Lab {lab.number} · {lab.title}, about {lab.minutes} minutes, has not begun."


def _all_done(now: Situation) -> Step:
    if not now.labs:
        return Step("There is no lab in this clone.", "git pull && make setup")
    last = now.labs[-1]
    open_stretch = [
        check
        for check in last.stretch
        if now.progress.labs[last.key].outcomes.get(check) not in (None, "passed", "not_shown")
    ]
    done = f"All is done: every check of lab {last.number} has passed."
    if open_stretch:
        return Step(
            f"Lab {last.number} is done. Its stretch task is open: {open_stretch[0]}.",
            f"workshop hint {last.number} {open_stretch[0]}",
            "try it; for help, type:",
        )
    language = now.progress.labs[last.key].language or now.progress.language or "python"
    return Step(
        f"{done} More labs will come.",
        f"diff -r work/{last.key} solutions/{last.key}/{language}",
        "compare your code with ours:",
    )


def _in_lab(lab: Lab, noted: LabProgress, edited: Mapping[str, datetime], sandbox_since: datetime) -> Step:
    where = f"You are in lab {lab.number} · {lab.title}."
    deployed, checked = moment(noted.deployed_at), moment(noted.checked_at)
    deploy, check = f"workshop deploy {lab.number}", f"workshop check {lab.number}"
    if deployed < moment(noted.solved_at):
        return Step(f"{where} The solution is in your folder, and not deployed.", deploy)
    if noted.deployed_at is None:
        brief = f"do the first step of work/{lab.key}/README.md, then type:"
        return Step(f"{where} Nothing of it is deployed.", deploy, brief)
    if deployed < sandbox_since:
        return Step(
            f"{where} The local AWS has begun anew since you deployed, and holds nothing of it.", deploy
        )
    if edited.get(TEMPLATE, NEVER) > deployed:
        return Step(f"{where} You have changed {TEMPLATE} since you deployed.", deploy)
    if checked < deployed:
        return Step(f"{where} It is deployed, and not checked since.", check)
    newer = sorted(name for name, at in edited.items() if at > checked)
    if newer:
        return Step(f"{where} You have changed {newer[0]} since the last check.", check)
    return _after_check(lab, noted, where, check)


def _after_check(lab: Lab, noted: LabProgress, where: str, check: str) -> Step:
    failing = first_failing(lab, noted)
    if failing is None:
        return Step(f"{where} Not all of its checks have been run.", check)
    if noted.outcomes[failing] == "error":
        return Step(f"{where} The check {failing} could not be run: that is the workshop's own fault.", check)
    return Step(
        f"{where} The first check that fails is {failing}.",
        f"workshop hint {lab.number} {failing}",
        f"mend it, then {check}; for help, type:",
    )


def first_failing(lab: Lab, noted: LabProgress) -> str | None:
    """The first check, core before stretch, that failed in the last run or could not be run, or None."""
    order = [*lab.core, *lab.stretch]
    return next((check for check in order if noted.outcomes.get(check) in ("failed", "error")), None)
