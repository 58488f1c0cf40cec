"""What `workshop cost` does."""

from __future__ import annotations

import datetime
import json
import os
from dataclasses import dataclass
from pathlib import Path

from workshop import prices
from workshop.cost.counting import counts
from workshop.cost.forecast import Forecast
from workshop.cost.report import Report
from workshop.cost.sheet import Sheet
from workshop.errors import Problem
from workshop.target import Target, choose, prefers_aws


@dataclass(frozen=True)
class Options:
    """As typed. Peaks are units a second."""

    peak_writes: float
    peak_reads: float
    storage_gb: float
    target: str | None = None
    json: bool = False


def show(options: Options, clone: Path) -> None:
    """Print the report. Raises NotRunning, Problem."""
    from rich.console import Console

    found = report(_target(options.target, clone), options)
    if options.json:
        print(json.dumps(found.as_dict(), indent=2))
    elif (console := Console()).is_terminal:
        found.write(console)
    else:
        print(found.as_text())


def report(target: Target, options: Options) -> Report:
    """What was counted at the target, and the forecast. Raises NotRunning, Problem. Read-only."""
    known = prices.load()
    try:
        forecast = Forecast(known, options.peak_writes, options.peak_reads, options.storage_gb)
    except ValueError as error:
        raise Problem(
            f"--peak-writes {options.peak_writes:g} and --peak-reads {options.peak_reads:g}",
            str(error),
            "at least one above 0",
            "workshop cost --peak-writes 100",
        ) from error
    counted = counts(target)
    return Report(Sheet.of(counted, known), forecast, known, counted.seconds, datetime.date.today())


def _target(text: str | None, clone: Path) -> Target:
    if text == "aws" or (text is None and prefers_aws(os.environ, clone)):
        raise Problem(
            "--target aws" if text else "the target of this clone",
            "an AWS account: only the sandbox counts what AWS would bill",
            "the sandbox",
            "--target sandbox; what an account really cost is in AWS Cost Explorer: "
            "https://console.aws.amazon.com/costmanagement/",
        )
    return choose(text, clone=clone)
