"""Submissions are deployed and checked for real, hostile ones among them, and each row is right."""

import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from rich.console import Console

from tests.addons import on_demand
from tests.repository.sources import ROOT
from tests.workshop.grading import hostile
from tests.workshop.grading.handed_in import (
    LAB_1,
    HandedIn,
    before_users,
    broken_yaml,
    bundled,
    class_of_thirty,
    hand_in,
    solutions,
)
from tests.workshop.grading.judging import wrong
from tests.workshop.grading.test_keeper import left
from workshop.addons.bundler import esbuild
from workshop.grading import run
from workshop.grading.batch import Order, grade
from workshop.grading.find import asks_for_esbuild, find
from workshop.grading.isolation import Isolation
from workshop.grading.isolation import find as find_isolation
from workshop.grading.limits import MEGABYTE, Limits
from workshop.grading.place import Place
from workshop.grading.record import FOLDER, exit_code, load
from workshop.grading.run import Abandoned, Grader, Heard, Keepers

LIMITS = Limits(seconds=90, processes=60, memory=900 * MEGABYTE, disk=100 * MEGABYTE)
SOME = ("quin <img src=x onerror=alert(1)>", "tina", "xaver", "yara", "zz-empty", "zz-link")
"""Of the class of thirty; `make grade-demo` grades all of them."""

MARK = f"left-by-a-submission-{os.getpid()}"


@pytest.fixture(scope="module")
def outside(tmp_path_factory):
    """A folder of somebody else's, which anybody may write to."""
    folder = tmp_path_factory.mktemp("outside")
    folder.chmod(0o777)
    (folder / "secret").write_text("the answers\n")
    return folder


@pytest.fixture(scope="module")
def graded(tmp_path_factory, outside):
    """A few of the class, and the records of them."""
    folder = tmp_path_factory.mktemp("class")
    some = [one for one in class_of_thirty(outside) if one.name in SOME]
    some.append(HandedIn("ada", before_users(hostile.leaves_a_process(MARK)), "passed"))
    hand_in(some, folder / "submissions")
    with Path(os.devnull).open("w") as nowhere:
        order = Order(folder / "submissions", folder / "graded", 3, limits=LIMITS)
        code = grade(order, ROOT, Console(file=nowhere))
    records = {
        record.name: record for file in (folder / "graded" / FOLDER).iterdir() if (record := load(file))
    }
    return code, some, records, folder


@pytest.mark.timeout(240)
def test_every_row_is_right(graded):
    code, some, records, _ = graded
    assert {one.name: wrong(one, records[one.name]) for one in some} == {one.name: "" for one in some}
    assert code == 1


@pytest.mark.timeout(240)
def test_nothing_is_left_behind(graded):
    _, _, records, _ = graded
    assert all(record.use.get("clean", True) for record in records.values())
    assert left(MARK) == []
    assert left(hostile.ASLEEP) == []


@pytest.mark.timeout(240)
def test_the_instructors_files_are_as_they_were(graded, tmp_path):
    _, some, _, folder = graded
    hand_in([one for one in some if one.name != "zz-link"], tmp_path)
    for path in tmp_path.rglob("*"):
        if path.is_file():
            there = folder / "submissions" / path.relative_to(tmp_path)
            assert there.read_bytes() == path.read_bytes()
    known = {path.relative_to(tmp_path) for path in tmp_path.rglob("*")}
    found = {path.relative_to(folder / "submissions") for path in (folder / "submissions").rglob("*")}
    assert {path for path in found - known if path.parts[0] != "zz-link"} == set()


@pytest.mark.timeout(240)
def test_no_path_of_this_machine_is_told(graded):
    _, _, records, _ = graded
    for record in records.values():
        text = str(record.tests)
        assert "workshop-grade-" not in text
        assert "workshop-submission" not in text
    (broken,) = (record for record in records.values() if record.name.startswith("quin"))
    assert "work/01-dynamodb/template.yaml, line 3" in broken.labs[0]["deployment"]["text"]


# ---- one submission


def grader_of(isolated, declared, limits=LIMITS):
    return Grader(ROOT, declared, isolated, limits)


def submission(folder, make, declared):
    (folder / "submissions" / "ada").mkdir(parents=True)
    make(folder / "submissions" / "ada")
    (one,) = find(folder / "submissions", declared.labs)
    return one


def test_a_submission_that_hangs_is_stopped(isolated, declared, tmp_path):
    limits = Limits(seconds=3)
    one = submission(tmp_path, before_users(hostile.STOP_THE_GRADER), declared)
    began = time.monotonic()
    record = grader_of(isolated, declared, limits).grade(one, "f", 0, Keepers(), lambda stage: None)
    assert (record.state, record.reason) == ("stopped", "It had not ended after 3 seconds.")
    assert time.monotonic() - began < 30
    assert {test["outcome"] for test in record.tests} == {"skipped"}
    assert record.possible == declared.possible(LAB_1)


def test_a_batch_that_is_ended_ends_its_submissions(isolated, declared, tmp_path):
    one = submission(tmp_path, solutions((LAB_1,)), declared)
    keepers = Keepers()
    with pytest.raises(Abandoned):
        grader_of(isolated, declared).grade(one, "f", 0, keepers, lambda stage: keepers.end())


def test_a_function_is_bundled_without_a_network(isolated, declared, tmp_path):
    on_demand(esbuild)
    one = submission(tmp_path, bundled, declared)
    assert asks_for_esbuild(one.labs["03-lambda"])
    record = grader_of(isolated, declared).grade(one, "f", 0, Keepers(), lambda stage: None)
    assert (record.state, record.first_problem, record.log) == ("passed", "", "")


def test_a_keeper_that_does_not_end_is_ended(declared, tmp_path, monkeypatch):
    """Without isolation, a submission could stop it."""
    monkeypatch.setattr(run, "LATE_SECONDS", 1.0)
    plain = grader_of(find_isolation(ROOT, ""), declared, Limits(seconds=1))
    program = f"import os, signal, time; os.kill(os.getppid(), signal.SIGSTOP); time.sleep(60)  # {MARK}"
    with Place.made() as place:
        order = plain._order(submission(tmp_path, broken_yaml, declared), place, None)
        order["command"] = [sys.executable, "-I", "-S", "-c", program]
        assert list(Keepers().lines(order, plain._command(), place)) == []
    assert left(MARK) == []


def test_a_fault_of_the_workshop_is_not_the_learners(declared, tmp_path):
    """Here the clone's code has no grading."""
    package = tmp_path / "hollow" / "src" / "workshop"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    hollow = Isolation("limits", tmp_path / "hollow")
    one = submission(tmp_path, broken_yaml, declared)
    record = grader_of(hollow, declared).grade(one, "f", 0, Keepers(), lambda stage: None)
    assert (record.state, record.status) == ("error", "error")
    assert record.reason == "The process that watches over it ended with 1."
    assert "No module named" in record.log
    assert exit_code([record]) == 3


def test_a_lab_whose_results_cannot_be_read_has_not_passed(isolated, declared, tmp_path):
    one = submission(tmp_path, solutions((LAB_1, "02-iam")), declared)
    grader, heard = grader_of(isolated, declared), Heard()
    lab = {"lab": LAB_1, "points": 24, "possible": 24, "verdict": "", "broken": None}
    checked = {
        "kind": "checked",
        "lab": LAB_1,
        "results": {"tests": [], "workshop": {"exit_code": 0, "labs": [lab]}},
    }
    cut = json.dumps(checked).replace(LAB_1, "02-iam")[:-9]
    lines = (
        json.dumps(checked),
        cut,
        "7",
        '{"kind": "done"}',
        '{"kind": "ended", "reason": "", "status": 0}',
    )
    for said in lines:
        grader._take(said.encode(), heard, one, lambda stage: None)
    with Place.made() as place:
        record = grader._record(one, heard, place, "f", "")
    assert (record.state, record.points, record.possible) == ("error", 24, 41)


def test_a_fault_is_told_with_its_traceback(isolated, declared, tmp_path):
    one = submission(tmp_path, broken_yaml, declared)
    grader, heard = grader_of(isolated, declared), Heard()
    fault = {"kind": "fault", "words": "RuntimeError: ours", "text": "Traceback …"}
    for said in (fault, {"kind": "ended", "reason": "", "status": 1}):
        grader._take(json.dumps(said).encode(), heard, one, lambda stage: None)
    with Place.made() as place:
        record = grader._record(one, heard, place, "f", "")
    assert (record.state, record.reason, record.log) == ("error", "RuntimeError: ours", "Traceback …")


# ---- what bubblewrap keeps from a submission

LOOKS_AROUND = """
import os
for number in filter(str.isdigit, os.listdir("/proc")):
    with open(f"/proc/{number}/cmdline", "rb") as file:
        assert b"pytest" not in file.read(), "sees the batch"
assert "A_TOKEN" not in os.environ
for place in ("/", "/usr", "/dev", "/etc", os.getcwd()):
    try:
        open(f"{place}/written", "w")
    except OSError:
        continue
    raise RuntimeError(f"wrote to {place}")
"""


@pytest.mark.timeout(120)
def test_a_submission_reads_writes_and_reaches_nothing_but_its_own(
    bubblewrap, declared, outside, tmp_path, monkeypatch
):
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        listening.settimeout(0.1)
        port = listening.getsockname()[1]
        code = (
            hostile.reads(outside / "secret")
            + "".join(hostile.reads(ROOT / name) for name in (".git", "solutions", "work", "README.md"))
            + hostile.asks(port)
            + LOOKS_AROUND
        )
        one = submission(tmp_path, before_users(code), declared)
        monkeypatch.setenv("A_TOKEN", "secret")
        record = grader_of(bubblewrap, declared).grade(one, "f", 0, Keepers(), lambda stage: None)
        with pytest.raises(TimeoutError):
            listening.accept()
    assert (record.state, record.first_problem) == ("passed", "")


def test_a_killed_batch_leaves_nothing_and_goes_on(tmp_path):
    """SIGKILL, which nothing can be done about: the keepers notice."""
    hand_in([HandedIn(name, broken_yaml) for name in ("ada", "bela")], tmp_path / "all")
    command = [sys.executable, "-c", "from workshop.cli import main; main()", "grade", str(tmp_path / "all")]
    command += ["--report", str(tmp_path / "graded"), "--jobs", "1"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "TMPDIR": str(tmp_path)}
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as batch:
        line = next(line for line in batch.stderr if line.startswith("✘"))
        batch.kill()
    assert line.startswith("✘ ada  failed, 0 of 24 points")
    deadline = time.monotonic() + 20
    while left(str(tmp_path)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert left(str(tmp_path)) == []
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=100)
    assert done.returncode == 1, done.stderr
    assert "1 of these were graded before" in done.stderr
    assert "ada  failed" not in done.stderr
    assert "2 submissions: 2 failed." in done.stderr
