"""A class's answers stay locked until their time, or for the word; who has passed is not kept from them."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.workshop.small_clone import in_clone, make_clone, workshop
from workshop import progress, solution_lock
from workshop.errors import Problem
from workshop.solution_lock import FILE, Lock, hashed, read, time_of

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
WORD = hashed("Otter")
KEY = "01-dynamodb"


@pytest.fixture
def clone(tmp_path, monkeypatch):
    clone = make_clone(tmp_path)
    in_clone(clone, monkeypatch)
    return clone


@pytest.fixture
def begun(clone):
    workshop("begin", "1", "--language", "python")
    return clone


def refused(clone, word=None, now=NOW):
    with pytest.raises(Problem) as caught:
        solution_lock.refuse(clone, 1, "go on", word, now)
    return caught.value


class TestWhatOpensIt:
    def test_without_the_file_all_is_open(self, clone):
        solution_lock.refuse(clone, 1, "go on", None)
        assert read(clone) == {}

    def test_its_time(self, clone):
        solution_lock.write(clone, {1: Lock(NOW + timedelta(minutes=1))})
        assert "locked: it waits for " in refused(clone).found
        solution_lock.refuse(clone, 1, "go on", None, NOW + timedelta(minutes=1))

    def test_its_word_in_any_letter_case(self, clone):
        solution_lock.write(clone, {1: Lock(None, WORD)})
        assert "your instructor's word" in refused(clone).found
        assert refused(clone, "heron").found == "another word: 'heron'"
        solution_lock.refuse(clone, 1, "go on", " oTTER ")

    def test_nothing_but_the_instructor(self, clone):
        solution_lock.write(clone, {1: Lock()})
        assert refused(clone, "otter").found == "locked: it waits for your instructor"

    def test_of_another_lab_it_says_nothing(self, clone):
        solution_lock.write(clone, {2: Lock()})
        solution_lock.refuse(clone, 1, "go on", None)

    def test_the_word_is_not_in_the_file(self, clone):
        solution_lock.write(clone, {1: Lock(NOW, WORD)})
        assert "otter" not in (clone / FILE).read_text().lower()
        assert read(clone) == {1: Lock(NOW, WORD)}

    @pytest.mark.parametrize(
        "text",
        ["[locked", "[locked.one]\n", "[locked.1]\nuntil = 5\n", "[locked.1]\nopen = true\n", "locked = 1"],
    )
    def test_a_file_that_cannot_be_understood_opens_nothing(self, clone, text):
        (clone / FILE).write_text(text)
        assert refused(clone).looked_at == f"the file {FILE}"


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("16:30", (2026, 11, 24, 16, 30)),
        ("2026-11-25T09:00", (2026, 11, 25, 9, 0)),
        ("2026-11-25T09:00+00:00", None),
    ],
)
def test_times(text, moment):
    if moment is None:
        assert time_of(text) == datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
    else:
        assert time_of(text, NOW.astimezone()) == datetime(*moment).astimezone()


def test_no_time():
    with pytest.raises(Problem, match="--until"):
        time_of("tea time")


class TestTheVerbs:
    def test_a_lock_for_all_then_for_one_then_none(self, clone):
        said, _ = workshop("lock", "--word", "otter")
        assert "Lab 1: locked; it waits for your instructor's word\nLab 2: locked" in said
        assert "make bundle" in said
        assert "Lab 1: open\nLab 2: locked" in workshop("lock", "1", "--open")[0]
        assert workshop("lock", "--open") == ("Lab 1: open\nLab 2: open\n", 0)
        assert not (clone / FILE).exists()

    def test_open_and_a_word_at_once(self, clone):
        with pytest.raises(Problem, match="--open"):
            workshop("lock", "--open", "--word", "x")

    def test_the_solution(self, begun):
        workshop("lock", "--word", "otter")
        with pytest.raises(Problem) as refusal:
            workshop("solve", "1", "--anyway")
        assert refusal.value.do_next.endswith("workshop solve 1 --anyway --word WORD")
        assert "TODO" in (begun / "work/01-dynamodb/users.py").read_text()
        workshop("solve", "1", "--anyway", "--word", "otter")
        assert "DONE" in (begun / "work/01-dynamodb/users.py").read_text()

    def test_who_has_passed_sees_it(self, begun):
        workshop("lock")
        outcomes = dict.fromkeys(("table-active", "partition-key"), "passed")
        progress.record_check(begun / "work", KEY, outcomes, progress.now())
        assert workshop("solve", "1")[1] == 0

    def test_only_the_last_hint(self, begun):
        workshop("lock", "--word", "otter")
        assert [workshop("hint", "1")[1] for _ in range(2)] == [0, 0]
        with pytest.raises(Problem) as refusal:
            workshop("hint", "1")
        assert "workshop hint 1 table-active --word WORD" in refusal.value.do_next
        assert progress.load(begun / "work").labs[KEY].hints == {"table-active": 2}
        assert "write S" in workshop("hint", "1", "--word", "otter")[0]
