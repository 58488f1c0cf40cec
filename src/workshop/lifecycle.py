"""A lab's life: begin, reset, solve. Each returns what is to be said; asking is the verbs' part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from workshop import folders, progress, solution_lock
from workshop.catalogue import LANGUAGES, Lab
from workshop.errors import Problem
from workshop.folders import Changes, Source, shown, work_folder

LANGUAGE_NAMES = dict(zip(LANGUAGES, ("Python", "Node.js"), strict=True))
PASSED = frozenset({"passed", "not_shown"})
"""Outcomes with which a lab may be called done."""


@dataclass(frozen=True)
class Begun:
    """A learner's lab folder, its language, and what the starter of that language is."""

    lab: Lab
    folder: Path
    language: str

    def changes(self) -> Changes:
        return folders.compare(self.folder, folders.starter(self.lab, self.language))


def language_of(clone: Path, lab: Lab) -> str | None:
    """The language of the learner's copy of the lab, else the one chosen before; None: never asked."""
    work = work_folder(clone)
    noted = progress.load(work)
    return noted.labs[lab.key].language or _language_by_files(lab, work / lab.key) or noted.language


def begun(clone: Path, lab: Lab) -> Begun:
    """The learner's copy of the lab. Raises Problem if there is none."""
    folder = work_folder(clone) / lab.key
    if not folder.is_dir():
        raise Problem(
            f"the folder {shown(folder, clone)}",
            "it is not a folder" if folder.exists() else "it is not there",
            f"your copy of lab {lab.number}",
            f"mv {shown(folder, clone)} elsewhere, then: workshop begin {lab.number}"
            if folder.exists()
            else f"workshop begin {lab.number}",
        )
    return Begun(lab, folder, language_of(clone, lab) or LANGUAGES[0])


def _language_by_files(lab: Lab, folder: Path) -> str | None:
    """Of a copy that nothing is noted of: the first language of whose files one is there."""
    for language in LANGUAGES:
        if any((folder / name).exists() for name in folders.files_in(lab.folder / language)):
            return language
    return None


def has_begun(clone: Path, lab: Lab) -> bool:
    """Whether files of the learner's are in the lab's folder. Raises Problem if it is no folder."""
    folder = work_folder(clone) / lab.key
    if folder.exists() and not folder.is_dir():
        begun(clone, lab)
    return folder.is_dir() and bool(folders.files_in(folder))


def begin(
    clone: Path,
    lab: Lab,
    language: str,
    files: Mapping[str, Source] | None = None,
    notes: Mapping[str, str] | None = None,
) -> str:
    """Copies `files`, or else the starter, to the learner's folder; puts back what is missing in one.

    notes: what is to be said of a file, by its name. Raises Problem if the folder is there and whole, or in
    another language.
    """
    work = work_folder(clone)
    folder = work / lab.key
    if has_begun(clone, lab):
        return _complete(clone, begun(clone, lab), language)
    folders.put(work, lab.key, files or folders.starter(lab, language))
    progress.record_begin(work, lab.key, language, progress.now())
    said = notes or {}
    there = sorted(folders.files_in(folder))
    width = max(map(len, there))
    names = "".join(f"\n  {name:<{width}}  {said.get(name, '')}".rstrip() for name in there)
    place = f"Your copy, in {LANGUAGE_NAMES[language]}, is {shown(folder, clone)}:"
    return f"{introduction(lab)}\n\n{place}{names}"


def introduction(lab: Lab) -> str:
    """The lab in two lines."""
    return f"Lab {lab.number} · {lab.title}\nAbout {lab.minutes} minutes. Cost on AWS: {lab.cost}."


def _complete(clone: Path, there: Begun, language: str) -> str:
    lab, place = there.lab, shown(there.folder, clone)
    if language != there.language:
        raise Problem(
            f"the folder {place}",
            f"your work in {LANGUAGE_NAMES[there.language]}",
            f"no folder yet, to begin in {LANGUAGE_NAMES[language]}",
            f"go on with it, or start over: workshop reset {lab.number} --language {language}",
        )
    changes = there.changes()
    if not changes.missing:
        raise Problem(
            f"the folder {place}",
            f"lab {lab.number} has begun: {_listed(there, changes)}",
            "no folder yet: your work is never overwritten",
            f"go on with it (`workshop` says where you are), or start over: workshop reset {lab.number}",
        )
    put = folders.complete(work_folder(clone), lab.key, folders.starter(lab, language))
    if progress.load(work_folder(clone)).labs[lab.key].begun_at is None:
        progress.record_begin(work_folder(clone), lab.key, language, progress.now())
    return f"In {place} these were missing and are there again, as the starter has them: {', '.join(put)}.\n\
The other files are as they were."


def _listed(there: Begun, changes: Changes) -> str:
    notes = dict.fromkeys(changes.changed, " (changed)") | dict.fromkeys(changes.added, " (yours)")
    return ", ".join(f"{name}{notes.get(name, '')}" for name in sorted(folders.files_in(there.folder)))


def losses(changes: Changes) -> str:
    """What a reset takes out of the lab's folder, file by file."""
    lines = [f"  {name}  your changes go" for name in changes.changed]
    lines += [f"  {name}  is not in the starter, and goes" for name in changes.added]
    lines += [f"  {name}  is missing, and comes back" for name in changes.missing]
    return "\n".join(lines)


def reset(clone: Path, there: Begun, language: str) -> str:
    """Puts the starter in place of the learner's folder, which is kept aside. Raises Problem."""
    work, lab = work_folder(clone), there.lab
    kept = folders.put(work, lab.key, folders.starter(lab, language))
    progress.record_begin(work, lab.key, language, progress.now())
    where = f" What was there is kept in {shown(kept, clone)}." if kept else ""
    return f"{shown(there.folder, clone)} is the starter again, in {LANGUAGE_NAMES[language]}.{where}"


def has_passed(lab: Lab, noted: progress.LabProgress) -> bool:
    """Whether each check that is not a stretch has passed in the last run."""
    return bool(lab.core) and checks_passed(lab, noted) == len(lab.core)


def checks_passed(lab: Lab, noted: progress.LabProgress) -> int:
    """How many of the checks that are not a stretch have passed in the last run."""
    return sum(noted.outcomes.get(check) in PASSED for check in lab.core)


def solve(clone: Path, there: Begun, anyway: bool, word: str | None = None) -> str:
    """Puts the solution's files over the learner's, which are kept aside. Raises Problem if not earned.

    word: opens a lock of the class, in which `anyway` alone does not help.
    """
    work, lab = work_folder(clone), there.lab
    passed = has_passed(lab, progress.load(work).labs[lab.key])
    if anyway and not passed:
        again = (
            f"workshop hint {lab.number}; or, with the word: workshop solve {lab.number} --anyway --word WORD"
        )
        solution_lock.refuse(clone, lab.number, again, word)
    if not anyway and not passed:
        raise Problem(
            f"the last run of lab {lab.number}'s checks",
            "not all of them have passed",
            "your own answer first: the solution is worth more after it",
            f"workshop hint {lab.number}; or, to see it now: workshop solve {lab.number} --anyway",
        )
    names, kept = folders.replace(work, lab.key, folders.solution(lab, there.language))
    progress.record_solve(work, lab.key, progress.now())
    place = shown(there.folder, clone)
    if kept is None:
        return f"The solution of lab {lab.number} is in {place}. None of your files had to make way."
    return (
        f"The solution of lab {lab.number} is in {place}.\n"
        f"Your {', '.join(names)} {'is' if len(names) == 1 else 'are'} kept in {shown(kept, clone)}.\n"
        f"To compare: diff -r {shown(kept, clone)} {place}"
    )
