"""One run: requests in slices, several at a time, and what is found wrong."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

from benchmarks.soak import health, oracle, plan, target, tidy
from benchmarks.soak.target import Target
from benchmarks.soak.wire import Request, send

CLIENTS = 4
SLICES = 10
MOST_TOLD = 40
"""Of the failures: they are told, the others counted."""
MOST_GROWTH_MB = 30.0
"""How much memory may grow from the first fifth to the end."""
MOST_DESCRIPTORS = 3
"""How many more may be open, once everything was reset, than before the first request."""


GUARDS = 1
"""The process that ends execution environments should the sandbox be killed (functions/guard.py) stays."""


@dataclass
class Report:
    """What a run found. failures: number of the request, what it was, what is wrong with its answer."""

    requests: int = 0
    seconds: float = 0.0
    failures: list[tuple[int, Request, list[str]]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        return not self.failures and not self.wrong

    def told(self, seed: int) -> str:
        """What was found, with how to send each failing request once more."""
        rate = self.requests / self.seconds if self.seconds else 0
        lines = [f"{self.requests} requests with seed {seed}, {rate:.0f} a second"]
        for number, request, faults in self.failures[:MOST_TOLD]:
            lines.append(f"FAILED {request.kind}: {request.what}")
            lines += [f"    {fault}" for fault in faults]
            lines.append(f"    again: python -m benchmarks.soak --seed {seed} --only {number}")
        if len(self.failures) > MOST_TOLD:
            lines.append(f"… and {len(self.failures) - MOST_TOLD} more")
        return "\n".join([*lines, *(f"FAILED {wrong}" for wrong in self.wrong)])


def run(numbers: Iterable[int], seed: int, say: Callable[[str], None] = print) -> Report:
    """Send the requests of these numbers to a sandbox of one's own."""
    report = Report()
    wanted = list(numbers)
    with health.watched() as sandbox:
        before = sandbox.state()
        made = target.make(sandbox.url)
        memory: list[float] = []
        for slice_ in _slices(wanted):
            _send(slice_, seed, sandbox, made, report)
            report.wrong += tidy.tidy(made)
            now = sandbox.state()
            memory.append(now.memory)
            told = f"{now.memory:.0f} MB, {now.descriptors} descriptors, {now.children} processes"
            say(f"{report.requests:>7} requests  {told}, {len(report.failures)} failures")
        report.wrong += _afterwards(sandbox, before, memory)
    if sandbox.left():
        report.wrong.append(f"processes are left: {sandbox.left()}")
    return report


def _slices(wanted: list[int]) -> list[list[int]]:
    size = max(1, -(-len(wanted) // SLICES))
    return [wanted[begin : begin + size] for begin in range(0, len(wanted), size)]


def _send(numbers: list[int], seed: int, sandbox: health.Watched, made: Target, report: Report) -> None:
    def one(number: int) -> tuple[int, Request, list[str]]:
        request = plan.request(seed, number, made)
        faults = oracle.faults(request, send(made.address, request))
        return number, request, faults + (_traced(sandbox, request) if faults else [])

    began = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as clients:
        answered = list(clients.map(one, numbers))
    report.requests += len(answered)
    report.seconds += time.perf_counter() - began
    report.failures += [found for found in answered if found[2]]


def _traced(sandbox: health.Watched, request: Request) -> list[str]:
    """What the latest trace of such a request says went wrong."""
    for trace in reversed(sandbox.ask("traces")["traces"]):
        if request.what.startswith(trace["title"][:200]):
            return [f"trace: {hop}" for hop in trace["hops"] if hop.get("error")]
    return []


def _afterwards(sandbox: health.Watched, before: health.State, memory: list[float]) -> list[str]:
    """What is wrong with the sandbox itself."""
    wrong = []
    if sandbox.ask("health")["status"] != "running":
        wrong.append("the sandbox does not say that it is running")
    fifth = memory[len(memory) // 5]
    if memory[-1] - fifth > MOST_GROWTH_MB:
        wrong.append(f"memory grew from {fifth:.0f} to {memory[-1]:.0f} MB")
    target.close()
    sandbox.ask("reset", "POST")
    most = replace(
        before, children=before.children + GUARDS, descriptors=before.descriptors + MOST_DESCRIPTORS
    )
    now = sandbox.settled(most)
    if now.children > most.children:
        wrong.append(f"processes are left after a reset: {sandbox.below()}")
    if now.descriptors > most.descriptors:
        wrong.append(f"open descriptors grew from {before.descriptors} to {now.descriptors}")
    told = sandbox.told()
    if "Traceback" in told or "failed" in told:
        wrong.append(f"it told on standard error:\n{told[:6000]}")
    return wrong
