"""DynamoDB's numbers: what is read, what is refused, and how a number is given back."""

from __future__ import annotations

from decimal import Decimal

import pytest

from sandbox.dynamodb import numbers
from sandbox.errors import AwsError

# The values of nubo-db/dynamodb-conformance tests/tier3/limits/numberPrecision.test.ts (checked against AWS).
GIVEN_BACK = [
    ("0", "0"),
    ("-0", "0"),
    ("0E500", "0"),
    ("42", "42"),
    ("-42", "-42"),
    ("00042", "42"),
    ("+5", "5"),
    (".5", "0.5"),
    ("5.", "5"),
    ("1.0", "1"),
    ("3.1400", "3.14"),
    ("1.5E2", "150"),
    ("1e2", "100"),
    ("100", "100"),
    ("12345678901234567890123456789012345678", "12345678901234567890123456789012345678"),
    ("0.00000000000000000000000000000000000001", "0." + "0" * 37 + "1"),
    ("1E-130", "0." + "0" * 129 + "1"),
    ("9." + "9" * 37 + "E+125", "9" * 38 + "0" * 88),
    ("-9." + "9" * 37 + "E+125", "-" + "9" * 38 + "0" * 88),
    ("1234567890123456789012345678901234567800", "1234567890123456789012345678901234567800"),
]

NOT_NUMERIC = "The parameter cannot be converted to a numeric value"
OVERFLOW = "Number overflow. Attempting to store a number with magnitude larger than supported range"
UNDERFLOW = "Number underflow. Attempting to store a number with magnitude smaller than supported range"
TOO_PRECISE = "Attempting to store more than 38 significant digits in a Number"

REFUSED = [
    ("", NOT_NUMERIC),
    ("abc", f"{NOT_NUMERIC}: abc"),
    (" 1", f"{NOT_NUMERIC}:  1"),
    ("1_000", f"{NOT_NUMERIC}: 1_000"),
    ("NaN", f"{NOT_NUMERIC}: NaN"),
    ("Infinity", f"{NOT_NUMERIC}: Infinity"),
    ("1E", f"{NOT_NUMERIC}: 1E"),
    (".", f"{NOT_NUMERIC}: ."),
    ("1" * 5 + "E99999999999", f"{NOT_NUMERIC}: 11111E99999999999"),
    ("1E126", OVERFLOW),
    ("-1e126", OVERFLOW),
    ("1E9999999999", OVERFLOW),
    ("1E-131", UNDERFLOW),
    ("-1e-131", UNDERFLOW),
    ("123456789012345678901234567890123456789", TOO_PRECISE),
    ("-1.23456789012345678901234567890123456789", TOO_PRECISE),
]


@pytest.mark.parametrize(("text", "given_back"), GIVEN_BACK)
def test_a_number_is_given_back_in_its_canonical_text(text: str, given_back: str) -> None:
    assert numbers.canonical(text) == given_back
    assert numbers.write(numbers.parse(text)) == given_back


@pytest.mark.parametrize(("text", "message"), REFUSED)
def test_what_is_no_number_is_refused_in_awss_words(text: str, message: str) -> None:
    with pytest.raises(AwsError) as refused:
        numbers.canonical(text)
    assert (refused.value.code, refused.value.message) == ("ValidationException", message)


def test_parsing_is_exact_whatever_the_precision_of_the_context() -> None:
    assert numbers.parse("12345678901234567890123456789012345678") == 12345678901234567890123456789012345678


def test_the_result_of_an_addition_is_checked_as_a_stored_number_is() -> None:
    assert numbers.check(Decimal("-0.00")) == 0
    with pytest.raises(AwsError, match="Number overflow"):
        numbers.check(Decimal("9E125") * 2)
