"""What it costs to keep state: `make bench-store`.

The same calls on a sandbox that keeps its state and on one that does not, in turns; and how much later a
sandbox is ready, and answers for a table, with 10,000 items, 20 functions and 5 stacks than with nothing.
"""

from __future__ import annotations

import argparse
import io
import json
import tempfile
import time
import zipfile
from pathlib import Path
from typing import Any

from botocore.config import Config
from rich.console import Console
from rich.table import Table

from benchmarks import report, servers
from benchmarks.arms import Arm, boto3_arm
from benchmarks.servers import Server
from benchmarks.stack import TRUST
from sandbox.bound_session import BoundSession

ITEMS, FUNCTIONS, STACKS = 10_000, 20, 5
TABLE = "bench"
STACK = {
    "Resources": {
        "Users": {
            "Type": "AWS::DynamoDB::Table",
            "Properties": {
                "AttributeDefinitions": [{"AttributeName": "userId", "AttributeType": "S"}],
                "KeySchema": [{"AttributeName": "userId", "KeyType": "HASH"}],
                "BillingMode": "PAY_PER_REQUEST",
            },
        },
        "Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": TRUST}},
        "Group": {"Type": "AWS::Logs::LogGroup", "Properties": {"RetentionInDays": 14}},
    }
}


def main() -> None:
    """Measure both, print both, leave nothing."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.store", description=__doc__)
    parser.add_argument("--rounds", type=int, default=100, help="turns of 20 calls")
    parser.add_argument("--starts", type=int, default=8, help="starts of each kind")
    options = parser.parse_args()
    console = Console(width=110)
    with tempfile.TemporaryDirectory(prefix="bench-store-") as folder:
        console.print(_calls(Path(folder, "calls"), options.rounds))
        console.print(_starts(Path(folder), options.starts))


def _client(server: Server, service: str) -> Any:
    config = Config(retries={"max_attempts": 0}, parameter_validation=False)
    return BoundSession(server.url, "test", "test", "us-east-1").client(service, config=config)


def _calls(state: Path, rounds: int) -> Table:
    keeping, forgetting = servers.start_sandbox("--state", str(state)), servers.start_sandbox("--ephemeral")
    try:
        pairs = list(zip(_arms(keeping, "kept"), _arms(forgetting, "not kept"), strict=True))
        for number in range(-1, rounds):
            for pair in pairs:
                for arm in pair if number % 2 else pair[::-1]:
                    arm.run(number, keep=number >= 0)
    finally:
        forgetting.stop()
        keeping.stop()
    table = Table(title=f"Calls, kept and not ({report.machine()})", title_justify="left")
    shares = {"least": 0.0, "p10": 0.1, "p50": 0.5, "p99": 0.99}
    table.add_column("ms: kept / not kept")
    for name in shares:
        table.add_column(name, justify="right")
    for kept, other in pairs:
        figures = [
            [report.percentile(arm.times, share) * 1000 for arm in (kept, other)] for share in shares.values()
        ]
        table.add_row(kept.name, *(f"{one:.2f} / {two:.2f} ({one - two:+.2f})" for one, two in figures))
    return table


def _arms(server: Server, name: str) -> list[Arm]:
    dynamodb, iam = _client(server, "dynamodb"), _client(server, "iam")
    _make_table(dynamodb)
    iam.create_role(RoleName="bench", AssumeRolePolicyDocument=json.dumps(TRUST))

    def put(number: int) -> None:
        dynamodb.put_item(TableName=TABLE, Item={"pk": {"S": f"user-{number}"}, "name": {"S": "Ada"}})

    def get(number: int) -> None:
        dynamodb.get_item(TableName=TABLE, Key={"pk": {"S": "user-0"}})

    def tag(number: int) -> None:
        iam.update_role(RoleName="bench", Description=f"number {number}")

    return [
        boto3_arm("PutItem", name, put, 20),
        boto3_arm("GetItem", name, get, 20),
        boto3_arm("UpdateRole", name, tag, 10),
    ]


def _make_table(dynamodb: Any) -> None:
    dynamodb.create_table(
        TableName=TABLE,
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    dynamodb.get_waiter("table_exists").wait(TableName=TABLE)


def _starts(folder: Path, starts: int) -> Table:
    full = folder / "full"
    server = servers.start_sandbox("--state", str(full))
    try:
        _fill(server)
    finally:
        server.stop()
    size = (full / "state.db").stat().st_size
    times: dict[str, list[tuple[float, float]]] = {"with state": [], "empty": []}
    for number in range(starts):
        times["with state"].append(_start(full))
        times["empty"].append(_start(folder / f"empty-{number}"))
    what = f"{ITEMS} items, {FUNCTIONS} functions, {STACKS} stacks: {size / 1e6:.1f} MB"
    table = Table(title=f"Starts, with {what}", title_justify="left")
    for name in ("start", "ready p50 s", "first DescribeTable and DescribeStacks p50 s"):
        table.add_column(name, justify="left" if name == "start" else "right")
    for name, found in times.items():
        ready, answered = (report.percentile(list(one), 0.5) for one in zip(*found, strict=True))
        table.add_row(name, f"{ready:.3f}", f"{answered:.3f}")
    return table


def _start(state: Path) -> tuple[float, float]:
    """Seconds until a sandbox is ready, and until it has answered for a table and for its stacks."""
    began = time.perf_counter()
    server = servers.start_sandbox("--state", str(state))
    try:
        dynamodb = _client(server, "dynamodb")
        if TABLE in dynamodb.list_tables()["TableNames"]:
            found = dynamodb.describe_table(TableName=TABLE)["Table"]["ItemCount"]
            assert found == ITEMS, f"{found} items of {ITEMS}"
        _client(server, "cloudformation").describe_stacks()
        return server.ready, time.perf_counter() - began
    finally:
        server.stop()


def _fill(server: Server) -> None:
    dynamodb = _client(server, "dynamodb")
    _make_table(dynamodb)
    for first in range(0, ITEMS, 25):
        puts = [
            {"PutRequest": {"Item": {"pk": {"S": f"user-{number}"}, "name": {"S": "Ada Lovelace"}}}}
            for number in range(first, first + 25)
        ]
        dynamodb.batch_write_item(RequestItems={TABLE: puts})
    role = _client(server, "iam").create_role(RoleName="bench", AssumeRolePolicyDocument=json.dumps(TRUST))[
        "Role"
    ]["Arn"]
    for number in range(FUNCTIONS):
        code = {"ZipFile": _package(number)}
        arguments = {"FunctionName": f"bench-{number}", "Runtime": "python3.13", "Handler": "app.handler"}
        _client(server, "lambda").create_function(**arguments, Role=role, Code=code, Publish=True)
    stacks = _client(server, "cloudformation")
    for number in range(STACKS):
        stacks.create_stack(
            StackName=f"bench-{number}", TemplateBody=json.dumps(STACK), Capabilities=["CAPABILITY_IAM"]
        )
        stacks.get_waiter("stack_create_complete").wait(StackName=f"bench-{number}")


def _package(number: int) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        package.writestr(
            "app.py", f"def handler(event, context):\n    return {number}\n" + "# filler\n" * 5000
        )
    return file.getvalue()


if __name__ == "__main__":
    main()
