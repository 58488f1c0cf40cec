"""What is measured: each arm is one kind of work on one server, done in chunks that take turns."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from benchmarks import stack as stacks
from benchmarks.http_client import Connection, timed
from benchmarks.servers import clean_environment
from benchmarks.stack import Stack

Chunk = Callable[[int], list[float]]
"""Round number → seconds of each call of that round."""


@dataclass
class Arm:
    """One row of the table. times: seconds a call, of all rounds; wall: seconds of the chunks."""

    name: str
    server: str
    chunk: Chunk
    times: list[float] = field(default_factory=list)
    wall: float = 0.0

    def run(self, number: int, keep: bool = True) -> None:
        """Do one chunk; `keep` is false for the round that warms up."""
        began = time.perf_counter()
        times = self.chunk(number)
        if keep:
            self.wall += time.perf_counter() - began
            self.times += times


def api_arm(
    name: str, stack: Stack, function: str, request: Callable[[int], tuple[str, str, bytes, int]], calls: int
) -> Arm:
    """`calls` requests a round through an HTTP API by one client on one connection."""
    connection = Connection(stack.urls[function])
    counter = itertools.count()

    def chunk(number: int) -> list[float]:
        return [timed(connection, *request(next(counter))) for _ in range(calls)]

    return Arm(name, stack.name, chunk)


def parallel_arm(
    name: str,
    stack: Stack,
    function: str,
    request: Callable[[int], tuple[str, str, bytes, int]],
    calls: int,
    clients: int,
) -> Arm:
    """The same work by several clients at once; any wrong answer ends the run."""
    connections = [Connection(stack.urls[function]) for _ in range(clients)]
    counter = itertools.count()

    def chunk(number: int) -> list[float]:
        times: list[float] = []
        failures: list[BaseException] = []

        def work(connection: Connection) -> None:
            try:
                mine = range(calls // clients)
                times.extend(timed(connection, *request(next(counter))) for _ in mine)
            except BaseException as error:  # handed to the main thread, which raises it
                failures.append(error)

        threads = [threading.Thread(target=work, args=(c,)) for c in connections]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if failures:
            raise failures[0]
        return times

    return Arm(name, stack.name, chunk)


def boto3_arm(name: str, server: str, call: Callable[[int], Any], calls: int) -> Arm:
    """`calls` calls of a boto3 client a round."""
    counter = itertools.count()

    def chunk(number: int) -> list[float]:
        times = []
        for _ in range(calls):
            began = time.perf_counter()
            call(next(counter))
            times.append(time.perf_counter() - began)
        return times

    return Arm(name, server, chunk)


def cold_arm(name: str, stack: Stack, function: str) -> Arm:
    """One cold start a round, through the HTTP API."""

    def chunk(number: int) -> list[float]:
        stacks.restart(stack, function, number)
        with Connection(stack.urls[function]) as connection:
            return [timed(connection, "GET", "/", b"", 200)]

    return Arm(name, stack.name, chunk)


def command_arm(name: str, command: list[str], cwd: str | None = None) -> Arm:
    """One process from start to end a round: the floor beneath a cold start."""

    def chunk(number: int) -> list[float]:
        began = time.perf_counter()
        subprocess.run(command, check=True, cwd=cwd, env=clean_environment(), stdout=subprocess.DEVNULL)
        return [time.perf_counter() - began]

    return Arm(name, "floor", chunk)


def empty(number: int) -> tuple[str, str, bytes, int]:
    return "GET", "/", b"", 200


def create(number: int) -> tuple[str, str, bytes, int]:
    body = json.dumps({"userId": f"user-{number}", "name": "Ada"}).encode()
    return "POST", "/users", body, 201


def read(number: int) -> tuple[str, str, bytes, int]:
    return "GET", "/users/user-0", b"", 200


def python_floors() -> list[Arm]:
    """What a cold start of Python cannot go below."""
    return [
        command_arm("python -c pass", [sys.executable, "-I", "-S", "-c", "pass"]),
        command_arm("python -c 'import boto3'", [sys.executable, "-c", "import boto3"]),
    ]


def node_floors() -> list[Arm]:
    """What a cold start of Node.js cannot go below: the binary, and the binary with the SDK."""
    from sandbox.functions import node_sdk, runtimes

    node, home = str(runtimes.node_binary()), str(node_sdk.folder())
    script = (
        'import { DynamoDBClient } from "@aws-sdk/client-dynamodb"; '
        'import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb"; '
        "DynamoDBDocumentClient.from(new DynamoDBClient({}));"
    )
    return [
        command_arm("node -e ''", [node, "-e", ""]),
        command_arm("node with SDK v3", [node, "--input-type=module", "-e", script], cwd=home),
    ]
