"""Why IAM decided as it did about a request, asked of the sandbox that the workshop runs on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from sandbox import explain_view
from sandbox.decisions import LAST, NothingToExplain, Request, find
from workshop.errors import NotRunning, Problem
from workshop.target import Target, choose


def show(
    target: str | None, wanted: str, as_json: bool, write: Callable[[str], Any], clone: Path | None = None
) -> None:
    """Write the decisions about a request. Raises NotRunning; Problem where there is none."""
    where = sandbox_only(choose(target, clone=clone))
    try:
        explain_view.show(where.url, wanted, as_json, write, where.account)
    except explain_view.NoSandbox as error:
        raise NotRunning(f"{where.url}/_sandbox/traces", str(error)) from error
    except NothingToExplain as error:
        raise _problem(where, wanted, error) from error


def decided(where: Target, wanted: str = LAST) -> Request:
    """The decisions about a request. Raises NotRunning; Problem where there is none. Read-only."""
    try:
        return find(explain_view.traces(sandbox_only(where).url), wanted, where.account)
    except explain_view.NoSandbox as error:
        raise NotRunning(f"{where.url}/_sandbox/traces", str(error)) from error
    except NothingToExplain as error:
        raise _problem(where, wanted, error) from error


def sandbox_only(where: Target) -> Target:
    """The target itself. Raises Problem for one that keeps no traces."""
    if where.kind != "sandbox":
        raise Problem(
            f"the target {where.where}",
            "no sandbox: it keeps no record of what its IAM decided, nor of requests (X-Ray does, and the "
            "labs do not set it up)",
            "the sandbox",
            "--target sandbox; elsewhere, read the message of the error: it names action, resource and why; "
            "the function's log is what workshop doctor shows",
        )
    return where


def _problem(where: Target, wanted: str, error: NothingToExplain) -> Problem:
    what = "the last decided request" if wanted == LAST else f"the request {wanted}"
    return Problem(f"{what}, at {where.url}", error.found, "a request IAM decided about", error.do_next)
