"""`workshop status`, and what `workshop` alone says: looked up, put into words, nothing changed."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from workshop import progress, state
from workshop.catalogue import HINTS, Lab, labs
from workshop.deploy import FellShort
from workshop.deploy.package import local_code
from workshop.deploy.template import read
from workshop.errors import NotRunning
from workshop.folders import files_in, shown, work_folder
from workshop.lifecycle import LANGUAGE_NAMES, PASSED, checks_passed, has_passed
from workshop.next_step import TEMPLATE, Situation, changed_since, next_step
from workshop.progress import LabProgress, moment
from workshop.target import Target, choose, find_sandbox, health, prefers_aws, prefix
from workshop.ticket_step import LAB, RECORD, ticket_step

STAMP = Path(".venv") / "setup-stamp.json"
"""Written by tools/bootstrap.py when a setup has come to its end."""

NOT_ANSWERS = frozenset({"README.md", "diagnosis.yaml", "load.py", RECORD})
BAR = 13


def situation(clone: Path, environ: Mapping[str, str] = os.environ, sandbox: str | None = None) -> Situation:
    """What the next step depends on. sandbox: its URL, if it is known. This is a read-only operation."""
    work, known = work_folder(clone), labs(clone)
    on_aws = prefers_aws(environ, clone)  # an account is always there, and never reset
    url = None if on_aws else sandbox or find_sandbox(environ, clone)
    return Situation(
        set_up=(clone / STAMP).is_file(),
        sandbox_since=moment(None) if on_aws else _since(url) if url else None,
        labs=known,
        progress=progress.load(work),
        edited={lab.key: _edited(work / lab.key) for lab in known if (work / lab.key).is_dir()},
        packed=frozenset(lab.key for lab in known if _packs_code(work / lab.key / TEMPLATE)),
        tickets={LAB: ticket_step(work)} if (work / LAB).is_dir() else {},
    )


def not_deployed(work: Path, key: str) -> str | None:
    """A file of the lab that was changed after its deployment, and that one would take along.

    None if there is none, and for a lab that was not deployed by `workshop deploy`. This is a read-only
    operation.
    """
    deployed = progress.load(work).labs[key].deployed_at
    if deployed is None:
        return None
    return changed_since(moment(deployed), _edited(work / key), _packs_code(work / key / TEMPLATE))


def where_am_i(clone: Path, environ: Mapping[str, str] = os.environ) -> str:
    """Where the learner is, and the one next action."""
    return str(next_step(situation(clone, environ)))


def status(clone: Path, target_text: str | None, environ: Mapping[str, str] = os.environ) -> str:
    """The whole picture. Raises NotRunning if a target that was asked for does not answer."""
    try:
        target: Target | None = choose(target_text, environ, clone)
    except NotRunning:
        if target_text is not None:
            raise
        target = None
    now = situation(clone, environ, target.url if target else None)
    work = work_folder(clone)
    blocks = [_target_lines(target, environ, clone)]
    for lab in now.labs:
        place = shown(work / lab.key, clone) if lab.key in now.edited else None
        blocks.append(_lab_lines(lab, now.progress.labs[lab.key], place))
    blocks.append([next_step(now).action()])
    return "\n\n".join("\n".join(lines) for lines in blocks)


def stack_status(target: Target, name: str) -> str:
    """The state of the stack in CloudFormation's word, or `not there`. This is a read-only operation."""
    from botocore.exceptions import ClientError

    try:
        stacks = target.session().client("cloudformation").describe_stacks(StackName=name)["Stacks"]
    except ClientError as error:
        if error.response["Error"]["Code"] == "ValidationError":  # CloudFormation's word for: does not exist
            return "not there"
        return f"not known ({error})"
    return str(stacks[0]["StackStatus"])


def _target_lines(target: Target | None, environ: Mapping[str, str], clone: Path) -> list[str]:
    name = prefix(environ)
    files = f"Files       {work_folder(clone)}"
    if target is None:
        return ["Local AWS   not running", state.line(clone, None), files]
    title = "Local AWS" if target.kind == "sandbox" else "Endpoint "
    where = f"{title}   {target.url}, account {target.account}, region {target.region}"
    if target.kind == "aws":
        where = f"Target      {target.where}, as {target.arn}"
    stack = f"Stack       {name}: {stack_status(target, name)}"
    said = health(target.url) if target.kind == "sandbox" else None
    return [where, stack, *([state.line(clone, said)] if said is not None else ()), files]


def _lab_lines(lab: Lab, noted: LabProgress, place: str | None) -> list[str]:
    """place: the learner's folder; None if the lab has not begun."""
    head = f"Lab {lab.number} · {lab.title}"
    if place is None:
        return [f"{head}: not begun"]
    language = f", in {LANGUAGE_NAMES.get(noted.language, noted.language)}" if noted.language else ""
    used, hints = sum(noted.hints.values()), HINTS * len(lab.hints)
    lines = [f"{head}{': done' if has_passed(lab, noted) else ''}", f"  checks    {checks_line(lab, noted)}"]
    if lab.stretch and noted.checked_at:
        passed = sum(noted.outcomes.get(check) in PASSED for check in lab.stretch)
        lines.append(f"  stretch   {passed} of {len(lab.stretch)} passed")
    lines.append(f"  hints     {used} of {hints} used")
    lines.append(f"  folder    {place}{language}")
    lines.append(f"  begun     {_when(noted.begun_at)}")
    lines.append(f"  deployed  {_when(noted.deployed_at)}")
    lines.append(f"  checked   {_when(noted.checked_at)}")
    if noted.solved_at:
        lines.append(f"  solution  put in place {_when(noted.solved_at)}")
    return lines


def checks_line(lab: Lab, noted: LabProgress) -> str:
    """How many of the checks have passed that are no stretch, with a bar."""
    if noted.checked_at is None:
        return f"not run yet; there are {len(lab.core)}"
    passed = checks_passed(lab, noted)
    full = BAR * passed // max(len(lab.core), 1)
    return f"{'█' * full}{'░' * (BAR - full)} {passed} of {len(lab.core)} passed"


def _when(at: str | None) -> str:
    return f"{moment(at).astimezone():%Y-%m-%d %H:%M}" if at else "never"


def _edited(folder: Path) -> dict[str, datetime]:
    """When each file that is part of the answer was last written; a notebook writes itself."""
    return {
        name: datetime.fromtimestamp(path.stat().st_mtime, UTC)
        for name, path in files_in(folder).items()
        if name not in NOT_ANSWERS and path.suffix != ".ipynb"
    }


def _packs_code(template: Path) -> bool:
    """Whether a deployment takes code along; so it is said, too, of a template that cannot be deployed."""
    try:
        return template.is_file() and bool(local_code(read(template)))
    except FellShort:
        return True


def _since(url: str) -> datetime | None:
    """Since when the sandbox has what it holds: it was first started, or reset. None: it has ended.

    The beginning of time while it is still taking up what it holds: then nothing may be said to be gone.
    """
    said = health(url)
    if said is None:
        return None
    since = said["state"]["since"]
    return moment(None) if since is None else datetime.fromtimestamp(since, UTC)
