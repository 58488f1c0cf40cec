"""The last words of `workshop deploy`: the outputs and the one next action."""

import pytest

from workshop.catalogue import find_lab
from workshop.clone import clone_folder
from workshop.deploy.verb import ending


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_a_lab_of_tasks_is_checked_next(number, tmp_path):
    said = ending({"UsersTableName": "t"}, find_lab(clone_folder(), str(number)), tmp_path)
    assert said.splitlines()[1:] == ["  UsersTableName  t", "", f"Do next: workshop check {number}"]


def test_the_lab_of_tickets_opens_one_next(tmp_path):
    (tmp_path / "05-troubleshooting").mkdir()
    said = ending({}, find_lab(clone_folder(), "5"), tmp_path)
    assert said.splitlines()[1:] == [
        "  The template has no Outputs.",
        "",
        "Do next: workshop break --seed 17",
    ]
