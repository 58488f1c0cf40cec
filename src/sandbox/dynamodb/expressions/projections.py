"""ProjectionExpression: the parts of an item that are asked for."""

from __future__ import annotations

from collections.abc import Sequence

from sandbox.dynamodb.expressions.paths import Branch, Elements, grow, pick
from sandbox.dynamodb.model import Item


class Projection:
    """Call it with an item to have the parts asked for; those that the item lacks are left out.

    attributes: the top-level names asked for. nested: those of which only a part is.
    """

    def __init__(self, paths: Sequence[Elements]) -> None:
        """Raises Fault where two paths overlap or conflict."""
        self._root: Branch = grow(paths)
        self.attributes = frozenset(str(path[0]) for path in paths)
        self.nested = frozenset(str(path[0]) for path in paths if len(path) > 1)

    def __call__(self, item: Item) -> Item:
        if self.nested:
            return pick(item, self._root)
        return {name: item[name] for name in self.attributes if name in item}
