"""Document paths: looked up, found in items, checked against one another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from sandbox.dynamodb.expressions.faults import Fault
from sandbox.dynamodb.expressions.placeholders import Placeholders
from sandbox.dynamodb.expressions.tree import Path
from sandbox.dynamodb.model import AttributeValue, Item

Elements = tuple[str | int, ...]
Getter = Callable[[Item], AttributeValue | None]

DEEPEST = 32


def resolve(path: Path, placeholders: Placeholders) -> Elements:
    """The elements of `path` with the names that its placeholders stand for. Raises Fault."""
    if len(path.elements) > DEEPEST:
        text = "The document path has too many nesting levels; nesting levels"
        raise Fault(f"{text}: {len(path.elements)}")
    return tuple(
        placeholders.name(element) if isinstance(element, str) and element[0] == "#" else element
        for element in path.elements
    )


def told(elements: Elements) -> str:
    """As AWS writes a path: `[a, [3], b]`."""
    return f"[{', '.join(f'[{one}]' if isinstance(one, int) else one for one in elements)}]"


def getter(elements: Elements) -> Getter:
    """What gives the value at this path of an item, None where there is none."""
    name, rest = str(elements[0]), elements[1:]
    if not rest:
        return lambda item: item.get(name)

    def get(item: Item) -> AttributeValue | None:
        value = item.get(name)
        for element in rest:
            if value is None:
                return None
            if isinstance(element, int):
                members = value.get("L", ())
                value = members[element] if element < len(members) else None
            else:
                value = value.get("M", {}).get(element)
        return value

    return get


class Branch(dict[str | int, "Branch | int"]):
    """Paths with a common beginning, by their next element: a further Branch, or which path ends here.

    first: which path was the first to begin like this.
    """

    def __init__(self, first: int) -> None:
        super().__init__()
        self.first = first


def grow(paths: Sequence[Elements]) -> Branch:
    """The tree of `paths`. Raises Fault where two overlap or else conflict, the earlier one told first.

    Sources: case ddb-overlap-projection; architect/dynalite `test/updateItem.js`.
    """
    root = Branch(0)
    conflict: tuple[int, int] | None = None
    for place, path in enumerate(paths):
        branch = root
        for depth, element in enumerate(path):
            child = branch.get(element)
            if child is None:
                conflict = conflict or _conflict(branch, element, place)
                branch[element] = place if depth == len(path) - 1 else Branch(place)
                child = branch[element]
            elif isinstance(child, int) or depth == len(path) - 1:
                earlier = child if isinstance(child, int) else child.first
                raise _clash("overlap", paths[earlier], path)
            if isinstance(child, Branch):
                branch = child
    if conflict is not None:
        raise _clash("conflict", paths[conflict[0]], paths[conflict[1]])
    return root


def pick(item: Item, branch: Branch) -> Item:
    """The parts of `item` that lie on the paths of `branch`: in lists without gaps, in their order."""
    picked: Item = {}
    for name, below in branch.items():
        value = item.get(str(name))
        part = value if value is None or isinstance(below, int) else _part(value, below)
        if part is not None:
            picked[str(name)] = part
    return picked


def _part(value: AttributeValue, branch: Branch) -> AttributeValue | None:
    if "M" in value:
        found = pick(value["M"], branch)
        return {"M": found} if found else None
    members = value.get("L", ())
    parts = []
    for place, below in sorted(_places(branch)):
        if place < len(members):
            part = members[place] if isinstance(below, int) else _part(members[place], below)
            parts += [] if part is None else [part]
    return {"L": parts} if parts else None


def _places(branch: Branch) -> Iterable[tuple[int, Branch | int]]:
    return ((place, below) for place, below in branch.items() if isinstance(place, int))


def _conflict(branch: Branch, element: str | int, place: int) -> tuple[int, int] | None:
    """A map and a list cannot stand at the same place."""
    for other, below in branch.items():
        if isinstance(other, int) != isinstance(element, int):
            return (below if isinstance(below, int) else below.first, place)
    return None


def _clash(how: str, one: Elements, two: Elements) -> Fault:
    return Fault(
        f"Two document paths {how} with each other; must remove or rewrite one of these paths; "
        f"path one: {told(one)}, path two: {told(two)}"
    )
