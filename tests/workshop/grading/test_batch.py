"""A batch goes on where it was, in parts, and several at once; what grades is made up here."""

import io
import json
import threading

import pytest
from rich.console import Console

from tests.repository.sources import ROOT
from tests.workshop.grading.canned import record
from tests.workshop.grading.handed_in import LAB_1, solutions
from tests.workshop.grading.judging import verdicts
from workshop.errors import Problem
from workshop.grading import batch, isolation
from workshop.grading.batch import Order, Shard, grade
from workshop.grading.isolation import Isolation
from workshop.grading.limits import Limits
from workshop.grading.merge import merge
from workshop.grading.record import Record, load
from workshop.grading.run import Abandoned

NAMES = ("ada", "bela", "cem", "dora", "emil", "fay")


class Graders:
    """Stands for those that grade: says what each submission's name asks for."""

    def __init__(self, declared):
        self.declared = declared
        self.graded = []
        self.states = {}
        self.slots = set()
        self.at_once = 0
        self.before = lambda name: None
        self._running = 0
        self._lock = threading.Lock()

    def grade(self, grader, submission, fingerprint, slot, keepers, stage):
        with self._lock:
            self._running += 1
            self.at_once = max(self.at_once, self._running)
            self.graded.append(submission.name)
            self.slots.add(slot)
        stage("checking lab 1")
        try:
            self.before(submission.name)
        finally:
            with self._lock:
                self._running -= 1
        state = self.states.get(submission.name, "passed")
        failed = {"table-active": "no table"} if state == "short" else {}
        return record(self.declared, submission.name, failed, state=state, fingerprint=fingerprint)


@pytest.fixture
def graders(declared, monkeypatch):
    made = Graders(declared)
    monkeypatch.setattr(batch, "declared_checks", lambda clone: declared)
    monkeypatch.setattr("workshop.grading.merge.declared_checks", lambda clone: declared)
    monkeypatch.setattr(
        isolation, "find", lambda clone, bwrap: Isolation("limits", ROOT, note="Not isolated.")
    )
    monkeypatch.setattr(batch.Grader, "grade", lambda self, *rest: made.grade(self, *rest))
    return made


@pytest.fixture
def folder(tmp_path):
    for name in NAMES:
        (tmp_path / "submissions" / name).mkdir(parents=True)
        solutions((LAB_1,))(tmp_path / "submissions" / name)
    return tmp_path


def run(folder, report="graded", said=None, **more):
    order = Order(folder / "submissions", folder / report, more.pop("jobs", 2), **more)
    return grade(order, ROOT, Console(file=said or io.StringIO(), width=300))


def test_all_are_graded_and_said(folder, graders):
    said = io.StringIO()
    assert run(folder, said=said) == 0
    assert sorted(graders.graded) == sorted(NAMES)
    lines = said.getvalue().splitlines()
    assert lines[0] == "Not isolated."
    assert sorted(lines[1:7]) == [f"✔ {name}  passed, 24 of 24 points" for name in NAMES]
    assert lines[7] == "6 submissions: 6 passed."
    assert lines[8].endswith("graded/report.html")


@pytest.mark.parametrize(("state", "code"), [("short", 1), ("stopped", 1), ("error", 3)])
def test_the_exit_code_is_that_of_the_worst(state, code, folder, graders):
    graders.states = {"cem": state}
    assert run(folder) == code


def test_what_is_graded_is_not_graded_again(folder, graders):
    graders.states = {"cem": "short", "dora": "stopped"}
    assert run(folder) == 1
    first = verdicts(folder / "graded")
    graders.graded.clear()
    assert run(folder) == 1
    assert graders.graded == []
    assert verdicts(folder / "graded") == first


def test_a_changed_submission_is_graded_again(folder, graders):
    run(folder)
    graders.graded.clear()
    file = folder / "submissions" / "cem" / LAB_1 / "users.py"
    file.write_text(file.read_text() + "\n# mended\n")
    run(folder)
    assert graders.graded == ["cem"]


def test_the_workshops_own_fault_is_tried_again(folder, graders):
    graders.states = {"cem": "error"}
    assert run(folder) == 3
    graders.states = {}
    graders.graded.clear()
    assert run(folder) == 0
    assert graders.graded == ["cem"]


def test_other_limits_and_other_graders_grade_all_again(folder, graders, monkeypatch):
    run(folder)
    graders.graded.clear()
    run(folder, limits=Limits(seconds=7))
    assert sorted(graders.graded) == sorted(NAMES)
    graders.graded.clear()
    monkeypatch.setattr(batch, "_GRADES", ("labs",))
    run(folder, limits=Limits(seconds=7))
    assert sorted(graders.graded) == sorted(NAMES)


def test_a_half_written_record_is_graded_again(folder, graders):
    run(folder)
    graders.graded.clear()
    (file,) = (folder / "graded" / "submissions").glob("cem.*")
    file.write_text(file.read_text()[:50])
    run(folder)
    assert graders.graded == ["cem"]


def test_ctrl_c_keeps_what_is_graded(folder, graders, monkeypatch):
    """And the rest is graded by the same command."""

    def interrupt(name):
        if len(graders.graded) > 3:
            raise KeyboardInterrupt

    graders.before = interrupt
    said = io.StringIO()
    assert run(folder, said=said, jobs=1) == 130
    assert "the same command again goes on" in said.getvalue()
    kept = len(list((folder / "graded" / "submissions").glob("*.json")))
    assert kept == 3
    graders.before = lambda name: None
    graders.graded.clear()
    assert run(folder) == 0
    assert len(graders.graded) == len(NAMES) - kept


def test_who_is_no_longer_handed_in_is_dropped(folder, graders):
    run(folder)
    for file in (folder / "submissions" / "fay").rglob("*"):
        file.unlink() if file.is_file() else None
    (folder / "submissions" / "fay").rename(folder / "fay")
    run(folder)
    assert sorted(verdicts(folder / "graded")) == sorted(NAMES[:-1])
    assert not list((folder / "graded" / "submissions").glob("fay.*"))


@pytest.mark.parametrize("jobs", [1, 3])
def test_so_many_at_once(jobs, folder, graders):
    meeting = threading.Barrier(jobs)
    graders.before = lambda name: meeting.wait(10)
    assert run(folder, jobs=jobs) == 0
    assert graders.at_once == jobs
    assert graders.slots <= set(range(jobs))


def test_what_cannot_be_taken_is_a_row_and_starts_nothing(folder, graders):
    for name in NAMES[1:]:
        (folder / "submissions" / name / LAB_1 / "link").symlink_to("/etc/passwd")
    (folder / "submissions" / "zz").mkdir()
    run(folder)
    assert graders.graded == ["ada"]
    states = {name: verdict[0] for name, verdict in verdicts(folder / "graded").items()}
    assert states == {"ada": "passed", **dict.fromkeys((*NAMES[1:], "zz"), "refused")}


def test_parts_merged_are_the_whole(folder, graders):
    graders.states = {"bela": "short", "emil": "stopped"}
    assert run(folder) == 1
    for number in (1, 2, 3):
        run(folder, f"part-{number}", shard=Shard(number, 3))
    said = io.StringIO()
    parts = [folder / f"part-{number}" for number in (1, 2, 3)]
    assert merge(parts, folder / "merged", ROOT, Console(file=said)) == 1
    assert verdicts(folder / "merged") == verdicts(folder / "graded")
    assert "6 submissions: 4 passed, 1 failed, 1 stopped." in said.getvalue()
    assert merge([folder / "merged"], folder / "again", ROOT, Console(file=said)) == 1
    assert verdicts(folder / "again") == verdicts(folder / "graded")


def test_a_part_that_is_missing_is_a_row_for_each_of_it(folder, graders):
    run(folder, "part-1", shard=Shard(1, 2))
    code = merge([folder / "part-1"], folder / "merged", ROOT, Console(file=io.StringIO()))
    assert code == 3
    states = [verdict[0] for verdict in verdicts(folder / "merged").values()]
    assert len(states) == len(NAMES)
    assert set(states) == {"passed", "missing"}
    assert "None of the folders that were merged" in (folder / "merged" / "report.html").read_text()


def test_two_records_of_one_submission_that_differ(folder, graders):
    run(folder, "one")
    graders.states = {"ada": "short"}
    run(folder, "other")
    with pytest.raises(Problem, match="two that differ"):
        merge([folder / "one", folder / "other"], folder / "merged", ROOT)


def test_what_no_batch_has_written_is_not_merged(folder, graders):
    (folder / "odd").mkdir()
    (folder / "odd" / "batch.json").write_text("[]")
    for name in ("odd", "nowhere"):
        with pytest.raises(Problem, match=r"batch\.json"):
            merge([folder / name], folder / "merged", ROOT)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"jobs": 0}, "--jobs 0"),
        ({"report": "submissions/graded"}, "where each folder is a submission"),
        ({"report": "submissions"}, "where each folder is a submission"),
        ({"report": "submissions/ada/01-dynamodb/users.py/x"}, "where each folder"),
        ({"report": "file/x"}, "cannot be written to"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_graded(more, words, folder, graders):
    (folder / "file").touch()
    with pytest.raises(Problem, match=words):
        run(folder, **more)
    assert graders.graded == []


@pytest.mark.parametrize("text", ["3", "0/3", "4/3", "a/b", "-1/3", "1/", "1/0", ""])
def test_shards_that_are_none(text):
    with pytest.raises(Problem, match="--shard"):
        Shard.read(text)


def test_the_records_say_who_has_handed_in(folder, graders):
    run(folder, shard=Shard(2, 2))
    held = json.loads((folder / "graded" / "batch.json").read_text())
    assert (held["shard"], held["of"]) == (2, 2)
    assert sorted(held["submissions"].values()) == sorted(NAMES)
    for file in (folder / "graded" / "submissions").iterdir():
        assert load(file).name == held["submissions"][file.name]


def test_an_unforeseen_error_ends_the_batch_and_is_raised(folder, graders):
    def fail(name):
        raise Abandoned if name != "ada" else RuntimeError("no room")

    graders.before = fail
    with pytest.raises((RuntimeError, Abandoned)):
        run(folder, jobs=1)
    assert len(graders.graded) < len(NAMES)


@pytest.mark.parametrize("asked", [True, False])
def test_esbuild_is_installed_before_the_network_is_gone(asked, folder, graders, monkeypatch):
    if asked:
        template = folder / "submissions" / "cem" / LAB_1 / "template.yaml"
        template.write_text(template.read_text() + "# Metadata: {BuildMethod: esbuild}\n")
    installed = []
    monkeypatch.setattr(batch, "esbuild", lambda clone, say: installed.append(clone))
    assert run(folder) == 0
    assert installed == ([ROOT] if asked else [])


def test_where_esbuild_cannot_be_installed_the_others_are_graded(folder, graders, monkeypatch):
    template = folder / "submissions" / "cem" / LAB_1 / "template.yaml"
    template.write_text(template.read_text() + "# esbuild\n")

    def fail(clone, say):
        raise Problem("npm", "no network", "a registry", "connect")

    monkeypatch.setattr(batch, "esbuild", fail)
    said = io.StringIO()
    assert run(folder, said=said) == 0
    assert "Bundled functions will be errors." in said.getvalue()
    assert "no network" in said.getvalue()


def test_a_record_knows_its_first_problem(declared):
    short = record(declared, "ada", {"get-user": "gave back\nnothing"})
    assert short.first_problem == "01-dynamodb get-user: gave back nothing"
    assert Record("ada", "refused", "It is\nempty.").first_problem == "It is empty."
    assert record(declared, "ada").first_problem == ""
