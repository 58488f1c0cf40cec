"""The report in a terminal, as a card, and as Markdown."""

import io
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from rich.console import Console

from tests.workshop.checking.test_outcomes import ALL_FIVE
from workshop.checking.declare import Check
from workshop.checking.evidence import Evidence
from workshop.checking.finding import Finding
from workshop.checking.reports import markdown, terminal
from workshop.checking.reports.card import Card
from workshop.checking.results import CheckResult, LabResults, Results

EVIL = "<script>alert(1)</script> & | *x*"
LOG = Path("check.log")


def result(name, outcome="passed", stretch=False, points=1, **more):
    return CheckResult(
        "01-dynamodb",
        Check(name, f"{name} is right", points, f"dynamodb#{name}", (), stretch),
        outcome,
        **more,
    )


def results(*checks, broken=""):
    return Results((LabResults("01-dynamodb", checks, broken),), "http://here", "/work", "2026-01-01", 1.0)


FINDING = Finding(
    "`id` | <id>",
    "userId",
    "Keys matter.",
    "Rename it.",
    (Evidence("dynamodb", "DescribeTable", {"TableName": "t"}, answer='{"Table": "' + "x" * 300 + '"}'),),
    "template.yaml:7",
)
SOME = results(
    result("one"),
    result("two", "failed", finding=FINDING, points=2),
    result("three", "failed", finding=Finding("second failure", "b", "c", "d")),
    result("four", "skipped", reason="because `two` has not passed"),
    result("five", "skipped", reason="because `two` has not passed"),
    result("six", "not_shown", reason="never stale here"),
    result("seven", "error", reason="KeyError: 'x'", traceback="Traceback"),
    result("eight", "failed", stretch=True, finding=Finding("beyond", "b", "c", "d")),
)
DONE = results(result("one"), result("two", "not_shown", reason="never"), result("s", stretch=True, points=4))


@pytest.fixture
def guide(tmp_path):
    (tmp_path / "docs" / "layers").mkdir(parents=True)
    (tmp_path / "docs" / "layers" / "1-dynamodb.md").write_text("# Two { #two }")
    return tmp_path


class TestTerminal:
    def test_the_first_failure_in_full_and_the_rest_in_a_line(self, guide):
        text = terminal.as_text(SOME, guide, LOG)
        assert text.startswith("Lab 1 (01-dynamodb), checked at http://here\n\n  ✔ passed ")
        for line in (
            "  ✘ FAILED         two is right\n                   `id` | <id>\n",
            "                   second failure\n",
            "  ○ not shown here six is right\n                   never stale here\n",
            "  – skipped        four, five: because `two` has not passed\n",
            "Stretch tasks (not part of the verdict)\n",
            "✘ FAILED  two is right  (two)\n",
            "  Where:    template.yaml:7\n  Saw:      `id` | <id>\n  Expected: userId\n",
            "  Why:      Keys matter.\n  Do next:  Rename it.\n",
            'Looked at (run it yourself):\n\n  boto3.client("dynamodb").describe_table(TableName="t")\n',
            "\n  aws dynamodb describe-table --table-name t\n",
            f'\n  → {{"Table": "{"x" * 300}"}}\n',  # a line to be copied is never broken
            "  Hint:     workshop hint 1 two\n  Read:     docs/layers/1-dynamodb.md#two (http://127.0.0.1:8000/",
            "! The workshop's own fault, not yours: it counts neither for nor against you.\n",
            "  seven: KeyError: 'x'\n  The details are in check.log.\n  Do next: the same command again;",
        ):
            assert line in text
        assert text.endswith(
            "Lab 1 (01-dynamodb): 1 passed, 2 failed, 2 skipped, 1 not shown here, 1 error. 1 of 7 points.\n"
        )
        assert text.count("Do next:  ") == 1
        assert not re.search(r" +$", text, re.M)

    def test_all_passed(self, guide):
        text = terminal.as_text(DONE, guide)
        assert "1 passed, 1 not shown here. 1 of 1 points, and 4 for stretch tasks.\n" in text
        assert text.endswith("Everything this lab asks for is there. What is next: workshop\n")
        assert "own fault" not in text
        assert "FAILED" not in text

    def test_graders_that_cannot_be_loaded(self, guide):
        text = terminal.as_text(results(broken="Traceback\nE   ImportError: no\n"), guide, LOG)
        assert "The checks of this lab cannot be loaded: ImportError: no\n" in text
        assert "no checks. 0 of 0 points." in text

    def test_colours_only_repeat_what_words_say(self, guide):
        def shown(**options):
            console = Console(file=io.StringIO(), width=100, **options)
            terminal.write(SOME, console, guide, LOG)
            return console.file.getvalue()

        coloured = shown(force_terminal=True, color_system="truecolor")
        assert "\x1b[" in coloured
        assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == shown(no_color=True)

    def test_a_page_that_is_not_there_is_not_named(self, tmp_path):
        assert "Read:" not in terminal.as_text(SOME, tmp_path, LOG)

    def test_nothing_steers_the_terminal_or_is_taken_for_markup(self, guide):
        bad = Finding("[red]x[/red] \x1b[2J", "b", "c", "d")
        text = terminal.as_text(results(result("one", "failed", finding=bad)), guide)
        assert "[red]x[/red] �[2J" in text
        assert "\x1b" not in text

    def test_a_narrow_terminal_breaks_words_only(self, guide):
        text = terminal.as_text(SOME, guide, LOG, width=40)
        to_copy = ("  boto3.", "  aws ", "  → ", "  The details")
        assert not [line for line in text.splitlines() if len(line) > 40 and not line.startswith(to_copy)]


class Reader(HTMLParser):
    """What a browser would make of a card."""

    def __init__(self, html):
        super().__init__()
        self.open, self.tags, self.text = [], [], ""
        self.feed(html)
        self.close()
        assert self.open == [], "a tag that is not closed"

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


class TestCard:
    def test_the_first_failure_is_open_and_the_rest_is_folded(self, guide):
        page = Reader(Card(SOME, guide, LOG)._repr_html_())
        for words in ("two is right", "`id` | <id>", "Keys matter.", "%hint 1 two", "2 skipped", "check.log"):
            assert words in page.text
        folded = [attributes for tag, attributes in page.tags if tag == "details"]
        assert sum("open" in attributes for attributes in folded) == 1  # our own error
        links = [attributes["href"] for tag, attributes in page.tags if tag == "a"]
        assert links == ["http://127.0.0.1:8000/layers/1-dynamodb/#two"]

    def test_it_needs_nothing_from_outside(self, guide):
        tags = {tag for tag, _ in Reader(Card(SOME, guide)._repr_html_()).tags}
        assert tags.isdisjoint({"script", "style", "link", "img", "iframe"})

    def test_what_learners_write_is_text(self, guide):
        bad = Finding(EVIL, EVIL, EVIL, EVIL, (Evidence("s", "Op", {"x": EVIL}, answer=EVIL),), EVIL)
        card = Card(
            results(
                result("one", "failed", finding=bad),
                result("two", "error", reason=EVIL, traceback="t"),
                result("three", "skipped", reason=EVIL),
                broken=EVIL,
            ),
            guide,
        )
        page = Reader(card._repr_html_())
        assert "script" not in {tag for tag, _ in page.tags}
        assert page.text.count(EVIL) == 11

    def test_all_passed(self, guide):
        text = Reader(Card(DONE, guide)._repr_html_()).text
        assert "Everything this lab asks for is there." in text
        assert "own fault" not in text

    @pytest.mark.parametrize(
        ("checks", "colour"),
        [
            ([result("a"), result("b", "failed", finding=FINDING)], "#D55E00"),
            ([result("a", "error", reason="x"), result("b", "failed", finding=FINDING)], "#B06AB3"),
            ([result("a"), result("b", "failed", stretch=True, finding=FINDING)], "#009E73"),
            ([result("a", "not_shown", reason="x")], "#0087CC"),
        ],
    )
    def test_its_edge_has_the_colour_of_the_verdict(self, guide, checks, colour):
        assert f"border-left:6px solid {colour}" in Card(results(*checks), guide)._repr_html_()

    def test_its_text_form_is_the_report_of_the_terminal(self, guide):
        assert repr(Card(SOME, guide, LOG)) == terminal.as_text(SOME, guide, LOG).rstrip()


class TestMarkdown:
    def test_a_table(self):
        lines = markdown.as_text(SOME).splitlines()
        assert lines[0] == "## Lab 1 (01-dynamodb)"
        assert "**1 of 7 points.**" in lines[2]
        assert "| ✔ passed | one is right (one) | 1 of 1 |  |" in lines
        assert (
            "| ✘ FAILED | two is right (two) | 0 of 2 | "
            "`id` \\| &lt;id><br>Expected: userId<br>Do next: Rename it. |" in lines
        )
        assert "| ✘ FAILED | eight is right (stretch, eight) | 0 of 1 |" in lines[-3]
        assert "own fault" in lines[-1]

    def test_what_stands_in_backticks_stays_code(self):
        finding = Finding("`a_b|c<d>` is not e_f, nor g`h <i> *j*", "b", "c", "d")
        text = markdown.as_text(results(result("one", "failed", finding=finding)))
        assert r"| `a_b\|c<d>` is not e\_f, nor g\`h &lt;i> \*j\*<br>" in text

    def test_graders_that_cannot_be_loaded(self):
        text = markdown.as_text(results(broken="E   ImportError: no_such\n"))
        assert "cannot be loaded: ImportError: no\\_such" in text
        assert "|" not in text


def test_made_from_a_real_run(clone):
    text = terminal.as_text(clone.run(ALL_FIVE), clone.folder)
    assert "Read:     docs/layers/1-dynamodb.md#one" in text
    assert "1 passed, 1 failed, 1 skipped, 1 not shown here, 1 error. 3 of 7 points." in text
