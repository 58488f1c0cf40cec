"""The generated pages of the reference are current, and leave nothing out."""

from __future__ import annotations

import re

import pytest

from tests.graders.proving import LABS, messages_of
from tests.instructor.labs import checks
from tests.reference import commands, findings
from tests.reference.pages import FOLDER, MAKERS, file, text
from tests.reference.text import escaped

AGAIN = "write it anew: python -m tests.reference"


@pytest.mark.parametrize("name", MAKERS)
def test_a_page_is_what_is_generated_now(name):
    assert file(name).exists(), AGAIN
    assert file(name).read_text("utf-8") == text(name), f"docs/reference/{name}: {AGAIN}"


def test_no_page_of_findings_is_left_over():
    assert {f"findings/{one.name}" for one in (FOLDER / "findings").iterdir()} <= MAKERS.keys()


@pytest.mark.parametrize("lab", LABS)
def test_every_check_and_every_message_is_there_once(lab):
    told = text("checks.md")
    assert not [one for one in checks(lab) if told.count(f"### `{one}` {{#lab-{int(lab[:2])}-{one}}}") != 1]
    page, shared = text(f"findings/{lab[1:]}.md"), text(f"findings/{findings.ANY}")
    for name, message in messages_of(lab).items():
        entry = findings._entry(name, message, [])
        assert page.count(entry) + shared.count(entry) == 1, name


def test_what_any_check_says_is_there():
    assert {"NO_STACK", "NO_OUTPUT", "STACK_FAILED", "CANNOT_LOAD"} == set(findings.of_any_check())


@pytest.mark.parametrize("name", [name for name in MAKERS if name.startswith("findings/")])
def test_anchors_of_findings_are_unique(name):
    anchors = re.findall(r"^##+ .*\{#(.+)\}$", text(name), re.M)
    assert len(anchors) == len(set(anchors))


@pytest.mark.parametrize("verb", commands.verbs().values(), ids=lambda verb: verb.name)
def test_a_verb_is_told_whole(verb):
    (section,) = re.findall(rf"^### {verb.name}$(.*?)(?=^###? |\Z)", text("cli.md"), re.M | re.S)
    assert escaped(verb.summary) in section
    assert f"```\n{verb.examples[0]}\n" in section
    assert section.count(commands.CODES) == 1
    for one in (*verb.parameters("option"), *verb.parameters("argument")):
        assert one.help, f"{verb.name} {one.name}: no help"
        assert escaped(one.help.split("[")[0].strip()) in section


def test_a_verb_without_a_group_is_told(monkeypatch):
    there = commands.verbs()
    monkeypatch.setattr(commands, "verbs", lambda: there | {"workshop new": there["workshop up"]})
    with pytest.raises(commands.Unplaced, match=r"groups\.toml.*workshop new"):
        commands.page()


@pytest.mark.parametrize(
    ("help_", "codes"),
    [
        (
            "A.\n\nExit code 0: done; 1: not\ndone, or so; 130: Ctrl-C.",
            "0 done · 1 not done, or so · 130 Ctrl-C",
        ),
        ("A.\n\nB. Exit code 1: no.", "1 no"),
        ("A.", ""),
    ],
)
def test_exit_codes_are_read_from_the_help(help_, codes):
    verb = commands.Verb("workshop up", type("Command", (), {"help": help_})())
    assert verb.codes == codes
    assert "Exit" not in verb.rest
