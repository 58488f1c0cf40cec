"""Which folders are submissions, and which labs are in them."""

import os

import pytest

from tests.repository.sources import ROOT
from tests.workshop.grading.handed_in import LAB_1, LABS, in_work, lab_alone, nothing, solutions
from workshop.catalogue import labs
from workshop.errors import Problem
from workshop.grading.find import Submission, find, of_shard


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "handed-in").mkdir()
    return tmp_path / "handed-in"


def found(folder, make, name="ada"):
    (folder / name).mkdir(parents=True)
    make(folder / name)
    (one,) = find(folder, labs(ROOT))
    return one


@pytest.mark.parametrize("make", [solutions(), in_work(solutions())], ids=["work", "repository"])
def test_the_labs_of_a_work_folder(folder, make):
    one = found(folder, make)
    assert tuple(one.labs) == LABS
    assert one.obstacle == ""
    assert all((path / "template.yaml").is_file() for path in one.labs.values())


@pytest.mark.parametrize("lab", LABS)
def test_a_lab_alone_is_known_by_its_brief(folder, lab):
    assert found(folder, lab_alone(lab)).labs == {lab: folder / "ada"}


def test_a_lab_alone_is_known_by_its_notebook(folder):
    def make(place):
        lab_alone(LAB_1)(place)
        (place / "README.md").unlink()
        (place / "02-iam.ipynb").touch()

    assert tuple(found(folder, make).labs) == ("02-iam",)


def test_a_lab_alone_that_says_nothing_of_itself(folder):
    def make(place):
        lab_alone(LAB_1)(place)
        (place / "README.md").write_text("My lab\n")

    one = found(folder, make)
    assert one.labs == {}
    assert "which one cannot be told" in one.obstacle
    assert LAB_1 in one.obstacle


def test_a_folder_named_after_a_lab_is_that_lab(folder):
    def make(place):
        lab_alone(LAB_1)(place)
        (place / "README.md").unlink()

    assert found(folder, make, LAB_1).labs == {LAB_1: folder / LAB_1}


def test_what_a_download_wraps_it_in_is_looked_through(folder):
    def make(place):
        (place / "labs-main" / "labs-main").mkdir(parents=True)
        (place / "__MACOSX").mkdir()
        in_work(solutions((LAB_1,)))(place / "labs-main" / "labs-main")

    assert found(folder, make).labs == {LAB_1: folder / "ada/labs-main/labs-main/work" / LAB_1}


def test_an_empty_folder_says_what_was_looked_for(folder):
    one = found(folder, nothing)
    assert one.obstacle.endswith("It is empty.")
    assert f"work/{LAB_1}" in one.obstacle


def test_other_things_are_named(folder):
    def make(place):
        (place / "essay").mkdir()
        (place / "pictures").mkdir()

    assert found(folder, make).obstacle.endswith("There are: essay, pictures.")


def test_links_are_not_followed(folder, tmp_path):
    solutions((LAB_1,))(tmp_path)
    (folder / "ada").symlink_to(tmp_path)
    (folder / "bela").mkdir()
    (folder / "bela" / "work").symlink_to(tmp_path)
    (folder / "cem" / "work").mkdir(parents=True)
    (folder / "cem" / "work" / LAB_1).symlink_to(tmp_path / LAB_1)
    assert [dict(one.labs) for one in find(folder, labs(ROOT))] == [{}, {}, {}]


def test_files_and_hidden_folders_are_no_submissions(folder):
    (folder / "notes.txt").touch()
    (folder / ".git").mkdir()
    assert found(folder, nothing).name == "ada"


@pytest.mark.parametrize("there", [True, False])
def test_no_submission_at_all(folder, there):
    with pytest.raises(Problem) as raised:
        find(folder if there else folder / "nowhere", labs(ROOT))
    assert "a folder for each learner" in raised.value.expected


def test_names_of_any_kind_have_a_file_of_their_own(folder):
    names = ["a/b"[0::2], "ä b", "ä-b", "a" * 200, "<b>", os.fsdecode(b"\xff\xfe")]
    for name in names:
        (folder / name).mkdir()
    files = [one.file_name for one in find(folder, labs(ROOT))]
    assert len(set(files)) == len(names)
    assert all(file.isascii() and len(file) < 100 and "/" not in file for file in files)


def test_each_has_an_account_of_its_own():
    accounts = {Submission(f"learner-{number}", ROOT).account for number in range(300)}
    assert len(accounts) == 300
    assert all(len(account) == 12 and account.isdecimal() for account in accounts)


def test_shards_are_parts_of_the_whole():
    everybody = [Submission(f"learner-{number}", ROOT) for number in range(300)]
    parts = [of_shard(everybody, number, 20) for number in range(1, 21)]
    assert sorted(one.name for part in parts for one in part) == sorted(one.name for one in everybody)
    assert min(len(part) for part in parts) > 5
    fewer = of_shard(everybody[:100], 3, 20)
    assert fewer == [one for one in parts[2] if one in everybody[:100]], "by name, whoever else hands in"
