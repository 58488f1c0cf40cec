"""The lock of solutions that an instructor puts into a class's clones: the file `class.toml`.

It holds back `workshop solve --anyway` and the last hint of a check, until a time or for a word that the
instructor says. It is a closed door and no safe: `solutions/` lies in the clone, and the file can be deleted.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from workshop.errors import Problem, unwritable
from workshop.whole_files import write_whole

FILE = "class.toml"
_HEAD = "# The lock of solutions, made by `workshop lock` for a class. Without this file all is open.\n"
_COST = 2**14


@dataclass(frozen=True)
class Lock:
    """What opens one lab's answers: a time, a word (its salted scrypt, `SALT:HASH`), either, or nothing."""

    until: datetime | None = None
    word: str | None = None

    def is_open(self, now: datetime) -> bool:
        return self.until is not None and now >= self.until

    def takes(self, word: str | None) -> bool:
        """Whether `word` is the right one; letter case and blanks around it do not matter."""
        if word is None or self.word is None:
            return False
        return hmac.compare_digest(hashed(word, self.word.partition(":")[0]), self.word)

    def told(self) -> str:
        """What it waits for, in words."""
        time = f"{self.until.astimezone():%H:%M on %A %d %B}" if self.until else ""
        word = "your instructor's word" if self.word else ""
        return " or ".join(part for part in (time, word) if part) or "your instructor"


def hashed(word: str, salt: str | None = None) -> str:
    """`SALT:HASH` of a word, with a new salt unless one is given."""
    salt = salt or secrets.token_hex(8)
    digest = hashlib.scrypt(word.strip().casefold().encode(), salt=salt.encode(), n=_COST, r=8, p=1, dklen=24)
    return f"{salt}:{digest.hex()}"


def read(clone: Path) -> dict[int, Lock]:
    """The locks by the number of their lab; none where there is no file. Raises Problem for a broken one."""
    try:
        held = tomllib.loads((clone / FILE).read_text("utf-8")).get("locked", {})
        return {int(number): _lock(told) for number, told in held.items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError, AttributeError) as error:
        expected = "what `workshop lock` has written"
        raise Problem(f"the file {FILE}", str(error), expected, "ask your instructor for theirs") from error


def _lock(told: Mapping[str, object]) -> Lock:
    until, word = told.get("until"), told.get("word")
    if not isinstance(until, datetime | None) or not isinstance(word, str | None) or told.keys() - _KEYS:
        raise ValueError(f"{dict(told)} is no lock")
    return Lock(until.astimezone(UTC) if until else None, word)


_KEYS = {"until", "word"}


def write(clone: Path, locks: Mapping[int, Lock]) -> None:
    """Writes the file; without locks it is removed. Raises Problem where the folder cannot be written to."""
    lines = [_HEAD]
    for number, lock in sorted(locks.items()):
        lines.append(f"\n[locked.{number}]\n")
        lines += [f"until = {lock.until.isoformat()}\n"] if lock.until else []
        lines += [f'word = "{lock.word}"\n'] if lock.word else []
    try:
        if locks:
            write_whole(clone / FILE, "".join(lines))
        else:
            (clone / FILE).unlink(missing_ok=True)
    except OSError as error:
        raise unwritable(clone / FILE, error, "the lock of solutions") from error


def refuse(clone: Path, lab: int, do_next: str, word: str | None, now: datetime | None = None) -> None:
    """Raises Problem while the answers of `lab` are locked, unless `word` opens them. This only reads."""
    lock = read(clone).get(lab)
    if lock is None or lock.is_open(now or datetime.now(UTC)) or lock.takes(word):
        return
    found = f"another word: {word!r}" if word and lock.word else f"locked: it waits for {lock.told()}"
    raise Problem(
        f"the answers of lab {lab}, by {FILE}", found, "an answer of your own, or an open lock", do_next
    )


def time_of(text: str, now: datetime | None = None) -> datetime:
    """A moment by `16:30`, which is today, or `2026-11-24T16:30`; in this machine's zone unless it names one.

    Raises Problem for anything else.
    """
    today = now or datetime.now().astimezone()
    try:
        moment = datetime.fromisoformat(f"{today:%Y-%m-%d}T{text}" if len(text) <= len("16:30:00") else text)
    except ValueError as error:
        do_next = "workshop lock --until 16:30"
        raise Problem(f"--until {text}", str(error), "16:30, or 2026-11-24T16:30", do_next) from error
    return moment.astimezone(UTC)
