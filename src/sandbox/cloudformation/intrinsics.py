"""The functions of templates: `Ref`, `Fn::GetAtt`, `Fn::Sub` … as pure functions of a scope.

A value that cannot be known yet (a change set looks ahead to resources that are not made) is UNKNOWN, and
whatever is computed from it is UNKNOWN too. `Ref: AWS::NoValue` removes the member it stands in.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sandbox.cloudformation.wording import invalid, wrong
from sandbox.errors import NotModelled


class _Mark:
    def __init__(self, name: str) -> None:
        self._name = name

    def __repr__(self) -> str:
        return self._name


NO_VALUE: Final = _Mark("AWS::NoValue")
UNKNOWN: Final = _Mark("known after it is made")

SUB_VARIABLE = re.compile(r"\$\{(!?[^}]*)\}")
_SUB_NAME = re.compile(r"[A-Za-z0-9_.:]+")


@dataclass
class Scope:
    """What a template's functions can see.

    values: parameters and pseudo parameters. ref, attribute: of resources. imported: of exports.
    """

    values: Mapping[str, Any]
    mappings: Mapping[str, Any]
    conditions: Mapping[str, Any]
    ref: Callable[[str], Any]
    attribute: Callable[[str, str], Any]
    imported: Callable[[str], Any]
    zones: tuple[str, ...] = ()
    _evaluated: dict[str, bool] = field(default_factory=dict)

    def holds(self, name: str) -> bool:
        """Whether a condition of the template is true."""
        if name not in self._evaluated:
            self._evaluated[name] = condition(self.conditions[name], self)
        return self._evaluated[name]


def resolve(value: Any, scope: Scope) -> Any:
    """`value` with all functions computed."""
    if isinstance(value, list):
        items = [resolve(item, scope) for item in value]
        return [item for item in items if item is not NO_VALUE]
    if isinstance(value, str) and "{{resolve:" in value:
        raise NotModelled(f"dynamic references ({value})")
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        name, argument = next(iter(value.items()))
        function = FUNCTIONS.get(name)
        if function is not None:
            return function(argument, scope)
        if name.startswith("Fn::"):
            raise NotModelled(f"the function {name}")
    members = {key: resolve(member, scope) for key, member in value.items()}
    return {key: member for key, member in members.items() if member is not NO_VALUE}


def is_known(value: Any) -> bool:
    """Whether no part of a resolved value is UNKNOWN."""
    if isinstance(value, dict):
        return all(is_known(member) for member in value.values())
    if isinstance(value, list):
        return all(is_known(item) for item in value)
    return value is not UNKNOWN


def condition(expression: Any, scope: Scope) -> bool:
    """The truth of a condition. Raises AwsError where it is none."""
    if isinstance(expression, dict) and len(expression) == 1:
        name, argument = next(iter(expression.items()))
        if name == "Condition":
            if argument not in scope.conditions:
                raise invalid(f"Template error: unresolved condition dependency {argument}")
            return scope.holds(argument)
        if name == "Fn::Equals":
            one, other = _pair(argument, "every Fn::Equals object requires a list of 2 string parameters.")
            return as_text(resolve(one, scope)) == as_text(resolve(other, scope))
        if name == "Fn::Not":
            return not condition(_several(argument, name, 1, 1)[0], scope)
        if name == "Fn::And":
            return all(condition(item, scope) for item in _several(argument, name, 2, 10))
        if name == "Fn::Or":
            return any(condition(item, scope) for item in _several(argument, name, 2, 10))
    raise wrong("every Conditions member must be a condition function (Fn::And, Fn::Equals, Fn::Not, Fn::Or)")


def as_text(value: Any) -> str:
    """A scalar as CloudFormation writes it: `true`, not `True`."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _ref(name: Any, scope: Scope) -> Any:
    if name == "AWS::NoValue":
        return NO_VALUE
    return scope.values[name] if name in scope.values else scope.ref(name)


def _get_att(argument: Any, scope: Scope) -> Any:
    logical_id, name = get_att(argument)
    attribute = resolve(name, scope)
    return UNKNOWN if attribute is UNKNOWN else scope.attribute(logical_id, str(attribute))


def get_att(argument: Any) -> tuple[str, Any]:
    """Resource and attribute of an Fn::GetAtt, in either form."""
    parts = argument.split(".", 1) if isinstance(argument, str) else argument
    text = (
        "every Fn::GetAtt object requires two non-empty parameters, the resource name and the resource "
        "attribute"
    )
    if not isinstance(parts, list) or len(parts) != 2 or not all(parts) or not isinstance(parts[0], str):
        raise wrong(text)
    return parts[0], parts[1]


def _sub(argument: Any, scope: Scope) -> Any:
    text, own = sub_parts(argument)
    given = {name: resolve(value, scope) for name, value in own.items()}
    values = {name: _sub_value(name, given, scope) for name in sub_names(text)}
    if not is_known(values):
        return UNKNOWN
    return SUB_VARIABLE.sub(lambda found: _substituted(found[1], values), text)


def sub_parts(argument: Any) -> tuple[str, dict[str, Any]]:
    """Text and variables of an Fn::Sub, in either form."""
    if isinstance(argument, str):
        return argument, {}
    if (
        isinstance(argument, list)
        and len(argument) == 2
        and isinstance(argument[0], str)
        and isinstance(argument[1], dict)
    ):
        return argument[0], argument[1]
    raise wrong(
        "One or more Fn::Sub intrinsic functions don't specify expected arguments. Specify a string as first "
        "argument, and an optional second argument to specify a mapping of values to replace in the string"
    )


def sub_names(text: str) -> list[str]:
    """The variables in the text of an Fn::Sub; `${!Literal}` is none."""
    names = [name.strip() for name in SUB_VARIABLE.findall(text) if not name.startswith("!")]
    if not all(_SUB_NAME.fullmatch(name) for name in names):
        raise wrong(
            "variable names in Fn::Sub syntax must contain only alphanumeric characters, underscores, "
            "periods, and colons"
        )
    return names


def _sub_value(name: str, given: Mapping[str, Any], scope: Scope) -> Any:
    if name in given:
        return given[name]
    if name in scope.values or "." not in name:
        return _ref(name, scope)
    return _get_att(name, scope)


def _substituted(name: str, values: Mapping[str, Any]) -> str:
    return f"${{{name[1:]}}}" if name.startswith("!") else as_text(values[name.strip()])


def _join(argument: Any, scope: Scope) -> Any:
    text = (
        "every Fn::Join object requires two parameters, (1) a string delimiter and (2) a list of strings to "
        "be joined or a function that returns a list of strings (such as Fn::GetAZs) to be joined."
    )
    delimiter, items = _pair(argument, text)
    values = resolve(items, scope)
    if values is UNKNOWN or not is_known(values):
        return UNKNOWN
    if not isinstance(delimiter, str) or not isinstance(values, list) or not _all_scalars(values):
        raise wrong(text)
    return delimiter.join(as_text(value) for value in values)


def _select(argument: Any, scope: Scope) -> Any:
    text = "Fn::Select requires a list argument with two elements: an integer index and a list"
    index, items = (resolve(part, scope) for part in _pair(argument, text))
    if index is UNKNOWN or items is UNKNOWN:
        return UNKNOWN
    if not re.fullmatch(r"-?\d+", as_text(index)) or not isinstance(items, list):
        raise wrong(text)
    if not 0 <= int(index) < len(items):
        raise wrong(f"Fn::Select cannot select nonexistent value at index {index}")
    return items[int(index)]


def _split(argument: Any, scope: Scope) -> Any:
    text = (
        "every Fn::Split object requires two parameters, (1) a string delimiter and (2) a string to be split "
        "or a function that returns a string to be split."
    )
    delimiter, source = _pair(argument, text)
    value = resolve(source, scope)
    if value is UNKNOWN:
        return UNKNOWN
    if not isinstance(delimiter, str) or not delimiter or not isinstance(value, str):
        raise wrong(text)
    return value.split(delimiter)


def _find_in_map(argument: Any, scope: Scope) -> Any:
    if not isinstance(argument, list) or len(argument) not in (3, 4):
        raise wrong(
            "every Fn::FindInMap object requires three parameters, the map name, map key and the attribute "
            "for return value"
        )
    name, first, second = (resolve(part, scope) for part in argument[:3])
    if UNKNOWN in (name, first, second):
        return UNKNOWN
    try:
        return scope.mappings[name][as_text(first)][as_text(second)]
    except (KeyError, TypeError) as error:
        if len(argument) == 4 and "DefaultValue" in argument[3]:
            return resolve(argument[3]["DefaultValue"], scope)
        raise wrong(f"Unable to get mapping for {name}::{first}::{second}") from error


def _if(argument: Any, scope: Scope) -> Any:
    if not isinstance(argument, list) or len(argument) != 3:
        raise wrong("Fn::If requires a list argument with three elements")
    name, then, otherwise = argument
    if name not in scope.conditions:
        raise wrong(f"unresolved condition dependency {name} in Fn::If")
    return resolve(then if scope.holds(name) else otherwise, scope)


def _base64(argument: Any, scope: Scope) -> Any:
    value = resolve(argument, scope)
    if value is UNKNOWN:
        return UNKNOWN
    if not isinstance(value, str):
        raise wrong("every Fn::Base64 object must have a String-typed value.")
    return base64.b64encode(value.encode()).decode()


def _import_value(argument: Any, scope: Scope) -> Any:
    name = resolve(argument, scope)
    return UNKNOWN if name is UNKNOWN else scope.imported(as_text(name))


def _zones(argument: Any, scope: Scope) -> Any:
    return list(scope.zones)


def _pair(argument: Any, text: str) -> tuple[Any, Any]:
    if not isinstance(argument, list) or len(argument) != 2:
        raise wrong(text)
    return argument[0], argument[1]


def _several(argument: Any, name: str, least: int, most: int) -> list[Any]:
    if not isinstance(argument, list) or not least <= len(argument) <= most:
        count = f"{least}" if least == most else f"at least {least} and at most {most}"
        raise wrong(f"every {name} object requires a list of {count} boolean parameters.")
    return argument


def _all_scalars(values: list[Any]) -> bool:
    return all(isinstance(value, str | int | float | bool) for value in values)


FUNCTIONS: dict[str, Callable[[Any, Scope], Any]] = {
    "Ref": _ref,
    "Fn::GetAtt": _get_att,
    "Fn::Sub": _sub,
    "Fn::Join": _join,
    "Fn::Select": _select,
    "Fn::Split": _split,
    "Fn::FindInMap": _find_in_map,
    "Fn::If": _if,
    "Fn::Base64": _base64,
    "Fn::ImportValue": _import_value,
    "Fn::GetAZs": _zones,
}
