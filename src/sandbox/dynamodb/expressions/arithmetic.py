"""Sums and sets, as updates make them. Numbers are exact up to 38 digits; a result with more is refused."""

from __future__ import annotations

import re
from decimal import Context, Decimal

from sandbox.dynamodb import numbers
from sandbox.dynamodb.expressions.faults import invalid
from sandbox.dynamodb.expressions.values import SETS, kind_of
from sandbox.dynamodb.model import AttributeValue
from sandbox.errors import AwsError

# Counters, which are most of what is added, need no decimals.
_COUNTER = re.compile(r"-?[0-9]{1,18}").fullmatch
# Wide enough for the exact sum of the greatest and the smallest number there is.
_EXACT = Context(prec=numbers.HIGHEST_EXPONENT - numbers.LOWEST_EXPONENT + 2 * numbers.MOST_DIGITS)


def incorrect_type() -> AwsError:
    """An operand whose type only the item tells."""
    return invalid("An operand in the update expression has an incorrect data type")


def combined(sign: str, one: AttributeValue, other: AttributeValue) -> AttributeValue:
    """The sum of two numbers, or by `sign` their difference. Raises AwsError(ValidationException)."""
    mine, its = one["N"], other["N"]
    if _COUNTER(mine) and _COUNTER(its):
        return {"N": str(int(mine) + int(its) if sign == "+" else int(mine) - int(its))}
    work = _EXACT.add if sign == "+" else _EXACT.subtract
    result = work(Decimal(mine), Decimal(its))
    return {"N": numbers.write(numbers.check(result))}


def added(old: AttributeValue | None, value: AttributeValue) -> AttributeValue:
    """What ADD makes of `old`: a sum, or the members of both sets. Raises AwsError(ValidationException)."""
    if old is None:
        return value
    kind = kind_of(value)
    if kind not in old:
        raise incorrect_type()
    if kind == "N":
        return combined("+", old, value)
    members = old[kind]
    present = set(members)
    return {kind: [*members, *(member for member in value[kind] if member not in present)]}


def without(old: AttributeValue | None, value: AttributeValue) -> AttributeValue | None:
    """What DELETE leaves of a set; None where it leaves nothing. Raises AwsError(ValidationException)."""
    if old is None:
        return None
    kind = kind_of(value)
    if kind not in SETS or kind not in old:
        raise incorrect_type()
    gone = set(value[kind])
    left = [member for member in old[kind] if member not in gone]
    return {kind: left} if left else None
