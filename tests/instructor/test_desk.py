"""The instructor's pages: minutes add up, commands and checks exist, every cause is on the helper sheet."""

import re
import shlex
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
import typer

from sandbox.cli import app as sandbox_app
from tests.instructor.labs import checks
from tests.repository.sources import ROOT
from workshop.catalogue import labs
from workshop.cli import app as workshop_app
from workshop.doctor.checklist import CAUSES

FOLDER = ROOT / "docs" / "instructor"
PAGES = {path.stem: path.read_text("utf-8") for path in sorted(FOLDER.glob("*.md"))}
APPS = {"workshop": typer.main.get_command(workshop_app), "sandbox": typer.main.get_command(sandbox_app)}
TO_COME: set[str] = set()
"""Verbs that a page names, and that have a page of their own elsewhere."""


def code(text):
    """The lines of code of a page: those in fences, and those between backticks."""
    fenced = "\n".join(re.findall(r"^```\w*\n(.*?)^```", text, re.M | re.S))
    inline = re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text, flags=re.M | re.S))
    return [line.strip() for line in (*fenced.splitlines(), *inline)]


def commands():
    """Each `workshop` or `sandbox` command of the pages, with the page it stands on."""
    for page, text in PAGES.items():
        for line in code(text):
            for part in re.split(r"&&|;|\|", line):
                words = part.strip().removeprefix(".venv/bin/")
                if re.match(r"(workshop|sandbox) [a-z]", words):
                    yield page, words


@pytest.mark.parametrize(("page", "command"), sorted(set(commands())))
def test_a_command_exists_with_its_options(page, command):
    app, verb, *rest = shlex.split(command, comments=True)
    if f"{app} {verb}" in TO_COME - {f"{app} {name}" for name in APPS[app].commands}:
        return
    known = APPS[app].commands[verb]
    options = {name for one in known.params for name in (*one.opts, *one.secondary_opts)}
    used = {word.partition("=")[0] for word in rest if word.startswith("--")}
    assert used <= options, f"{page}.md: {command}"


def rows(text, first):
    """The rows of the plan whose first column is called `first`: time, minutes, what."""
    table = text.split(f"| {first} | Minutes | What |")[1].split("\n\n")[0]
    return [
        (datetime.strptime(at, "%H:%M"), int(minutes), what)
        for at, minutes, what in re.findall(r"^\| (\d\d:\d\d) \| (\d+) \| (.+) \|$", table, re.M)
    ]


@pytest.mark.parametrize("first", ["At", "First at", "Then at"])
def test_a_plan_has_no_gap(first):
    plan = rows(PAGES["plans"], first)
    for (at, minutes, what), (following, _, _) in pairwise(plan):
        assert at + timedelta(minutes=minutes) == following, what
    assert plan[-1][1:] == (0, "End")


@pytest.mark.parametrize("days", [["At"], ["First at", "Then at"]])
def test_a_plan_gives_each_lab_its_minutes(days):
    spent = dict.fromkeys((lab.number for lab in labs(ROOT)), 0)
    for first in days:
        for _, minutes, what in rows(PAGES["plans"], first):
            for number in re.findall(r"\*\*Lab (\d)\*\*", what):
                spent[int(number)] += minutes
    assert spent == {lab.number: lab.minutes for lab in labs(ROOT)}


def test_a_stop_line_names_checks_of_its_lab():
    table = PAGES["plans"].split("## Stop lines")[1]
    found = re.findall(r"^\| \**Lab (\d)[^|]*\| ([^|]+) \|", table, re.M)
    assert {int(number) for number, _ in found} == {lab.number for lab in labs(ROOT)}
    for number, most in found:
        key = next(lab.key for lab in labs(ROOT) if lab.number == int(number))
        assert set(re.findall(r"`([\w-]+)`", most)) <= set(checks(key)), most


def test_every_cause_is_on_the_helper_sheet_and_nothing_else():
    linked = re.findall(r"\[([\w-]+)\]\(\.\./troubleshooting/symptoms\.md#([\w-]+)\)", PAGES["helper-sheet"])
    assert all(name == anchor for name, anchor in linked)
    assert {name for name, _ in linked} == set(CAUSES)


def test_each_question_is_answered_and_says_where_it_is_shown():
    asked = re.split(r"^### ", PAGES["questions"], flags=re.M)[1:]
    assert len(asked) >= 25
    without = [
        one.partition("\n")[0]
        for one in asked
        if "*Shown:*" not in one and "](http" not in one and "lab 4, task" not in one
    ]
    assert without == []


def test_something_is_said_and_drawn_before_each_lab():
    parts = re.split(r"^## Lab \d · ", PAGES["before-each-lab"], flags=re.M)[1:]
    assert [part.partition("\n")[0] for part in parts] == [
        re.search(rf"^\| {lab.number} · ([^|]+?) \|", PAGES["index"], re.M)[1] for lab in labs(ROOT)
    ]
    for part in parts:
        said = " ".join(re.findall(r"^> ?(.*)$", part, re.M)).split()
        assert 120 <= len(said) <= 260, "two minutes"
        drawn = re.findall(r"^```\n(.*?)^```", part, re.M | re.S)
        assert len(drawn) == 1
        assert max(map(len, drawn[0].splitlines())) <= 72
        assert "**Ask:**" in part


def test_the_desk_leads_to_every_page_of_its():
    pages = {str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*.md")} - {"index.md"}
    assert pages == set(re.findall(r"\]\(((?!\.\./)[\w/-]+\.md)\)", PAGES["index"]))


@pytest.mark.parametrize("lab", labs(ROOT), ids=lambda lab: lab.key)
def test_the_quick_find_something_after_each_lab_with_a_check(lab):
    part = PAGES["quick"].split(f"\n## Lab {lab.number}\n")[1].split("\n## ")[0]
    tasks = re.findall(r"^\d\. (.*?)(?=^\d\. |\Z)", part, re.M | re.S)
    assert len(tasks) >= 3
    if lab.number != 5:
        assert all("*Check:*" in task for task in tasks)
