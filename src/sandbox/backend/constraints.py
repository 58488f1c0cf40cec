"""What a service model says of the text of a call's own members: lengths and patterns, in AWS's words.

Source of the words: case lam-role-badarn; of two at a time: aws/amazon-genomics-cli#430. CloudWatch Logs
checks more of its calls, and up front: logs/constraints.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from sandbox.api_call import ApiCall
from sandbox.backend import protocols
from sandbox.errors import AwsError


def violation(call: ApiCall) -> AwsError | None:
    """The refusal of a call whose text is too short, too long or of another form; None if there is none."""
    found = list(_violations(call))
    if not found:
        return None
    plural = "s" if len(found) > 1 else ""
    text = f"{len(found)} validation error{plural} detected: {'; '.join(found)}"
    return AwsError("ValidationException", text, 400)


def _violations(call: ApiCall) -> Iterator[str]:
    for name, least, most, pattern in _rules(call.service, call.operation):
        value = call.parameters.get(name)
        if not isinstance(value, str):
            continue
        begin = f"Value '{value}' at '{name[:1].lower()}{name[1:]}' failed to satisfy constraint: "
        if len(value) < least:
            yield f"{begin}Member must have length greater than or equal to {least}"
        if len(value) > most:
            yield f"{begin}Member must have length less than or equal to {most}"
        if pattern is not None and not pattern.fullmatch(value):
            yield f"{begin}Member must satisfy regular expression pattern: {pattern.pattern}"


@cache
def _rules(service: str, operation: str) -> tuple[tuple[str, int, float, re.Pattern[str] | None], ...]:
    """(member, least length, most, pattern) of the members that are text."""
    model = protocols.service_model(service)
    if operation not in model.operation_names:
        return ()
    shape: Any = model.operation_model(operation).input_shape
    found = []
    for name, member in (shape.members if shape is not None else {}).items():
        if member.type_name == "string":
            rules = member.metadata
            pattern = _pattern(rules.get("pattern"))
            found.append((name, rules.get("min", 0), rules.get("max", float("inf")), pattern))
    return tuple(found)


def _pattern(text: str | None) -> re.Pattern[str] | None:
    """A pattern of the model; None where Python cannot read what Java can."""
    try:
        return re.compile(text) if text else None
    except re.error:
        return None
