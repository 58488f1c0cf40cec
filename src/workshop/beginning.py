"""What a lab begins from: the learner's own work on the lab before, or our answer to it; both in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from workshop import folders, growth, progress
from workshop.catalogue import Lab, lab_before
from workshop.deploy import stack
from workshop.deploy.template import read
from workshop.errors import Problem
from workshop.folders import shown, work_folder
from workshop.growth import Grown
from workshop.lifecycle import LANGUAGE_NAMES, checks_passed, has_passed, language_of
from workshop.target import Target

NODE_MODULES = "node_modules"


@dataclass(frozen=True)
class Own:
    """The learner's work on the lab before, as the new lab would go on from it.

    folder: where it is, and stays. starter: what the new lab has without it. noted: how far the lab before
    is.
    """

    lab: Lab
    before: Lab
    clone: Path
    folder: Path
    starter: Mapping[str, Path]
    grown: Grown
    noted: progress.LabProgress

    @property
    def passed(self) -> bool:
        return has_passed(self.before, self.noted)

    def offer(self) -> str:
        """How the lab before stands, and what of it would go on, file by file."""
        passed = checks_passed(self.before, self.noted)
        stands = "all of its checks" if self.passed else f"{passed} of its {len(self.before.core)} checks"
        advice = "" if self.passed else "; we recommend our answer"
        lines = [f"Your own lab {self.before.number} has passed {stands}{advice}."]
        for name in self.grown.yours:
            more, less = growth.changed_lines(self.grown, name, self.starter)
            differs = f"+{more} -{less} lines against ours" if name in self.starter else "yours alone"
            lines.append(f"  {name}  {differs}")
        lines += [f"  {name}  yours does not fit into lab {self.lab.number}" for name in self.grown.left]
        return "\n".join(lines)

    def difference(self) -> str:
        """Line by line, from ours to the learner's."""
        return growth.difference(self.grown, self.starter)

    def notes(self) -> dict[str, str]:
        """What is to be said of a file of the new folder, by its name."""
        return {
            **dict.fromkeys(self.grown.taken, "yours"),
            **dict.fromkeys(self.grown.merged, f"yours, and what lab {self.lab.number} changes in it"),
            **dict.fromkeys(self.grown.left, "ours"),
        }

    def taken(self) -> str:
        """What is said once the lab has begun from it: how it differs from ours, and what did not fit."""
        new = work_folder(self.clone) / self.lab.key
        differences = self._differences(new, self.starter)
        lines = ["How yours differs from ours:", *differences] if differences else []
        for name in self.grown.left:
            stays = self._shown(self.folder / name)
            lines += [
                f"Your {name} does not fit: lab {self.lab.number} changes or brings the same.",
                f"Ours is in its place; yours stays as {stays}.",
                f"To bring over by hand what you want to keep: diff {stays} {self._shown(new / name)}",
            ]
        if (self.folder / NODE_MODULES).is_dir():
            lines.append(f"{NODE_MODULES} is not copied: npm install, in {self._shown(new)}, brings it back.")
        return "\n".join(lines)

    def passed_over(self) -> str:
        """What is said once the lab has begun from our answer: where the learner's is, and how it differs."""
        new = work_folder(self.clone) / self.lab.key
        differences = self._differences(self.folder, {name: new / name for name in self.starter})
        stays = f"Yours stays in {self._shown(self.folder)}."
        return "\n".join([f"{stays} How it differs from ours:", *differences] if differences else [stays])

    def _differences(self, yours: Path, ours: Mapping[str, Path]) -> list[str]:
        """A line to type for each file that both have."""
        names = [name for name in self.grown.yours if name in ours]
        return [f"  diff {self._shown(ours[name])} {self._shown(yours / name)}" for name in names]

    def _shown(self, path: Path) -> str:
        return shown(path, self.clone)


def own_work(clone: Path, lab: Lab, language: str) -> Own | str:
    """The learner's work on the lab before `lab`; or, in a sentence, why there is none to go on from.

    The sentence is empty for the first lab. Raises Problem if git cannot be run.
    """
    before = lab_before(clone, lab)
    if before is None:
        return ""
    folder = work_folder(clone) / before.key
    from_ours = f"Lab {lab.number} goes on from our answer to lab {before.number}."
    if not folder.is_dir() or not folders.files_in(folder):
        return f"You have not begun lab {before.number}. {from_ours}"
    written = language_of(clone, before)
    if written is not None and written != language:
        said, wanted = LANGUAGE_NAMES.get(written, written), LANGUAGE_NAMES[language]
        return f"Your lab {before.number} is in {said} and cannot go on in {wanted}. {from_ours}"
    starter = folders.starter(lab, language)
    grown = growth.grow(
        folders.files_in(folder),
        folders.starter(before, language),
        folders.solution(before, language),
        starter,
    )
    if not grown.yours and not grown.left:
        return f"{shown(folder, clone)} holds nothing of your own that lab {lab.number} needs. {from_ours}"
    noted = progress.load(work_folder(clone)).labs[before.key]
    return Own(lab, before, clone, folder, starter, grown, noted)


def no_own_work(lab: Lab, why: str) -> Problem:
    """What `--from own` is told where there is nothing to go on from; `why` as `own_work` said it."""
    return Problem(
        f"--from own, for lab {lab.number}",
        why or "the first lab, which goes on from none",
        "work of your own that the lab can go on from",
        "the same command without --from own",
    )


def has_begun_already(clone: Path, lab: Lab) -> Problem:
    """What `--from` is told where the lab has begun."""
    place = shown(work_folder(clone) / lab.key, clone)
    return Problem(
        f"the folder {place}",
        f"lab {lab.number} has begun",
        "no folder yet: what a lab goes on from is chosen when it begins",
        f"to begin it again: mv {place} {place}.old, then the same command",
    )


def not_standing(clone: Path, lab: Lab, language: str, target: Target, stack_name: str) -> tuple[str, ...]:
    """The outputs that our answer to the lab before has, and the stack has not.

    Empty for the first lab, and where the lab before has passed: then its work stands, by whatever name.
    This is a read-only operation.
    """
    before = lab_before(clone, lab)
    if before is None or has_passed(before, progress.load(work_folder(clone)).labs[before.key]):
        return ()
    answer = read(folders.solution(before, language)[growth.TEMPLATE])
    there = stack.state(target.session().client("cloudformation"), stack_name)
    outputs = there.outputs if there else {}
    return tuple(name for name in answer.keys("Outputs") if name not in outputs)
