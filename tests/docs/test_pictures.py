"""The pictures of README and guide show what the commands print today, and need nothing from elsewhere."""

import re
from html import unescape

import pytest

from pictures import FOLDER, pages, terminal
from pictures.scene import SHOWN, same_each_time, scene
from sandbox import Sandbox
from tests.repository.sources import ROOT

MADE = {f"{name}-{theme}.svg" for name in SHOWN for theme in terminal.THEMES}
MADE |= {f"{name}-{theme}.png" for name in pages.PICTURES for theme in terminal.THEMES}
MOST_BYTES = 150_000


def without_durations(text):
    return re.sub(r" +[\d.]+ ms", " ms", text)


def shown_in(name, theme):
    """What the committed picture draws, as it describes it itself."""
    committed = (ROOT / FOLDER / f"{name}-{theme}.svg").read_text()
    shown = unescape(re.search(r"<desc>(.*?)</desc>", committed, re.S)[1])
    drawn = unescape(" ".join(re.findall(r">([^<>]+)</text>", committed))).replace("\xa0", " ")
    assert drawn.split() == shown.split(), f"{name}-{theme}: its description is not what it draws"
    return shown


def test_the_pictures_show_what_is_printed_today():
    """One test for all: the commands build on one another, in one clone and sandbox of their own."""
    with Sandbox(port=0) as sandbox, scene(sandbox, ROOT) as here:
        for name, show in SHOWN.items():
            now = terminal.words_of(terminal.lines_of(name, show(here)))
            for theme in terminal.THEMES:
                shown = shown_in(name, theme)
                assert without_durations(shown) == without_durations(now), f"anew: make pictures ARGS={name}"


def test_the_readme_s_first_check_is_green():
    lines = shown_in("check", "light").splitlines()
    first = next(line for line in lines if "passed" in line or "FAILED" in line)
    assert first == "  ✔ passed  Your table is there, and ACTIVE"


@pytest.mark.parametrize("part", pages.PICTURES.values(), ids=pages.PICTURES)
def test_the_part_of_the_page_is_still_there(part):
    assert part.first in (ROOT / f"{part.page.rstrip('/')}.ipynb").read_text()


def test_each_picture_is_made_by_the_script_and_small():
    there = {path.name: path.stat().st_size for path in (ROOT / FOLDER).iterdir()}
    assert set(there) == MADE
    assert not {name: size for name, size in there.items() if size > MOST_BYTES}


@pytest.mark.parametrize("name", sorted(name for name in MADE if name.endswith(".svg")))
def test_a_picture_loads_nothing(name):
    text = (ROOT / FOLDER / name).read_text()
    assert "@font-face" not in text
    drawing = re.sub(r"<desc>.*?</desc>|<text.*?</text>|xmlns=\"[^\"]*\"", "", text, flags=re.S)
    assert "http" not in drawing


@pytest.mark.parametrize("page", ["README.md", "docs/index.md"])
def test_every_picture_shown_is_there_and_has_words_for_who_does_not_see_it(page):
    text = (ROOT / page).read_text()
    shown = re.findall(r"!\[([^\]]*)\]\(([^)#]+\.(?:svg|png))", text)
    shown += [(alt, src) for alt, src in re.findall(r'<img alt="([^"]*)" src="([^"]+)"', text)]
    assert shown
    for words, source in shown:
        assert ((ROOT / page).parent / source).exists(), source
        assert len(words) > 20, source


def test_names_that_differ_from_run_to_run_are_one():
    mine, other = "workshop-UsersTable-S8S7zgDQOyoA", "workshop-UsersTable-0123456789ab"
    assert same_each_time(mine) == same_each_time(other) != mine
