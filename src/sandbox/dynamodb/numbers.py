"""DynamoDB's numbers: 38 significant digits, magnitudes from 1E-130 to 9.99…E+125, written without exponents.

Sources: API Reference *AttributeValue*, Developer Guide *Naming rules and data types*; the words are those of
cases ddb-number-text and ddb-number-precision and of architect/dynalite `validations/index.js` (checked
against AWS), which also gives their order: range before precision.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from sandbox.errors import AwsError

MOST_DIGITS = 38
HIGHEST_EXPONENT = 125
LOWEST_EXPONENT = -130

# What Java's BigDecimal reads: no blanks, no underscores, no NaN or Infinity.
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,10})?")
_CANONICAL = re.compile(r"0|-?[1-9][0-9]{0,37}")


def parse(text: str) -> Decimal:
    """The number that `text` stands for, exactly. Raises AwsError(ValidationException) without a prefix.

    >>> parse("1.5E2")
    Decimal('1.5E+2')
    """
    if not _NUMBER.fullmatch(text):
        raise _not_numeric(text)
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise _not_numeric(text) from error
    return check(number)


def check(number: Decimal) -> Decimal:
    """`number` if DynamoDB can hold it, also as the sum of two others. Raises AwsError as `parse` does."""
    if not number:
        return Decimal(0)
    exponent = number.adjusted()
    if exponent > HIGHEST_EXPONENT:
        raise _invalid(
            "Number overflow. Attempting to store a number with magnitude larger than supported range"
        )
    if exponent < LOWEST_EXPONENT:
        raise _invalid(
            "Number underflow. Attempting to store a number with magnitude smaller than supported range"
        )
    digits = number.as_tuple().digits
    if len(digits) > MOST_DIGITS and any(digits[MOST_DIGITS:]):
        raise _invalid(f"Attempting to store more than {MOST_DIGITS} significant digits in a Number")
    return number


def write(number: Decimal) -> str:
    """The text DynamoDB gives back: no exponent, no zeros to trim, no negative zero.

    >>> write(Decimal("-0.0")), write(Decimal("1.50E2"))
    ('0', '150')
    """
    if not number:
        return "0"
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def canonical(text: str) -> str:
    """`write(parse(text))`, at once for a text that is canonical already. Raises AwsError as `parse` does."""
    return text if _CANONICAL.fullmatch(text) else write(parse(text))


def _not_numeric(text: str) -> AwsError:
    told = f": {text}" if text else ""
    return _invalid(f"The parameter cannot be converted to a numeric value{told}")


def _invalid(message: str) -> AwsError:
    return AwsError("ValidationException", message, 400)
