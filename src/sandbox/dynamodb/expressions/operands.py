"""Reading operands: paths, placeholders of values, functions, parentheses. One for each kind of expression.

Source: the grammar that Amazon publishes with its DAX clients (`DynamoDbGrammar.g4`).
"""

from __future__ import annotations

import itertools

from sandbox.dynamodb.expressions.faults import Fault
from sandbox.dynamodb.expressions.tokens import INDEX, NAME, PLACEHOLDER, SYMBOL, VALUE, Tokens
from sandbox.dynamodb.expressions.tree import Node, Operation, Path, Value

MOST_OPERATORS = 300


class Reader:
    """The tokens of one expression, and what the grammar only tells at the end of the text.

    redundant: whether two pairs of parentheses were seen around the same thing.
    """

    def __init__(self, text: str) -> None:
        self.tokens = Tokens.of(text)
        self.redundant = False
        self._level = 0
        self._group = (-1, -1)

    def finish(self) -> None:
        """Nothing must be left. Raises Fault."""
        if self.tokens.kind != "end":
            raise self.tokens.fault()
        if self.redundant:
            raise Fault("The expression has redundant parentheses;")

    def opened(self) -> int | None:
        """Where the parenthesis stands that comes next and is passed; None where none comes."""
        position = self.tokens.position
        if not self.tokens.passes("("):
            return None
        self._deeper()
        return position

    def close(self, opened: int) -> None:
        """Pass the parenthesis that ends the group begun at `opened`. Raises Fault."""
        closed = self.tokens.position
        self.tokens.expect(SYMBOL, ")")
        self.redundant = self.redundant or self._group == (opened + 1, closed - 1)
        self._group = (opened, closed)
        self._level -= 1

    def path(self) -> Path:
        """A path such as `a.#b[3]`."""
        tokens = self.tokens
        elements: list[str | int] = [self._name()]
        while True:
            if tokens.passes("."):
                elements.append(self._name())
            elif tokens.passes("["):
                elements.append(int(tokens.expect(INDEX)))
                tokens.expect(SYMBOL, "]")
            else:
                return Path(tuple(elements))

    def value(self) -> Value:
        """The placeholder of a value."""
        return Value(self.tokens.expect(VALUE))

    def operand(self) -> Node:
        """A path, a value, a function, or one of these in parentheses."""
        opened = self.opened()
        if opened is None:
            return self.plain_operand()
        node = self.operand()
        self.close(opened)
        return node

    def plain_operand(self) -> Node:
        """An operand without parentheses around it."""
        tokens = self.tokens
        if tokens.kind == VALUE:
            return Value(tokens.take())
        if tokens.kind != NAME or tokens.tokens[tokens.position + 1].text != "(":
            return self.path()
        name = tokens.take()
        tokens.expect(SYMBOL, "(")
        self._deeper()
        operands = [self.operand()]
        while tokens.passes(","):
            operands.append(self.operand())
        tokens.expect(SYMBOL, ")")
        self._level -= 1
        return Operation(name, tuple(operands), function=True)

    def _name(self) -> str:
        if self.tokens.kind in (NAME, PLACEHOLDER):
            return self.tokens.take()
        raise self.tokens.fault()

    def _deeper(self) -> None:
        """One level of parentheses or functions more. Each needs an operator, of which 300 are allowed."""
        self._level += 1
        if self._level > MOST_OPERATORS:
            self._too_deep()

    def _too_deep(self) -> None:
        """Refuse, in the words AWS would have for the whole text, without reading on."""
        symbols = [token.text for token in self.tokens.tokens]
        if symbols.count("(") != symbols.count(")"):
            self.tokens.position = len(self.tokens.tokens) - 1
            raise self.tokens.fault()
        if self.redundant or ("(", "(") in itertools.pairwise(symbols):
            raise Fault("The expression has redundant parentheses;")
        raise too_many_operators(self._level)


def too_many_operators(count: int) -> Fault:
    """More than 300 operators and functions (aws/aws-sdk-js issue 3721; Developer Guide, *Constraints*)."""
    return Fault(f"The expression contains too many operators; operator count: {count}")
