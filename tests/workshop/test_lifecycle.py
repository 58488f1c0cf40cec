"""Begin, reset, solve: what each does to the learner's files, and what it says."""

import pytest

from tests.workshop.small_clone import make_clone, names_in
from workshop import lifecycle, progress
from workshop.catalogue import find_lab
from workshop.errors import Problem
from workshop.lifecycle import begin, begun, has_passed, losses, reset, solve

KEY = "01-dynamodb"


@pytest.fixture
def clone(tmp_path):
    return make_clone(tmp_path)


@pytest.fixture
def lab(clone):
    return find_lab(clone, "1")


@pytest.fixture
def mine(clone):
    return clone / "work" / KEY


def noted(clone):
    return progress.load(clone / "work").labs[KEY]


class TestBegin:
    @pytest.mark.parametrize(
        ("language", "code", "name"), [("python", "users.py", "Python"), ("nodejs", "users.mjs", "Node.js")]
    )
    def test_copies_names_the_files_and_notes_it(self, clone, lab, mine, language, code, name):
        said = begin(clone, lab, language)
        assert names_in(mine) == ["01-dynamodb.ipynb", "README.md", "template.yaml", code]
        assert f"Your copy, in {name}, is work/01-dynamodb:" in said
        assert all(f"\n  {file}" in said for file in names_in(mine))
        assert "About 60 minutes. Cost on AWS: nearly nothing." in said
        assert (noted(clone).language, noted(clone).deployed_at) == (language, None)
        assert lifecycle.language_of(clone, lab) == language

    def test_never_overwrites_and_says_what_is_there_and_what_to_type(self, clone, lab, mine):
        begin(clone, lab, "python")
        (mine / "users.py").write_text("mine")
        (mine / "notes.txt").write_text("mine")
        with pytest.raises(Problem) as problem:
            begin(clone, lab, "python")
        assert "README.md, notes.txt (yours), template.yaml, users.py (changed)" in problem.value.found
        assert "workshop reset 1" in problem.value.do_next
        assert (mine / "users.py").read_text() == "mine"

    def test_in_another_language_names_the_way(self, clone, lab, mine):
        begin(clone, lab, "python")
        with pytest.raises(Problem, match="your work in Python") as problem:
            begin(clone, lab, "nodejs")
        assert "workshop reset 1 --language nodejs" in problem.value.do_next
        assert names_in(mine) == ["01-dynamodb.ipynb", "README.md", "template.yaml", "users.py"]

    def test_puts_back_what_is_missing(self, clone, lab, mine):
        begin(clone, lab, "python")
        (mine / "template.yaml").unlink()
        (mine / "users.py").write_text("mine")
        progress.record_deploy(clone / "work", KEY, progress.now())
        said = begin(clone, lab, "python")
        assert "missing and are there again, as the starter has them: template.yaml." in said
        assert (mine / "users.py").read_text() == "mine"
        assert noted(clone).deployed_at, "what was done before still counts"

    def test_a_half_copy_that_nothing_is_noted_of_is_made_whole(self, clone, lab, mine):
        mine.mkdir(parents=True)
        (mine / "users.mjs").write_text("mine")
        said = begin(clone, lab, "nodejs")
        assert "01-dynamodb.ipynb, README.md, template.yaml" in said
        assert (mine / "users.mjs").read_text() == "mine"
        assert noted(clone).language == "nodejs"
        assert noted(clone).begun_at

    def test_a_file_in_its_place_is_a_problem(self, clone, lab, mine):
        mine.parent.mkdir()
        mine.write_text("")
        with pytest.raises(Problem, match="not a folder") as problem:
            begin(clone, lab, "python")
        assert "mv work/01-dynamodb" in problem.value.do_next


class TestBegun:
    def test_not_begun_is_a_problem(self, clone, lab):
        with pytest.raises(Problem, match="it is not there") as problem:
            begun(clone, lab)
        assert problem.value.do_next == "workshop begin 1"

    @pytest.mark.parametrize(
        ("file", "language"), [("users.mjs", "nodejs"), ("users.py", "python"), ("notes.txt", "python")]
    )
    def test_the_language_is_seen_by_the_files_where_nothing_is_noted(self, clone, lab, mine, file, language):
        mine.mkdir(parents=True)
        (mine / file).write_text("")
        assert begun(clone, lab).language == language


class TestReset:
    def test_the_starter_is_back_and_what_was_there_is_kept(self, clone, lab, mine):
        begin(clone, lab, "python")
        (mine / "users.py").write_text("mine")
        (mine / "notes.txt").write_text("mine too")
        (mine / "README.md").unlink()
        there = begun(clone, lab)
        assert losses(there.changes()).splitlines() == [
            "  users.py  your changes go",
            "  notes.txt  is not in the starter, and goes",
            "  README.md  is missing, and comes back",
        ]
        said = reset(clone, there, "python")
        (kept,) = (clone / "work" / ".aside").iterdir()
        assert f"kept in work/.aside/{kept.name}." in said
        assert (kept / "users.py").read_text() == "mine"
        assert (kept / "notes.txt").read_text() == "mine too"
        assert not begun(clone, lab).changes().any()

    def test_what_was_deployed_and_checked_before_is_of_the_past(self, clone, lab):
        begin(clone, lab, "python")
        progress.record_deploy(clone / "work", KEY, progress.now())
        progress.record_check(clone / "work", KEY, {"table-active": "passed"}, progress.now())
        reset(clone, begun(clone, lab), "nodejs")
        assert (noted(clone).deployed_at, noted(clone).outcomes, noted(clone).language) == (
            None,
            {},
            "nodejs",
        )


class TestSolve:
    @pytest.mark.parametrize(
        "outcomes",
        [
            {},
            {"table-active": "passed"},
            {"table-active": "passed", "partition-key": "failed"},
            {"table-active": "passed", "partition-key": "error"},
            {"table-active": "passed", "partition-key": "skipped", "capacity": "passed"},
        ],
    )
    def test_is_refused_before_the_checks_have_passed(self, clone, lab, mine, outcomes):
        begin(clone, lab, "python")
        progress.record_check(clone / "work", KEY, outcomes, progress.now())
        with pytest.raises(Problem, match="not all of them have passed") as problem:
            solve(clone, begun(clone, lab), anyway=False)
        assert "workshop hint 1" in problem.value.do_next
        assert "workshop solve 1 --anyway" in problem.value.do_next
        assert (mine / "template.yaml").read_text() == "AttributeType: TODO\n"
        assert noted(clone).solved_at is None

    def test_after_they_have_passed_the_stretch_aside(self, clone, lab, mine):
        begin(clone, lab, "python")
        outcomes = {"table-active": "passed", "partition-key": "not_shown", "capacity": "failed"}
        progress.record_check(clone / "work", KEY, outcomes, progress.now())
        assert has_passed(lab, noted(clone))
        solve(clone, begun(clone, lab), anyway=False)
        assert (mine / "users.py").read_text() == "DONE = 'python'\n"
        assert noted(clone).solved_at

    def test_anyway_keeps_the_learners_files_names_them_and_says_how_to_compare(self, clone, lab, mine):
        begin(clone, lab, "nodejs")
        (mine / "users.mjs").write_text("mine")
        said = solve(clone, begun(clone, lab), anyway=True)
        (kept,) = (clone / "work" / ".aside").iterdir()
        assert f"Your template.yaml, users.mjs are kept in work/.aside/{kept.name}." in said
        assert f"diff -r work/.aside/{kept.name} work/01-dynamodb" in said
        assert (kept / "users.mjs").read_text() == "mine"
        assert (mine / "users.mjs").read_text() == "DONE = 'nodejs'\n"

    def test_one_file_that_makes_way_is_named_in_the_singular(self, clone, lab, mine):
        begin(clone, lab, "python")
        (mine / "users.py").write_text("DONE = 'python'\n")
        assert "Your template.yaml is kept in" in solve(clone, begun(clone, lab), anyway=True)

    def test_a_second_time_nothing_has_to_make_way(self, clone, lab):
        begin(clone, lab, "python")
        solve(clone, begun(clone, lab), anyway=True)
        assert "None of your files had to make way." in solve(clone, begun(clone, lab), anyway=True)
        assert len(list((clone / "work" / ".aside").iterdir())) == 1
