"""`workshop up` and `workshop down`: one sandbox in the background, for this clone.

It is started in a session of its own, so that it outlives the terminal, and is noted in
`.sandbox/running.json` before it is ready, so that whatever happens meanwhile, `down` finds it.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import psutil

from workshop import sandbox_record, state
from workshop.errors import NotRunning, Problem, unwritable
from workshop.lock import alone_in
from workshop.sandbox_record import Record
from workshop.start.command import LOGS
from workshop.start.ports import LOOPBACK, free_port
from workshop.start.services import plain_environment, sandbox_service
from workshop.target import health

LOG = LOGS / "sandbox.log"
READY_SECONDS = 120.0
END_SECONDS = 10.0
"""How long the sandbox may take to end before it is killed."""

PROBE_EVERY_SECONDS = 0.05
LAST_LINES = 15

Say = Callable[[str], object]


def up(
    clone: Path,
    port: int,
    say: Say = print,
    environ: Mapping[str, str] = os.environ,
    *,
    ephemeral: bool = False,
) -> Record:
    """Starts the clone's sandbox, unless it runs, and waits until it answers; returns which it is.

    port: the one wanted; 0 takes any. ephemeral: without the clone's state, and keeping none. Raises
    NotRunning if it does not answer, Problem if no port is free or `.sandbox` cannot be written to.
    """
    with _alone(clone):
        there = _living(clone, port, say)
        if there is not None:
            _wait_until_ready(clone, there)
            say(f"The local AWS is up already: {there.url}, process {there.pid}.")
            say(_pointing_at(there))
            return there
        chosen = free_port(port)
        if port and chosen != port:
            say(f"Port {port} is taken by something else: the local AWS uses {chosen} instead.")
        say("Please wait: starting the local AWS …")
        record = _start(clone, chosen, environ, ephemeral)
        try:
            _wait_until_ready(clone, record)
        except BaseException:
            _end(record)
            sandbox_record.remove(clone)
            raise
    say(f"The local AWS is up: {record.url}, process {record.pid}. Its log is {LOG}.")
    if ephemeral:
        say("It goes on when this terminal closes; `workshop down` ends it, and what it holds is gone then.")
    else:
        say(f"It goes on when this terminal closes; `workshop down` ends it. {state.KEPT}")
    say(_pointing_at(record))
    return record


def down(clone: Path, say: Say = print) -> None:
    """Ends exactly the process that is noted, or says that nothing runs.

    Raises Problem for a sandbox that `workshop start` runs in another terminal.
    """
    with _alone(clone):
        record = sandbox_record.read(clone)
        if record is None:
            sandbox_record.remove(clone)
            say("Nothing to end: no local AWS of this clone runs.")
            return
        living = _still(record)
        if living is None:
            sandbox_record.remove(clone)
            say(f"Nothing to end: the local AWS at {record.url} (process {record.pid}) has ended already.")
            return
        if living.by == "start":
            raise Problem(
                f"the local AWS at {record.url}",
                "it belongs to `make start`, in another terminal",
                "one that `workshop up` has started",
                "press Ctrl-C in that terminal",
            )
        _end(living)
        sandbox_record.remove(clone)
    say(f"The local AWS at {record.url} (process {record.pid}) has ended. {_left(living)}")


def _pointing_at(record: Record) -> str:
    port = record.url.rpartition(":")[2]
    return f'For aws, sam and boto3 in this terminal: eval "$(sandbox env --port {port})"'


def _left(ended: Record) -> str:
    return state.GONE if ended.ephemeral else f"{state.KEPT} `workshop up` goes on with it."


@contextlib.contextmanager
def _alone(clone: Path) -> Iterator[None]:
    """Two `up` at once must not start two. Errors of the file system become a Problem."""
    folder = (clone / sandbox_record.FILE).parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with alone_in(folder):
            yield
    except OSError as error:
        raise unwritable(folder, error, "a folder for logs, and for the note of what runs") from error


def _living(clone: Path, port: int, say: Say) -> Record | None:
    """The sandbox of this clone that runs already, noted or not."""
    record = sandbox_record.read(clone)
    living = _still(record) if record is not None else None
    if living is not None:
        return living
    if record is not None:
        say(f"The local AWS that was at {record.url} (process {record.pid}) has ended meanwhile.")
        sandbox_record.remove(clone)
    return _not_noted(clone, f"http://{LOOPBACK}:{port}")


def _still(record: Record) -> Record | None:
    """The noted process, if it still runs.

    A clock that was set meanwhile (a laptop that woke up) moves the time at which all processes began: then
    the sandbox at the noted address is asked for its number.
    """
    if record.runs():
        return record
    said = health(record.url)
    if said is None or said.get("pid") != record.pid:
        return None
    return sandbox_record.of_process(record.pid, record.url, record.by, ephemeral=record.ephemeral)


def _not_noted(clone: Path, url: str) -> Record | None:
    """The sandbox at `url` if it is this clone's, whose note got lost; noted again."""
    said = health(url) if not url.endswith(":0") else None
    if said is None:
        return None
    try:
        pid = int(said["pid"])
        if Path(psutil.Process(pid).cwd()) != clone.resolve():
            return None
        record = sandbox_record.of_process(pid, url, ephemeral=said["state"]["file"] is None)
    except (psutil.Error, KeyError, ValueError):
        return None  # another person's process, or another machine's behind a tunnel: not ours
    sandbox_record.write(clone, record)
    return record


def _start(clone: Path, port: int, environ: Mapping[str, str], ephemeral: bool) -> Record:
    bin_folder = Path(sys.executable).parent
    plain = plain_environment(environ, bin_folder)
    service = sandbox_service(clone, port, plain, bin_folder, ephemeral=ephemeral)
    log = clone / LOG
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_bytes(b"")
    # To its end: the sandbox before may not have said its last, and must not write over this one's first.
    with log.open("ab") as output:
        process = subprocess.Popen(
            service.command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(service.environment),
            cwd=service.folder,
            start_new_session=True,
        )
    record = sandbox_record.of_process(process.pid, service.address, ephemeral=ephemeral)
    sandbox_record.write(clone, record)
    return record


def _wait_until_ready(clone: Path, record: Record) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while health(record.url) is None:
        if _has_ended(record, PROBE_EVERY_SECONDS):
            last = (clone / LOG).read_text(errors="replace").splitlines()[-LAST_LINES:]
            raise NotRunning(
                f"the local AWS, started at {record.url}",
                "it has ended by itself. Its last lines:" + "".join(f"\n    {line}" for line in last)
                if last
                else "it has ended by itself, without a word",
                "one that answers",
                f"workshop preflight; the whole log is {LOG}",
            )
        if time.monotonic() > deadline:
            raise NotRunning(
                f"{record.url}/_sandbox/health",
                f"process {record.pid} runs, but has not answered for {READY_SECONDS:.0f} s",
                "an answer",
                f"workshop down, then workshop up; its log is {LOG}",
            )


def _has_ended(record: Record, within: float) -> bool:
    """Whether the process ends within so many seconds, or has."""
    with contextlib.suppress(psutil.TimeoutExpired, psutil.NoSuchProcess):
        psutil.Process(record.pid).wait(within)
    return not record.runs()


def _end(record: Record) -> None:
    """SIGTERM, on which the sandbox ends its execution environments and itself; SIGKILL if it does not."""
    for signal in ("terminate", "kill"):
        if not record.runs():
            return
        with contextlib.suppress(psutil.NoSuchProcess):
            getattr(psutil.Process(record.pid), signal)()
        deadline = time.monotonic() + END_SECONDS
        while time.monotonic() < deadline and not _has_ended(record, PROBE_EVERY_SECONDS):
            pass
