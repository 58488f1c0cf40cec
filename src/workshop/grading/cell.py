"""One submission: a local AWS of its own, each lab deployed and checked in order; inside of the isolation.

`python -m workshop.grading.cell` reads its order as one line of JSON on standard input, and writes lines of
JSON to what was its standard output. No process that it starts has that pipe, nor may one read this process's
memory, or that of the local AWS: so what is said there is said by the checks.
"""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import socket
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sandbox.sealing import seal
from workshop.grading.limits import Limits, bound_this_process
from workshop.grading.usage import threads_of_user

if TYPE_CHECKING:
    from workshop.target import Target

Tell = Callable[[dict[str, Any]], None]
_NEEDED = ("sandbox.embedded", "workshop.checking.runner", "boto3", "moto", "pytest", "uvicorn")
SANDBOX_SECONDS = 2.0
"""How long the local AWS, if it no longer answers, may take to be gone."""


def main() -> int:
    """Do what is ordered. Exit code 1 where the workshop itself failed."""
    tell = _channel()
    order = json.loads(sys.stdin.readline())
    if order["user"] is not None:
        _become(int(order["user"]))
    seal()
    try:
        if order["labs"] is None:
            return _probe(tell)
        limits = Limits(**order["limits"])
        bound_this_process(limits, threads_of_user())
        _Cell(order, tell).run()
    except Exception as error:  # whatever it is: the batch is told that it is not the learner's
        words = " ".join(f"{type(error).__name__}: {error}".split())
        tell({"kind": "fault", "words": words, "text": traceback.format_exc()})
        return 1
    return 0


def _channel() -> Tell:
    """Takes standard output for the lines of JSON alone; what is printed goes to standard error."""
    descriptor = os.dup(1)  # no process that is started has it (PEP 446)
    os.dup2(2, 1)

    def tell(line: dict[str, Any]) -> None:
        left = memoryview(json.dumps(line).encode() + b"\n")
        while left:
            left = left[os.write(descriptor, left) :]

    return tell


def _become(user: int) -> None:
    """Gives up being root, for good."""
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)


def _probe(tell: Tell) -> int:
    """Whether a cell could work here: what it needs can be read, written and listened on."""
    for name in _NEEDED:
        spec = importlib.util.find_spec(name)
        if spec is None or spec.origin is None:
            raise ModuleNotFoundError(f"No module named {name!r}")
        Path(spec.origin).read_bytes()
    with socket.socket() as listening, tempfile.TemporaryFile():
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        with socket.create_connection(listening.getsockname(), 2):
            tell({"kind": "probe"})
    return 0


class _Cell:
    def __init__(self, order: dict[str, Any], tell: Tell) -> None:
        self.clone, self.work = Path(order["clone"]), Path(order["work"])
        self.labs: list[str] = order["labs"]
        self.account: str = order["account"]
        self.tell = tell

    def run(self) -> None:
        """Each lab in its order. Says `gone` if the local AWS was ended from within."""
        from sandbox import Sandbox
        from workshop.target import REGION, Target

        with Sandbox(port=0) as sandbox:
            target = Target("sandbox", sandbox.url, self.account, REGION, access_key=self.account)
            for key in self.labs:
                self._lab(key, target)
                if not target.answers() and (status := _status_of(sandbox.pid)) is not None:
                    self.tell({"kind": "gone", "status": status})
                    return
        self.tell({"kind": "done"})

    def _lab(self, key: str, target: Target) -> None:
        from workshop.checking import run_checks
        from workshop.checking.reports import json_report

        self.tell({"kind": "stage", "lab": key, "doing": "deploying"})
        self.tell({"kind": "deployed", "lab": key, "problem": self._deploy(key, target)})
        self.tell({"kind": "stage", "lab": key, "doing": "checking"})
        results = run_checks(self.clone / "tests" / "labs", self.work, target, [key], environ={})
        self.tell({"kind": "checked", "lab": key, "results": json_report.as_dict(results, self.clone)})

    def _deploy(self, key: str, target: Target) -> dict[str, str] | None:
        """Deploys a lab, as `workshop deploy --yes` does; what is wrong with it, or None."""
        from workshop.deploy import FellShort
        from workshop.deploy.run import Deployment, Order

        order = Order(
            template=self.work / key / "template.yaml",
            target=target,
            prefix="workshop",
            again=f"workshop deploy {int(key[:2])}",
            say=lambda line: print(line, file=sys.stderr),
            ask=lambda question: True,
            clone=self.clone,
            yes=True,
            lab=int(key[:2]),
        )
        try:
            Deployment(order).run()
        except FellShort as problem:
            return {"headline": problem.headline, "text": str(problem)}
        return None


def _status_of(pid: int) -> int | None:
    """How the process ended that was asked for, negative for a signal; None while it goes on."""
    deadline = time.monotonic() + SANDBOX_SECONDS
    while time.monotonic() < deadline:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.01)
    return None


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the batch, which ends the cells itself
    sys.exit(main())
