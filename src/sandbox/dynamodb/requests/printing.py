"""Values as AWS's Java prints them in validation errors.

Source: paritysuite/dynamodb-conformance `captures/cross-region-latest.json`, c_bw_over25 and c_ct_3keys.
"""

from __future__ import annotations

from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape

from sandbox.dynamodb.requests.shapes import lower_first

# Members of AWS's own classes that the public model lacks.
_ATTRIBUTE_VALUE = (
    *("S", "N", "B", "INT", "DECIMAL", "DOUBLE", "SS", "NS", "BS"),
    *("INTSET", "DECIMALSET", "DOUBLESET", "M", "L", "NULL", "BOOL"),
)
_ALSO = {"PutRequest": ("WorkloadProfileName",)}


def java(shape: Shape, value: Any) -> str:
    """`value` of the shape as text: `[KeySchemaElement(attributeName=pk, keyType=HASH)]`."""
    if value is None:
        return "null"
    if isinstance(shape, StructureShape):
        return _structure(shape, value)
    if isinstance(shape, ListShape):
        return f"[{', '.join(java(shape.member, each) for each in value)}]"
    if isinstance(shape, MapShape):
        return f"{{{', '.join(f'{key}={java(shape.value, each)}' for key, each in value.items())}}}"
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)


def _structure(shape: StructureShape, value: dict[str, Any]) -> str:
    names = (
        _ATTRIBUTE_VALUE if shape.name == "AttributeValue" else (*shape.members, *_ALSO.get(shape.name, ()))
    )
    told = []
    for name in names:
        member = shape.members.get(name)
        text = "null" if member is None else java(member, value.get(name))
        told.append(f"{lower_first(name)}={text}")
    return f"{shape.name}({', '.join(told)})"
