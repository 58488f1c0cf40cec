"""Which log group a call names, and the pages of what it lists."""

from __future__ import annotations

import base64
import binascii
import json
import re
from typing import Any

from sandbox.api_call import ApiCall
from sandbox.backend.log_groups import LogGroup, LogStream, log_groups
from sandbox.errors import AwsError
from sandbox.logs.faults import invalid, no_group, no_stream

_ARN = re.compile(r"arn:aws[a-z-]*:logs:([^:]*):([^:]*):log-group:([^:*]+)")


def group_of(call: ApiCall, account: str) -> LogGroup:
    """The group that logGroupName or logGroupIdentifier names. Raises AwsError."""
    name, identifier = call.parameters.get("logGroupName"), call.parameters.get("logGroupIdentifier")
    if name and identifier:
        # localstack/localstack, test_logs_streams.snapshot.json (recorded on AWS 2026-02-03)
        text = "LogGroup name and LogGroup ARN are mutually exclusive parameters."
        raise AwsError("ValidationException", text, 400)
    if not name and not identifier:
        raise invalid(
            "Should provider either name or id, but not both"
        )  # AWS's own letters, as moto has them
    if identifier and identifier.startswith("arn:"):
        arn = _ARN.fullmatch(identifier)
        if arn is None or arn[1] != call.region or arn[2] != account:
            raise no_group()
        identifier = arn[3]
    found = log_groups(account, call.region).get(str(name or identifier))
    if found is None:
        raise no_group()
    return found


def check_tagged(call: ApiCall, account: str) -> None:
    """Pass a call for the tags of a group that is there; moto tags whatever it is given. Raises AwsError."""
    arn = call.parameters.get("resourceArn")
    if arn is not None and all(arn != group.arn for group in log_groups(account, call.region).values()):
        raise no_group()


def stream_of(group: LogGroup, name: str) -> LogStream:
    """The stream of that name. Raises AwsError."""
    found = group.streams.get(name)
    if found is None:
        raise no_stream()
    return found


def bad_token() -> AwsError:
    """Source: case log-bad-token."""
    return invalid("The specified nextToken is invalid.")


def token(*parts: Any) -> str:
    """A token that says where a page ended."""
    return base64.urlsafe_b64encode(json.dumps(parts, separators=(",", ":")).encode()).decode()


def read_token(text: str, kinds: tuple[type, ...]) -> list[Any]:
    """What `token` was made of. kinds: the types of its parts. Raises AwsError for one of another making."""
    try:
        parts = json.loads(base64.urlsafe_b64decode(text.encode()))
    except (binascii.Error, ValueError) as error:
        raise bad_token() from error
    if not isinstance(parts, list) or [type(part) for part in parts] != list(kinds):
        raise bad_token()
    return parts
