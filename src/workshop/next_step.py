"""Where the learner is, and the one next action: a pure decision over what is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from workshop.catalogue import LANGUAGES, Lab
from workshop.lifecycle import PASSED, has_passed
from workshop.progress import LabProgress, Progress, moment

TEMPLATE = "template.yaml"


@dataclass(frozen=True)
class Situation:
    """All that the decision needs.

    set_up: whether `make setup` has come to its end. sandbox_since: since when the sandbox has what it
    holds; None: none runs.
    edited: for each lab that has begun, when each of the learner's files was last written, by its name.
    packed: those of them whose template takes code along, so that a change in it has to be deployed, too.
    tickets: of a lab of tickets, by its key: what they ask for next.
    """

    set_up: bool
    sandbox_since: datetime | None
    labs: Sequence[Lab]
    progress: Progress
    edited: Mapping[str, Mapping[str, datetime]] = field(default_factory=dict)
    packed: frozenset[str] = frozenset()
    tickets: Mapping[str, Step] = field(default_factory=dict)


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
    return _in_lab(now, lab, now.sandbox_since)


def current_lab(now: Situation) -> Lab | None:
    """The lab the learner is in: the one begun last; once it has passed, the next one that has not begun.

    Where none comes after it, the first that has begun and not passed, then the first that has not begun.
    """
    begun, last = _begun(now), _last_begun(now)
    if last is not None and not _is_done(now, last):
        return last
    to_do = [lab for lab in now.labs if not _is_done(now, lab)]
    after = [lab for lab in to_do if last and lab.number > last.number and lab not in begun]
    left_behind = [lab for lab in to_do if lab in begun]
    return next(iter([*after, *left_behind, *to_do]), None)


def _begun(now: Situation) -> list[Lab]:
    return [lab for lab in now.labs if lab.key in now.edited]


def _last_begun(now: Situation) -> Lab | None:
    """Of labs that nothing is noted of, the later one: max keeps the first of equals."""
    begun = reversed(_begun(now))
    return max(begun, key=lambda lab: moment(now.progress.labs[lab.key].begun_at), default=None)


def _is_done(now: Situation, lab: Lab) -> bool:
    return has_passed(lab, now.progress.labs[lab.key])


def _not_begun(now: Situation, lab: Lab) -> str:
    last, before = _last_begun(now), "The local AWS runs."
    if last is not None and _is_done(now, last):
        tasks = ", ".join(_open_stretch(now, last))
        before = f"Lab {last.number} is done" + (f" (still open, if you like: {tasks})." if tasks else ".")
    return f"{before} Lab {lab.number} · {lab.title}, about {lab.minutes} minutes, has not begun."


def _open_stretch(now: Situation, lab: Lab) -> list[str]:
    """The stretch tasks of a lab that have been looked at and have not passed."""
    outcomes = now.progress.labs[lab.key].outcomes
    return [check for check in lab.stretch if outcomes.get(check) not in (None, *PASSED)]


def _all_done(now: Situation) -> Step:
    if not now.labs:
        return Step("There is no lab in this clone.", "git pull && make setup")
    last = now.labs[-1]
    done = f"Labs 1 to {last.number} are done" if len(now.labs) > 1 else f"Lab {last.number} is done"
    tasks = [(lab, check) for lab in now.labs for check in _open_stretch(now, lab)]
    if tasks:
        names = ", ".join(f"{check} of lab {lab.number}" for lab, check in tasks)
        lab, check = tasks[0]
        lead = "try it, if you like; for help, type:"
        return Step(f"{done}, but for stretch tasks: {names}.", f"workshop hint {lab.number} {check}", lead)
    language = now.progress.labs[last.key].language or now.progress.language or LANGUAGES[0]
    return Step(
        f"{done}: every check has passed.",
        f"diff -r work/{last.key} solutions/{last.key}/{language}",
        "compare your code with ours:",
    )


def _in_lab(now: Situation, lab: Lab, sandbox_since: datetime) -> Step:
    noted, edited = now.progress.labs[lab.key], now.edited[lab.key]
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
    if lab.key in now.tickets:
        asked = now.tickets[lab.key]
        return replace(asked, where=f"{where} {asked.where}")
    over = [one for one in now.labs if one.number < lab.number and _deployed(now, one) > deployed]
    if over:
        return Step(f"{where} Lab {over[-1].number} was deployed after it, in its place.", deploy)
    changed = changed_since(deployed, edited, lab.key in now.packed)
    if changed:
        return Step(f"{where} You have changed {changed} since you deployed.", deploy)
    if checked < deployed:
        return Step(f"{where} It is deployed, and not checked since.", check)
    newer = sorted(name for name, at in edited.items() if at > checked)
    if newer:
        return Step(f"{where} You have changed {newer[0]} since the last check.", check)
    return _after_check(lab, noted, where, check)


def changed_since(deployed: datetime, edited: Mapping[str, datetime], packs_code: bool) -> str | None:
    """A file that was changed since, and that a deployment takes along; None if there is none.

    The template comes first. packs_code: whether a deployment takes more than that along.
    """
    newer = [name for name, at in edited.items() if at > deployed and (packs_code or name == TEMPLATE)]
    return min(newer, key=lambda name: (name != TEMPLATE, name), default=None)


def _deployed(now: Situation, lab: Lab) -> datetime:
    return moment(now.progress.labs[lab.key].deployed_at)


def _after_check(lab: Lab, noted: LabProgress, where: str, check: str) -> Step:
    failing = first_failing(lab, noted)
    if failing is None:
        return Step(f"{where} Not all of its checks have been run.", check)
    if noted.outcomes[failing] == "error":
        return Step(f"{where} The check {failing} could not be run: that is the workshop's own fault.", check)
    return Step(
        f"{where} The first check that fails is {failing}.",
        f"workshop hint {lab.number} {failing}",
        f"mend it, then workshop deploy {lab.number} and {check}; for help, type:",
    )


def first_failing(lab: Lab, noted: LabProgress) -> str | None:
    """The first check, core before stretch, that failed in the last run or could not be run, or None."""
    order = [*lab.core, *lab.stretch]
    return next((check for check in order if noted.outcomes.get(check) in ("failed", "error")), None)
