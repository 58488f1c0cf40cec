"""A three-way merge of templates, by logical id: where each has changed another resource, both stand.

Lines alone do not tell enough: a resource that the learner puts below the role, and one that a lab puts
there, are two insertions at one place. So a template is cut into pieces, one for each name in each section,
and what has changed is asked of each. Text is moved, never written anew: comments stay where they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from yaml import MappingNode

from workshop.deploy.template import Template

Key = tuple[str, str]
"""Section and name, such as ("Resources", "UsersTable")."""

_HEAD, _TAIL = "", "\0"
"""In place of a name: the line with which a section begins, and the comments at its end."""

_TRANSFORM = ("Transform", _HEAD)
"""Without it no template of SAM is one, and with it any other is what it was: ours is put back."""

Merge = Callable[[str, str, str], str | None]
"""Of what the learner has, what both had, and what we have: the text; None where they do not go together."""


@dataclass(frozen=True)
class _Start:
    """The line, from 0, on which a piece begins, but for comments above it. indent: in blanks."""

    line: int
    key: Key
    indent: int


def merge(own: Template, base: Template, ours: Template, merge_piece: Merge) -> str | None:
    """`own` with what `ours` changes in `base`; None where both have changed the same piece in their ways."""
    mine, was, new = pieces(own), pieces(base), pieces(ours)
    if "".join(mine.values()) != _ended(own.text):  # a name stands twice in it
        return None
    merged = []
    for key in _order(mine, was, new):
        piece = _three_way(mine.get(key), was.get(key), new.get(key), key, merge_piece)
        if piece is None:
            return None
        merged.append(piece)
    return "".join(merged)


def pieces(template: Template) -> dict[Key, str]:
    """The template's text in pieces, in its order: together they are the whole text."""
    text = _ended(template.text)
    if template.root.flow_style:
        return {("", _HEAD): text}
    lines = text.splitlines(keepends=True)
    starts = list(_starts(template))
    cut: dict[Key, str] = {}
    begin = 0
    for start, following in zip(starts, [*starts[1:], _Start(len(lines), ("", _HEAD), 0)], strict=True):
        indent = max(start.indent, following.indent)
        end = _before_asides(lines, start.line + 1, following.line, indent)
        cut[start.key] = "".join(lines[begin:end])
        begin = end
        if following.indent < start.indent:
            begin = _before_asides(lines, end, following.line, following.indent)
            cut[start.key[0], _TAIL] = "".join(lines[end:begin])
    last = (starts[-1].key[0], _TAIL)
    cut[last] = cut.get(last, "") + "".join(lines[begin:])
    return cut


def _ended(text: str) -> str:
    return text if text.endswith("\n") else f"{text}\n"


def _starts(template: Template) -> Iterator[_Start]:
    for section, value in template.root.value:
        yield _Start(section.start_mark.line, (section.value, _HEAD), 0)
        if isinstance(value, MappingNode) and not value.flow_style:
            for name, _ in value.value:
                yield _Start(name.start_mark.line, (section.value, name.value), name.start_mark.column)


def _before_asides(lines: list[str], begin: int, end: int, indent: int) -> int:
    """Where those blank lines and comments begin that stand above line `end`, as far out as it is."""
    while end > begin and _is_aside(lines[end - 1], indent):
        end -= 1
    return end


def _is_aside(line: str, indent: int) -> bool:
    text = line.strip()
    return not text or (text.startswith("#") and len(line) - len(line.lstrip()) <= indent)


def _order(mine: dict[Key, str], was: dict[Key, str], new: dict[Key, str]) -> list[Key]:
    """The learner's order; what is new in ours comes at the end of its section."""
    sections = dict.fromkeys(section for section, _ in (*mine, *new))
    added = [key for key in new if key not in mine and (key not in was or key == _TRANSFORM)]
    order = []
    for section in sections:
        here = [key for key in mine if key[0] == section]
        tail = (section, _TAIL)
        order += [key for key in here if key != tail]
        order += [key for key in added if key[0] == section and key != tail]
        order += [tail] if tail in mine or tail in added else []
    return order


def _three_way(
    own: str | None, base: str | None, ours: str | None, key: Key, merge_piece: Merge
) -> str | None:
    """One piece. Pieces that only differ in blank lines around them are the same."""
    if own is not None and (_same(ours, base) or _same(own, ours)):
        return own
    if own is None or _same(own, base):
        return ours or ""
    if key[0] == "Description":
        return own
    if key[1] == _TAIL:
        return f"{own.rstrip()}\n{ours or ''}"
    if base is None or ours is None:
        return None
    return merge_piece(own, base, ours)


def _same(one: str | None, other: str | None) -> bool:
    return (one or "").strip() == (other or "").strip()
