"""Reading conditions, filters and key conditions: one grammar for the three."""

from __future__ import annotations

from functools import lru_cache

from sandbox.dynamodb.expressions.operands import MOST_OPERATORS, Reader, too_many_operators
from sandbox.dynamodb.expressions.tokens import SYMBOL
from sandbox.dynamodb.expressions.tree import COMPARATORS, Node, Operation
from sandbox.dynamodb.expressions.wellformed import check_condition


@lru_cache(maxsize=2048)
def read_condition(text: str) -> Operation:
    """The tree of a condition, well formed. Raises Fault."""
    reader = _ConditionReader(text)
    node = reader.either()
    if not isinstance(node, Operation):
        raise reader.tokens.fault()
    reader.finish()
    check_condition(node)
    return node


class _ConditionReader(Reader):
    """`(` opens a condition or an operand; which, is known at its end. So `either` reads both."""

    def either(self) -> Node:
        """A condition, or an operand where something else than a comparison follows it."""
        alternatives: list[Node] = []
        parts: list[Node] = []
        while True:
            negations = self._negations()
            node = self._unit()
            if (negations or parts or alternatives) and not isinstance(node, Operation):
                raise self.tokens.fault()
            for _ in range(negations):
                node = Operation("NOT", (node,))
            parts.append(node)
            word = self.tokens.kind
            if word not in ("AND", "OR") or not isinstance(node, Operation):
                break
            self.tokens.take()
            if word == "OR":
                alternatives.append(_joined("AND", parts))
                parts = []
        return _joined("OR", [*alternatives, _joined("AND", parts)])

    def _negations(self) -> int:
        count = 0
        while self.tokens.kind == "NOT":
            self.tokens.take()
            count += 1
        if count > MOST_OPERATORS:
            raise too_many_operators(MOST_OPERATORS + 1)
        return count

    def _unit(self) -> Node:
        opened = self.opened()
        if opened is None:
            return self._comparison(self.plain_operand())
        node = self.either()
        self.close(opened)
        is_condition = isinstance(node, Operation) and not node.function
        return node if is_condition else self._comparison(node)

    def _comparison(self, left: Node) -> Node:
        tokens = self.tokens
        if tokens.symbol in COMPARATORS:
            return Operation(tokens.take(), (left, self.operand()))
        if tokens.kind == "BETWEEN":
            tokens.take()
            low = self.operand()
            tokens.expect("AND")
            return Operation("BETWEEN", (left, low, self.operand()))
        if tokens.kind == "IN":
            tokens.take()
            tokens.expect(SYMBOL, "(")
            operands = [left, self.operand()]
            while tokens.passes(","):
                operands.append(self.operand())
            tokens.expect(SYMBOL, ")")
            return Operation("IN", tuple(operands))
        return left


def _joined(word: str, parts: list[Node]) -> Node:
    return parts[0] if len(parts) == 1 else Operation(word, tuple(parts))
