"""What each lab would cost on AWS: our answer deployed, its checks run twenty times over, the bill added up.

python -m benchmarks.lab_costs prints the table of docs/aws/index.md: dollars without the free tier, at the
prices of src/workshop/prices.toml. Twenty rounds of checks are more than learners need.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from sandbox import Sandbox
from tests.repository.sources import ROOT
from tests.solutions.deployed import LABS, deploy, files_of, fresh_account, target_in
from workshop import prices
from workshop.checking import command
from workshop.cost.counting import counts
from workshop.cost.report import money
from workshop.cost.sheet import Sheet
from workshop.target import Target

ROUNDS = 20


def bill(lab: str, target: Target) -> Sheet:
    """The sheet after one deployment and one round of checks, in an account of its own."""
    deploy(lab, "python", target, say=lambda line: None)
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        for name, source in files_of(lab, "python").items():
            file = work / lab / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(source.read_bytes())
        command.carry_out(command.order(ROOT, work, str(int(lab[:2]))), target)
    return Sheet.of(counts(target), prices.load())


def main() -> None:
    """Prints the table."""
    print("| Lab | One round of checks | Twenty rounds | Most of it |")
    print("|---|---|---|---|")
    with Sandbox(port=0) as sandbox:
        for lab in LABS:
            sheet = bill(lab, target_in(sandbox, fresh_account()))
            most = max(sheet.lines, key=lambda line: line.dollars)
            times = money(ROUNDS * sheet.total)
            print(f"| {int(lab[:2])} | {money(sheet.total)} | {times} | {most.unit}, {money(most.dollars)} |")


if __name__ == "__main__":
    main()
