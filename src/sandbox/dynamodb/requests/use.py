"""Expressions beside the legacy parameters they replace, names and values beside the expressions.

What names and values hold is `sandbox.dynamodb.expressions.Placeholders`'s.
Sources: cases ddb-mix-expr, ddb-names-no-expr, ddb-values-no-expr; architect/dynalite `validations/index.js`
(`validateExpressionParams`); ExtendDB/extenddb pull request 213 (ConditionalOperator, captured from AWS).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sandbox.dynamodb.requests.words import invalid

_NAMES, _VALUES = "ExpressionAttributeNames", "ExpressionAttributeValues"


@dataclass(frozen=True)
class Use:
    """Which parameters of an operation are expressions, and which they replace. filters: its conditions."""

    expressions: tuple[str, ...]
    legacy: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()
    is_write: bool = False


def check_use(given: dict[str, Any], use: Use) -> None:
    """Pass expressions alone, or legacy parameters alone. Raises AwsError."""
    used = [name for name in use.expressions if name in given]
    if used:
        _check_mix(given, use, used)
    elif _NAMES in given:
        raise invalid(f"{_NAMES} can only be specified when using expressions")
    if _VALUES in given:
        _check_values_used(given, use)
    if "ConditionalOperator" in given and not used:
        _check_operator(given, use)


def _check_mix(given: dict[str, Any], use: Use, used: list[str]) -> None:
    # KeyConditions go with a FilterExpression (dynalite).
    replaced = [name for name in use.legacy if name in given]
    if "KeyConditionExpression" not in given and "KeyConditions" in replaced:
        replaced.remove("KeyConditions")
    if replaced:
        raise invalid(
            "Can not use both expression and non-expression parameters in the same request: "
            f"Non-expression parameters: {{{', '.join(replaced)}}} "
            f"Expression parameters: {{{', '.join(used)}}}"
        )


def _check_values_used(given: dict[str, Any], use: Use) -> None:
    """Writes say less of it since June 2026 (case ddb-values-no-expr)."""
    takers = [name for name in use.expressions if name != "ProjectionExpression"]
    if any(name in given for name in takers):
        return
    message = f"{_VALUES} can only be specified when using expressions"
    if not use.is_write:
        message += f": {' and '.join(takers)} {'is' if len(takers) == 1 else 'are'} null"
    raise invalid(message)


def _check_operator(given: dict[str, Any], use: Use) -> None:
    conditions = max((len(given.get(name, ())) for name in use.filters), default=0)
    if conditions == 0:
        raise invalid("ConditionalOperator cannot be used without Filter or Expected")
    if conditions == 1:
        raise invalid("ConditionalOperator can only be used when Filter or Expected has two or more elements")
