"""DynamoDB's operations through boto3, over a server that does nothing; Scan by size; memory by item.

`make bench-dynamodb`. Each operation of each server takes its turn in every round, so that whatever else
the machine does hits all alike.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import Any

import psutil
from botocore.config import Config
from rich.console import Console
from rich.table import Table

from benchmarks import report, servers
from benchmarks.arms import Arm, boto3_arm
from sandbox.bound_session import BoundSession

SCANNED = (25_000, 50_000, 100_000)
TABLE = "bench"
MEGABYTE = 1024 * 1024


def main() -> None:
    """Start the servers, take turns, print the tables, end the servers."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.dynamodb", description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    rounds = parser.parse_args().rounds
    console = Console(width=110)
    sandbox, null = servers.start_sandbox(), servers.start_null()
    try:
        _make_table(_client(sandbox.url))
        pairs = [_pair(name, call, sandbox.url, null.url) for name, call in OPERATIONS.items()]
        for number in range(-1, rounds):
            for ours, nothing in pairs:
                ours.run(number, keep=number >= 0)
                nothing.run(number, keep=number >= 0)
        console.print(_over_nothing(pairs))
        console.print(_sizes(sandbox))
    finally:
        null.stop()
        sandbox.stop()


def _client(url: str) -> Any:
    config = Config(retries={"max_attempts": 0}, parameter_validation=False)
    return BoundSession(url, "test", "test", "us-east-1").client("dynamodb", config=config)


def _make_table(client: Any, name: str = TABLE) -> None:
    client.create_table(
        TableName=name,
        AttributeDefinitions=[
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "S"},
        ],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        BillingMode="PAY_PER_REQUEST",
    )
    client.get_waiter("table_exists").wait(TableName=name)
    for number in range(100):
        client.put_item(TableName=name, Item=_item(number))


def _key(number: int) -> dict[str, Any]:
    return {"pk": {"S": f"user-{number % 10}"}, "sk": {"S": f"{number % 100:03}"}}


def _item(number: int) -> dict[str, Any]:
    return {
        **_key(number),
        "name": {"S": "Ada Lovelace"},
        "age": {"N": str(number)},
        "tags": {"SS": ["a", "b"]},
    }


OPERATIONS: dict[str, Callable[[Any, int], Any]] = {
    "PutItem": lambda client, n: client.put_item(TableName=TABLE, Item=_item(n)),
    "PutItem, conditional": lambda client, n: client.put_item(
        TableName=TABLE, Item=_item(n), ConditionExpression="attribute_exists(pk)"
    ),
    "GetItem": lambda client, n: client.get_item(TableName=TABLE, Key=_key(n)),
    "UpdateItem": lambda client, n: client.update_item(
        TableName=TABLE,
        Key=_key(n),
        UpdateExpression="SET #n = :n ADD visits :one",
        ExpressionAttributeNames={"#n": "name"},
        ExpressionAttributeValues={":n": {"S": "Ada"}, ":one": {"N": "1"}},
    ),
    "DeleteItem": lambda client, n: client.delete_item(TableName=TABLE, Key={**_key(n), "sk": {"S": "none"}}),
    "Query, 10 items": lambda client, n: client.query(
        TableName=TABLE,
        KeyConditionExpression="pk = :p",
        ExpressionAttributeValues={":p": {"S": f"user-{n % 10}"}},
    ),
    "Scan, 10 items": lambda client, n: client.scan(TableName=TABLE, Limit=10),
}


def _pair(name: str, call: Callable[[Any, int], Any], ours: str, nothing: str) -> tuple[Arm, Arm]:
    def bound(url: str) -> Callable[[int], Any]:
        client = _client(url)
        return lambda number: call(client, number)

    return (
        boto3_arm(name, "sandbox", bound(ours), calls=50),
        boto3_arm(name, "nothing", bound(nothing), calls=50),
    )


def _over_nothing(pairs: list[tuple[Arm, Arm]]) -> Table:
    table = Table(title=f"DynamoDB through boto3, milliseconds ({report.machine()})", title_justify="left")
    for name in (
        "operation",
        "calls",
        "least",
        "p50",
        "nothing, p50",
        "over nothing, least",
        "over nothing, p50",
    ):
        table.add_column(name, justify="left" if name == "operation" else "right")
    for ours, nothing in pairs:
        least, floor = min(ours.times) * 1000, min(nothing.times) * 1000
        p50, floor50 = (report.percentile(arm.times, 0.5) * 1000 for arm in (ours, nothing))
        table.add_row(
            ours.name,
            str(len(ours.times)),
            f"{least:.2f}",
            f"{p50:.2f}",
            f"{floor50:.2f}",
            f"{least - floor:.2f}",
            f"{p50 - floor50:.2f}",
        )
    return table


def _sizes(server: servers.Server) -> Table:
    """Memory and Scan of tables of growing size: what doubles when the items do is linear."""
    table = Table(title="Tables of 100-byte items", title_justify="left")
    for name in ("items", "bytes of memory an item", "Scan of all, s", "microseconds an item"):
        table.add_column(name, justify="right")
    client, process = _client(server.url), psutil.Process(server.process.pid)
    for size in SCANNED:
        name = f"sized-{size}"
        _make_table(client, name)
        before = process.memory_info().rss
        _fill(client, name, size)
        memory = (process.memory_info().rss - before) / size
        began = time.perf_counter()
        counted = sum(page["Count"] for page in client.get_paginator("scan").paginate(TableName=name))
        took = time.perf_counter() - began
        if counted != size + 100:
            raise RuntimeError(f"The Scan of {size + 100} items found {counted}")
        table.add_row(f"{size:,}", f"{memory:,.0f}", f"{took:.2f}", f"{took / size * 1e6:.1f}")
        client.delete_table(TableName=name)
    return table


def _fill(client: Any, name: str, size: int) -> None:
    for start in range(0, size, 25):
        puts = [
            {"PutRequest": {"Item": {"pk": {"S": f"{n:08}"}, "sk": {"S": "0"}, "text": {"S": "x" * 84}}}}
            for n in range(start, start + 25)
        ]
        waiting = {name: puts}
        while waiting:
            waiting = client.batch_write_item(RequestItems=waiting)["UnprocessedItems"]


if __name__ == "__main__":
    main()
