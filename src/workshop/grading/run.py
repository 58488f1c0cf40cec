"""One submission, from its folder to its record."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from workshop.grading import isolation as isolations
from workshop.grading import taking
from workshop.grading.declared import Declared
from workshop.grading.find import Submission
from workshop.grading.isolation import Isolation
from workshop.grading.limits import Limits
from workshop.grading.place import Place
from workshop.grading.record import Record, State
from workshop.grading.usage import descendants
from workshop.progress import now

LONGEST_LINE = 32 * 1024 * 1024
LONGEST_LOG = 4000
LATE_SECONDS = 60.0
"""How much longer than its submission a keeper may take, before it is ended itself."""
_KILLED = (137, 139)
"""Exit statuses by which bubblewrap says that the cell ended by SIGKILL or SIGSEGV."""

_ENDED_FROM_WITHIN = (
    "{what} was ended from within, by signal {signal}: by the submission's own code, or because the machine "
    "ran out of memory."
)
_NOT_TRIED = "because the submission was stopped: {}"

OnStage = Callable[[str], None]


@dataclass
class Heard:
    """What the cell and its keeper have said. problems: of deployments, by lab. trace: of the fault."""

    results: dict[str, dict[str, Any]] = field(default_factory=dict)
    problems: dict[str, dict[str, str] | None] = field(default_factory=dict)
    done: bool = False
    gone: int | None = None
    fault: str = ""
    trace: str = ""
    ended: dict[str, Any] = field(default_factory=dict)


class Abandoned(Exception):
    """The batch was ended meanwhile; nothing is known of the submission."""


@dataclass(frozen=True)
class Grader:
    """Grades submissions, each by itself; may be used by several threads."""

    clone: Path
    declared: Declared
    isolation: Isolation
    limits: Limits

    def grade(
        self, submission: Submission, fingerprint: str, slot: int, keepers: Keepers, stage: OnStage
    ) -> Record:
        """Copies, deploys and checks it; stage: is told what is being done.

        slot: a number that no other has meanwhile. Raises Abandoned if `keepers` are ended.
        """
        at, user = now(), self.isolation.user(slot)
        with Place.made(user) as place:
            try:
                taking.copy(taking.entries(submission.labs), place.work)
            except taking.CannotTake as reason:
                return Record(submission.name, "refused", str(reason), fingerprint, at=at)
            isolations.settings(place.settings)
            heard = Heard()
            for line in keepers.lines(self._order(submission, place, user), self._command(), place):
                self._take(line, heard, submission, stage)
            return self._record(submission, heard, place, fingerprint, at)

    def _command(self) -> list[str]:
        return [sys.executable, "-P", "-s", "-m", "workshop.grading.keeper"]

    def _order(self, submission: Submission, place: Place, user: int | None) -> dict[str, Any]:
        return {
            "command": self.isolation.command(place),
            "environment": self.isolation.environment(place),
            "folder": str(place.folder),
            "log": str(place.log),
            "watched": [str(folder) for folder in place.writable],
            "limits": self.limits.as_dict(),
            "input": {
                "labs": list(submission.labs),
                "work": str(self.isolation.work_seen(place)),
                "clone": str(self.clone),
                "account": submission.account,
                "limits": self.limits.as_dict(),
                "user": user,
            },
        }

    def _take(self, line: bytes, heard: Heard, submission: Submission, stage: OnStage) -> None:
        try:
            said = json.loads(line)
        except ValueError:
            return  # cut short by the end, or too long
        if not isinstance(said, dict):
            return  # the rest of one that was too long
        match said["kind"]:
            case "stage":
                stage(f"{said['doing']} lab {int(said['lab'][:2])}")
            case "deployed":
                heard.problems[said["lab"]] = said["problem"]
            case "checked":
                heard.results[said["lab"]] = said["results"]
            case "gone":
                heard.gone = said["status"]
            case "fault":
                heard.fault, heard.trace = said["words"], said["text"]
            case "done":
                heard.done = True
            case "ended":
                heard.ended = said

    def _record(
        self, submission: Submission, heard: Heard, place: Place, fingerprint: str, at: str
    ) -> Record:
        if heard.ended.get("reason") == "abandoned":
            raise Abandoned
        state, reason = self._judged(heard, len(submission.labs))
        labs, tests = [], []
        for key in submission.labs:
            results = heard.results.get(key)
            if results is None:
                tests += self.declared.not_tried(key, _NOT_TRIED.format(reason))
                lab = {"lab": key, "points": 0, "possible": self.declared.possible(key), "broken": None}
                lab["verdict"] = "not checked"
            else:
                tests += results["tests"]
                (lab,) = results["workshop"]["labs"]
            labs.append({**lab, "deployment": heard.problems.get(key)})
        kept = {
            name: value for name, value in heard.ended.items() if name not in ("kind", "reason", "status")
        }
        inside = str(self.isolation.work_seen(place))
        return Record(
            name=submission.name,
            state=state,
            reason=_without(inside, reason),
            fingerprint=fingerprint,
            labs=tuple(_without(inside, labs)),
            tests=tuple(_without(inside, tests)),
            at=at,
            use=kept,
            isolation=self.isolation.kind,
            log=heard.trace + _end_of(place.log) if state in ("error", "stopped") else "",
        )

    def _judged(self, heard: Heard, labs: int) -> tuple[State, str]:
        """The state, and the reason where the checks do not say it. labs: how many were handed in."""
        reached = heard.ended.get("reason")
        if reached:
            return "stopped", self.limits.reason(reached)
        if not heard.ended:
            if heard.fault:
                return "error", heard.fault
            return "stopped", "The process that watches over it was ended from within."
        status = heard.ended["status"]
        for what, ended in (("Its local AWS", heard.gone), ("The process that checks it", status)):
            if ended is not None and (ended < 0 or ended in _KILLED):
                number = -ended if ended < 0 else ended - 128
                return "stopped", _ENDED_FROM_WITHIN.format(what=what, signal=number)
        if heard.fault or not heard.done:
            return "error", heard.fault or f"The process that checks it ended with {status}."
        if len(heard.results) != labs:
            return "error", "The results of a lab were longer than can be read."
        exits = {results["workshop"]["exit_code"] for results in heard.results.values()}
        if 3 in exits:
            return "error", ""
        return ("short" if exits - {0} or any(heard.problems.values()) else "passed"), ""


class Keepers:
    """The keepers that run; all can be ended at once."""

    def __init__(self) -> None:
        self._running: set[subprocess.Popen[bytes]] = set()
        self._over = False

    def lines(self, order: dict[str, Any], command: list[str], place: Place) -> Iterator[bytes]:
        """Starts a keeper, and gives what it and its cell say, line by line. Raises Abandoned."""
        environment = {
            name: value for name, value in os.environ.items() if name in ("PATH", "LANG", "LD_LIBRARY_PATH")
        }
        environment["PYTHONPATH"] = order["environment"]["PYTHONPATH"]
        with place.keeper_log.open("wb") as log:
            keeper = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env=environment,
                start_new_session=True,  # Ctrl-C is for the batch
            )
        self._running.add(keeper)
        late = threading.Timer(order["limits"]["seconds"] + LATE_SECONDS, _end_with_all_below, [keeper])
        late.start()
        assert keeper.stdin is not None
        assert keeper.stdout is not None
        try:
            with suppress(BrokenPipeError):
                keeper.stdin.write(json.dumps(order).encode() + b"\n")
                keeper.stdin.flush()
            if self._over:
                raise Abandoned
            while line := keeper.stdout.readline(LONGEST_LINE):
                if line.strip():
                    yield line
            if keeper.wait() > 0:  # by itself: a signal would be below 0
                words = f"The process that watches over it ended with {keeper.returncode}."
                fault = {"kind": "fault", "words": words, "text": _end_of(place.keeper_log)}
                yield json.dumps(fault).encode()
        finally:
            late.cancel()
            self._running.discard(keeper)
            with suppress(BrokenPipeError):
                keeper.stdin.close()
            keeper.wait()
            keeper.stdout.close()

    def end(self) -> None:
        """Ends all that run; those that graded raise Abandoned."""
        self._over = True
        for keeper in list(self._running):
            if keeper.stdin is not None:
                with suppress(BrokenPipeError, ValueError):
                    keeper.stdin.close()


def _end_with_all_below(keeper: subprocess.Popen[bytes]) -> None:
    """Ends a keeper that does not end by itself: without isolation, a submission can have stopped it."""
    for pid in (*descendants(keeper.pid), keeper.pid):
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)


def _without(folder: str, value: Any) -> Any:
    """The value with the place of the submission's copy, which means nothing to anybody, as `work`."""
    if isinstance(value, str):
        return value.replace(folder, "work")
    if isinstance(value, list):
        return [_without(folder, one) for one in value]
    if isinstance(value, dict):
        return {name: _without(folder, one) for name, one in value.items()}
    return value


def _end_of(file: Path) -> str:
    """The end of a log."""
    with suppress(OSError), file.open("rb") as log:
        log.seek(max(0, file.stat().st_size - LONGEST_LOG))
        return log.read().decode("utf-8", "replace")
    return ""
