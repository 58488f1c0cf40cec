"""The Condition block: every operator, with IfExists, ForAllValues and ForAnyValue.

Source: IAM User Guide, *IAM JSON policy elements: Condition operators* and *Set operators for
multi-valued context keys*.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

from sandbox.iam.patterns import LITERAL_MARK, LITERAL_STAR, arn_match, wildcard_match
from sandbox.iam.policy import Condition
from sandbox.iam.variables import Context, Unresolved, fill_in

Test = Callable[[str, str], bool]
"""(value of the policy, value of the request) → whether they agree."""

IF_EXISTS = "IfExists"
FOR_ALL, FOR_ANY = "ForAllValues:", "ForAnyValue:"

_MONTH = re.compile(r"\d{4}-\d\d")
"""A date of ISO 8601 that Python does not read."""


def holds(condition: Condition, context: Context, variables: bool) -> bool | None:
    """Whether the condition is met; None if its operator is not known.

    variables: whether `${…}` in its values is a variable. One without a value equals nothing.
    """
    operator, each, if_exists = _taken_apart(condition.operator)
    given = context.get(condition.key, ())
    if (each or operator == "Null") and not any(given):
        given = ()  # to set operators and Null, a key with empty values is a key that is not there
    if condition.operator == "Null":
        return any(wanted.lower() == ("false" if given else "true") for wanted in condition.values)
    rule = _OPERATORS.get(operator)
    if rule is None:
        return None
    if not given:
        return if_exists or each == FOR_ALL or (rule.negated and each != FOR_ANY)
    values = _values(condition, context, variables and rule.takes_variables)
    verdicts = [any(rule.test(wanted, value) for wanted in values) != rule.negated for value in given]
    if each == FOR_ANY:
        return any(verdicts)
    if each == FOR_ALL or rule.negated:
        return all(verdicts)
    return any(verdicts)


def known(operator: str) -> bool:
    """Whether IAM has this operator."""
    plain, each, if_exists = _taken_apart(operator)
    return plain in _OPERATORS or (plain == "Null" and not each and not if_exists)


def _taken_apart(operator: str) -> tuple[str, str, bool]:
    """Its own name, its set operator or "", and whether it ends in IfExists."""
    each = next((prefix for prefix in (FOR_ALL, FOR_ANY) if operator.startswith(prefix)), "")
    plain = operator.removeprefix(each)
    return plain.removesuffix(IF_EXISTS), each, plain.endswith(IF_EXISTS)


def _values(condition: Condition, context: Context, variables: bool) -> list[str]:
    """The values of the policy to compare with: a variable without a value leaves none."""
    if not variables:
        return list(condition.values)
    filled = []
    for value in condition.values:
        with suppress(Unresolved):
            filled.append(fill_in(value, context) if "${" in value else value)
    return filled


class _Operator:
    """One operator: how two values are compared, and whether the outcome is turned round."""

    def __init__(self, test: Test, negated: bool = False, takes_variables: bool = False) -> None:
        self.test = test
        self.negated = negated
        self.takes_variables = takes_variables


def _plain(wanted: str) -> str:
    """The text that was meant: a variable's value has its wildcards marked as literal."""
    return wanted.replace(LITERAL_STAR, "*").replace(LITERAL_MARK, "?")


def _equal(wanted: str, value: str) -> bool:
    return _plain(wanted) == value


def _equal_ignoring_case(wanted: str, value: str) -> bool:
    return _plain(wanted).casefold() == value.casefold()


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _moment(text: str) -> Decimal | None:
    """Seconds since 1970, of an ISO 8601 date or of the seconds themselves."""
    seconds = _number(text)
    if seconds is not None:
        return seconds
    try:
        moment = datetime.fromisoformat(f"{text}-01" if _MONTH.fullmatch(text) else text)
    except ValueError:
        return None
    return Decimal(str((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()))


def _compare(read: Callable[[str], Decimal | None], agree: Callable[[Decimal, Decimal], bool]) -> Test:
    def test(wanted: str, value: str) -> bool:
        left, right = read(value), read(wanted)
        return left is not None and right is not None and agree(left, right)

    return test


def _in_network(wanted: str, value: str) -> bool:
    try:
        return ipaddress.ip_address(value) in ipaddress.ip_network(wanted, strict=False)
    except (ValueError, TypeError):
        return False


_ORDER: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "LessThan": lambda value, wanted: value < wanted,
    "LessThanEquals": lambda value, wanted: value <= wanted,
    "GreaterThan": lambda value, wanted: value > wanted,
    "GreaterThanEquals": lambda value, wanted: value >= wanted,
}


def _ordered(prefix: str, read: Callable[[str], Decimal | None]) -> dict[str, _Operator]:
    same = _compare(read, lambda value, wanted: value == wanted)
    compared = {f"{prefix}{name}": _Operator(_compare(read, agree)) for name, agree in _ORDER.items()}
    return {
        f"{prefix}Equals": _Operator(same),
        f"{prefix}NotEquals": _Operator(same, negated=True),
        **compared,
    }


def _textual(name: str, test: Test) -> dict[str, _Operator]:
    stem, rest = ("String", name[6:]) if name.startswith("String") else ("Arn", name[3:])
    return {
        name: _Operator(test, takes_variables=True),
        f"{stem}Not{rest}": _Operator(test, negated=True, takes_variables=True),
    }


_OPERATORS: dict[str, _Operator] = {
    **_textual("StringEquals", _equal),
    **_textual("StringEqualsIgnoreCase", _equal_ignoring_case),
    **_textual("StringLike", wildcard_match),
    # ArnEquals and ArnLike behave identically.
    **_textual("ArnEquals", arn_match),
    **_textual("ArnLike", arn_match),
    **_ordered("Numeric", _number),
    **_ordered("Date", _moment),
    "Bool": _Operator(lambda wanted, value: wanted.lower() == value.lower()),
    "BinaryEquals": _Operator(lambda wanted, value: wanted == value),
    "IpAddress": _Operator(_in_network),
    "NotIpAddress": _Operator(_in_network, negated=True),
}

__all__ = ["holds", "known"]
