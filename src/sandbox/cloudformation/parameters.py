"""Template parameters: their definitions, and the values that callers give."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sandbox.cloudformation.intrinsics import as_text
from sandbox.cloudformation.wording import invalid, malformed

SSM = re.compile(r"AWS::SSM::Parameter::Value<(.+)>")
_LISTS = re.compile(r"List<(.+)>")
_PLAIN = frozenset(("String", "Number", "CommaDelimitedList", "AWS::SSM::Parameter::Name"))
_AWS = re.compile(r"AWS::(EC2|Route53)::[\w:]+")
_KEYS = frozenset(
    ("Type", "Default", "Description", "AllowedValues", "AllowedPattern", "ConstraintDescription", "NoEcho")
) | frozenset(("MaxLength", "MinLength", "MaxValue", "MinValue"))
_NAME = re.compile(r"[A-Za-z0-9]+")
HIDDEN = "****"


def check_definitions(definitions: Mapping[str, Any]) -> None:
    """Raise AwsError unless the Parameters section has its form."""
    for name, definition in definitions.items():
        if not _NAME.fullmatch(name):
            raise malformed(f"Parameter name {name} is non alphanumeric.")
        if not isinstance(definition, dict) or "Type" not in definition:
            raise malformed("Every Parameters object must contain a Type member.")
        if not _is_type(str(definition["Type"])):
            raise malformed(f"Unrecognized parameter type: {definition['Type']}")
        odd = next((key for key in definition if key not in _KEYS), None)
        if odd is not None:
            raise malformed(f"Invalid template parameter property '{odd}'")
        if isinstance(definition.get("Default"), dict | list):
            raise malformed("Every Default member must be a string.")


def _is_type(name: str) -> bool:
    wrapped = SSM.fullmatch(name)
    inner = wrapped[1] if wrapped else name
    listed = _LISTS.fullmatch(inner)
    inner = listed[1] if listed else inner
    return inner in _PLAIN or _AWS.fullmatch(inner) is not None


def values(
    definitions: Mapping[str, Any],
    given: Mapping[str, str],
    previous: Mapping[str, str] | None = None,
    keep: frozenset[str] = frozenset(),
) -> dict[str, str]:
    """The text of each parameter: given, kept from before (UsePreviousValue), or its default.

    Raises AwsError for one without a value, one that the template does not have, and one that does not fit.
    """
    odd = [name for name in [*given, *sorted(keep)] if name not in definitions]
    if odd:
        raise invalid(f"Parameters: [{', '.join(odd)}] do not exist in the template")
    before = previous or {}
    found: dict[str, str] = {}
    missing = []
    for name, definition in definitions.items():
        if name in given:
            found[name] = given[name]
        elif name in keep and name in before:
            found[name] = before[name]
        elif "Default" in definition:
            found[name] = as_text(definition["Default"])
        else:
            missing.append(name)
    if missing:
        raise invalid(f"Parameters: [{', '.join(missing)}] must have values")
    for name, value in found.items():
        if not SSM.fullmatch(str(definitions[name]["Type"])):
            _check(name, definitions[name], value)
    return found


def typed(definition: Mapping[str, Any], value: str) -> Any:
    """A parameter's text as `Ref` gives it: lists are lists."""
    kind = str(definition["Type"])
    wrapped = SSM.fullmatch(kind)
    kind = wrapped[1] if wrapped else kind
    if kind == "CommaDelimitedList" or _LISTS.fullmatch(kind):
        return [part.strip() for part in value.split(",")] if value else []
    return value


def _check(name: str, definition: Mapping[str, Any], value: str) -> None:
    broken = _broken_rule(definition, value)
    if broken is None:
        return
    described = definition.get("ConstraintDescription")
    if described:
        raise invalid(f"Parameter '{name}' failed to satisfy constraint: {described}")
    raise invalid(f"Parameter '{name}' {broken}")


def _broken_rule(definition: Mapping[str, Any], value: str) -> str | None:
    """The rule that a value breaks, as CloudFormation ends its sentence; None if it keeps them all."""
    kind = str(definition["Type"])
    allowed = [as_text(one) for one in definition.get("AllowedValues", ())]
    parts = value.split(",") if kind == "CommaDelimitedList" or _LISTS.fullmatch(kind) else [value]
    if allowed and not all(part.strip() in allowed for part in parts):
        return "must be one of AllowedValues"
    pattern = definition.get("AllowedPattern")
    if pattern and re.fullmatch(str(pattern), value) is None:
        return f"must match pattern {pattern}"
    if kind in ("Number", "List<Number>"):
        if not all(_is_number(part.strip()) for part in parts):
            return "must be a number."
        return _out_of_range(definition, [float(part) for part in parts])
    return _wrong_length(definition, value)


def _is_number(text: str) -> bool:
    return re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", text) is not None


def _out_of_range(definition: Mapping[str, Any], numbers: list[float]) -> str | None:
    least, most = definition.get("MinValue"), definition.get("MaxValue")
    if least is not None and min(numbers) < float(least):
        return f"must be a number not less than {least}"
    if most is not None and max(numbers) > float(most):
        return f"must be a number not greater than {most}"
    return None


def _wrong_length(definition: Mapping[str, Any], value: str) -> str | None:
    least, most = definition.get("MinLength"), definition.get("MaxLength")
    if least is not None and len(value) < int(least):
        return f"must contain at least {least} characters"
    if most is not None and len(value) > int(most):
        return f"must contain at most {most} characters"
    return None
