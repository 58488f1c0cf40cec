"""The reports say what the records say, and nothing that a learner wrote does more than stand there."""

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser

import jsonschema
import pytest

from tests.repository.sources import ROOT
from tests.workshop.grading.canned import LAB, record
from workshop.grading.record import STATES, Record, exit_code, load, save
from workshop.grading.reports import write_reports
from workshop.grading.reports.mistakes import mistakes, tallies

EVIL = "</script><script>alert(1)</script> \x1b[31m & \"'\x00 ]]> \ud800"
NAMES = ("ada", "=1+1", "<b>bela</b>", "cem", "dora", "emil", "fay")


@pytest.fixture
def records(declared):
    problem = {"headline": "Nothing was deployed.", "text": f"line 3: {EVIL}"}
    return [
        record(declared, "ada"),
        record(
            declared, "=1+1", {"partition-key": "the partition key is `id`", "capacity": "=cmd|' /C calc'!A0"}
        ),
        record(declared, "<b>bela</b>", {"partition-key": f"the partition key is `{EVIL}`"}),
        record(declared, "cem", {"table-active": "nothing"}, deployment=problem),
        Record("dora", "stopped", "It used more than 900 MB of memory.", log=EVIL),
        Record("emil", "refused", "It is empty."),
        record(declared, "fay", {"table-active": "x"}, state="error", reason="RuntimeError: ours"),
    ]


@pytest.fixture
def written(records, declared, tmp_path):
    write_reports(tmp_path, records, declared, "part 1 of 2")
    return tmp_path


def test_exit_codes(records):
    assert [exit_code([one]) for one in records] == [0, 1, 1, 1, 1, 1, 3]
    assert exit_code(records) == 3
    assert exit_code(records[:2]) == 1
    assert exit_code([Record("gus", "missing")]) == 3
    assert exit_code([]) == 0


def test_a_record_survives_its_file(records, tmp_path):
    for number, one in enumerate(records):
        save(tmp_path, f"{number}.json", one)
        assert load(tmp_path / "submissions" / f"{number}.json") == one
    broken = tmp_path / "submissions" / "0.json"
    broken.write_text(broken.read_text()[:100])
    assert load(broken) is None
    assert load(tmp_path / "nowhere") is None


# ---- JSON

SCHEMA = json.loads((ROOT / "docs" / "reference" / "results.schema.json").read_text())
MORE = {
    "workshop": ("submissions", "submission", "state", "reason", "fingerprint", "isolation", "use", "log"),
    "labs": ("deployment",),
    "tests": ("submission",),
}


def as_one_result(held):
    """The document without what grading adds to the format of `workshop check`."""
    plain = json.loads(json.dumps(held))
    for name in MORE["workshop"]:
        plain["workshop"].pop(name, None)
    for lab in plain["workshop"]["labs"]:
        lab.pop("deployment", None)
    for test in plain["tests"]:
        test.pop("submission", None)
    return plain


def test_json_is_the_results_format_and_more(written, records):
    held = json.loads((written / "report.json").read_text())
    jsonschema.validate(as_one_result(held), SCHEMA)
    assert held["status"] == "error"
    assert held["workshop"]["exit_code"] == 3
    told = {one["submission"]: (one["state"], one["points"]) for one in held["workshop"]["submissions"]}
    assert told == {one.name: (one.state, one.points) for one in records}
    assert {test["submission"] for test in held["tests"]} == {one.name for one in records if one.tests}
    (lab,) = held["workshop"]["labs"]
    assert lab["verdict"] == "1 of 5 submissions have all points"


def test_each_record_is_the_results_format_and_more(records):
    for one in records:
        if one.labs:
            jsonschema.validate(as_one_result(one.as_dict()), SCHEMA)


# ---- JUnit


def test_junit_is_read_by_readers_of_junit(written, records):
    root = ET.parse(written / "report.xml").getroot()
    assert root.tag == "testsuites"
    suites = {suite.get("name"): suite for suite in root}
    assert list(suites) == [one.name for one in records]
    for name in ("tests", "failures", "errors", "skipped"):
        assert int(root.get(name)) == sum(int(suite.get(name)) for suite in root)
    for suite in root:
        cases = suite.findall("testcase")
        assert int(suite.get("tests")) == len(cases) > 0
        for name, kind in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert int(suite.get(name)) == len(suite.findall(f"testcase/{kind}"))
        for case in cases:
            assert case.get("name")
            assert case.get("classname")
            assert float(case.get("time")) >= 0
            assert len(case) <= 1
    assert (suites["ada"].get("failures"), suites["ada"].get("errors")) == ("0", "0")
    assert suites["=1+1"].get("failures") == "1", "a stretch task is no part of the verdict"
    (stopped,) = suites["dora"].findall("testcase/failure")
    assert stopped.get("message") == "stopped: It used more than 900 MB of memory."
    assert suites["fay"].get("errors") == "1"


# ---- Markdown


def test_a_table_is_added_to_the_summary_of_a_run(records, declared, tmp_path):
    summary = tmp_path / "summary.md"
    summary.write_text("# Before\n")
    write_reports(tmp_path, records, declared, "part 1 of 2", {"GITHUB_STEP_SUMMARY": str(summary)})
    told = summary.read_text()
    assert told.startswith("# Before\n## Graded submissions, part 1 of 2\n\n1 passed, 3 failed, 1 stopped")
    assert "| ✔ passed | ada | 24 of 24 |  |" in told
    assert "&lt;b>bela&lt;/b>" in told
    assert "<script" not in re.sub("`[^`]*`", "", told)
    rows = [line for line in told.splitlines() if line.startswith("| ") and "Submission" not in line]
    assert len(rows) == len(records)


# ---- CSV


def test_tables_hold_every_learner_and_every_check(written, records):
    learners = list(csv.DictReader(io.StringIO((written / "learners.csv").read_text())))
    assert [row["state"] for row in learners] == [STATES[one.state][1] for one in records]
    assert (learners[0]["points"], learners[0]["possible"], learners[0][LAB]) == ("24", "24", "24")
    assert learners[4][LAB] == ""
    checks = list(csv.DictReader(io.StringIO((written / "checks.csv").read_text())))
    assert len(checks) == sum(len(one.tests) for one in records)
    assert {row["submission"] for row in checks if row["outcome"] == "failed"} >= {"'=1+1", "cem"}


@pytest.mark.parametrize("file", ["learners.csv", "checks.csv"])
def test_no_cell_is_a_formula(written, file):
    rows = list(csv.reader(io.StringIO((written / file).read_text())))
    assert [cell for row in rows for cell in row if cell[:1] in ("=", "+", "-", "@", "\t", "\r")] == []
    assert any(cell == "'=1+1" for row in rows for cell in row)


# ---- HTML


class Page(HTMLParser):
    """What a browser would make of it: tags, texts, ids, and where links lead."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.texts, self.ids, self.links, self.open = [], [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "br"):
            self.open.append(tag)
        self.ids += [value for name, value in attrs if name == "id"]
        self.links += [value for name, value in attrs if name in ("href", "src")]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append(data)


@pytest.fixture
def page(written):
    return Page((written / "report.html").read_text())


def test_the_page_is_whole_and_runs_nothing(page, written):
    assert page.open == []
    tags = {tag for tag, _ in page.tags}
    assert not tags & {"script", "img", "link", "iframe", "object", "form"}
    assert not [name for _, attrs in page.tags for name in attrs if name.startswith("on")]
    assert all(link.startswith("#") and link[1:] in page.ids for link in page.links)
    assert len(set(page.ids)) == len(page.ids)
    text = (written / "report.html").read_text()
    assert "default-src 'none'" in text
    assert not re.search(r"url\(|@import|https?://", text.partition("<body>")[0])
    assert "\x1b" not in text
    assert "\x00" not in text


def test_the_page_names_everybody_and_what_they_saw(page, records):
    said = " ".join(" ".join(page.texts).split())
    for one in records:
        assert one.name in said
        assert STATES[one.state][1] in said
    assert "the partition key is `id`" in said
    assert "It used more than 900 MB of memory." in said
    assert "part 1 of 2" in said


def test_tables_can_be_read_aloud(page):
    tables = [tag for tag, _ in page.tags if tag == "table"]
    assert len(tables) == len([tag for tag, _ in page.tags if tag == "caption"]) > 4
    assert all(attrs.get("scope") in ("col", "row") for tag, attrs in page.tags if tag == "th")
    regions = [attrs for tag, attrs in page.tags if attrs.get("role") == "region"]
    assert len(regions) == len(tables)
    assert all(attrs["tabindex"] == "0" and attrs["aria-label"] for attrs in regions)
    assert ("html", {"lang": "en"}) in page.tags


def test_a_page_without_a_mistake(declared, tmp_path):
    write_reports(tmp_path, [record(declared, "ada")], declared, "")
    assert "None: no check has failed." in (tmp_path / "report.html").read_text()


# ---- mistakes


def test_the_commonest_mistake_comes_first(records):
    first, second, *others = mistakes(records)
    assert (first.check, first.learners) == ("partition-key", ("=1+1", "<b>bela</b>"))
    assert first.example["saw"] == "the partition key is `id`"
    assert (second.check, second.learners) == ("table-active", ("cem", "fay"))
    assert {one.check for one in others} == {"capacity", "deployment"}


def test_tallies_are_of_those_who_handed_in(records, declared):
    by_check = {one.check: one for one in tallies(records, declared)}
    assert list(by_check) == [check.id for check in declared.checks[LAB]]
    assert by_check["partition-key"].outcomes == {"passed": 3, "failed": 2}
    assert by_check["partition-key"].count == 5
    assert by_check["capacity"].stretch
