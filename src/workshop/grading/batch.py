"""All submissions of a folder: which of them, which are graded already, several at once, and the reports."""

from __future__ import annotations

import hashlib
import json
import queue
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from workshop.addons.bundler import esbuild
from workshop.clone import clone_folder
from workshop.errors import Problem, unwritable
from workshop.grading import isolation as isolations
from workshop.grading import taking
from workshop.grading.declared import Declared, declared_checks
from workshop.grading.find import Submission, asks_for_esbuild, find, of_shard
from workshop.grading.limits import Limits
from workshop.grading.record import FOLDER, STATES, Record, exit_code, load, save
from workshop.grading.reports import write_reports
from workshop.grading.run import Grader, Keepers
from workshop.grading.telling import Telling
from workshop.lock import alone_in
from workshop.whole_files import write_whole

if TYPE_CHECKING:
    from rich.console import Console

BATCH_FILE = "batch.json"
INTERRUPTED = 130
"""What shells give a command that Ctrl-C ended."""

_GRADES = ("src", "tests/labs", "labs")
_KINDS = frozenset({".py", ".mjs", ".json", ".yaml", ".toml"})


@dataclass(frozen=True)
class Shard:
    """One part of a batch. number: from 1."""

    number: int = 1
    of: int = 1

    @classmethod
    def read(cls, text: str) -> Shard:
        """
        >>> Shard.read("3/20")
        Shard(number=3, of=20)
        """
        number, slash, of = text.partition("/")
        if not (slash and number.isdecimal() and of.isdecimal() and 1 <= int(number) <= int(of)):
            raise Problem(f"--shard {text}", "no part of a whole", "such as 3/20", "--shard 1/20 to 20/20")
        return cls(int(number), int(of))


@dataclass(frozen=True)
class Order:
    """What was asked for. jobs: submissions at the same time. bwrap: "" for none, None for what there is."""

    submissions: Path
    report: Path
    jobs: int
    shard: Shard = Shard()
    limits: Limits = field(default_factory=Limits)
    bwrap: str | None = None


def grade(order: Order, clone: Path | None = None, console: Console | None = None) -> int:
    """Grades what is not graded yet, writes the reports, and returns the exit code. Raises Problem."""
    from rich.console import Console

    console = console or Console(file=sys.stderr)
    clone = clone or clone_folder()
    declared = declared_checks(clone)
    everybody = find(order.submissions, declared.labs)
    _refuse(order)
    with alone_in(made(order.report)):
        ours = of_shard(everybody, order.shard.number, order.shard.of)
        names = {one.file_name: one.name for one in everybody}
        note(order.report, order.shard.number, order.shard.of, names)
        batch = _Batch(order, declared, console)
        try:
            records = batch.run(ours)
        except KeyboardInterrupt:
            say = "Stopped. What is graded is kept: the same command again goes on from there."
            console.print(say, highlight=False)
            return INTERRUPTED
        title = "" if order.shard.of == 1 else f"part {order.shard.number} of {order.shard.of}"
        write_reports(order.report, records, declared, title)
    tell_result(records, order.report, console)
    return exit_code(records)


def tell_result(records: Sequence[Record], report: Path, console: Console) -> None:
    """How many ended in which way, and where it can be read."""
    counts = {state: sum(record.state == state for record in records) for state in STATES}
    told = ", ".join(f"{count} {STATES[state][1]}" for state, count in counts.items() if count)
    many = "1 submission" if len(records) == 1 else f"{len(records)} submissions"
    console.print(f"{many}: {told or 'none in this part'}.", highlight=False)
    console.print(f"Report: {report / 'report.html'}", highlight=False, soft_wrap=True)


class _Batch:
    def __init__(self, order: Order, declared: Declared, console: Console) -> None:
        self._order = order
        self._declared = declared
        self._console = console
        self._graded_by = _hash_of_graders(declared.clone, order.limits)

    def run(self, submissions: Sequence[Submission]) -> list[Record]:
        """The records of all, those of an earlier run among them. Raises KeyboardInterrupt."""
        records: dict[str, Record] = {}
        waiting: list[tuple[Submission, str]] = []
        for one in submissions:
            fingerprint, refused = self._look_at(one)
            earlier = load(self._order.report / FOLDER / one.file_name)
            if earlier and earlier.fingerprint == fingerprint and earlier.state != "error":
                records[one.name] = earlier
            elif refused:
                records[one.name] = self._keep(one, Record(one.name, "refused", refused, fingerprint))
            else:
                waiting.append((one, fingerprint))
        self._drop_others(submissions)
        if waiting:
            self._say_what_was_done(len(submissions) - len(waiting))
            with Telling(self._console, len(waiting), len(submissions) - len(waiting)) as telling:
                for record in self._grade(waiting, telling):
                    records[record.name] = record
        return [records[one.name] for one in submissions]

    def _look_at(self, one: Submission) -> tuple[str, str]:
        """The fingerprint, and why it cannot be taken, if so."""
        refused, content = one.obstacle, ""
        if not refused:
            try:
                content = taking.fingerprint(taking.entries(one.labs))
            except taking.CannotTake as reason:
                refused = str(reason)
        whole = f"{self._graded_by}\0{refused}\0{content}\0{list(one.labs)}"
        return hashlib.sha256(whole.encode("utf-8", "replace")).hexdigest(), refused

    def _drop_others(self, submissions: Sequence[Submission]) -> None:
        """Removes the records of what is no longer handed in."""
        known = {one.file_name for one in submissions}
        for file in (self._order.report / FOLDER).glob("*.json"):
            if file.name not in known:
                file.unlink()

    def _say_what_was_done(self, done: int) -> None:
        if done:
            say = f"{done} of these were graded before, or cannot be; the others come now."
            self._console.print(say, highlight=False)

    def _grade(self, waiting: list[tuple[Submission, str]], telling: Telling) -> list[Record]:
        self._install_esbuild([submission for submission, _ in waiting])
        isolation = isolations.find(self._declared.clone, self._order.bwrap)
        if isolation.note:
            self._console.print(isolation.note, style="yellow", highlight=False, soft_wrap=True)
        grader = Grader(self._declared.clone, self._declared, isolation, self._order.limits)
        keepers = Keepers()
        slots: queue.SimpleQueue[int] = queue.SimpleQueue()
        for slot in range(self._order.jobs):
            slots.put(slot)

        def one(submission: Submission, fingerprint: str) -> Record:
            slot = slots.get()
            try:
                record = grader.grade(
                    submission,
                    fingerprint,
                    slot,
                    keepers,
                    lambda doing: telling.stage(submission.name, doing),
                )
            finally:
                slots.put(slot)
            telling.ended(self._keep(submission, record))
            return record

        with ThreadPoolExecutor(self._order.jobs) as pool:
            futures = [pool.submit(one, *each) for each in waiting]
            try:
                return _results(futures)
            except BaseException:
                for future in futures:
                    future.cancel()
                keepers.end()
                raise

    def _install_esbuild(self, submissions: Sequence[Submission]) -> None:
        """Installs esbuild where a template asks for it: no submission could, without a network."""
        if not any(asks_for_esbuild(folder) for one in submissions for folder in one.labs.values()):
            return
        try:
            esbuild(self._declared.clone, lambda line: self._console.print(line, highlight=False))
        except Problem as problem:
            self._console.print(
                f"Bundled functions will be errors.\n{problem}", markup=False, highlight=False
            )

    def _keep(self, submission: Submission, record: Record) -> Record:
        save(self._order.report, submission.file_name, record)
        return record


def _results(futures: list[Future[Record]]) -> list[Record]:
    """What all have come to; the first that raises ends the waiting."""
    waiting = set(futures)
    while waiting:
        done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
        for future in done:
            future.result()
    return [future.result() for future in futures]


def _hash_of_graders(clone: Path, limits: Limits) -> str:
    """Changes with what grades: then all is graded again."""
    digest = hashlib.sha256(repr(limits).encode())
    for part in _GRADES:
        for file in sorted((clone / part).rglob("*")):
            if file.suffix in _KINDS and file.is_file():
                digest.update(f"{file.relative_to(clone)}\0".encode())
                digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _refuse(order: Order) -> None:
    """Raises Problem for what cannot be."""
    if order.jobs < 1:
        raise Problem(f"--jobs {order.jobs}", "none at all", "at least one", "leave --jobs out")
    if order.report.resolve().is_relative_to(order.submissions.resolve()):
        raise Problem(
            f"--report {order.report}",
            f"a folder in {order.submissions}, where each folder is a submission",
            "a folder beside it",
            "--report graded",
        )


def note(report: Path, shard: int, of: int, names: Mapping[str, str]) -> None:
    """Writes down which part this is, and who has handed in, by the file of their record."""
    held = {"shard": shard, "of": of, "submissions": dict(names)}
    write_whole(report / BATCH_FILE, json.dumps(held, indent=1) + "\n")


def made(report: Path) -> Path:
    """The report's folder, made if need be. Raises Problem."""
    try:
        report.mkdir(parents=True, exist_ok=True)
        (report / FOLDER).mkdir(exist_ok=True)
    except OSError as error:
        raise unwritable(report, error, "a folder for the report") from error
    return report
