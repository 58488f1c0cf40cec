"""The command `workshop doctor`: which AWS, which requests, and how it ends."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from shutil import get_terminal_size
from typing import Any

from workshop import target as targets
from workshop.doctor import asking, show
from workshop.doctor.address import parse
from workshop.doctor.asking import Clients, Wish
from workshop.doctor.walk import EXIT_CODES, Report
from workshop.errors import Problem
from workshop.incidents.lock import refuse_unsealed
from workshop.target import Target

LEAST_WIDTH = 60


def doctor(
    url: str | None,
    stack: str | None,
    wish: Wish,
    target: str | None,
    as_json: bool,
    write: Callable[[str], Any],
    clone: Path | None = None,
) -> int:
    """Say what is wrong; the exit code. Raises NotRunning; Problem for what cannot be looked at.

    Raises Problem, too, where an open ticket of the clone is not sealed: the doctor would give it away.
    """
    is_url = url is not None and "://" in url
    if is_url and stack is not None:
        raise Problem("URL and --stack", "both", "one of them", "leave --stack out, or name a path: /users")
    where = _target(url if is_url else None, target, clone)
    clients = Clients(where)
    if url is not None and is_url:
        refuse_unsealed(where, clone, api_id=parse(url).api_id)
        reports = [asking.diagnose(where, url, wish, clients)]
    else:
        path, name = None if url is None else f"/{url.lstrip('/')}", stack or targets.prefix()
        refuse_unsealed(where, clone, stack=name)
        named = asking.urls_of(where, name, path, clients)
        reports = [asking.diagnose(where, one, wish, clients) for one in named]
    _write(reports, where, as_json, write)
    return worst(reports)


def worst(reports: list[Report]) -> int:
    """The exit code of all: a cause that was found, then what is unknown, then 0."""
    order = (EXIT_CODES["cause found"], EXIT_CODES["unknown"], EXIT_CODES["healthy"])
    return min((one.exit_code for one in reports), key=order.index)


def _target(url: str | None, target: str | None, clone: Path | None) -> Target:
    """The AWS of the URL, unless another one is named."""
    if target is not None or url is None:
        return targets.choose(target, clone=clone)
    endpoint = parse(url).endpoint
    if endpoint:
        return targets.choose(endpoint)
    if targets.prefers_aws(os.environ, clone):
        return targets.choose(None, clone=clone)
    raise Problem(
        f"the URL {url}",
        "an API in an AWS account, and no target that says with which credentials to read it",
        "an account that is chosen: workshop target aws --profile PROFILE --region REGION",
        "choose the API's account; or, if the sandbox has such an API, say so: --target sandbox",
    )


def _write(reports: list[Report], where: Target, as_json: bool, write: Callable[[str], Any]) -> None:
    if as_json:
        write(json.dumps([one.as_dict() for one in reports], indent=2, default=str))
        return
    if where.arn:
        write(f"Read with the permissions of {where.arn}.\n")
    width = max(LEAST_WIDTH, min(show.WIDTH, get_terminal_size((show.WIDTH, 0)).columns))
    write("\n\n\n".join(show.text(one, width) for one in reports))
