"""What is copied to `work/`, what differs, and what is kept aside."""

import stat

import pytest

from tests.workshop.small_clone import make_clone, names_in
from tests.workshop.unprivileged import bound_by_permissions, open_to_all
from workshop import folders
from workshop.catalogue import find_lab
from workshop.errors import Problem
from workshop.folders import Changes, compare, complete, put, put_file, replace, shown, solution, starter

KEY = "01-dynamodb"


@pytest.fixture
def clone(tmp_path):
    return make_clone(tmp_path / "clone")


@pytest.fixture
def work(clone):
    return clone / "work"


@pytest.fixture
def lab(clone):
    return find_lab(clone, "1")


def test_a_starter_is_the_common_files_those_of_the_language_and_the_notebook(lab):
    common = {"README.md", "template.yaml", "01-dynamodb.ipynb"}
    assert starter(lab, "python").keys() == common | {"users.py"}
    assert starter(lab, "nodejs").keys() == common | {"users.mjs"}


def test_a_lab_without_code_and_without_notebook_is_its_common_files(clone):
    assert starter(find_lab(clone, "2"), "python").keys() == {"template.yaml"}


def test_a_solution_has_the_tests_beside_the_code(lab):
    assert solution(lab, "python").keys() == {"template.yaml", "users.py", "test_users.py"}


def test_a_solution_that_is_not_there_is_a_problem(clone):
    with pytest.raises(Problem, match="git checkout solutions"):
        solution(find_lab(clone, "2"), "python")


def test_put_makes_the_folder_whole(lab, work):
    assert put(work, KEY, starter(lab, "python")) is None
    assert names_in(work / KEY) == ["01-dynamodb.ipynb", "README.md", "template.yaml", "users.py"]
    assert not compare(work / KEY, starter(lab, "python")).any()
    assert [path.name for path in work.iterdir()] == [KEY]
    assert stat.S_IMODE((work / KEY).stat().st_mode) == 0o755


def test_put_keeps_aside_what_was_there_each_time_in_a_place_of_its_own(lab, work):
    kept = []
    for number in range(3):
        put(work, KEY, starter(lab, "python"))
        (work / KEY / "users.py").write_text(f"mine {number}")
        kept.append(put(work, KEY, starter(lab, "python")))
    assert [(place / "users.py").read_text() for place in kept] == ["mine 0", "mine 1", "mine 2"]
    assert {place.parent for place in kept} == {work / ".aside"}


@pytest.mark.parametrize("left", [[], ["users.py"]], ids=["empty", "half"])
def test_a_copy_that_was_cut_short_is_cleared_away(lab, work, left):
    (work / f"{folders.COPYING}x").mkdir(parents=True)
    for name in left:
        (work / f"{folders.COPYING}x" / name).write_text("half")
    (work / KEY).mkdir()
    assert put(work, KEY, starter(lab, "python")) is None, "an empty folder is nothing to keep"
    assert [path.name for path in work.iterdir()] == [KEY]
    assert not compare(work / KEY, starter(lab, "python")).any()


def test_a_copy_that_fails_leaves_the_folder_as_it_was(lab, work):
    put(work, KEY, starter(lab, "python"))
    (work / KEY / "users.py").write_text("mine")
    gone = {**starter(lab, "python"), "more.py": lab.folder / "more.py"}
    with pytest.raises(Problem, match=r"more\.py"):
        put(work, KEY, gone)
    assert (work / KEY / "users.py").read_text() == "mine"
    assert [path.name for path in work.iterdir()] == [KEY]


def test_compare_names_what_was_changed_added_and_lost_and_no_tools_leavings(lab, work):
    put(work, KEY, starter(lab, "python"))
    mine = work / KEY
    (mine / "template.yaml").write_text("AttributeType: ABCD\n")
    assert (mine / "template.yaml").stat().st_size == (lab.folder / "template.yaml").stat().st_size
    (mine / "README.md").unlink()
    (mine / "lib").mkdir()
    (mine / "lib" / "own.py").write_text("")
    for left in ("__pycache__", ".ipynb_checkpoints", "node_modules/dep", ".aws-sam/build", ".git/objects"):
        (mine / left).mkdir(parents=True)
        (mine / left / "file").write_text("")
    expected = Changes(changed=("template.yaml",), added=("lib/own.py",), missing=("README.md",))
    assert compare(mine, starter(lab, "python")) == expected


def test_complete_puts_back_only_what_is_missing(lab, work):
    put(work, KEY, starter(lab, "python"))
    (work / KEY / "users.py").write_text("mine")
    (work / KEY / "template.yaml").unlink()
    assert complete(work, KEY, starter(lab, "python")) == ("template.yaml",)
    assert (work / KEY / "users.py").read_text() == "mine"
    assert complete(work, KEY, starter(lab, "python")) == ()


def test_replace_keeps_aside_what_differs_and_leaves_other_files(lab, work):
    put(work, KEY, starter(lab, "python"))
    (work / KEY / "users.py").write_text("mine")
    (work / KEY / "notes.txt").write_text("mine too")
    names, kept = replace(work, KEY, solution(lab, "python"))
    assert names == ("template.yaml", "users.py")
    assert names_in(kept) == ["template.yaml", "users.py"]
    assert (kept / "users.py").read_text() == "mine"
    assert (work / KEY / "users.py").read_text() == "DONE = 'python'\n"
    assert (work / KEY / "notes.txt").read_text() == "mine too"
    assert (work / KEY / "test_users.py").exists()
    assert replace(work, KEY, solution(lab, "python")) == ((), None)


def test_put_file_does_not_overwrite(clone, work):
    source = clone / "notebooks" / "00-tour.ipynb"
    assert put_file(work / "00-tour.ipynb", source)
    (work / "00-tour.ipynb").write_text("mine")
    assert not put_file(work / "00-tour.ipynb", source)
    assert (work / "00-tour.ipynb").read_text() == "mine"


def test_copies_of_a_read_only_clone_can_be_edited(lab, work):
    for path in lab.folder.rglob("*.yaml"):
        path.chmod(0o444)
    put(work, KEY, starter(lab, "python"))
    assert (work / KEY / "template.yaml").stat().st_mode & stat.S_IWUSR


def test_work_as_a_file_is_a_problem_with_what_to_type(lab, work):
    work.write_text("")
    with pytest.raises(Problem) as problem:
        put(work, KEY, starter(lab, "python"))
    assert f"mv {work} {work}.old" in problem.value.do_next


def test_a_work_one_may_not_write_to_is_a_problem_with_what_to_type(lab, work):
    work.mkdir()
    open_to_all(work)
    work.chmod(0o555)
    files = starter(lab, "python")
    with bound_by_permissions(), pytest.raises(Problem, match="Permission denied") as problem:
        put(work, KEY, files)
    assert f"chmod u+rwx {work}" in problem.value.do_next
    work.chmod(0o755)


def test_a_work_that_points_elsewhere_is_followed(lab, work, tmp_path):
    (tmp_path / "own-repository").mkdir()
    work.symlink_to(tmp_path / "own-repository")
    put(work, KEY, starter(lab, "python"))
    assert (tmp_path / "own-repository" / KEY / "users.py").exists()


def test_paths_are_shown_as_they_are_typed(clone, tmp_path):
    assert shown(clone / "work" / KEY, clone) == "work/01-dynamodb"
    assert shown(tmp_path, clone) == str(tmp_path)


def test_a_folder_in_the_way_of_a_starters_file_is_no_reason_to_lose_it(lab, work):
    put(work, KEY, starter(lab, "python"))
    (work / KEY / "users.py").unlink()
    (work / KEY / "users.py").mkdir()
    (work / KEY / "users.py" / "mine").write_text("mine")
    assert complete(work, KEY, starter(lab, "python")) == ()
    kept = put(work, KEY, starter(lab, "python"))
    assert (kept / "users.py" / "mine").read_text() == "mine"
