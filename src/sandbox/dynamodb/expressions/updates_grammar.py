"""Reading updates: sections of actions."""

from __future__ import annotations

from functools import lru_cache

from sandbox.dynamodb.expressions.operands import Reader
from sandbox.dynamodb.expressions.tokens import SYMBOL
from sandbox.dynamodb.expressions.tree import Action, Node, Operation
from sandbox.dynamodb.expressions.wellformed import check_update

VERBS = frozenset(("SET", "REMOVE", "ADD", "DELETE"))


@lru_cache(maxsize=2048)
def read_update(text: str) -> tuple[Action, ...]:
    """The actions of an update, well formed, as they are written. Raises Fault."""
    reader = _UpdateReader(text)
    actions: list[Action] = []
    sections: list[str] = []
    while not sections or reader.tokens.kind in VERBS:
        section = reader.section()
        sections.append(section[0].verb)
        actions += section
    reader.finish()
    check_update(actions, sections)
    return tuple(actions)


class _UpdateReader(Reader):
    def section(self) -> list[Action]:
        """The actions behind one of the four words."""
        if self.tokens.kind not in VERBS:
            raise self.tokens.fault()
        verb = self.tokens.take().upper()
        actions = [self._action(verb)]
        while self.tokens.passes(","):
            actions.append(self._action(verb))
        return actions

    def _action(self, verb: str) -> Action:
        path = self.path()
        if verb == "REMOVE":
            return Action(verb, path, None)
        if verb in ("ADD", "DELETE"):
            return Action(verb, path, self.value())
        self.tokens.expect(SYMBOL, "=")
        return Action(verb, path, self._set_value())

    def _set_value(self) -> Node:
        """An operand, or a sum or difference of two, which may stand in parentheses."""
        opened = self.opened()
        if opened is None:
            return self._sum(self.plain_operand())
        node = self._set_value()
        self.close(opened)
        return node if is_sum(node) else self._sum(node)

    def _sum(self, left: Node) -> Node:
        if self.tokens.symbol in ("+", "-"):
            return Operation(self.tokens.take(), (left, self.operand()))
        return left


def is_sum(node: Node) -> bool:
    """Whether `node` is a sum or a difference."""
    return isinstance(node, Operation) and not node.function
