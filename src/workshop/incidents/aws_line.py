"""An AWS call as people write it, in the form of the aws CLI or of boto3: read, and made again."""

from __future__ import annotations

import ast
import json
import re
import shlex
from dataclasses import dataclass
from typing import Any

from botocore import xform_name
from botocore.exceptions import BotoCoreError, ClientError

from workshop.checking.evidence import HIDDEN
from workshop.errors import Problem
from workshop.incidents.diagnosis import FILE, Diagnosis
from workshop.incidents.log_evidence import holds
from workshop.incidents.stack import Stack

READING = ("Get", "List", "Describe", "Filter", "Simulate", "Export", "Lookup")
"""How the operations begin that change nothing."""

LONGEST = 40_000
_SECRET = re.compile(r"secret|password|private_?key|session_?token", re.IGNORECASE)
_WITHOUT_VALUE = ("no-cli-pager", "no-paginate", "no-sign-request", "no-verify-ssl", "debug")
_OF_THE_CLI = (
    "query",
    "output",
    "region",
    "endpoint-url",
    "profile",
    "cli-read-timeout",
    "cli-connect-timeout",
)


@dataclass(frozen=True)
class Line:
    """service: as the CLI names it. operation: in the CLI's form, `get-policy`.

    parameters: of the CLI by the option's name, the words after each; of boto3 as Python has them.
    """

    service: str
    operation: str
    parameters: dict[str, Any]
    is_python: bool = False


def parse(text: str) -> Line:
    """The call in a text. Raises ValueError, which says what is not understood.

    >>> parse("aws lambda get-policy --function-name users").operation
    'get-policy'
    >>> parse('boto3.client("lambda").get_policy(FunctionName="users")').parameters
    {'FunctionName': 'users'}
    """
    return _python(text) if "(" in text.partition(" ")[0] else _shell(text)


def verify(stack: Stack, written: Diagnosis) -> dict[str, Any]:
    """The call made again: `{form, text, shows, service, operation, parameters, answer}`.

    Raises Problem for what is no call, for one that does not only read, and where its answer lacks the words.
    """
    form = "aws SERVICE OPERATION --option VALUE, or boto3's form"
    try:
        line = parse(written.text)
        client, operation = _operation(stack, line)
    except ValueError as error:
        raise _refused(written, str(error), form) from error
    if not operation.startswith(READING):
        reading = f"one that only reads: {', '.join(READING)}…"
        raise _refused(written, f"{operation} is a call that may change something", reading)
    try:
        parameters = _typed(stack, client, operation, line)
    except ValueError as error:
        raise _refused(written, str(error), form) from error
    answer = _asked(client, operation, parameters, written)
    if not holds(answer, written.shows):
        raise Problem(
            f"{FILE}, the evidence `call: {written.text}`",
            f"its answer does not have `{written.shows}`: {answer[:300]}",
            "words that are in the answer now",
            "copy them from the answer into `shows`, then: workshop seal",
        )
    return {
        "form": "call",
        "text": written.text,
        "shows": written.shows,
        "service": line.service,
        "operation": operation,
        "parameters": parameters,
        "answer": answer[:LONGEST],
    }


def _shell(text: str) -> Line:
    words = shlex.split(text)
    if words[:1] == ["aws"]:
        words = words[1:]
    if len(words) < 2 or words[0].startswith("-") or words[1].startswith("-"):
        raise ValueError("it names no service and operation")
    service, operation, *options = words
    given: dict[str, list[str]] = {}
    name = ""
    for word in options:
        if word.startswith("--"):
            name, equals, value = word[2:].partition("=")
            given[name] = [value] if equals else []
        elif not name:
            raise ValueError(f"`{word}` belongs to no option")
        else:
            given[name].append(word)
    kept = {name: values for name, values in given.items() if name not in (*_OF_THE_CLI, *_WITHOUT_VALUE)}
    return Line(service, operation, dict(kept))


def _python(text: str) -> Line:
    try:
        call = ast.parse(text.strip(), mode="eval").body
    except SyntaxError as error:
        raise ValueError(f"it is no call in Python: {error.msg}") from error
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute) or call.args:
        raise ValueError("it is no call with named parameters")
    made = call.func.value
    if isinstance(made, ast.Call) and made.args and isinstance(made.args[0], ast.Constant):
        service = str(made.args[0].value)
    elif isinstance(made, ast.Name):
        service = made.id.rstrip("_")
    else:
        raise ValueError('it names no service, as boto3.client("lambda") does')
    parameters = {one.arg: ast.literal_eval(one.value) for one in call.keywords if one.arg}
    return Line(service, call.func.attr.replace("_", "-"), parameters, is_python=True)


def _operation(stack: Stack, line: Line) -> tuple[Any, str]:
    """The client, and the operation as the API names it. Raises ValueError."""
    try:
        client = stack.client(line.service)
    except BotoCoreError as error:
        raise ValueError(f"there is no service `{line.service}`") from error
    names = {xform_name(one, "-"): one for one in client.meta.service_model.operation_names}
    if line.operation not in names:
        raise ValueError(f"{line.service} has no operation `{line.operation}`")
    return client, names[line.operation]


def _typed(stack: Stack, client: Any, operation: str, line: Line) -> dict[str, Any]:
    """The parameters in their types; one that is missing is the stack's own. Raises ValueError."""
    shape = client.meta.service_model.operation_model(operation).input_shape
    members = dict(shape.members) if shape else {}
    by_option = {name if line.is_python else xform_name(name, "-"): name for name in members}
    typed = {}
    for option, value in line.parameters.items():
        if option not in by_option:
            raise ValueError(f"{line.operation} has no option `{option}`")
        name = by_option[option]
        typed[name] = value if line.is_python else _value(members[name], value)
    known = _of_the_stack(stack)
    missing = {name for name in (shape.required_members if shape else ()) if name not in typed}
    typed |= {name: known[name] for name in missing if name in known}
    unknown = ", ".join(sorted(missing - typed.keys()))
    if unknown:
        raise ValueError(f"{line.operation} needs {unknown}")
    return typed


def _value(shape: Any, words: list[str]) -> Any:
    """The value of an option of the CLI."""
    if shape.type_name == "boolean":
        return words != ["false"]
    if shape.type_name == "list" and not (len(words) == 1 and words[0].startswith("[")):
        return words
    text = " ".join(words)
    if shape.type_name in ("string", "timestamp", "blob"):
        return text
    pairs = [part.partition("=") for part in text.split(",")]
    if shape.type_name == "map" and all(equals for _, equals, _ in pairs):
        return {key: value for key, _, value in pairs}
    try:
        return json.loads(text)
    except ValueError as error:
        raise ValueError(f"`{text}` is not understood: write it as JSON") from error


def _of_the_stack(stack: Stack) -> dict[str, str]:
    return {
        "FunctionName": stack.function,
        "RoleName": stack.role,
        "TableName": stack.table,
        "ApiId": stack.http_id,
        "restApiId": stack.rest_id,
        "StackName": stack.prefix,
    }


def _asked(client: Any, operation: str, parameters: dict[str, Any], written: Diagnosis) -> str:
    """The answer as JSON; of an error, its code and message."""
    name = xform_name(operation)
    try:
        if client.can_paginate(name):
            answer = client.get_paginator(name).paginate(**parameters).build_full_result()
        else:
            answer = getattr(client, name)(**parameters)
    except ClientError as error:
        told = error.response.get("Error", {})
        return f"{told.get('Code', '')}: {told.get('Message', '')}"
    except BotoCoreError as error:
        raise _refused(written, str(error), "a call that AWS takes") from error
    plain = {key: _plain(value) for key, value in answer.items() if key != "ResponseMetadata"}
    return json.dumps(plain, default=str, ensure_ascii=False)


def _plain(value: Any) -> Any:
    """Without streams, and without what is secret by its name: the answer goes into a file."""
    if isinstance(value, dict):
        return {key: HIDDEN if _SECRET.search(key) else _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value.read().decode("utf-8", "replace") if hasattr(value, "read") else value


def _refused(written: Diagnosis, found: str, expected: str) -> Problem:
    return Problem(
        f"{FILE}, the evidence `call: {written.text}`", found, expected, "write it anew, then: workshop seal"
    )
