"""What there is to point at: headings, cells and checks of one layer."""

from __future__ import annotations

import importlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markdown.extensions.toc import slugify

from tests.repository.sources import ROOT
from workshop.catalogue import Lab, labs
from workshop.checking.declare import Check, declared


class Missing(Exception):
    """What should be there is not, or not once; the message says what, and where it was looked for."""


@dataclass(frozen=True)
class Heading:
    """A heading of a page. anchor: by which a browser finds it."""

    text: str
    anchor: str


def headings(page: Path) -> list[Heading]:
    """The headings of a Markdown page, but for those in fenced code."""
    prose = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.M | re.S)
    found = re.findall(r"^#{1,6} (.+?)(?: *\{ *#([\w-]+) *\})?$", prose, re.M)
    return [Heading(text, anchor or slugify(text, "-")) for text, anchor in found]


def code_cells(notebook: Path) -> list[tuple[str, str]]:
    """Each code cell: the heading above it, and its source."""
    found, section = [], ""
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "code":
            found.append((section, source.strip()))
            continue
        section = (re.findall(r"^#+ (.+)$", source, re.M) or [section])[-1]
    return found


def checks(key: str) -> dict[str, Check]:
    """The checks of a lab by their ids, in the order of its graders."""
    module: Any = importlib.import_module(f"tests.labs.test_{key.replace('-', '_')}")
    return {check.id: check for value in vars(module).values() if (check := declared(value))}


@dataclass(frozen=True)
class Layer:
    """One layer: its lab, and the page of the guide."""

    lab: Lab
    page: Path

    def only_heading(self, number: str) -> Heading:
        """The heading of the guide's page that begins with a key point's number. Raises Missing."""
        found = [one for one in headings(self.page) if one.text.startswith(f"{number} ")]
        if len(found) != 1:
            raise Missing(f"{self.page.name}: {len(found)} headings begin with {number}")
        return found[0]

    def tasks(self, number: str) -> list[str]:
        """The headings of the lab's tasks that name a key point. Raises Missing where none does."""
        named = re.compile(rf"^\d+\. .*\(key points? [^)]*\b{re.escape(number)}\b")
        brief = self.lab.folder / "README.md"
        found = [one.text for one in headings(brief) if named.match(one.text)]
        if not found:
            raise Missing(f"{brief}: no task names key point {number}")
        return found

    def sections(self, wanted: list[str]) -> list[str]:
        """The headings above code cells, each named by words of one cell, or by its text. Raises Missing."""
        there = code_cells(self.lab.notebook)
        found = []
        for words in wanted:
            named = [section for section, source in there if source == words] or [
                section for section, source in there if words in source
            ]
            if len(named) != 1:
                raise Missing(f"{self.lab.notebook.name}: {len(named)} code cells with {words!r}")
            found += named
        return list(dict.fromkeys(found))

    def named_checks(self, wanted: list[str]) -> list[Check]:
        """Checks by their ids. Raises Missing."""
        there = checks(self.lab.key)
        for name in wanted:
            if name not in there:
                raise Missing(f"{self.lab.key}: no check {name}")
        return [there[name] for name in wanted]


def layers() -> dict[str, Layer]:
    """The layers that have a lab, by the number that their key points begin with."""
    return {
        str(lab.number): Layer(lab, ROOT / "docs" / "layers" / f"{lab.number}-{lab.key[3:]}.md")
        for lab in labs(ROOT)
    }
