"""The members of a JSON request, held against the service model before anyone acts on them.

boto3 never sends a list where a string belongs; other clients do, and then moto's and the sandbox's own code
would meet it at any depth. AWS reads a whole request before it does any of it, and refuses by service:

- Lambda and CloudWatch Logs: SerializationException, in the words of Coral's JSON reader (aws/aws-cdk#27087
  `STRING_VALUE can not be converted to an Integer`, floci-io/floci#2537; aws-amplify/amplify-js#13265 `Start
  of structure or map found where not expected`).
- Lambda, of what is required and missing: ValidationException (case lam-role-badarn). CloudWatch Logs tells
  all that is wrong at once, see logs/constraints.py.
- API Gateway: BadRequestException `Invalid request input` (aws/aws-sdk-js#2588, aws/aws-sdk-ruby#1080).

A null counts as a member that is not there.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from sandbox.api_call import ApiCall
from sandbox.backend import protocols
from sandbox.errors import AwsError

if TYPE_CHECKING:
    from botocore.model import Shape, StructureShape

CHECKED = frozenset(("lambda", "logs", "apigateway", "apigatewayv2"))

_NUMBERS = {"integer": 31, "long": 63, "float": 0, "double": 0}
_JAVA = {"integer": "an Integer", "long": "a Long", "float": "a Float", "double": "a Double"}
_STRUCTURE = "Start of structure or map found where not expected."
_LIST = "Start of list found where not expected"


class _Misfit(Exception):
    """A value of another type than its shape; the text is Coral's."""


@dataclass(frozen=True)
class _Missing(Exception):
    """A required member that is not there, as AWS names its place: `logEvents.1.member.timestamp`."""

    place: str


def check(call: ApiCall) -> ApiCall:
    """The call without its nulls, and without a body that its operation does not read.

    Raises AwsError, as its service does, where a member has another type than the service model, or is
    required and not there.
    """
    body = call.request.body
    _check_query(call)
    shape = _body_shape(call.service, call.operation)
    if shape is None:
        if not _payload(call.service, call.operation):
            return _with_body(call, b"") if body else call
        if _is_gateway(call.service) and not _is_text(body):
            raise _refused(call.service, "")
        return call
    try:
        value = _parsed(body)
        _fits(shape, value, "")
        if call.service == "lambda":  # CloudWatch Logs tells all that is wrong at once: logs/constraints.py
            missing = next(_missing(shape, value, ""), None)
            if missing:
                raise _Missing(missing)
    except _Missing as error:
        raise _null(error.place) from error
    except (_Misfit, ValueError, RecursionError) as error:
        raise _refused(call.service, str(error)) from error
    if not body:
        return _with_body(call, b"{}")
    if b"null" not in body:
        return call
    return _with_body(call, json.dumps(_without_nulls(value)).encode())


def _check_query(call: ApiCall) -> None:
    """Pass a query that has what it must have."""
    wanted = _in_query(call.service, call.operation)
    if not wanted:
        return
    given = {name for name, _ in call.request.query}
    for written, name in wanted:
        if written not in given:
            place = name[:1].lower() + name[1:]
            raise _refused(call.service, "") if _is_gateway(call.service) else _null(place)


def _with_body(call: ApiCall, body: bytes) -> ApiCall:
    return replace(call, request=replace(call.request, body=body))


def _refused(service: str, text: str) -> AwsError:
    if _is_gateway(service):
        return AwsError("BadRequestException", "Invalid request input", 400)
    return AwsError("SerializationException", text, 400)


def _is_gateway(service: str) -> bool:
    return service.startswith("apigateway")


def _null(place: str) -> AwsError:
    text = f"Value null at '{place}' failed to satisfy constraint: Member must not be null"
    return AwsError("ValidationException", f"1 validation error detected: {text}", 400)


def _parsed(body: bytes) -> dict[str, Any]:
    """The JSON of a body, of which nothing is nothing. Raises ValueError, RecursionError, _Misfit."""
    value = json.loads(body.decode() or "{}", parse_constant=_no_constant)
    if b"\\ud" in body or b"\\uD" in body:
        json.dumps(value, ensure_ascii=False).encode()  # half of a surrogate pair is no text
    if not isinstance(value, dict):
        raise _Misfit(_LIST if isinstance(value, list) else "Unexpected value type in payload")
    return value


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON")


@cache
def _body_shape(service: str, operation: str) -> StructureShape | None:
    """What a body's members are held against; None for an operation whose body has none."""
    model = protocols.service_model(service)
    if operation not in model.operation_names:
        return None
    shape: Any = model.operation_model(operation).input_shape
    if shape is None or protocols.protocol_of(service) == "json":
        return shape
    payload = shape.serialization.get("payload")
    if payload is not None:
        inside = shape.members[payload]
        return inside if inside.type_name == "structure" else None
    return shape if any(_in_body(member) for member in shape.members.values()) else None


@cache
def _in_query(service: str, operation: str) -> tuple[tuple[str, str], ...]:
    """(name in the query, name) of what a query must have."""
    model = protocols.service_model(service)
    if operation not in model.operation_names:
        return ()
    shape: Any = model.operation_model(operation).input_shape
    return tuple(
        (shape.members[name].serialization["name"], name)
        for name in (shape.required_members if shape is not None else ())
        if shape.members[name].serialization.get("location") == "querystring"
    )


@cache
def _payload(service: str, operation: str) -> bool:
    """Whether the body as a whole is one member, a blob (API Gateway's are documents: text), or the operation
    is unknown here."""
    model = protocols.service_model(service)
    if operation not in model.operation_names:
        return True
    shape: Any = model.operation_model(operation).input_shape
    return shape is not None and "payload" in shape.serialization


def _is_text(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def _in_body(shape: Shape) -> bool:
    return "location" not in shape.serialization


def _members(shape: StructureShape) -> Iterator[tuple[str, str, Shape]]:
    """(name, name in JSON, shape) of what a body may hold."""
    for name, member in shape.members.items():
        if _in_body(member):
            yield name, member.serialization.get("name", name), member


def _fits(shape: Any, value: Any, name: str) -> None:
    """Pass a value of the right type, to its end. Raises _Misfit."""
    if value is None:
        return
    match shape.type_name:
        case "structure":
            _is(dict, value)
            if shape.name == "PatchOperation" and not (value.get("op") and value.get("path")):
                raise _Misfit("a patch operation has an op and a path")  # the model requires neither
            if not shape.is_document_type:
                for _, written, member in _members(shape):
                    _fits(member, value.get(written), written)
        case "map":
            _is(dict, value)
            for each in value.values():
                _fits_inside(shape.value, each, name)
        case "list":
            _is(list, value)
            for each in value:
                _fits_inside(shape.member, each, name)
        case _:
            _scalar(shape.type_name, value)


def _fits_inside(shape: Any, value: Any, name: str) -> None:
    if value is None:
        raise _Misfit("NULL_VALUE can not be converted to a member of a list or map")
    _fits(shape, value, name)


def _is(kind: type, value: Any) -> None:
    if isinstance(value, kind):
        return
    if isinstance(value, dict):
        raise _Misfit(_STRUCTURE)
    raise _Misfit(_LIST if isinstance(value, list) else "Unexpected field type")


def _scalar(kind: str, value: Any) -> None:
    if isinstance(value, dict):
        raise _Misfit(_STRUCTURE)
    if isinstance(value, list):
        raise _Misfit(_LIST)
    if kind in _NUMBERS:
        _number(kind, value)
    elif kind == "boolean":
        if not isinstance(value, bool) and value not in ("true", "false"):
            raise _Misfit("Unexpected token received from parser")
    elif kind == "blob":
        _blob(value)
    elif kind == "string" and not isinstance(value, str):
        raise _Misfit(f"{_token(value)} can not be converted to a String")


def _number(kind: str, value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _Misfit(f"{_token(value)} can not be converted to {_JAVA[kind]}")
    bits = _NUMBERS[kind]
    if value in (float("inf"), float("-inf")) or (bits and not -(2**bits) <= value < 2**bits):
        raise _Misfit(f"NUMBER_VALUE can not be converted to {_JAVA[kind]}")


def _blob(value: Any) -> None:
    if not isinstance(value, str):
        raise _Misfit("only base-64-encoded strings are convertible to bytes")
    try:
        base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError) as error:
        raise _Misfit(f"The text is not base64: {error}") from error


def _token(value: Any) -> str:
    if isinstance(value, bool):
        return f"{str(value).upper()}_VALUE"
    return "STRING_VALUE" if isinstance(value, str) else "NUMBER_VALUE"


def _missing(shape: Any, value: Any, place: str) -> Iterator[str]:
    """The places of required members that are not there."""
    if value is None:
        return
    if shape.type_name == "structure":
        for name, written, member in _members(shape):
            inside = f"{place}{written[:1].lower()}{written[1:]}"
            if value.get(written) is None:
                if name in shape.required_members:
                    yield inside
            else:
                yield from _missing(member, value[written], f"{inside}.")
    elif shape.type_name == "list":
        for number, each in enumerate(value, 1):
            yield from _missing(shape.member, each, f"{place}{number}.member.")
    elif shape.type_name == "map":
        for name, each in value.items():
            yield from _missing(shape.value, each, f"{place}{name}.member.")


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_nulls(each) for name, each in value.items() if each is not None}
    return [_without_nulls(each) for each in value] if isinstance(value, list) else value
