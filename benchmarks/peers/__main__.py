"""Probes and measures the sandbox, ministack and moto's server: `make bench-peers`.

ministack and moto come from PyPI into environments of their own below .sandbox/bench. Docker is not used.
"""

from __future__ import annotations

import argparse
import datetime
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks import report, servers
from benchmarks.peers import cost, results
from benchmarks.peers.all_probes import all_probes
from benchmarks.peers.probe import ask
from benchmarks.peers.world import World
from benchmarks.servers import Server

HOMES = Path(".sandbox/bench")


@dataclass(frozen=True)
class Peer:
    """A local AWS. package: in its environment below HOMES, None for ours; runs_code: calls are measured."""

    name: str
    start: Callable[[], Server]
    package: str | None = None
    runs_code: bool = True

    def folders(self) -> list[Path]:
        """What is on disk because of it."""
        return [HOMES / self.package] if self.package else [Path(sys.prefix), Path(".sandbox/node")]

    def version(self) -> str:
        if self.package is None:
            return version("serverless-crud-workshop")
        asked = f"from importlib.metadata import version; print(version('{self.package}'))"
        python = HOMES / self.package / "bin" / "python"
        return subprocess.check_output([python, "-c", asked], text=True).strip()


MINISTACK = partial(servers.start_ministack, HOMES / "ministack")
PEERS = (
    Peer("this sandbox", servers.start_sandbox),
    Peer("ministack", MINISTACK, "ministack"),
    Peer("ministack, `AUTH=true`", partial(MINISTACK, AUTH="true"), "ministack"),
    Peer("moto's server", partial(servers.start_moto, HOMES / "moto"), "moto", runs_code=False),
)


def main() -> None:
    """Probe and measure one after the other, print the tables, and write them if asked to."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description=__doc__)
    parser.add_argument("--save", action="store_true", help="write docs/comparison.md and its results anew")
    options = parser.parse_args()
    HOMES.mkdir(parents=True, exist_ok=True)
    found: dict[str, Any] = {"measured": f"{datetime.date.today()}", "machine": report.machine()}
    found["peers"], found["probes"] = (
        [],
        [
            {"case": probe.case, "layer": probe.layer, "says": probe.says, "seen": {}}
            for probe in all_probes()
        ],
    )
    for peer in PEERS:
        _probe(peer, found["probes"])
        print(f"{peer.name}: measuring …", file=sys.stderr)
        costs = asdict(cost.measured(peer.start, peer.folders(), peer.runs_code))
        found["peers"].append({"name": peer.name, "version": peer.version(), **costs})
    print(results.block(found))
    if options.save:
        results.save(found)


def _probe(peer: Peer, probes: list[dict[str, Any]]) -> None:
    """Ask everything of one server, and note it by its name."""
    server = peer.start()
    try:
        world = World(server.url)
        for number, (probe, entry) in enumerate(zip(all_probes(), probes, strict=True), 1):
            print(f"\r{peer.name}: {number} of {len(probes)} ", end="", file=sys.stderr)
            entry["seen"][peer.name] = results.tidy(ask(probe, world))
    finally:
        server.stop()
        print(file=sys.stderr)


if __name__ == "__main__":
    os.chdir(results.ROOT)
    main()
