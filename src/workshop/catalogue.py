"""The labs there are: what `labs/*/lab.toml` says of each."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from workshop.errors import Problem

LAB_FILE = "lab.toml"
LANGUAGES = ("python", "nodejs")
"""The languages a lab may be done in; the first is the default."""

HINTS = 3
"""Each check has this many; the last is nearly the answer."""

_KEY = re.compile(r"(\d\d)-([a-z][a-z0-9-]*)")


@dataclass(frozen=True)
class Lab:
    """One lab.

    key: the folder's name. minutes: core time of a newcomer. cost: what it costs on AWS, in words.
    hints: three for each check, by the check's id, in the order of the checks. stretch: the ids of the checks
    beyond the core, which a lab is done without.
    folder, solution, notebook: where the starter, the answer and the notebook are; all stay as they are.
    """

    key: str
    number: int
    title: str
    minutes: int
    cost: str
    objectives: tuple[str, ...]
    key_points: tuple[str, ...]
    creates: tuple[str, ...]
    hints: Mapping[str, tuple[str, str, str]] = field(repr=False)
    folder: Path
    solution: Path
    notebook: Path
    stretch: tuple[str, ...] = ()

    @property
    def core(self) -> tuple[str, ...]:
        """The ids of the checks that a lab is done with, in their order."""
        return tuple(check for check in self.hints if check not in self.stretch)


def labs(clone: Path) -> tuple[Lab, ...]:
    """All labs of the clone, by number. Raises Problem for a lab.toml that cannot be understood."""
    files = sorted((clone / "labs").glob(f"*/{LAB_FILE}"))
    return tuple(_read(clone, file) for file in files if _KEY.fullmatch(file.parent.name))


def lab_before(clone: Path, lab: Lab) -> Lab | None:
    """The lab that `lab` goes on from; None for the first."""
    return next((one for one in labs(clone) if one.number == lab.number - 1), None)


def find_lab(clone: Path, text: str) -> Lab:
    """The lab that `text` names: `1`, `01`, `01-dynamodb` or `dynamodb`. Raises Problem if none."""
    known = labs(clone)
    for lab in known:
        if _names(text, lab.key):
            return lab
    there = ", ".join(f"{lab.number} ({lab.key})" for lab in known) or "none"
    raise Problem(
        f"the lab '{text}'",
        "no lab of that number or name",
        f"one that is here: {there}",
        f"type its number, such as: workshop begin {known[0].number}" if known else "git pull && make setup",
    )


def _names(text: str, key: str) -> bool:
    """Whether `text` is a lab's key, the name in it, or its number."""
    number, _, name = key.partition("-")
    return text in (key, name) or (text.isdecimal() and int(text) == int(number))


def _read(clone: Path, file: Path) -> Lab:
    key = file.parent.name
    try:
        said = tomllib.loads(file.read_text(encoding="utf-8"))
        return Lab(
            key=key,
            number=int(key[:2]),
            title=_text(said, "title"),
            minutes=_minutes(said),
            cost=_text(said, "cost"),
            objectives=_texts(said, "objectives"),
            key_points=_texts(said, "key_points"),
            creates=_texts(said, "creates"),
            hints=_hints(said),
            folder=file.parent,
            solution=clone / "solutions" / key,
            notebook=clone / "notebooks" / f"{key}.ipynb",
            stretch=_texts(said, "stretch") if "stretch" in said else (),
        )
    except (OSError, ValueError) as error:  # TOMLDecodeError and UnicodeDecodeError are ValueErrors
        raise Problem(
            f"the file {file}",
            str(error),
            "what the workshop came with",
            f"if you have changed it: git checkout {file.relative_to(clone)}",
        ) from error


def _minutes(said: Mapping[str, Any]) -> int:
    minutes = said.get("minutes")
    if not isinstance(minutes, int) or isinstance(minutes, bool) or minutes <= 0:
        raise ValueError(f"minutes is {minutes!r}, not a number of minutes")
    return minutes


def _text(said: Mapping[str, Any], name: str) -> str:
    text = said.get(name)
    if not isinstance(text, str) or not text.strip():
        raise ValueError(f"{name} is {text!r}, not a text")
    return text


def _texts(said: Mapping[str, Any], name: str) -> tuple[str, ...]:
    texts = said.get(name)
    if not isinstance(texts, list) or not all(isinstance(text, str) and text.strip() for text in texts):
        raise ValueError(f"{name} is {texts!r}, not a list of texts")
    return tuple(texts)


def _hints(said: Mapping[str, Any]) -> dict[str, tuple[str, str, str]]:
    table = said.get("hints")
    if not isinstance(table, dict):
        raise ValueError("there is no table [hints]")
    hints = {}
    for check in table:
        texts = _texts(table, check)
        if len(texts) != HINTS:
            raise ValueError(f"hints.{check} has {len(texts)} hints, not {HINTS}")
        hints[check] = (texts[0], texts[1], texts[2])
    return hints
