"""How a lab grows out of the one before: which of the learner's files go on, and which are ours.

The starter of a lab is our answer to the lab before, with gaps. So what the starter leaves as our answer had
it may as well be the learner's, and where both have changed a file, git merges the two. Nothing is written
here: the learner's folder of the lab before stays as it is, and what is made is put elsewhere.
"""

from __future__ import annotations

import difflib
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from workshop import template_merge
from workshop.deploy import FellShort
from workshop.deploy.template import Template, read
from workshop.errors import Problem
from workshop.folders import Source

TEMPLATE = "template.yaml"
_COMMENTS = (b"#", b"//")


@dataclass(frozen=True)
class Grown:
    """A lab's folder that goes on from the learner's own work.

    files: all of it, by name. taken: names of files that are the learner's as they are. merged: the
    learner's, with what the lab changes in them. left: ours, because the learner's would not fit.
    """

    files: Mapping[str, Source]
    taken: tuple[str, ...] = ()
    merged: tuple[str, ...] = ()
    left: tuple[str, ...] = ()

    @property
    def yours(self) -> tuple[str, ...]:
        """The names of the files in which there is work of the learner's."""
        return tuple(sorted((*self.taken, *self.merged)))


def grow(
    own: Mapping[str, Path],
    before: Mapping[str, Path],
    answer: Mapping[str, Path],
    starter: Mapping[str, Path],
) -> Grown:
    """The starter of a lab, with the learner's work of the lab before in it.

    own: the learner's files of the lab before. before, answer: that lab's starter and our answer to it. All
    by name. A file that is as it came, or as our answer is, has no work of the learner's in it. Raises
    Problem if git cannot be run. This is a read-only operation.
    """
    files: dict[str, Source] = dict(starter)
    taken: list[str] = []
    merged: list[str] = []
    left: list[str] = []
    for name, path in own.items():
        if _same(path, before.get(name)) or _same(path, answer.get(name)):
            continue
        if name not in starter:
            if name not in before:  # else it belongs to that lab alone: its brief, its notebook
                files[name] = path
                taken.append(name)
        elif name not in answer:
            if name not in before:
                left.append(name)
        elif _same(starter[name], answer[name]):
            files[name] = path
            taken.append(name)
        else:
            whole = _merge(path, before.get(name), answer[name], starter[name])
            if whole is None:
                left.append(name)
            elif whole != starter[name].read_bytes():
                files[name] = whole
                (taken if whole == path.read_bytes() else merged).append(name)
    return Grown(files, tuple(sorted(taken)), tuple(sorted(merged)), tuple(sorted(left)))


def difference(grown: Grown, starter: Mapping[str, Path]) -> str:
    """How the learner's work differs from ours, as `diff -u` shows it: `-` is ours, `+` the learner's."""
    return "\n".join(line for name in grown.yours for line in _unified(name, grown, starter))


def changed_lines(grown: Grown, name: str, starter: Mapping[str, Path]) -> tuple[int, int]:
    """How many lines of a file only the learner has, and how many only we have."""
    lines = list(_unified(name, grown, starter))[2:]
    return sum(line.startswith("+") for line in lines), sum(line.startswith("-") for line in lines)


def _unified(name: str, grown: Grown, starter: Mapping[str, Path]) -> Iterator[str]:
    ours = _text(starter[name]) if name in starter else ""
    yours = _text(grown.files[name])
    labels = (f"ours/{name}", f"yours/{name}")
    return difflib.unified_diff(ours.splitlines(), yours.splitlines(), *labels, lineterm="")


def _text(source: Source) -> str:
    content = source if isinstance(source, bytes) else source.read_bytes()
    return content.decode("utf-8", errors="replace")


def _same(one: Path, other: Path | None) -> bool:
    return other is not None and one.read_bytes() == other.read_bytes()


def _merge(own: Path, before: Path | None, answer: Path, starter: Path) -> bytes | None:
    """The learner's file with what the starter changes in our answer; None where that does not fit."""
    mine = _without_done_tasks(own, before, answer)
    if own.name != TEMPLATE:
        return _merge_lines(mine, answer.read_bytes(), starter.read_bytes())
    template, base, ours = _template(mine), read(answer), read(starter)
    if template is None:
        return None
    text = template_merge.merge(template, base, ours, _merge_piece)
    merged = None if text is None else _template(text.encode())
    return merged.text.encode() if merged and _holds(merged, base, ours) else None


def _template(content: bytes) -> Template | None:
    """The template of that content; None if it is none."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / TEMPLATE
        file.write_bytes(content)
        try:
            return read(file)
        except FellShort:
            return None


def _merge_piece(mine: str, base: str, ours: str) -> str | None:
    merged = _merge_lines(mine.encode(), base.encode(), ours.encode())
    return None if merged is None else merged.decode()


def _merge_lines(mine: bytes, base: bytes, ours: bytes) -> bytes | None:
    """The merge; where lines conflict and we only add comments, it is the learner's without them."""
    merged = _git_merge(mine, base, ours)
    return mine if merged is None and _without_comments(base) == _without_comments(ours) else merged


def _git_merge(mine: bytes, base: bytes, ours: bytes) -> bytes | None:
    """The three-way merge, as `git merge-file` makes it; None where both changed the same lines."""
    with tempfile.TemporaryDirectory() as folder:
        names = ("mine", "base", "ours")
        for name, content in zip(names, (mine, base, ours), strict=True):
            (Path(folder) / name).write_bytes(content)
        command = ["git", "merge-file", "-p", "-q", *names]
        try:
            done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
        except OSError as error:
            raise Problem(
                "the command git",
                error.strerror or str(error),
                "git, which merges your files with ours",
                "install git; or go on from our answer: the same command with --from ours",
            ) from error
    return done.stdout if done.returncode == 0 else None


def _without_done_tasks(own: Path, before: Path | None, answer: Path) -> bytes:
    """The learner's file without those comments of the starter that name a task, for it is done."""
    tasks = _comments(before) - _comments(answer) if before else frozenset()
    return b"".join(line for line in own.read_bytes().splitlines(True) if line.strip() not in tasks)


def _without_comments(content: bytes) -> list[bytes]:
    lines = (line.strip() for line in content.splitlines())
    return [line for line in lines if line and not line.startswith(_COMMENTS)]


def _comments(file: Path) -> frozenset[bytes]:
    lines = (line.strip() for line in file.read_bytes().splitlines())
    return frozenset(line for line in lines if line.startswith(_COMMENTS))


def _holds(merged: Template, base: Template, ours: Template) -> bool:
    """Whether a merged template is whole: nothing twice in it, nothing that the starter names is gone.

    It may still not be: a resource that the learner calls by another name, or one of another type, with
    properties in it that the starter adds.
    """
    for section in ((), ("Parameters",), ("Resources",), ("Outputs",)):
        names = merged.keys(*section)
        if len(set(names)) < len(names) or not set(ours.keys(*section)) <= set(names):
            return False
    kinds = merged.resources()
    return all(kind == kinds[name] for name, kind in _changed(base, ours).items())


def _changed(base: Template, ours: Template) -> dict[str, str]:
    """The types of those resources that the starter changes, by logical id."""
    return {
        name: kind
        for name, kind in ours.resources().items()
        if name in base.resources() and ours.value("Resources", name) != base.value("Resources", name)
    }
