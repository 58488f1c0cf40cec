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
    return sorted(set(re.findall(pattern, text, re.M)))


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


SMALL = {"sandbox": {"logs"}, "workshop": {"addons", "cost", "tracing"}}
"""Folders whose name says all."""


@pytest.mark.parametrize("program", SMALL)
def test_each_room_has_its_row_and_no_other(program):
    part = re.search(rf"^## The rooms of the {program}\n(.*?)(?=^## )", ARCHITECTURE, re.M | re.S)[1]
    told, place = named(part, r"^\| `([^`]+)`"), ROOT / "src" / program
    assert [name for name in told if not (place / name).exists()] == []
    folders = {path.parent.name for path in place.glob("*/__init__.py")} - SMALL[program]
    assert {f"{name}/" for name in folders} <= set(named(part, r"`([^`]+)`"))


@pytest.mark.parametrize("page", PAGES)
def test_each_make_target_exists(page):
    makefile = (ROOT / "Makefile").read_text()
    targets = named(PAGES[page], r"`make ([a-z-]+)")
    targets += named(PAGES[page], r"^make ([a-z-]+)")
    assert [one for one in targets if not re.search(rf"^{one}:", makefile, re.M)] == []


def test_a_path_that_is_gone_would_be_seen():
    assert named("see `src/sandbox/gone.py` and `make test`", PLACES) == ["src/sandbox/gone.py"]
    assert list(ROOT.glob("src/sandbox/gone.py")) == []
