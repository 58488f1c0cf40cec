"""The README: its commands exist, its links go somewhere, its figures are those of the labs."""

import re

import pytest
import typer

from tests.repository.sources import ROOT
from workshop.catalogue import labs
from workshop.cli import app

README = (ROOT / "README.md").read_text()
FIRST_SCREEN = README.splitlines()[:34]
"""What a reader sees before he scrolls, at 1280 × 800: a code block's fences take no line."""
SECTIONS = ("The labs", "For instructors", "For graders and CI", "For contributors", "Comparison", "Licence")


def commands():
    """Each line of its code blocks, without its comment."""
    blocks = re.findall(r"^```\n(.*?)^```", README, re.M | re.S)
    return [line.partition("#")[0].strip() for block in blocks for line in block.splitlines()]


def test_the_first_screen_leads_to_a_first_check():
    text = "\n".join(FIRST_SCREEN)
    assert "<picture>" in text
    assert commands() == [
        *("make start", "make test"),
        *("source .venv/bin/activate", "workshop begin 1", "workshop deploy 1", "workshop check 1"),
    ]
    assert all(command in text for command in commands())


def test_its_commands_exist():
    verbs = set(typer.main.get_command(app).commands)
    makefile = (ROOT / "Makefile").read_text()
    assert set(re.findall(r"\bworkshop ([a-z]+)(?= \d|`)", README)) <= verbs
    for target in re.findall(r"^make ([a-z]+)", README, re.M):
        assert re.search(rf"^{target}:", makefile, re.M), target


def test_the_word_to_replace_is_there_once():
    """tests/docs/test_pictures.py replaces it, and sees a green check."""
    assert "write `S` in place of `TODO`" in README
    assert (ROOT / "labs" / "01-dynamodb" / "template.yaml").read_text().count("TODO") == 1


def test_its_links_go_somewhere():
    links = re.findall(r"\]\(([^)]+)\)", README.replace("\n", " "))
    links += re.findall(r'(?:src|srcset)="([^"]+)"', README)
    assert len(links) > 12
    assert [link for link in links if not (ROOT / link.partition("#")[0]).exists()] == []


def test_the_labs_are_those_that_are_there():
    rows = re.findall(r"^\| (\d) · \[[^\]]+\]\(docs/layers/\d-([a-z-]+)\.md\) \|.*\| (\d+) \|$", README, re.M)
    assert [(f"0{number}-{name}", int(minutes)) for number, name, minutes in rows] == [
        (lab.key, lab.minutes) for lab in labs(ROOT)
    ]


@pytest.mark.parametrize("section", SECTIONS)
def test_each_reader_has_his_section(section):
    assert f"\n## {section}\n" in README
