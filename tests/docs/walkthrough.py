"""A page that is followed word by word: its files and commands in order, and what it says is seen."""

import re
from dataclasses import dataclass

from tests.repository.sources import ROOT

_TAB = re.compile(r'=== "(.+)"')
_FENCE = re.compile(r'( *)```(?: \{\.)?(\w*)(?: title="(.+?)")?\}?')
_SNIPPET = re.compile(r'^ *--8<-- "(.+)"$', re.M)


@dataclass(frozen=True)
class Block:
    """A block of code: its language, title and text, the tab it is in, and the page's heading above it."""

    language: str
    title: str | None
    text: str
    tab: str | None
    heading: str


@dataclass(frozen=True)
class Step:
    """What a reader does: writes a file, or types commands and sees something."""

    file: str | None
    text: str
    seen: tuple[str, ...] = ()


def blocks(page):
    """The page's blocks of code, in order, with the files that it includes."""
    tab, heading, lines = None, "", iter(page.splitlines())
    for line in lines:
        if line.strip() and not line.startswith(" "):
            tab = found[1] if (found := _TAB.fullmatch(line)) else None
        if line.startswith("## "):
            heading = line.removeprefix("## ")
        if fence := _FENCE.fullmatch(line):
            indent, language, title = fence.groups()
            inside = []
            while (line := next(lines)) != f"{indent}```":
                inside.append(line.removeprefix(indent))
            yield Block(language, title, included("\n".join(inside) + "\n"), tab, heading)


def included(text):
    """The text with the files that its snippets name."""
    return _SNIPPET.sub(lambda found: (ROOT / found[1]).read_text().rstrip("\n"), text)


def steps(page, tab):
    """What a reader of the tab does: a block with a title is a file, `bash` is typed, `text` is seen."""
    done = []
    for block in blocks(page):
        if block.tab not in (None, tab):
            continue
        if block.title:
            done.append(Step(block.title, block.text))
        elif block.language == "bash":
            done.append(Step(None, block.text))
        elif block.language == "text":
            last = done.pop()
            assert last.file is None, f"seen after a file is written: {block.text}"
            done.append(Step(None, last.text, (*last.seen, *block.text.splitlines())))
    return done


def missing(seen, said):
    """The first line of `seen` that is not in `said` after the one before, or None. … is anything."""
    at = 0
    for line in filter(str.strip, seen):
        pattern = ".*".join(map(re.escape, line.strip().split("…")))
        found = re.compile(pattern).search(said, at)
        if not found:
            return line
        at = found.end()
    return None
