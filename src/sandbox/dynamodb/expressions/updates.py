"""UpdateExpression: an item as it becomes. All actions see the item as it was before.

Sources: Developer Guide, *Update expressions*; architect/dynalite `test/updateItem.js` and scylladb
`test/alternator/test_update_expression.py`, `test_returnvalues.py`, which run against AWS.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from sandbox.dynamodb.expressions.arithmetic import added, without
from sandbox.dynamodb.expressions.changes import Leaf, changed
from sandbox.dynamodb.expressions.faults import Fault
from sandbox.dynamodb.expressions.operands import MOST_OPERATORS, too_many_operators
from sandbox.dynamodb.expressions.paths import Branch, Elements, grow, pick, resolve
from sandbox.dynamodb.expressions.placeholders import Placeholders
from sandbox.dynamodb.expressions.set_values import (
    Term,
    check_term,
    literal_term,
    operation_term,
    path_term,
)
from sandbox.dynamodb.expressions.tree import Action, Node, Operation, Path, Value
from sandbox.dynamodb.expressions.values import SETS, kind_of
from sandbox.dynamodb.model import AttributeValue, Item

_TYPE_NAMES = {
    "S": "STRING",
    "N": "NUMBER",
    "B": "BINARY",
    "BOOL": "BOOLEAN",
    "NULL": "NULL",
    "L": "LIST",
    "M": "MAP",
    "SS": "STRING_SET",
    "NS": "NUMBER_SET",
    "BS": "BINARY_SET",
}


@dataclass(frozen=True)
class Updated:
    """item: as it is now. old_parts, new_parts: what ReturnValues UPDATED_OLD and UPDATED_NEW answer."""

    old: Item
    item: Item
    root: Branch

    @cached_property
    def old_parts(self) -> Item:
        """What stood at the paths that were written."""
        return pick(self.old, self.root)

    @cached_property
    def new_parts(self) -> Item:
        """What stands there now: in a list, at the number that was written, whatever has moved there."""
        return pick(self.item, self.root)


class Update:
    """What an update makes of items.

    attributes: the top-level names written. nested: names into which it writes or looks. kinds: the types, as
    far as they are known beforehand, of the top-level attributes written. creates_item: whether it makes an
    item where there is none; REMOVE and DELETE alone do not.
    """

    def __init__(
        self,
        paths: Sequence[Elements],
        root: Branch,
        leaves: Sequence[Callable[[Item], Leaf]],
        *,
        nested: frozenset[str],
        kinds: Mapping[str, str],
        creates_item: bool,
    ) -> None:
        self._root = root
        self._leaves = leaves
        self.attributes = frozenset(str(path[0]) for path in paths)
        self.nested = nested
        self.kinds = kinds
        self.creates_item = creates_item

    def apply(self, item: Item, *, exists: bool = True) -> Updated:
        """The item after the update; `item` itself stays as it is.

        item: the one that is there, or where there is none (exists is False) its key.
        Raises AwsError(ValidationException) where the item does not allow the update.
        """
        if not exists and not self.creates_item:
            return Updated(item, item, self._root)
        leaves = [leaf(item) for leaf in self._leaves]
        return Updated(item, changed(item, self._root, leaves), self._root)


def bind(actions: Sequence[Action], placeholders: Placeholders) -> Update:
    """The update that `actions` are with these names and values. Raises Fault.

    The order of the checks: names, values, paths against one another, ADD and DELETE, functions.
    """
    names = _Names(placeholders, actions)
    for action in actions:
        for value in names.values(action.operand):
            placeholders.value(value)
    paths = [names.path(action.path) for action in actions]
    root = grow(paths)
    for action in actions:
        if action.verb in ("ADD", "DELETE") and isinstance(action.operand, Value):
            _check_operand(action.verb, kind_of(placeholders.value(action.operand.name)))
    terms = _Terms(names, placeholders)
    bound = [_bound(action, terms) for action in actions]
    kinds = {
        str(path[0]): kind
        for path, (_, kind) in zip(paths, bound, strict=True)
        if len(path) == 1 and kind is not None
    }
    return Update(
        paths,
        root,
        [leaf for leaf, _ in bound],
        nested=names.nested,
        kinds=kinds,
        creates_item=any(action.verb in ("SET", "ADD") for action in actions),
    )


def _check_operand(verb: str, kind: str) -> None:
    """`typeSet` is younger than dynalite's tests (Dynamoid `spec/dynamoid/persistence_spec.rb`)."""
    if kind in SETS or (verb == "ADD" and kind == "N"):
        return
    text = f"Incorrect operand type for operator or function; operator: {verb}"
    raise Fault(f"{text}, operand type: {_TYPE_NAMES[kind]}, typeSet: ALLOWED_FOR_{verb}_OPERAND")


def _bound(action: Action, terms: _Terms) -> tuple[Callable[[Item], Leaf], str | None]:
    """What gives the change of one action for an item as it was, and the type of the new value if known."""
    if action.operand is None:
        return (lambda item: _removed), None
    term = terms.term(action.operand)
    if action.verb == "SET":
        return (lambda item: _setting(term.compute(item))), term.kind
    literal = term.literal or {}
    if action.verb == "ADD":
        return (lambda item: lambda old: added(old, literal)), term.kind
    return (lambda item: lambda old: without(old, literal)), term.kind


def _removed(old: AttributeValue | None) -> None:
    return None


def _setting(value: AttributeValue) -> Leaf:
    return lambda old: value


class _Names:
    """The paths of an update, each looked up once, in the order of the text."""

    def __init__(self, placeholders: Placeholders, actions: Sequence[Action]) -> None:
        self._paths: dict[Path, Elements] = {}
        for action in actions:
            for path in _paths(action):
                if path not in self._paths:
                    self._paths[path] = resolve(path, placeholders)

    @property
    def nested(self) -> frozenset[str]:
        """The names into which a path leads."""
        return frozenset(str(path[0]) for path in self._paths.values() if len(path) > 1)

    def path(self, path: Path) -> Elements:
        """Its elements."""
        return self._paths[path]

    def values(self, node: Node | None) -> list[str]:
        """The placeholders of values within."""
        if isinstance(node, Operation):
            return [name for inner in node.operands for name in self.values(inner)]
        return [node.name] if isinstance(node, Value) else []


def _paths(action: Action) -> list[Path]:
    found = [action.path]
    pending = [] if action.operand is None else [action.operand]
    while pending:
        node = pending.pop(0)
        if isinstance(node, Path):
            found.append(node)
        elif isinstance(node, Operation):
            pending[:0] = node.operands
    return found


class _Terms:
    def __init__(self, names: _Names, placeholders: Placeholders) -> None:
        self._names = names
        self._placeholders = placeholders
        self._operators = 0

    def term(self, node: Node) -> Term:
        """What `node` computes. Raises Fault."""
        if isinstance(node, Value):
            value = self._placeholders.value(node.name)
            return literal_term(value, kind_of(value))
        if isinstance(node, Path):
            return path_term(self._names.path(node))
        terms = [self.term(inner) for inner in node.operands]
        check_term(node.name, terms)
        self._operators += 1
        if self._operators > MOST_OPERATORS:
            raise too_many_operators(self._operators)
        return operation_term(node.name, terms)
