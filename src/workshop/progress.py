"""How far the learner is: the file `work/progress.json`.

One writer at a time: a change is read, made and written under a lock of the folder, and a file is put in
place whole. So a check that runs and a hint asked for meanwhile lose nothing of each other.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from workshop.errors import Problem, unwritable
from workshop.lock import alone_in
from workshop.whole_files import write_whole

FILE = "progress.json"

Say = Callable[[str], object]


@dataclass(frozen=True)
class LabProgress:
    """What happened in one lab. Times are ISO 8601, in UTC; None is never.

    outcomes: of the last run, by check id, in their order.
    hints: how many were given, by check id.
    """

    begun_at: str | None = None
    language: str | None = None
    deployed_at: str | None = None
    checked_at: str | None = None
    outcomes: Mapping[str, str] = field(default_factory=dict)
    hints: Mapping[str, int] = field(default_factory=dict)
    solved_at: str | None = None


class Labs(dict[str, LabProgress]):
    """By lab key. A lab that nothing is known of has an empty progress."""

    def __missing__(self, key: str) -> LabProgress:
        return LabProgress()


@dataclass(frozen=True)
class Progress:
    """How far the learner is. language: the one last chosen; None before the first lab."""

    language: str | None = None
    labs: Mapping[str, LabProgress] = field(default_factory=Labs)


def now() -> str:
    """The time, as it is written here: to the microsecond, as it is compared with the times of files.

    Cut to the millisecond, a file written just before would seem to have been changed since.

    >>> len(now())
    32
    """
    return datetime.now(UTC).isoformat(timespec="microseconds")


def moment(at: str | None) -> datetime:
    """A time that was written here, to be compared; of None, the beginning of time. Raises ValueError."""
    if at is None:
        return datetime.min.replace(tzinfo=UTC)
    parsed = datetime.fromisoformat(at)
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def aloud(line: str) -> None:
    """Says it beside the output, which programs may read."""
    print(line, file=sys.stderr, flush=True)


def load(work: Path, say: Say = aloud) -> Progress:
    """The progress noted in `work`; an empty one if nothing is noted.

    A file that cannot be understood is kept under another name, which is said. Raises Problem if it
    cannot be read.
    """
    file = work / FILE
    try:
        return _parse(file.read_bytes())
    except FileNotFoundError:
        return Progress()
    except NotADirectoryError as error:
        raise unwritable(work, error, "the folder of your work") from error
    except OSError as error:
        raise Problem(
            f"the file {file}", error.strerror or str(error), "your progress", f"ls -ld {work} {file}"
        ) from error
    except ValueError as error:
        _set_aside(file, error, say)
        return Progress()


def record_begin(work: Path, key: str, language: str, at: str) -> None:
    """Notes that the lab's starter was copied: what was deployed and checked before is of the past."""
    _change(work, key, lambda lab: LabProgress(begun_at=at, language=language, hints=lab.hints), language)


def record_deploy(work: Path, key: str, at: str) -> None:
    """Notes that the lab was deployed."""
    _change(work, key, lambda lab: replace(lab, deployed_at=at))


def record_check(work: Path, key: str, outcomes: Mapping[str, str], at: str) -> None:
    """Notes how the checks of the lab ended, by check id, in their order."""
    _change(work, key, lambda lab: replace(lab, outcomes=dict(outcomes), checked_at=at))


def record_hint(work: Path, key: str, check: str, number: int) -> None:
    """Notes that hint `number` (from 1) of the check was given."""
    _change(work, key, lambda lab: replace(lab, hints={**lab.hints, check: number}))


def record_solve(work: Path, key: str, at: str) -> None:
    """Notes that the solution was put in place."""
    _change(work, key, lambda lab: replace(lab, solved_at=at))


def _change(
    work: Path, key: str, change: Callable[[LabProgress], LabProgress], language: str | None = None
) -> None:
    try:
        work.mkdir(parents=True, exist_ok=True)
        with alone_in(work):
            before = load(work)
            lab = change(before.labs[key])
            after = Progress(language or before.language, Labs({**before.labs, key: lab}))
            _write(work / FILE, after)
    except OSError as error:
        raise unwritable(work, error, "a folder for your work that you may write to") from error


def _write(file: Path, progress: Progress) -> None:
    text = json.dumps(
        {"language": progress.language, "labs": {key: asdict(lab) for key, lab in progress.labs.items()}},
        indent=2,
    )
    write_whole(file, text + "\n")


def _set_aside(file: Path, error: ValueError, say: Say) -> None:
    kept = file.with_name(f"progress.broken-{datetime.now(UTC):%Y%m%dT%H%M%S%f}.json")
    try:
        file.rename(kept)
    except OSError as failure:
        raise Problem(
            f"the file {file}",
            f"it cannot be understood ({error}), nor renamed ({failure.strerror})",
            "your progress",
            f"rename it yourself, then go on: mv {file} {kept}",
        ) from failure
    say(
        f"{file} cannot be understood ({error}).\n"
        f"It is kept as {kept.name}, and your progress is counted anew. Your files are as they were.\n"
    )


def _parse(content: bytes) -> Progress:
    said = json.loads(content)
    if not isinstance(said, dict) or not isinstance(said.get("labs"), dict):
        raise ValueError("it holds no labs")
    return Progress(
        _text(said.get("language")), Labs({key: _parse_lab(lab) for key, lab in said["labs"].items()})
    )


def _parse_lab(said: Any) -> LabProgress:
    if not isinstance(said, dict):
        raise ValueError("a lab that is none")
    values = {one.name: said[one.name] for one in fields(LabProgress) if one.name in said}
    for name, kind in (("outcomes", str), ("hints", int)):
        table = values.get(name, {})
        if not isinstance(table, dict) or not all(isinstance(value, kind) for value in table.values()):
            raise ValueError(f"{name} that are none")
    for name, value in values.items():
        if name.endswith("_at"):
            moment(_text(value))
    _text(values.get("language"))
    return LabProgress(**values)


def _text(value: Any) -> str | None:
    if value is not None and not isinstance(value, str):
        raise ValueError(f"{value!r} where a text belongs")
    return value
