"""A function under the learner's role, for a moment: what the role may really do.

It is named PREFIX-check-…, tagged like all that is the workshop's, and removed again with its log stream, and
with its log group if it was made for it.
"""

from __future__ import annotations

import io
import json
import secrets
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from tests.labs.iam.role import Role
from workshop.target import TAG

CODE = Path(__file__).with_name("probe.mjs")
RUNTIME = "nodejs24.x"
"""It starts in half the time of Python, whose boto3 is large."""

TIMEOUT = 15
LOG_SECONDS = 5.0
LOG_SECONDS_ON_AWS = 20.0
"""How long its line may take to appear. On AWS it takes a second or two, now and then more."""

PAUSE = 0.2


class CannotAssume(Exception):
    """Lambda may not become the role; the text is AWS's."""


@dataclass(frozen=True)
class Run:
    """What became of a run. refused: by operation, the AccessDeniedException of each call that was denied."""

    refused: dict[str, str]
    group: str
    stream: str


@contextmanager
def probe(lab: Any, role: Role, **settings: Any) -> Iterator[str]:
    """The name of a function under the role, removed at the end. Raises CannotAssume.

    settings: further parameters of CreateFunction.
    """
    name = f"{lab.prefix}-check-{secrets.token_hex(5)}"
    functions = lab.client("lambda")
    try:
        functions.create_function(
            FunctionName=name,
            Runtime=RUNTIME,
            Handler="probe.handler",
            Role=role.arn,
            Code={"ZipFile": _package()},
            Timeout=TIMEOUT,
            MemorySize=512,
            Tags={TAG: lab.prefix},
            **settings,
        )
    except ClientError as error:
        said = error.response["Error"]
        # API Reference, CreateFunction; Lambda's only refusal that is about the role.
        if said["Code"] == "InvalidParameterValueException" and "cannot be assumed" in said["Message"]:
            raise CannotAssume(said["Message"]) from error
        raise
    try:
        yield name
    finally:
        functions.delete_function(FunctionName=name)


def run(lab: Any, function: str, table: str, user_id: str, line: str) -> Run:
    """Let the function try its calls with this user, and write `line` into its log.

    Raises RuntimeError where something goes wrong that is not the role's doing.
    """
    functions = lab.client("lambda")
    functions.get_waiter("function_active_v2").wait(FunctionName=function)
    event = {"TableName": table, "id": user_id, "line": line}
    answer = functions.invoke(FunctionName=function, Payload=json.dumps(event))
    result = json.loads(answer["Payload"].read())
    if "FunctionError" in answer:
        raise RuntimeError(f"the probe function failed: {result}")
    broken = [error for error in result["refused"].values() if not error.startswith("AccessDenied")]
    if broken:
        raise RuntimeError(f"the probe function's calls failed, though not for the role: {broken}")
    return Run(result["refused"], result["logGroupName"], result["logStreamName"])


def line_appears(lab: Any, ran: Run, line: str) -> bool:
    """Whether `line` is in the log; it is waited for."""
    end = time.monotonic() + (LOG_SECONDS_ON_AWS if lab.target.kind == "aws" else LOG_SECONDS)
    while not _logged(lab, ran, line):
        if time.monotonic() > end:
            return False
        time.sleep(PAUSE)  # CloudWatch Logs has no waiter
    return True


def _logged(lab: Any, ran: Run, line: str) -> bool:
    where = {"logGroupName": ran.group, "logStreamName": ran.stream, "startFromHead": True}
    try:
        events = lab.client("logs").get_log_events(**where)["events"]
    except lab.client("logs").exceptions.ResourceNotFoundException:
        return False
    return any(line in event["message"] for event in events)


@contextmanager
def there(lab: Any, group: str) -> Iterator[None]:
    """The log group, made for the while if there is none of that name."""
    logs = lab.client("logs")
    try:
        logs.create_log_group(logGroupName=group)
    except logs.exceptions.ResourceAlreadyExistsException:
        yield
        return
    try:
        yield
    finally:
        logs.delete_log_group(logGroupName=group)


def remove_stream(lab: Any, ran: Run) -> None:
    """Remove what the probe has written into a log group that stays."""
    with suppress(lab.client("logs").exceptions.ResourceNotFoundException):
        lab.client("logs").delete_log_stream(logGroupName=ran.group, logStreamName=ran.stream)


def _package() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("probe.mjs", CODE.read_text(encoding="utf-8"))
    return packed.getvalue()
