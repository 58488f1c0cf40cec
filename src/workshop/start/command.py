"""The verb `workshop start`: chooses ports, starts everything, says where it is and what to do next."""

from __future__ import annotations

import webbrowser
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from workshop import sandbox_record
from workshop.folders import put_file, work_folder
from workshop.sandbox_record import Record
from workshop.start.ports import free_port
from workshop.start.running import Say, run
from workshop.start.services import FIRST_NOTEBOOK, Ports, services
from workshop.target import health

LOGS = Path(".sandbox") / "logs"


def aloud(line: str) -> None:
    """Prints at once, into a pipe too."""
    print(line, flush=True)


def start(
    clone: Path,
    wanted: Ports,
    open_browser: bool = False,
    say: Say = aloud,
    browse: Callable[[str], object] = webbrowser.open,
    *,
    ephemeral: bool = False,
) -> int:
    """Runs the sandbox, JupyterLab and the guide of `clone` until a signal; returns the exit code.

    A sandbox that `workshop up` has started is used, and goes on afterwards. ephemeral: the one started here
    keeps nothing. Raises Problem if no port
    is free, or `work/` cannot be written to.
    """
    prepare_work(clone)
    there = _started_by_up(clone, say)
    if there is None:
        ports = choose_ports(wanted, say)
    else:
        ports = replace(choose_ports(replace(wanted, sandbox=0), say), sandbox=urlsplit(there.url).port or 0)
    sandbox, lab, guide = services(clone, ports, ephemeral=ephemeral)
    say("Please wait: starting the local AWS, JupyterLab and the guide …")
    notes: list[Record] = []

    def when_ready() -> None:
        if there is None:
            notes.extend(_note(clone, sandbox.address, ephemeral))
        say(welcome(clone, ports, lab.address, guide.address, sandbox.address))
        if open_browser:
            browse(lab.address)

    try:
        return run((sandbox, lab, guide) if there is None else (lab, guide), clone / LOGS, say, when_ready)
    finally:
        for note in notes:
            sandbox_record.remove(clone, note)


def prepare_work(clone: Path) -> None:
    """Puts a copy of the tour into `work/`, where JupyterLab opens, unless one is there. Raises Problem."""
    put_file(work_folder(clone) / FIRST_NOTEBOOK, clone / "notebooks" / FIRST_NOTEBOOK)


def _started_by_up(clone: Path, say: Say) -> Record | None:
    there = sandbox_record.read(clone)
    if there is None or there.by != "up" or not there.runs() or health(there.url) is None:
        return None
    say(f"The local AWS is up already, at {there.url}: it is used, and goes on afterwards.")
    return there


def _note(clone: Path, url: str, ephemeral: bool) -> list[Record]:
    """Notes the sandbox, so that commands in other terminals find it; another's note stays."""
    before, said = sandbox_record.read(clone), health(url)
    if said is None or (before is not None and before.runs()):
        return []
    note = sandbox_record.of_process(int(said["pid"]), url, by="start", ephemeral=ephemeral)
    sandbox_record.write(clone, note)
    return [note]


def choose_ports(wanted: Ports, say: Say, free_port: Callable[..., int] = free_port) -> Ports:
    """The ports to use: each as wanted, or the next free one, which is said aloud."""
    chosen: list[int] = []
    for title, port in (
        ("the local AWS", wanted.sandbox),
        ("JupyterLab", wanted.lab),
        ("the guide", wanted.guide),
    ):
        chosen.append(free_port(port, avoid=chosen))
        if port and chosen[-1] != port:
            say(f"Port {port} is taken: {title} uses {chosen[-1]} instead.")
    return Ports(*chosen)


def welcome(clone: Path, ports: Ports, lab: str, guide: str, sandbox: str) -> str:
    """What is printed once everything answers."""
    return f"""
Everything is up.

  The tour    {lab}
  The guide   {guide}
  Local AWS   {sandbox}

Do next: open the first address (it holds the token that lets you in) and run the notebook
{FIRST_NOTEBOOK}, cell by cell, with Shift+Enter. It is your own copy, in the folder work/.

In a second terminal, for the commands `workshop`, `sandbox` and `aws`:

  cd {clone}
  source .venv/bin/activate
  eval "$(sandbox env --port {ports.sandbox})"
  workshop

Logs are in {LOGS}/. Ctrl-C ends all of it.
"""
