"""ConditionExpression, FilterExpression: whether an item is as it is wanted."""

from __future__ import annotations

from collections.abc import Sequence

from sandbox.dynamodb.expressions.item_tests import Test, test_of
from sandbox.dynamodb.expressions.operands import MOST_OPERATORS, too_many_operators
from sandbox.dynamodb.expressions.operators import Operand, check_operands
from sandbox.dynamodb.expressions.paths import getter, resolve
from sandbox.dynamodb.expressions.placeholders import Placeholders
from sandbox.dynamodb.expressions.tree import LOGICAL, Node, Operation, Path, Value
from sandbox.dynamodb.expressions.values import kind_of, size_of
from sandbox.dynamodb.model import AttributeValue, Item


class Condition:
    """Call it with an item, None where there is none: whether the condition holds.

    attributes: the top-level names that it looks at. nested: those into which it looks.
    """

    def __init__(self, test: Test, attributes: frozenset[str], nested: frozenset[str]) -> None:
        self._test = test
        self.attributes = attributes
        self.nested = nested

    def __call__(self, item: Item | None) -> bool:
        return self._test({} if item is None else item)


def bind(root: Operation, placeholders: Placeholders) -> Condition:
    """The condition that `root` is with these names and values. Raises Fault.

    The clauses are checked from left to right, each wholly before the next.
    """
    binder = _Binder(placeholders)
    test = binder.test(root)
    return Condition(test, frozenset(binder.attributes), frozenset(binder.nested))


class _Binder:
    def __init__(self, placeholders: Placeholders) -> None:
        self._placeholders = placeholders
        self._operators = 0
        self.attributes: set[str] = set()
        self.nested: set[str] = set()

    def test(self, node: Node) -> Test:
        """The test that `node` makes."""
        assert isinstance(node, Operation)
        if node.name in LOGICAL and not node.function:
            tests = [self.test(inner) for inner in node.operands]
            self._count(max(len(tests) - 1, 1))
            return _logical(node.name, tests)
        operands = [self._operand(inner) for inner in node.operands]
        check_operands(node.name, operands)
        self._count(1)
        return test_of(node.name, operands)

    def _operand(self, node: Node) -> Operand:
        if isinstance(node, Value):
            literal = self._placeholders.value(node.name)
            return Operand(lambda item: literal, None, literal, kind_of(literal))
        if isinstance(node, Path):
            path = resolve(node, self._placeholders)
            self.attributes.add(str(path[0]))
            if len(path) > 1:
                self.nested.add(str(path[0]))
            return Operand(getter(path), path)
        operands = [self._operand(inner) for inner in node.operands]
        check_operands(node.name, operands)
        self._count(1)
        return _size(operands[0])

    def _count(self, operators: int) -> None:
        self._operators += operators
        if self._operators > MOST_OPERATORS:
            raise too_many_operators(MOST_OPERATORS + 1)


def _size(operand: Operand) -> Operand:
    inner = operand.get

    def get(item: Item) -> AttributeValue | None:
        value = inner(item)
        size = None if value is None else size_of(value)
        return None if size is None else {"N": str(size)}

    return Operand(get, None, None, "N")


def _logical(name: str, tests: Sequence[Test]) -> Test:
    if name == "NOT":
        inner = tests[0]
        return lambda item: not inner(item)
    wanted = name == "OR"

    def test(item: Item) -> bool:
        for one in tests:
            if one(item) is wanted:
                return wanted
        return not wanted

    return test
