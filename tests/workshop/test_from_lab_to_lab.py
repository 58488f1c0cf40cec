"""The real labs one after the other, as typed: what goes on from each into the next."""

import json
import re
import secrets

import pytest

from tests.repository.sources import ROOT
from tests.workshop.small_clone import in_clone, workshop
from workshop.catalogue import find_lab, labs

OUR_PARTS = ("labs", "solutions", "notebooks", "tests", "docs", "pyproject.toml", "mkdocs.yml")


@pytest.fixture
def clone(tmp_path, sandbox, monkeypatch):
    """This clone with a `work/` of its own, and an account of its own in the sandbox."""
    for name in OUR_PARTS:
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "setup-stamp.json").write_text("{}")
    in_clone(tmp_path, monkeypatch)
    monkeypatch.setenv("SANDBOX_URL", sandbox.url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", str(100000000000 + secrets.randbelow(800000000000)))
    return tmp_path


def say(line, code=0):
    """What `workshop …` says; the exit code must be `code`."""
    said, ended = workshop(*line.split())
    assert ended == code, f"workshop {line}: exit code {ended}, not {code}\n{said}"
    return said


@pytest.mark.timeout(300)
def test_all_labs_with_ones_own_work_and_then_the_first_over_the_last(clone):
    *_, last = labs(ROOT)
    for lab in labs(ROOT):
        said = say(f"begin {lab.number}" + (" --from own" if lab.number > 1 else ""))
        if lab.number > 1:
            assert re.search(r"\n  users\.py +yours\n", said)
        say(f"solve {lab.number} --anyway")
        users = clone / "work" / lab.key / "users.py"
        users.write_text(f"{users.read_text()}# mine\n")
        say(f"deploy {lab.number}")
    four = find_lab(ROOT, "4")
    assert f"{len(four.core)} passed." in say("check 4"), "what was built before still stands"
    assert "workshop break --seed" in say(f"check {last.number}", code=1)

    said = say("deploy 1", code=2)
    for name, number in (("UsersRole", 2), ("UsersFunction", 3), ("UsersHttpApi", 4), ("UsersRestApi", 4)):
        assert re.search(rf"{name} \(AWS.* is deleted: .* It came with lab {number}\.", said)
    assert "Lab 4 is deployed, and you deploy lab 1 over it. To keep it all: workshop deploy 4" in said
    assert "UsersFunctionName" not in say("deploy 1 --yes")
    assert "UsersFunctionName" in say("deploy 3")


@pytest.mark.timeout(300)
def test_a_latecomer_and_another_language(clone):
    """What fails first, once the layers below are deployed with the starter, is its first task."""
    say("begin 3 --no-deploy")
    said = say("begin 4 --language nodejs --deploy")
    assert said.startswith("Your lab 3 is in Python and cannot go on in Node.js.")
    assert said.splitlines()[-1] == "Do next: workshop check 4"
    say(f"check 4 --json {clone / 'results.json'}", code=1)
    ended = json.loads((clone / "results.json").read_text())["tests"]
    first, second, *_ = find_lab(ROOT, "4").core
    assert [(one["id"], one["outcome"]) for one in ended[:2]] == [(first, "passed"), (second, "failed")]
    assert say("").splitlines()[1].endswith(f"for help, type: workshop hint 4 {second}")
    assert say("hint 4").startswith(f"{second}, hint 1 of 3:")
