"""One table from one run, every kind of work in turns: `make bench`, `PEERS=1 make bench`."""

from __future__ import annotations

import argparse
import os
import sys
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks import arms, breakdown, memory, report, servers
from benchmarks import stack as stacks
from benchmarks.arms import Arm
from benchmarks.servers import Server
from benchmarks.stack import Stack

PEER_HOME = Path(".sandbox/bench/ministack")


def main() -> None:
    """Start the servers, take turns, print the table, end the servers."""
    options = _options()
    running: list[Server] = []
    try:
        sandbox = servers.start_sandbox()
        running.append(sandbox)
        null = servers.start_null()
        running.append(null)
        stack = stacks.make("sandbox", sandbox.url)
        cold, warm = _cold_arms(stack), _warm_arms(stack) + _boto3_arms(stack, null.url)
        if options.peers:
            peer = servers.start_ministack(PEER_HOME)
            running.append(peer)
            warm += _peer_arms(peer)
        _take_turns(cold, options.rounds // 2, "cold starts")
        _take_turns(warm, options.rounds, "warm calls")
        facts = [
            *_ratio(warm),
            ("where a warm empty call spends its time (p50, ms)", breakdown.of_an_empty_call(stack)),
            *_memory(stack, sandbox.process.pid, options.requests),
        ]
    finally:
        for server in reversed(running):
            server.stop()
    starts = _starts(options.peers)
    title = f"Speed of the sandbox ({report.machine()})"
    report.show(title, [*starts, *cold, *warm], facts)
    if options.markdown:
        options.markdown.write_text(report.markdown(title, [*starts, *cold, *warm], facts))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=20, help="turns that each kind of work takes")
    parser.add_argument("--requests", type=int, default=20_000, help="requests over which memory is watched")
    parser.add_argument("--markdown", type=Path, help="also write the table to this file")
    parser.add_argument("--peers", action="store_true", default=os.environ.get("PEERS") == "1")
    return parser.parse_args()


def _take_turns(every: list[Arm], rounds: int, what: str) -> None:
    for arm in every:
        arm.run(-1, keep=False)
    for number in range(rounds):
        print(f"\r{what}: round {number + 1} of {rounds} ", end="", file=sys.stderr, flush=True)
        for arm in every:
            arm.run(number)
    print(file=sys.stderr)


def _cold_arms(stack: Stack) -> list[Arm]:
    return [
        *arms.python_floors(),
        arms.cold_arm("cold start, Python, empty", stack, "bench-empty"),
        arms.cold_arm("cold start, Python, boto3", stack, "bench-sdk"),
        *arms.node_floors(),
        arms.cold_arm("cold start, Node.js, empty", stack, "bench-empty-node"),
        arms.cold_arm("cold start, Node.js, SDK v3", stack, "bench-sdk-node"),
    ]


def _warm_arms(stack: Stack) -> list[Arm]:
    return [
        arms.api_arm("empty call, Python, 1 client", stack, "bench-empty", arms.empty, 100),
        arms.api_arm("call that prints, Python, 1 client", stack, "bench-print", arms.empty, 100),
        arms.api_arm("empty call, Node.js, 1 client", stack, "bench-empty-node", arms.empty, 100),
        arms.parallel_arm("empty call, Python, 4 clients", stack, "bench-empty", arms.empty, 100, 4),
        arms.api_arm("create through the API, 1 client", stack, "bench-users", arms.create, 50),
        arms.api_arm("read through the API, 1 client", stack, "bench-users", arms.read, 50),
        arms.parallel_arm("create through the API, 4 clients", stack, "bench-users", arms.create, 60, 4),
        arms.parallel_arm("read through the API, 4 clients", stack, "bench-users", arms.read, 60, 4),
    ]


def _boto3_arms(stack: Stack, null_url: str) -> list[Arm]:
    """The calls that the handler makes, made directly: by a boto3 Table, as in the handler."""
    found = []
    for server, url in (("sandbox", stack.endpoint), ("nothing", null_url)):
        table = stacks.table(url)
        found.append(arms.boto3_arm("PutItem by boto3", server, partial(_put, table), 50))
        found.append(arms.boto3_arm("GetItem by boto3", server, partial(_get, table), 50))
    return found


def _put(table: Any, number: int) -> None:
    table.put_item(Item={"userId": f"direct-{number}", "name": "Ada"})


def _get(table: Any, number: int) -> None:
    table.get_item(Key={"userId": "user-0"})


def _peer_arms(peer: Server) -> list[Arm]:
    stack = stacks.make(peer.name, peer.url, ("bench-empty", "bench-print", "bench-users"))
    return [
        arms.api_arm("empty call, Python, 1 client", stack, "bench-empty", arms.empty, 20),
        arms.api_arm("call that prints, Python, 1 client", stack, "bench-print", arms.empty, 20),
        arms.parallel_arm("empty call, Python, 4 clients", stack, "bench-empty", arms.empty, 20, 4),
        arms.api_arm("create through the API, 1 client", stack, "bench-users", arms.create, 20),
        arms.api_arm("read through the API, 1 client", stack, "bench-users", arms.read, 20),
        arms.boto3_arm("PutItem by boto3", peer.name, partial(_put, stacks.table(peer.url)), 50),
    ]


def _starts(peers: bool) -> list[Arm]:
    found = [Arm("start to ready", "sandbox", lambda number: [_ready(servers.start_sandbox())])]
    if peers:
        found.append(
            Arm("start to ready", "ministack", lambda number: [_ready(servers.start_ministack(PEER_HOME))])
        )
    _take_turns(found, 5, "starts")
    return found


def _ready(server: Server) -> float:
    server.stop()
    return server.ready


def _ratio(warm: list[Arm]) -> list[tuple[str, str]]:
    p50 = {(arm.name, arm.server): report.percentile(arm.times, 0.5) for arm in warm}
    through = p50["create through the API, 1 client", "sandbox"]
    direct = p50["PutItem by boto3", "sandbox"]
    return [("create through the API / direct PutItem (p50)", f"{through / direct:.2f}")]


def _memory(stack: Stack, pid: int, requests: int) -> list[tuple[str, str]]:
    found = memory.over(stack, pid, requests)
    text = ", ".join(f"{count}: {size:.1f} MB" for count, size in found)
    return [(f"memory of the sandbox over {requests} requests", text)]


if __name__ == "__main__":
    main()
