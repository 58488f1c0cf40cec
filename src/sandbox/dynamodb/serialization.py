"""JSON of another type than the service model has: DynamoDB's SerializationException, word by word.

Source: architect/dynalite `validations/index.js` and `test/helpers.js` (`assertType`), checked against AWS.
"""

from __future__ import annotations

import json
from typing import Any

from sandbox.errors import AwsError

_PACKAGE = "com.amazonaws.dynamodb.v20120810."
_STRUCTURE = "Start of structure or map found where not expected"
_GENERIC = "sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl"
_CAST = (
    f"class {_GENERIC} cannot be cast to class java.lang.Class ({_GENERIC} and java.lang.Class "
    "are in module java.base of loader 'bootstrap')"
)


def unreadable(message: str) -> AwsError:
    """A request that cannot be read as what the operation takes."""
    return AwsError("SerializationException", message, 400)


def check_text(body: bytes, parameters: Any) -> None:
    """Pass text that UTF-8 can hold: JSON may escape half of a surrogate pair, which no item can.

    Looked at only where the body escapes a surrogate at all. AWS's words for it are not recorded.
    """
    if b"\\ud" not in body and b"\\uD" not in body:
        return
    try:
        json.dumps(parameters, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        half = ascii(error.object[error.start])
        raise unreadable(f"The request holds half of a surrogate pair, {half}, which is no text") from error


def not_a_scalar(value: Any, kind: str) -> AwsError:
    """`value` where a `String`, `Boolean`, `Integer`, `Long` or `Double` belongs.

    >>> not_a_scalar(5, "String").message
    'NUMBER_VALUE cannot be converted to String'
    """
    if isinstance(value, dict):
        return unreadable(_STRUCTURE)
    if isinstance(value, list):
        return unreadable(f"Unrecognized collection type class java.lang.{kind}")
    if isinstance(value, str) and kind == "Boolean":
        return unreadable("Unexpected token received from parser")
    return unreadable(f"{_token(value)}_VALUE cannot be converted to {kind}")


def _token(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, str):
        return "STRING"
    return "DECIMAL" if isinstance(value, float) and not value.is_integer() else "NUMBER"


def not_a_blob(value: Any) -> AwsError:
    """`value` where base64 text belongs, or text that is not base64."""
    if isinstance(value, dict):
        return unreadable(_STRUCTURE)
    if isinstance(value, list):
        return unreadable("Unrecognized collection type class java.nio.ByteBuffer")
    if not isinstance(value, str):
        return unreadable("only base-64-encoded strings are convertible to bytes")
    if len(value) % 4:
        told = f"Base64 encoded length is expected a multiple of 4 bytes but found: {len(value)}"
        return unreadable(told)
    return unreadable("Invalid last non-pad Base64 character dectected")


def not_a_list(value: Any, *, inside: bool = False) -> AwsError:
    """`value` where a list belongs. inside: in another list or map."""
    if isinstance(value, dict):
        return unreadable(_STRUCTURE)
    return unreadable(_CAST if inside else "Unexpected field type")


def not_a_map(value: Any, of: str, *, inside: bool = False) -> AwsError:
    """`value` where a map belongs. of: the Java type of the map's values; inside: in another list or map."""
    if isinstance(value, list):
        return unreadable(f"Unrecognized collection type java.util.Map<java.lang.String, {_java(of)}>")
    return unreadable(_CAST if inside else "Unexpected field type")


def not_a_structure(value: Any, name: str, *, inside: bool = False) -> AwsError:
    """`value` where the structure `name` belongs. inside: in a list or map."""
    if isinstance(value, list):
        return unreadable(f"Unrecognized collection type class {_java(name)}")
    return unreadable("Unexpected value type in payload" if inside else "Unexpected field type")


def _java(name: str) -> str:
    return name if "." in name else _PACKAGE + name
