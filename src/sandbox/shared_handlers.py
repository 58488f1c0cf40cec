"""botocore's event handlers, copied in no time.

botocore copies all handlers of a session for each client: 400 nodes of a tree, a fifth of what a client
costs. Here copies share their nodes, and whoever registers a handler copies the nodes on the way to it.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

from botocore.hooks import EventAliaser, HierarchicalEmitter, _PrefixTrie

Node = dict[str, Any]


class SharedTree(_PrefixTrie):  # type: ignore[misc]
    """botocore's tree of handlers; a copy and its original never see one another's changes."""

    _root: Node

    def append_item(self, key: str, *value: Any, **section: Any) -> None:
        """Add a handler to the event `key`."""
        self._root = _own(self._root, key.split("."))
        super().append_item(key, *value, **section)

    def remove_item(self, key: str, value: Any) -> None:
        """Remove a handler. Raises ValueError if it is not there."""
        self._root = _own(self._root, key.split("."))
        super().remove_item(key, value)

    def __copy__(self) -> SharedTree:
        copied = SharedTree()
        copied._root = self._root
        return copied


class SharingEmitter(HierarchicalEmitter):  # type: ignore[misc]
    """botocore's emitter with such a tree."""

    def __init__(self) -> None:
        super().__init__()
        self._handlers = SharedTree()


class SharingAliaser(EventAliaser):  # type: ignore[misc]
    """Finds the present name of an event once for all copies: it follows from botocore's list alone."""

    def __copy__(self) -> SharingAliaser:
        copied = SharingAliaser(copy.copy(self._emitter), self._event_aliases)
        copied._alias_name_cache = self._alias_name_cache
        return copied


def _own(node: Node, way: Sequence[str]) -> Node:
    """The node copied, and those below it on the way, as far as there are any."""
    children = dict(node["children"])
    if way and way[0] in children:
        children[way[0]] = _own(children[way[0]], way[1:])
    return {**node, "children": children, "values": copy.copy(node["values"])}
