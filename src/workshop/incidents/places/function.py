"""The function: its code, its configuration, how often it may run at once, and who may invoke it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from workshop.checking.evidence import HIDDEN, SECRET
from workshop.checking.http_call import HttpClient
from workshop.errors import Problem
from workshop.incidents.stack import Stack

Plain = dict[str, Any]
SETTINGS = ("Handler", "Timeout", "MemorySize", "Role")
"""What is put back, besides the environment variables."""


def configure(stack: Stack, **settings: Any) -> None:
    """Changes the configuration, and waits until the function has it."""
    client = stack.client("lambda")
    client.update_function_configuration(FunctionName=stack.function, **settings)
    client.get_waiter("function_updated_v2").wait(FunctionName=stack.function)


def read_configuration(stack: Stack) -> Plain:
    """Its settings. Values of variables whose name says that they are secret are not kept."""
    told = stack.client("lambda").get_function_configuration(FunctionName=stack.function)
    known = told.get("Environment", {}).get("Variables", {})
    return {name: told.get(name) for name in (*SETTINGS, "FunctionName", "FunctionArn", "Runtime")} | {
        "Variables": {key: HIDDEN if SECRET.search(key) else value for key, value in known.items()},
        "LogGroup": told.get("LoggingConfig", {}).get("LogGroup", f"/aws/lambda/{stack.function}"),
    }


def restore_configuration(stack: Stack, before: Plain) -> None:
    """The same settings and variables again."""
    now = read_configuration(stack)
    changed = {name: before[name] for name in SETTINGS if before[name] not in (None, now[name])}
    if now["Variables"] != before["Variables"]:
        changed["Environment"] = {"Variables": _with_secrets(stack, before["Variables"])}
    if changed:
        configure(stack, **changed)


def read_code(stack: Stack) -> Plain:
    """Which package it has, by its hash."""
    told = stack.client("lambda").get_function_configuration(FunctionName=stack.function)
    return {"CodeSha256": told["CodeSha256"], "PackageType": told.get("PackageType", "Zip")}


def kept_package(stack: Stack, sha: str) -> Path:
    """Where the package of this hash is kept aside while a ticket is open."""
    name = sha.replace("/", "_").replace("+", "-").rstrip("=")
    return stack.clone / "work" / ".aside" / "packages" / f"{name}.zip"


def keep_package(stack: Stack, before: Plain) -> None:
    """Keeps the function's package aside. Raises Problem where it cannot be had."""
    file = kept_package(stack, before["CodeSha256"])
    if file.is_file():
        return
    told = stack.client("lambda").get_function(FunctionName=stack.function)
    link = told["Code"].get("Location")
    if link is None:
        raise Problem(
            f"the function {stack.function}", "a container image", "a zip package", "workshop deploy 4"
        )
    http = HttpClient(lambda call: None)
    try:
        content = http.request("GET", link).content
    finally:
        http.close()
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_suffix(".part")
    beside.write_bytes(content)
    beside.replace(file)


def restore_code(stack: Stack, before: Plain) -> None:
    """The same package again. Raises Problem where the one that was kept aside is gone."""
    if read_code(stack)["CodeSha256"] == before["CodeSha256"]:
        return
    file = kept_package(stack, before["CodeSha256"])
    if not file.is_file():
        raise Problem(
            f"the file {file}",
            "it is gone",
            "the package that the function had before the ticket",
            "change a line of your lab 4, then: workshop deploy 4",
        )
    client = stack.client("lambda")
    client.update_function_code(FunctionName=stack.function, ZipFile=file.read_bytes())
    client.get_waiter("function_updated_v2").wait(FunctionName=stack.function)


def read_concurrency(stack: Stack) -> Plain:
    """Reserved: how many invocations at once are kept for it; None where nothing is said."""
    told = stack.client("lambda").get_function_concurrency(FunctionName=stack.function)
    return {"Reserved": told.get("ReservedConcurrentExecutions")}


def restore_concurrency(stack: Stack, before: Plain) -> None:
    """The same reserved concurrency again, or none."""
    client, reserved = stack.client("lambda"), before["Reserved"]
    if read_concurrency(stack)["Reserved"] == reserved:
        return
    if reserved is None:
        client.delete_function_concurrency(FunctionName=stack.function)
    else:
        client.put_function_concurrency(FunctionName=stack.function, ReservedConcurrentExecutions=reserved)


def read_permission(stack: Stack) -> Plain:
    """Statements: of the function's resource policy."""
    client = stack.client("lambda")
    try:
        policy = client.get_policy(FunctionName=stack.function)["Policy"]
    except client.exceptions.ResourceNotFoundException:
        return {"Statements": []}
    return {"Statements": json.loads(policy)["Statement"]}


def restore_permission(stack: Stack, before: Plain) -> None:
    """The statements there were; those that have come since go."""
    client, now = stack.client("lambda"), read_permission(stack)["Statements"]
    for one in now:
        if one not in before["Statements"]:
            client.remove_permission(FunctionName=stack.function, StatementId=one["Sid"])
    for one in before["Statements"]:
        if one not in now:
            client.add_permission(FunctionName=stack.function, **as_added(one))


def as_added(statement: Mapping[str, Any]) -> Plain:
    """The parameters of the AddPermission that makes this statement.

    >>> as_added({"Sid": "a", "Action": "lambda:InvokeFunction", "Principal": "123456789012"})
    {'StatementId': 'a', 'Action': 'lambda:InvokeFunction', 'Principal': '123456789012'}
    """
    principal = statement["Principal"]
    named = principal if isinstance(principal, str) else next(iter(principal.values()))
    given = {"StatementId": statement["Sid"], "Action": statement["Action"], "Principal": named}
    for tests in statement.get("Condition", {}).values():
        for key, value in tests.items():
            name = _CONDITIONS.get(key.lower())
            if name:
                given[name] = value
    return given


_CONDITIONS = {
    "aws:sourcearn": "SourceArn",
    "aws:sourceaccount": "SourceAccount",
    "aws:principalorgid": "PrincipalOrgID",
    "lambda:eventsourcetoken": "EventSourceToken",
    "lambda:functionurlauthtype": "FunctionUrlAuthType",
}
"""AddPermission's parameters, by the condition key that each becomes (Lambda API Reference)."""


def _with_secrets(stack: Stack, wanted: Mapping[str, str]) -> dict[str, str]:
    """The variables; of those that were not kept, the value of now."""
    told = stack.client("lambda").get_function_configuration(FunctionName=stack.function)
    now = told.get("Environment", {}).get("Variables", {})
    return {key: now.get(key, "") if value == HIDDEN else value for key, value in wanted.items()}
