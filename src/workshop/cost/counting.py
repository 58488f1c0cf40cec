"""What the sandbox has counted of the learner's account."""

from __future__ import annotations

import json
import urllib.request
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any

from workshop.errors import NotRunning, Problem
from workshop.target import Target

SECONDS = 10.0
"""How long the sandbox may take to answer."""


@dataclass(frozen=True)
class Counts:
    """What one account has used up. seconds: since the sandbox was started or reset.

    The lists hold what `sandbox.usage` tells of each resource.
    """

    seconds: float
    tables: list[dict[str, Any]]
    functions: list[dict[str, Any]]
    apis: list[dict[str, Any]]
    log_groups: list[dict[str, Any]]


def counts(target: Target) -> Counts:
    """The counts of the target's account. Raises NotRunning; Problem for a target that counts nothing.

    This is a read-only operation; no proxy is used.
    """
    if target.kind != "sandbox":
        raise Problem(
            f"the target {target.where}",
            "no sandbox: only the sandbox counts what AWS would bill",
            "the sandbox",
            "--target sandbox; what an AWS account really cost is in AWS Cost Explorer",
        )
    url = f"{target.url}/_sandbox/usage"
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=SECONDS) as answer:
            told = json.load(answer)
        own = told["accounts"].get(target.account, {})
        kinds = ("tables", "functions", "apis", "log_groups")
        return Counts(told["seconds"], *(own.get(kind, []) for kind in kinds))
    except (OSError, ValueError, KeyError, TypeError, HTTPException) as error:
        raise NotRunning(url, str(error) or type(error).__name__) from error
