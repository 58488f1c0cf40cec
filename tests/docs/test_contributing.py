"""The pages for contributors name files, targets and commands that exist, and leave no room out."""

import re

import pytest

from tests.repository.sources import ROOT

ARCHITECTURE = (ROOT / "docs" / "contributing" / "architecture.md").read_text()
PAGES = {
    "architecture": ARCHITECTURE,
    "walk": (ROOT / "docs" / "sandbox" / "index.md").read_text(),
    "contributing": (ROOT / "CONTRIBUTING.md").read_text(),
}
PLACES = (
    r"`((?:src|tests|tools|labs|solutions|notebooks|docs|benchmarks|\.ci)/[^` …]*|[A-Z]+\.md|mkdocs\.yml)`"
)
MODULE = r"`((?:[a-z_]+/)*[a-z_]+\.(?:py|mjs)|[a-z_]+/)`"
"""A module or a room by its path inside of src/sandbox."""


def named(text, pattern):
    return sorted(set(re.findall(pattern, text)))


@pytest.mark.parametrize("page", PAGES)
def test_each_place_that_is_named_exists(page):
    places = named(PAGES[page], PLACES)
    assert [place for place in places if not list(ROOT.glob(place.rstrip("/")))] == []


def test_each_module_of_the_walk_exists():
    modules = [name for name in named(PAGES["walk"], MODULE) if not name.startswith("_")]
    assert len(modules) > 10
    rooms = [ROOT / "src" / "sandbox", *(ROOT / "src" / "sandbox").iterdir()]
    missing = [name for name in modules if not any((room / name).exists() for room in rooms)]
    assert missing == []


@pytest.mark.parametrize(("program", "heading"), [("sandbox", "sandbox"), ("workshop", "workshop")])
def test_no_room_is_left_out(program, heading):
    part = re.search(rf"^## The rooms of the {heading}\n(.*?)(?=^## )", ARCHITECTURE, re.M | re.S)[1]
    told = set(named(part, rf"`src/{program}/([a-z]+)/`"))
    there = {path.parent.name for path in (ROOT / "src" / program).glob("*/__init__.py")}
    small = {"logs"} if program == "sandbox" else {"addons", "cost", "tracing"}
    assert told == there - small, "each folder with a purpose of its own has its row"


@pytest.mark.parametrize("page", PAGES)
def test_each_make_target_exists(page):
    makefile = (ROOT / "Makefile").read_text()
    targets = named(PAGES[page], r"`make ([a-z-]+)")
    targets += named(PAGES[page], r"^make ([a-z-]+)")
    assert [one for one in targets if not re.search(rf"^{one}:", makefile, re.M)] == []


def test_a_path_that_is_gone_would_be_seen():
    assert named("see `src/sandbox/gone.py` and `tests/…`", PLACES) == ["src/sandbox/gone.py", "tests/"]
    assert not (ROOT / "src/sandbox/gone.py").exists()
