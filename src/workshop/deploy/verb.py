"""What `workshop deploy` does around a deployment: which lab, who is asked, what is noted and said."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from workshop import progress, target, ticket_step
from workshop.catalogue import Lab, find_lab, labs
from workshop.clone import clone_folder
from workshop.deploy import FellShort, NotAnswered, with_sam
from workshop.deploy.run import Ask, Deployment, Interrupted, Order
from workshop.deploy.view import Say
from workshop.errors import FELL_SHORT, USAGE, Problem
from workshop.next_step import Step

INTERRUPTED = 130
"""What shells give a command that Ctrl-C ended."""


def deploy(
    lab_text: str | None,
    work: Path | None,
    target_text: str | None,
    yes: bool,
    sam: bool = False,
    say: Say = print,
    clone: Path | None = None,
    environ: Mapping[str, str] = os.environ,
) -> int:
    """Deploys a lab's folder and returns the exit code. Raises Problem where it cannot be begun."""
    clone = clone or clone_folder()
    work = work or clone / "work"
    lab = find_lab(clone, lab_text) if lab_text is not None else lab_in_hand(clone, work)
    again = f"workshop deploy {lab.number}" + (" --sam" if sam else "")
    order = Order(
        template=template_of(lab, work),
        target=target.choose(target_text, environ, clone),
        prefix=target.prefix(environ),
        again=again,
        say=say,
        ask=asker(yes, say),
        clone=clone,
        in_terminal=sys.stdout.isatty(),
        yes=yes,
        lab=lab.number,
    )
    where = f"{order.target.url} (account {order.target.account}, stack {order.prefix})"
    say(f"Deploying {order.template} to {where}")
    began = progress.now()  # what is saved from here on may not be in it
    try:
        outputs = with_sam.deploy(order) if sam else Deployment(order).run()
    except FellShort as problem:
        print(f"\n{problem.headline}\n{problem}", file=sys.stderr)
        return FELL_SHORT
    except NotAnswered as problem:
        print(f"\nNothing was changed.\n{problem}", file=sys.stderr)
        return USAGE
    except KeyboardInterrupt:
        print("\nStopped before CloudFormation was told to change anything.", file=sys.stderr)
        return INTERRUPTED
    except Interrupted as stopped:
        print(f"\n{stopped}", file=sys.stderr)
        return INTERRUPTED
    progress.record_deploy(work, lab.key, began)
    say(ending(outputs, lab, work))
    return 0


def ending(outputs: Mapping[str, str], lab: Lab, work: Path) -> str:
    """The outputs and what to do next: the check, or what the lab's tickets ask for."""
    width = max(map(len, outputs), default=0)
    lines = [f"  {name:<{width}}  {value}" for name, value in outputs.items()]
    check = Step("", f"workshop check {lab.number}")
    step = ticket_step.ticket_step(work) if lab.key == ticket_step.LAB else check
    return "\n".join(["", *(lines or ["  The template has no Outputs."]), "", step.action()])


def template_of(lab: Lab, work: Path) -> Path:
    """The template of the learner's copy, by its shortest path. Raises Problem if not begun."""
    folder = work / lab.key
    if not folder.is_dir():
        raise Problem(
            f"the folder {folder}",
            "it is not there: the lab is not begun",
            "your own copy of the lab",
            f"workshop begin {lab.number}",
        )
    file, here = folder / "template.yaml", Path.cwd()
    return file.relative_to(here) if file.is_relative_to(here) else file


def lab_in_hand(clone: Path, work: Path) -> Lab:
    """The lab that was begun last. Raises Problem before the first."""
    begun = [lab for lab in labs(clone) if (work / lab.key).is_dir()]
    if not begun:
        raise Problem(f"the folder {work}", "no lab that has begun", "a lab to deploy", "workshop begin 1")
    noted = progress.load(work).labs
    # Of labs that nothing is noted of, the later one: max keeps the first of equals.
    return max(reversed(begun), key=lambda lab: progress.moment(noted[lab.key].begun_at))


def asker(yes: bool, say: Say, terminal: bool | None = None) -> Ask | None:
    """Who answers: --yes, the person at the terminal, or nobody."""
    if yes:
        return lambda question: say(f"{question} Yes, by --yes.") is None
    if not (sys.stdin.isatty() if terminal is None else terminal):
        return None
    return _typed


def _typed(question: str) -> bool:
    """Asks at the terminal; Ctrl-C and the end of the input are a no."""
    import typer

    try:
        return typer.confirm(question, default=False)
    except typer.Abort:
        return False
