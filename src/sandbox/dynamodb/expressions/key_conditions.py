"""KeyConditionExpression and KeyConditions: one value of the partition key, a range of the sort key.

Sources: architect/dynalite `test/query.js`; since then AWS writes `Invalid KeyConditionExpression: ` before
three of the messages and counts the conditions (paritysuite/dynamodb-conformance
queryKeyConditionOperands.test.ts, October 2026).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sandbox.dynamodb.expressions.faults import Fault, invalid
from sandbox.dynamodb.expressions.paths import resolve
from sandbox.dynamodb.expressions.placeholders import Placeholders
from sandbox.dynamodb.expressions.tree import Node, Operation, Path
from sandbox.dynamodb.expressions.values import begins_with, compare
from sandbox.dynamodb.model import AttributeValue, KeySchema
from sandbox.errors import AwsError

_INVERSE = {"=": "=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_PATH_FIRST = ("BETWEEN", "begins_with")


class Clause(NamedTuple):
    """One condition: on a name, by an operator, with its operands."""

    name: str
    operator: str
    operands: list[AttributeValue]


@dataclass(frozen=True)
class KeyCondition:
    """hash: the value of the partition key. range: operator and operands for the sort key, or None.

    Operators: `=`, `<`, `<=`, `>`, `>=`, `BETWEEN`, `begins_with`.
    """

    hash: AttributeValue
    range: tuple[str, list[AttributeValue]] | None

    def includes(self, value: AttributeValue) -> bool:
        """Whether a sort key of this value is in the range."""
        if self.range is None:
            return True
        operator, operands = self.range
        if operator == "begins_with":
            return begins_with(value, operands[0])
        order = compare(value, operands[0])
        if order is None:
            return False
        if operator == "BETWEEN":
            upper = compare(value, operands[1])
            return order >= 0 and upper is not None and upper <= 0
        return (
            (order == 0 and "=" in operator)
            or (order < 0 and "<" in operator)
            or (order > 0 and ">" in operator)
        )


class KeyClauses:
    """The conditions of one parameter, in order, at most one a name."""

    def __init__(self, clauses: Sequence[Clause]) -> None:
        self._clauses = {clause.name: clause for clause in clauses}

    @classmethod
    def of(cls, root: Operation, placeholders: Placeholders) -> KeyClauses:
        """Those of an expression that is valid as a condition. Raises Fault and AwsError."""
        clauses: list[Clause] = []
        _collect(root, placeholders, clauses)
        return cls(clauses)

    def against(self, schema: KeySchema) -> KeyCondition:
        """What they ask of keys of this schema. Raises AwsError(ValidationException)."""
        names, clauses = schema.names, self._clauses
        if len(clauses) > len(names):
            raise invalid(
                f"The number of query conditions ({len(clauses)}) exceeds "
                f"the number of key attributes defined in the schema ({len(names)})"
            )
        for name in names:
            clause = clauses.get(name)
            if clause is not None:
                _check(clause, schema)
            elif name == schema.hash_key or len(clauses) > 1:
                raise invalid(f"Query condition missed key schema element: {name}")
        range_clause = clauses.get(schema.range_key) if schema.range_key is not None else None
        return KeyCondition(
            clauses[schema.hash_key].operands[0],
            None if range_clause is None else (range_clause.operator, range_clause.operands),
        )


def _check(clause: Clause, schema: KeySchema) -> None:
    if clause.operator not in _INVERSE and clause.operator not in _PATH_FIRST:
        raise invalid("Attempted conditional constraint is not an indexable operation")
    if any(schema.types[clause.name] not in operand for operand in clause.operands):
        text = "Condition parameter type does not match schema type"
        raise invalid(f"One or more parameter values were invalid: {text}")
    if clause.name == schema.hash_key and clause.operator != "=":
        raise invalid("Query key condition not supported")


def _collect(node: Node, placeholders: Placeholders, clauses: list[Clause]) -> None:
    assert isinstance(node, Operation)
    if node.name == "AND":
        for inner in node.operands:
            _collect(inner, placeholders, clauses)
        return
    if node.name not in _INVERSE and node.name not in _PATH_FIRST:
        raise invalid(f"Invalid operator used in KeyConditionExpression: {node.name}")
    clause = _clause(node, placeholders)
    if any(clause.name == earlier.name for earlier in clauses):
        raise Fault("KeyConditionExpressions must only contain one condition per key")
    clauses.append(clause)


def _clause(node: Operation, placeholders: Placeholders) -> Clause:
    """The parts are looked at from left to right, and the first that is wrong is told."""
    name: str | None = None
    operator = node.name
    operands: list[AttributeValue] = []
    for part in node.operands:
        if isinstance(part, Path):
            if name is not None:
                raise _bad("Multiple attribute names used in one condition")
            if len(part.elements) > 1:
                raise Fault("KeyConditionExpressions cannot have conditions on nested attributes")
            name = str(resolve(part, placeholders)[0])
        elif isinstance(part, Operation):
            raise Fault("KeyConditionExpressions cannot contain nested operations")
        else:
            if name is None and operator in _PATH_FIRST:
                raise _bad(f"{operator} operator must have the key attribute as its first operand")
            operator = operator if name is not None else _INVERSE[operator]
            operands.append(placeholders.value(part.name))
    if name is None:
        raise _bad("No key attribute specified")
    return Clause(name, operator, operands)


def _bad(message: str) -> AwsError:
    return invalid(f"Invalid condition in KeyConditionExpression: {message}")
