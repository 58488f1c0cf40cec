"""`%load_ext workshop`: connects a notebook to the sandbox or to the account that was chosen, nothing else.

It finds the sandbox that runs on this machine, or starts one that ends with the kernel; says in one line
what the notebook talks to; and sets the kernel's environment, so that plain `boto3.client("dynamodb")`
talks to it. Credentials, profiles and endpoints of the person's own are set aside, and named.

Two names come into the notebook: `picture()` shows what exists, `predict(…)` asks before a probe.
Three magics too: `%check 1` checks a lab, `%hint 1` gives the next hint for it, `%trace` draws the way of a
request.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from IPython.core.error import UsageError

from sandbox import Sandbox, SandboxError
from workshop import magics
from workshop import notebook_account as accounts
from workshop.clone import clone_folder
from workshop.environment import Redirection, apply, nowhere, redirect, restore
from workshop.errors import Problem
from workshop.picture import Album
from workshop.predict import predict
from workshop.target import (
    AwsAccount,
    Target,
    access_key,
    choose,
    discover,
    is_sandbox,
    prefers_aws,
    sandbox_at,
)

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

PREFIX = "nb-"
"""What notebooks make is named with this prefix, so that they meet nothing of the labs."""


@dataclass
class Connection:
    """What one loaded extension holds, and what unloading gives back."""

    target: Target
    own: Sandbox | None
    before: Mapping[str, str | None]
    names: Mapping[str, Any]
    after_cell: Callable[[Any], None]


_connections: dict[int, Connection] = {}
"""By the id of the shell: a process has one shell, tests have several."""
_shut_off: dict[int, Mapping[str, str | None]] = {}
"""Of shells that could not be connected: what a person's own environment was, which leads to his account."""


def load(
    shell: InteractiveShell,
    environ: MutableMapping[str, str] = os.environ,
    home: Path | None = None,
    say: Callable[[str], object] = print,
) -> None:
    """Connects the shell. Raises UsageError, shown without a traceback, if it cannot."""
    unload(shell, environ)
    try:
        target, own = _connect(environ, say)
        if isinstance(target, AwsAccount):
            accounts.confirm(target, environ, say)
    except BaseException as error:
        _shut_off[id(shell)] = apply(nowhere(environ), environ)
        _forget_default_session()
        if isinstance(error, Problem):
            raise UsageError(f"The notebook is not connected: its cells reach no AWS.\n{error}") from error
        raise
    change = redirect(target, environ, home)
    say(introduction(target, change))
    before = apply(change, environ)
    _forget_default_session()
    if isinstance(target, AwsAccount):
        accounts.use(target, environ)
    names = {"picture": Album(target.session(), PREFIX).picture, "predict": predict}
    watch = _watch(target, own)
    _connections[id(shell)] = Connection(target, own, before, names, watch)
    shell.push(names)  # type: ignore[no-untyped-call]
    magics.register(shell, target)
    shell.events.register("post_run_cell", watch)


def unload(shell: InteractiveShell, environ: MutableMapping[str, str] = os.environ) -> None:
    """Takes back what `load` did, and ends the sandbox it started. Without a `load` it does nothing."""
    restore(_shut_off.pop(id(shell), {}), environ)
    connection = _connections.pop(id(shell), None)
    if connection is None:
        return
    shell.events.unregister("post_run_cell", connection.after_cell)
    shell.drop_by_id(dict(connection.names))  # type: ignore[no-untyped-call]
    magics.unregister(shell)
    restore(connection.before, environ)
    _forget_default_session()
    if connection.own is not None:
        connection.own.stop()


def _connect(environ: Mapping[str, str], say: Callable[[str], object]) -> tuple[Target, Sandbox | None]:
    clone = clone_folder()
    if prefers_aws(environ, clone):
        return choose(None, environ, clone, say=say), None
    target = discover(environ, clone=clone)
    if target is not None:
        return target, None
    say("No sandbox runs yet: starting one, which ends with this notebook's kernel …")
    own = Sandbox(port=0)
    try:
        return sandbox_at(own.start().url, access_key(environ)), own
    except Problem:
        own.stop()
        raise
    except SandboxError as error:
        raise Problem(
            "a sandbox started for this notebook", str(error), "one that answers", "workshop preflight"
        ) from error


def introduction(target: Target, change: Redirection) -> str:
    """What the first cell says: what the notebook talks to, and what of the person's own it does not use."""
    where = f"{target.url}, account {target.account}, region {target.region}"
    lines = [f"You are talking to the sandbox at {where}. Nothing here reaches AWS."]
    if target.kind == "aws":
        lines = ["Your cells talk to the account above, by its profile, and to nothing else."]
    if change.set_aside:
        lines.append(f"Found and not used, for this kernel only: {', '.join(change.set_aside)}.")
    if "AWS_ENDPOINT_URL" in change.set_aside and target.kind != "aws":
        lines.append("AWS_ENDPOINT_URL points to something that is not this sandbox.")
    if change.real_key and target.kind != "aws":
        lines.append("AWS_ACCESS_KEY_ID holds a key of a real AWS account: no notebook uses it.")
    return "\n".join(lines)


def _watch(target: Target, own: Sandbox | None) -> Callable[[Any], None]:
    def after_cell(result: Any) -> None:
        if result.error_in_exec is not None and target.url and not is_sandbox(target.url):
            print(farewell(target, own is not None), file=sys.stderr)

    return after_cell


def farewell(target: Target, own: bool) -> str:
    """What is said after a cell failed and the sandbox no longer answers."""
    restart = f"type `sandbox serve --port {target.url.rpartition(':')[2]}` in a terminal"
    lines = [
        f"The sandbox at {target.url} no longer answers{', and what it held is gone' if own else ''}.",
        f"To go on: {'type `%reload_ext workshop` in a cell' if own else restart},",
        "then run this notebook from its first cell.",
    ]
    return "\n".join(lines)


def _forget_default_session() -> None:
    # boto3 keeps the session of its first client, with the environment of that moment.
    import boto3

    boto3.DEFAULT_SESSION = None
