"""Why a Condition is not met."""

from __future__ import annotations

from sandbox.iam import conditions
from sandbox.iam.evaluate import Request
from sandbox.iam.letters import Compared, alike, compare, compare_arns
from sandbox.iam.miss import Miss, named, plain
from sandbox.iam.policy import Condition, Statement
from sandbox.iam.variables import Unresolved, fill_in

_NO_KEYS_WITHOUT_A_KEY = "dynamodb:leadingkeys"


def explain_condition(statement: Statement, request: Request) -> Miss:
    """The miss of the first condition of an Allow that `request` does not meet."""
    failed = next(
        c
        for c in statement.conditions
        if conditions.holds(c, request.context, statement.has_variables) is not True
    )
    key = _as_spelled(statement, failed)
    wanted = f"{key} {failed.operator} {named(failed.values, 'or')}"
    given = request.context.get(failed.key, ())
    if not conditions.known(failed.operator):
        return _unknown(failed, key)
    if failed.operator == "Null":
        return _null(failed, key, given)
    if not any(given):
        return _absent(failed, key, wanted)
    values = _filled(statement, failed, request)
    if not values:
        return Miss(
            "Condition",
            "condition-variable",
            f"it wants {wanted}, and the request has no value for that variable",
            "Give the principal the tag or name that the variable stands for, or write the value itself.",
        )
    return _other_value(failed, key, wanted, given, values)


def _unknown(failed: Condition, key: str) -> Miss:
    return Miss(
        "Condition",
        "condition-operator",
        f"its condition on {key} uses the operator `{failed.operator}`, which IAM does not have",
        "Write an operator that there is, such as StringEquals or ArnLike.",
    )


def _null(failed: Condition, key: str, given: tuple[str, ...]) -> Miss:
    there = any(given)
    return Miss(
        "Condition",
        "condition-null",
        f"it wants {key} to be {'absent' if there else 'there'}, and the request "
        + (f"has {named(given)}" if there else "does not have it"),
        f"Ask {'without' if there else 'with'} {key}, or change the condition.",
    )


def _absent(failed: Condition, key: str, wanted: str) -> Miss:
    how = f"Ask in a way that brings {key}, or take the condition out"
    if failed.key == _NO_KEYS_WITHOUT_A_KEY:
        how = "Name the partition key's value in the request, as GetItem and Query do and Scan does not"
    return Miss(
        "Condition", "condition-absent", f"it wants {wanted}, and the request has no {key}", f"{how}."
    )


def _other_value(
    failed: Condition, key: str, wanted: str, given: tuple[str, ...], values: tuple[str, ...]
) -> Miss:
    has = f"and the request has {named(given)}"
    if "Not" in failed.operator:
        return Miss(
            "Condition",
            "condition-excluded",
            f"it wants {wanted}, {has}",
            f"Ask with another {key}, or take the value out of the condition.",
        )
    nearest = _nearest(values, given)
    if nearest.wanted.casefold() == nearest.given.casefold():
        shape, how = "condition-case", f"Write {nearest.given} with the same capital and small letters"
    else:
        shape, how = "condition-value", f"Ask with a {key} that fits, or add {nearest.given} to the condition"
    return Miss("Condition", shape, f"it wants {wanted}, {has}", f"{how}.", nearest)


def _nearest(values: tuple[str, ...], given: tuple[str, ...]) -> Compared:
    """The value of the request that the condition does not have, and what comes closest to it."""
    others = [one for one in given if one not in values] or given
    pairs = [(value, one) for one in others for value in values]
    wanted, one = max(pairs, key=lambda pair: alike(*pair))
    both = wanted.startswith("arn:") and one.startswith("arn:")
    return compare_arns(wanted, one) if both else compare(wanted, one)


def _filled(statement: Statement, failed: Condition, request: Request) -> tuple[str, ...]:
    """The condition's values with their variables replaced; those without a value are left out."""
    if not statement.has_variables:
        return failed.values
    found = []
    for value in failed.values:
        try:
            found.append(plain(fill_in(value, request.context)))
        except Unresolved:
            continue
    return tuple(found)


def _as_spelled(statement: Statement, failed: Condition) -> str:
    """The key as the author wrote it."""
    tests = (statement.written.get("Condition") or {}).get(failed.operator) or {}
    return next((key for key in tests if key.lower() == failed.key), failed.key)
