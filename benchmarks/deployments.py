"""How long deployments take: `make bench-deploy`.

Stacks of many resources in turns, so that a stack twice as large shows in the same run that it takes twice
as long; and the whole backend of the workshop, by `workshop deploy` and by the AWS SAM CLI.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks import report, servers
from sandbox.bound_session import BoundSession
from workshop.addons.sam_cli import environment, sam
from workshop.deploy.run import Deployment, Order
from workshop.target import Target, sandbox_at

ROOT = Path(__file__).resolve().parents[1]
SOLUTION = ROOT / "solutions" / "04-api-gateway"
SIZES = (50, 100, 200)
KINDS: tuple[dict[str, Any], ...] = (
    {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "String", "Value": "v"}},
    {"Type": "AWS::Logs::LogGroup", "Properties": {"RetentionInDays": 14}},
    {
        "Type": "AWS::DynamoDB::Table",
        "Properties": {
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "BillingMode": "PAY_PER_REQUEST",
        },
    },
    {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "AssumeRolePolicyDocument": {
                "Version": "2012-10-17",
                "Statement": {
                    "Effect": "Allow",
                    "Principal": {"Service": "lambda.amazonaws.com"},
                    "Action": "sts:AssumeRole",
                },
            }
        },
    },
)


def main() -> None:
    """Start a sandbox, take turns, print the table, end the sandbox."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.deployments", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    server = servers.start_sandbox()
    try:
        found = _measure(sandbox_at(server.url), rounds)
    finally:
        server.stop()
    table = Table(title=f"Deployments ({report.machine()})", title_justify="left")
    for name in ("what", "runs", "least s", "median s"):
        table.add_column(name, justify="left" if name == "what" else "right", no_wrap=True)
    for name, times in found.items():
        middle = sorted(times)[len(times) // 2]
        table.add_row(name, str(len(times)), f"{min(times):.2f}", f"{middle:.2f}")
    Console(width=110).print(table)


def _measure(target: Target, rounds: int) -> dict[str, list[float]]:
    works: dict[str, Callable[[], float]] = {
        f"stack of {size} resources, boto3 and its waiter": _stack_of(target, size) for size in SIZES
    }
    with tempfile.TemporaryDirectory() as folder:
        for language in ("python", "nodejs"):
            lab = Path(folder, language)
            shutil.copytree(SOLUTION / language, lab)
            works[f"workshop deploy of solution 04, {language}"] = _workshop_deploy(target, lab)
            works[f"sam deploy of solution 04, {language} (built before)"] = _sam_deploy(target, lab)
        found: dict[str, list[float]] = {name: [] for name in works}
        for _ in range(rounds):
            for name, work in works.items():
                found[name].append(work())
    return found


def _session(target: Target) -> BoundSession:
    return target.session()


def _gone(target: Target, stack: str) -> None:
    cloudformation = _session(target).client("cloudformation")
    cloudformation.delete_stack(StackName=stack)
    cloudformation.get_waiter("stack_delete_complete").wait(StackName=stack)


def _stack_of(target: Target, size: int) -> Callable[[], float]:
    resources = {f"R{number}": KINDS[number % len(KINDS)] for number in range(size)}
    template = json.dumps({"Resources": resources})

    def deploy() -> float:
        cloudformation = _session(target).client("cloudformation")
        began = time.perf_counter()
        cloudformation.create_stack(StackName="many", TemplateBody=template, Capabilities=["CAPABILITY_IAM"])
        cloudformation.get_waiter("stack_create_complete").wait(StackName="many")
        took = time.perf_counter() - began
        _gone(target, "many")
        return took

    return deploy


def _workshop_deploy(target: Target, lab: Path) -> Callable[[], float]:
    def deploy() -> float:
        began = time.perf_counter()
        order = Order(lab / "template.yaml", target, "workshop", "again", _silent, None, ROOT, yes=True)
        Deployment(order).run()
        took = time.perf_counter() - began
        _gone(target, "workshop")
        return took

    return deploy


def _sam_deploy(target: Target, lab: Path) -> Callable[[], float]:
    command, environ = str(sam(ROOT, _silent)), environment(target)

    def run(*arguments: str) -> None:
        subprocess.run(
            [command, *arguments],
            cwd=lab,
            env=environ,
            check=True,
            capture_output=True,
            stdin=subprocess.DEVNULL,
        )

    def deploy() -> float:
        run("build")
        began = time.perf_counter()
        run("deploy", "--resolve-s3", "--stack-name", "workshop", "--capabilities", "CAPABILITY_IAM",
            "--no-confirm-changeset")  # fmt: skip
        took = time.perf_counter() - began
        _gone(target, "workshop")
        return took

    return deploy


def _silent(line: object) -> None:
    """Says nothing: the time is what counts."""


if __name__ == "__main__":
    main()
