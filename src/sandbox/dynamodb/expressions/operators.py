"""The operators of conditions: what operands DynamoDB takes for each, before it looks at any item.

The words and the order (number of operands, their types, the same path twice, what the operator asks for
itself) are checked against AWS in architect/dynalite `test/scan.js`, ExtendDB
`tests/test_expr_operand_type_and_size.py` and paritysuite/dynamodb-conformance.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sandbox.dynamodb.expressions.faults import Fault
from sandbox.dynamodb.expressions.paths import Elements, Getter, told
from sandbox.dynamodb.expressions.tree import COMPARATORS, CONDITION_FUNCTIONS
from sandbox.dynamodb.expressions.values import SCALARS, compare, kind_of
from sandbox.dynamodb.model import AttributeValue

MOST_IN = 100
ORDERINGS = frozenset(("<", "<=", ">", ">=", "BETWEEN"))
_TYPES = ("NS", "SS", "L", "BS", "N", "M", "B", "BOOL", "NULL", "S")
_TAKES = {
    **dict.fromkeys(ORDERINGS, SCALARS),
    "begins_with": frozenset(("S", "B")),
    "size": frozenset(_TYPES) - {"N", "BOOL", "NULL"},
}
_DISTINCT = COMPARATORS | {"BETWEEN", "IN", "contains", "begins_with", "attribute_type"}


class Operand(NamedTuple):
    """One operand of a condition.

    get: gives its value for an item. path: of an attribute. literal: the value that a placeholder stands for.
    kind: the type of its value, where that is known beforehand.
    """

    get: Getter
    path: Elements | None = None
    literal: AttributeValue | None = None
    kind: str | None = None


def check_operands(name: str, operands: Sequence[Operand]) -> None:
    """Pass what the operator or function `name` takes. Raises Fault."""
    if CONDITION_FUNCTIONS.get(name, len(operands)) != len(operands):
        text = "Incorrect number of operands for operator or function"
        raise Fault(f"{text}; operator or function: {name}, number of operands: {len(operands)}")
    takes = _TAKES.get(name)
    if takes is not None:
        for operand in operands:
            if operand.kind is not None and operand.kind not in takes:
                raise incorrect_type(name, operand.kind)
    first = operands[0].path
    if first is not None and name in _DISTINCT and any(later.path == first for later in operands[1:]):
        text = "The first operand must be distinct from the remaining operands for this operator or function"
        raise Fault(f"{text}; operator: {name}, first operand: {told(first)}")
    _check_its_own(name, operands)


def incorrect_type(name: str, kind: str) -> Fault:
    """An operand of a type that the operator or function never takes."""
    text = "Incorrect operand type for operator or function"
    return Fault(f"{text}; operator or function: {name}, operand type: {kind}")


def path_needed(name: str) -> Fault:
    """A function that takes only the path of an attribute was given something else."""
    return Fault(f"Operator or function requires a document path; operator or function: {name}")


def _check_its_own(name: str, operands: Sequence[Operand]) -> None:
    if name in ("attribute_exists", "attribute_not_exists"):
        if operands[0].path is None:
            raise path_needed(name)
    elif name == "attribute_type":
        _check_type_name(operands[1])
    elif name == "BETWEEN":
        _check_bounds(operands[1].literal, operands[2].literal)
    elif name == "IN" and len(operands) > MOST_IN + 1:
        text = "The IN operator is provided with too many operands; number of operands"
        raise Fault(f"{text}: {len(operands) - 1}")


def _check_type_name(operand: Operand) -> None:
    if operand.literal is None or operand.kind != "S":
        raise incorrect_type("attribute_type", operand.kind or f"{{{','.join(_TYPES)}}}")
    wanted = operand.literal["S"]
    if wanted not in _TYPES:
        text = "Invalid attribute type name found"
        raise Fault(f"{text}; type: {wanted}, valid types: {{B,NULL,SS,BOOL,L,BS,N,NS,S,M}}")


def _check_bounds(low: AttributeValue | None, high: AttributeValue | None) -> None:
    if low is None or high is None:
        return
    order = compare(low, high)
    if order is None:
        wanted = "same data type for lower and upper bounds"
    elif order > 0:
        wanted = "upper bound to be greater than or equal to lower bound"
    else:
        return
    raise Fault(
        f"The BETWEEN operator requires {wanted}; "
        f"lower bound operand: {_written(low)}, upper bound operand: {_written(high)}"
    )


def _written(value: AttributeValue) -> str:
    kind = kind_of(value)
    return f"AttributeValue: {{{kind}:{value[kind]}}}"
