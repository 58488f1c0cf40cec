"""The verb `workshop start`: chooses ports, starts everything, says where it is and what to do next."""

from __future__ import annotations

import webbrowser
from collections.abc import Callable
from pathlib import Path

from workshop.start.ports import free_port
from workshop.start.running import Say, run
from workshop.start.services import Ports, services

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
) -> int:
    """Runs the sandbox, JupyterLab and the guide of `clone` until a signal; returns the exit code.

    Raises Problem if no port is free.
    """
    ports = choose_ports(wanted, say)
    sandbox, lab, guide = started = services(clone, ports)
    say("Please wait: starting the local AWS, JupyterLab and the guide …")

    def when_ready() -> None:
        say(welcome(clone, ports, lab.address, guide.address, sandbox.address))
        if open_browser:
            browse(lab.address)

    return run(started, clone / LOGS, say, when_ready)


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
notebooks/00-tour.ipynb, cell by cell, with Shift+Enter.

In a second terminal, for the commands `workshop`, `sandbox` and `aws`:

  cd {clone}
  source .venv/bin/activate
  eval "$(sandbox env --port {ports.sandbox})"
  workshop

Logs are in {LOGS}/. Ctrl-C ends all of it.
"""
