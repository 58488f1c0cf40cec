"""The generated pages are current, and what they point at exists."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from tests.graders.proving import LABS, messages_of
from tests.graders.submission import submissions
from tests.instructor import coverage, graders, incidents, mistakes
from tests.instructor.labs import Missing, checks, code_cells, headings, layers
from tests.repository.sources import ROOT
from workshop.catalogue import labs
from workshop.incidents.pick import INCIDENTS, pick

POINTS = coverage.points()
GUIDE = {"1": 4, "2": 3, "3": 4, "4": 4, "5": 3}
"""How many key points the guide has in each layer."""
BY_NUMBER = {point.number: point for point in POINTS}


def test_the_page_of_the_graders_is_current():
    assert graders.PAGE.read_text("utf-8") == graders.page(), "write it anew: python -m tests.graders"


def test_the_page_of_the_key_points_is_current():
    told = coverage.PAGE.read_text("utf-8")
    assert told == coverage.page(), "write it anew: python -m tests.instructor.coverage"


def test_no_key_point_is_left_out():
    assert list(BY_NUMBER) == [f"{layer}.{n}" for layer, many in GUIDE.items() for n in range(1, many + 1)]
    assert all(point.seen and point.checked for point in POINTS)
    rows = [line for line in coverage.page().splitlines() if line.startswith("| **")]
    assert len(rows) == 18


@pytest.mark.parametrize("lab", labs(ROOT), ids=lambda lab: lab.key)
def test_a_lab_says_the_same_key_points(lab):
    told = [point.partition(" ")[0] for point in lab.key_points]
    assert told == [number for number in BY_NUMBER if number.startswith(f"{lab.number}.")]


@pytest.mark.parametrize("point", POINTS, ids=lambda point: point.number)
def test_each_check_named_can_be_failed_without_any_other(point):
    """A wrong answer does not pass it: at least one mistake is named by this very check."""
    key = layers()[point.number[0]].lab.key
    named = {mistake.check for mistake in submissions("mistakes", key)}
    assert set(point.checked) <= named


class TestWhatIsNotThereIsSaid:
    """Each of the four places."""

    @pytest.fixture
    def point(self):
        return BY_NUMBER["1.2"]

    def said(self, point):
        with pytest.raises(Missing) as caught:
            coverage.page([point])
        return str(caught.value)

    def test_explained(self, point):
        assert self.said(replace(point, number="1.9")) == "1-dynamodb.md: 0 headings begin with 1.9"

    def test_seen(self, point):
        said = self.said(replace(point, seen=[*point.seen, "no such words"]))
        assert said == "01-dynamodb.ipynb: 0 code cells with 'no such words'"

    def test_seen_in_one_cell_for_sure(self, point):
        assert re.fullmatch(
            r"01-dynamodb.ipynb: \d+ code cells with 'table'", self.said(replace(point, seen=["table"]))
        )

    def test_done(self):
        with pytest.raises(Missing, match=r"no task names key point 4\.9"):
            layers()["4"].tasks("4.9")

    def test_checked(self, point):
        assert self.said(replace(point, checked=["no-such"])) == "01-dynamodb: no check no-such"


def test_headings_in_code_are_none(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("# One\n```\n# two\n```\n## 1.1 Three, four {#five}\n### The table's ARN\n")
    assert [(one.text, one.anchor) for one in headings(page)] == [
        ("One", "one"),
        ("1.1 Three, four", "five"),
        ("The table's ARN", "the-tables-arn"),
    ]


def test_a_cell_belongs_to_the_heading_above_it():
    cells = code_cells(ROOT / "notebooks" / "01-dynamodb.ipynb")
    created = [section for section, source in cells if source.startswith("dynamodb.create_table(")]
    assert created[0] == "2. Create a table, and wait for it"


def test_all_that_the_graders_have_is_counted():
    text = graders.page()
    for lab in labs(ROOT):
        for name, check in checks(lab.key).items():
            assert f"[`{name}`](../layers/{lab.key.lstrip('0')}.md#{name})" in text
            assert check.statement in text
    counted = graders.languages(submissions("mistakes", "01-dynamodb"))
    assert counted["all"] < counted["python"] + counted["node"], "some count for both"


def test_minutes_of_the_room_are_those_of_the_labs():
    text = (ROOT / "docs" / "instructor" / "index.md").read_text("utf-8")
    told = {int(n): int(m) for n, m in re.findall(r"^\| (\d) · [^|]+\| (\d+) \|", text, re.M)}
    assert told == {lab.number: lab.minutes for lab in labs(ROOT)}


@pytest.mark.parametrize("lab", LABS)
def test_the_catalogue_of_mistakes_is_current(lab):
    told = mistakes.file_of(lab).read_text("utf-8")
    assert told == mistakes.page(lab), "write it anew: python -m tests.instructor.mistakes"


@pytest.mark.parametrize("lab", LABS)
def test_no_mistake_and_no_message_is_left_out(lab):
    text = mistakes.page(lab)
    for one in submissions("mistakes", lab):
        section = text.split(f"\n## {one.check}\n")[1].split("\n## ")[0]
        name = one.id.removeprefix("python-").removeprefix("node-")
        assert name.replace("-", " ") in section
        assert all(" ".join(str(word).split()).replace("|", "\\|") in section for word in one.words)
        if one.message:
            assert mistakes.told(messages_of(lab)[one.message].saw) in section


def test_the_page_of_the_incidents_is_current():
    told = incidents.PAGE.read_text("utf-8")
    assert told == incidents.page(), "write it anew: python -m tests.instructor.incidents"


def test_the_rounds_have_every_incident_once_and_the_page_names_none():
    seeds = [seed for row in incidents.rounds() for seed in row]
    assert len(seeds) == len(set(seeds)) == len(INCIDENTS)
    assert incidents.covered(seeds) == set(INCIDENTS)
    assert len({pick(seed, 2)[0].id for seed in incidents.twos()}) == incidents.TEAMS
    text = incidents.page()
    assert [name for name in INCIDENTS if name in text] == []
