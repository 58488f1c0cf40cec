"""Why Lambda cannot load a handler, and what becomes of an invocation whose handler fails.

The kinds of error are those of Lambda's runtimes (cases lam-err-*, tests/sandbox/functions).
"""

from __future__ import annotations

import re
from typing import Any, NoReturn

from tests.labs.function import messages
from tests.labs.function.invoking import Api, Invocation
from tests.labs.function.package import Package

LONGEST_ERROR = 260
AROUND = 90
_MODULE = re.compile(r"(?:Cannot find (?:module|package)|No module named) '([^']+)'")
_PLACE = re.compile(r"/var/task/(?P<file>[\w./-]+?)(?:\", line |:| Line |\" Line )(?P<line>\d+)")
_LOADING = ("ModuleJob.run", "Module._compile", "Object..js")
"""Frames of Node.js below code that runs while its module is loaded."""
_NOT_WRITTEN = re.compile(r"(\w+) is not written yet")
_DENIED = re.compile(r"not authorized to perform: (?P<action>[\w:]+) on resource: (?P<resource>\S+)")
_NO_TABLE = re.compile(
    r"ResourceNotFoundException|Requested resource not found|Cannot do operations on a non-ex"
)


def fail_unless_loaded(api: Api, invocation: Invocation, package: Package | None) -> None:
    """End the check where Lambda could not load the handler, with what it says of that."""
    if not invocation.error:
        return
    error = invocation.result
    kind, said = str(error.get("errorType", "")), _said(error)
    handler = api.configuration["Handler"]
    values: dict[str, Any] = {"handler": handler, "error": said, "name": handler.rpartition(".")[2]}
    values["files"] = package.shown_files if package else "(not known)"
    if kind == "Runtime.ImportModuleError" and (module := _MODULE.search(said)):
        _fail_for_module(module[1].removeprefix("/var/task/"), invocation, values)
    if kind == "Runtime.HandlerNotFound":
        messages.NO_SUCH_HANDLER.fail(invocation.evidence, **values)
    if kind == "Runtime.MalformedHandlerName":
        messages.BAD_HANDLER.fail(invocation.evidence, **values)
    if kind == "Runtime.UserCodeSyntaxError":
        is_commonjs = "outside a module" in said or "Unexpected token 'export'" in said
        message = messages.NOT_A_MODULE if is_commonjs else messages.SYNTAX
        message.fail(invocation.evidence, _where(error), **values)
    if (kind.startswith("Runtime.") and kind not in _WHILE_HANDLING) or _while_loading(error):
        place = f"It is {_where(error)}." if _where(error) else ""
        messages.INIT_FAILED.fail(invocation.evidence, _where(error), error=f"{kind}: {said}", place=place)


_WHILE_HANDLING = frozenset(
    {
        "Runtime.MarshalError",
        "Runtime.JSONStringifyError",
        "Runtime.UnhandledPromiseRejection",
        "Runtime.ExitError",
        "Runtime.OutOfMemory",
        "Runtime.NodeJsExit",
    }
)
"""What the runtime finds only when it has an event."""


def fail_if_failed(invocation: Invocation, expected: str, table: str) -> None:
    """End the check where the handler failed, timed out or ended before its answer."""
    if not invocation.error:
        return
    error = invocation.result
    kind, said = str(error.get("errorType", "")), _said(error)
    log = f"; your log: {invocation.shown_log}" if invocation.own_log else ""
    if kind == "Sandbox.Timedout" or "Task timed out" in said:
        after = said.partition("Error: ")[2] or said
        messages.TIMED_OUT.fail(invocation.evidence, request=invocation.request, after=after, log=log)
    if kind in ("Runtime.ExitError", "Runtime.NodeJsExit"):
        messages.NO_END.fail(invocation.evidence, request=invocation.request, error=said, log=log)
    explain(invocation, str(error.get("errorMessage")), "with a failure of the handler", expected, table)
    where = _where(error)
    messages.CRASHED.fail(
        invocation.evidence,
        where,
        request=invocation.request,
        error=f"{kind}: {said}",
        place=f", at {where}" if where else "",
        expected=expected,
    )


def explain(invocation: Invocation, said: str, status: object, expected: str, table: str) -> None:
    """End the check where an error's text, or the log, tells more than a status does.

    status: what the caller got, in words or as a number.
    """
    values: dict[str, Any] = {"request": invocation.request, "status": status}
    if found := _NOT_WRITTEN.search(said):
        messages.NOT_WRITTEN.fail(
            invocation.evidence, request=invocation.request, function=found[1], expected=expected
        )
    if denied := _DENIED.search(said):
        values["log"] = _around(denied)
        is_ours = _is_of(denied["resource"], invocation, table)
        if denied["action"].startswith("dynamodb:") and not is_ours:
            messages.OTHER_TABLE.fail(invocation.evidence, table=table, **values)
        messages.DENIED.fail(invocation.evidence, action=denied["action"], **values)
    if missing := _NO_TABLE.search(said):
        messages.OTHER_TABLE.fail(invocation.evidence, table=table, log=_around(missing), **values)


def _around(match: re.Match[str]) -> str:
    """What was found, with some words before and behind it."""
    begin, end = max(0, match.start() - AROUND), match.end() + AROUND
    return f"… {match.string[begin:end]} …"


def _is_of(resource: str, invocation: Invocation, table: str) -> bool:
    """Whether an ARN is of this table, in the region of the function."""
    return resource.rstrip('"\\').endswith(f":table/{table}") and f":{invocation.region}:" in resource


def _fail_for_module(module: str, invocation: Invocation, values: dict[str, Any]) -> NoReturn:
    wanted = values["handler"].rpartition(".")[0]
    if module in (wanted, wanted.replace("/", ".")):
        messages.NO_SUCH_FILE.fail(invocation.evidence, wanted=wanted, **values)
    message = messages.SDK_V2_MISSING if module == "aws-sdk" else messages.MODULE_MISSING
    message.fail(invocation.evidence, module=module, **values)


def _while_loading(error: dict[str, Any]) -> bool:
    """Whether a module failed while it was loaded: no request has an id then, or Node.js says so."""
    frames = "\n".join(error.get("trace", []))
    return error.get("requestId") == "" or any(frame in frames for frame in _LOADING)


def _said(error: dict[str, Any]) -> str:
    text = " ".join(str(error.get("errorMessage", "")).split())
    return text if len(text) <= LONGEST_ERROR else text[: LONGEST_ERROR - 1] + "…"


def _where(error: dict[str, Any]) -> str:
    """The innermost place in the learner's own files, as `app.py:12`; empty if there is none."""
    frames = error.get("trace") or error.get("stackTrace", [])[::-1]
    places = (_PLACE.search(frame) for frame in frames)
    return next((f"{one['file']}:{one['line']}" for one in places if one), "")
