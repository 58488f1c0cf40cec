"""The commonest mistakes on the layers' pages: each is graded, and in the words that learners read today.

tests/graders/test_mistakes.py hands each of them in, and sees that its check fails with this message.
"""

import pytest

from tests.graders.proving import LABS, messages_of
from tests.graders.shown import FOLDER, LABELS, SHOWN, entry, mistakes, one_line, read_back
from tests.graders.submission import Submission
from tests.repository.sources import ROOT
from workshop.checking.finding import Finding

LEAST = 6


@pytest.fixture(params=LABS)
def lab(request):
    return request.param


@pytest.fixture
def shown(lab):
    return read_back((FOLDER / f"{lab}.md").read_text())


def test_each_has_its_entry_and_no_other(lab, shown):
    wanted = [(words, mistake.check) for mistake, words in mistakes(lab)]
    assert len(wanted) >= LEAST
    assert [(words, check) for words, check, _ in shown] == wanted, "anew: python -m tests.graders.shown"


def test_each_is_said_in_today_s_words(lab, shown):
    messages = messages_of(lab)
    for (mistake, words), (_, _, finding) in zip(mistakes(lab), shown, strict=True):
        message = one_line(messages[mistake.message])
        assert message.made(finding), f"{words} is now said like this:\n{message}"


def test_the_page_shows_them_before_the_checks(lab):
    page = (ROOT / "docs" / "layers" / f"{lab.lstrip('0')}.md").read_text()
    assert (
        f"## The commonest mistakes {{#mistakes}}\n\nWhat people hand in, and what `workshop check {lab[1]}`"
        in page
    )
    assert page.index(f'--8<-- "docs/snippets/mistakes/{lab}.md"') < page.index("\n## Checks\n")


def test_what_is_written_is_read_back():
    finding = Finding("`a|b` is <c> *d* [e_f]", "{'x': 1}", "why \\ not", "workshop check 1")
    text = entry(Submission(lab="", id="", check="get-user"), "Words.", finding)
    assert read_back(text) == [("Words.", "get-user", finding)]
    assert set(SHOWN) == set(LABS)
    assert list(LABELS) == ["saw", "expected", "why", "next_step"]
