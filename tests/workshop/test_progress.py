"""What is remembered of a learner, and what happens to a file that is broken."""

import json
import os
import subprocess
import sys

import pytest

from tests.repository.sources import ROOT
from tests.workshop.unprivileged import bound_by_permissions, open_to_all
from workshop import progress
from workshop.errors import Problem
from workshop.progress import LabProgress, Progress, load, moment, now

KEY = "01-dynamodb"
EARLY, LATE = "2026-01-01T10:00:00.000+00:00", "2026-01-01T11:00:00.000+00:00"


@pytest.fixture
def work(tmp_path):
    return tmp_path / "work"


def test_nothing_noted_is_an_empty_progress_and_writes_nothing(work):
    assert load(work) == Progress()
    assert load(work).labs[KEY] == LabProgress()
    assert not work.exists()


def test_all_that_is_recorded_comes_back(work):
    progress.record_begin(work, KEY, "nodejs", EARLY)
    progress.record_deploy(work, KEY, LATE)
    progress.record_check(work, KEY, {"b": "passed", "a": "failed"}, LATE)
    progress.record_hint(work, KEY, "a", 1)
    progress.record_hint(work, KEY, "a", 2)
    progress.record_solve(work, KEY, LATE)
    noted = load(work)
    assert noted.language == "nodejs"
    assert noted.labs[KEY] == LabProgress(
        EARLY, "nodejs", LATE, LATE, {"b": "passed", "a": "failed"}, {"a": 2}, LATE
    )
    assert list(noted.labs[KEY].outcomes) == ["b", "a"], "in the order of the checks"
    assert noted.labs["02-iam"] == LabProgress()
    assert [path.name for path in work.iterdir()] == ["progress.json"]


def test_beginning_anew_forgets_the_outcomes_and_keeps_the_hints(work):
    progress.record_begin(work, KEY, "python", EARLY)
    progress.record_deploy(work, KEY, EARLY)
    progress.record_check(work, KEY, {"a": "passed"}, EARLY)
    progress.record_hint(work, KEY, "a", 3)
    progress.record_begin(work, KEY, "nodejs", LATE)
    assert load(work).labs[KEY] == LabProgress(begun_at=LATE, language="nodejs", hints={"a": 3})


@pytest.mark.parametrize(
    "text",
    [
        '{"labs": {"01-dynam',
        "",
        "[]",
        '{"labs": 3}',
        '{"labs": {"01-dynamodb": 3}}',
        '{"labs": {"01-dynamodb": {"hints": {"a": "many"}}}}',
        '{"labs": {"01-dynamodb": {"outcomes": []}}}',
        '{"labs": {"01-dynamodb": {"begun_at": "yesterday"}}}',
        '{"labs": {"01-dynamodb": {"begun_at": 5}}}',
        '{"labs": {"01-dynamodb": {"language": ["python"]}}}',
        "\x00\x01",
    ],
)
def test_a_broken_file_is_kept_aside_and_said(work, text):
    work.mkdir()
    (work / "progress.json").write_text(text)
    said = []
    assert load(work, said.append) == Progress()
    (kept,) = work.iterdir()
    assert kept.name.startswith("progress.broken-")
    assert kept.read_text() == text
    assert kept.name in said[0]
    assert "Your files are as they were" in said[0]
    progress.record_begin(work, KEY, "python", EARLY)
    assert load(work, said.append).labs[KEY].begun_at == EARLY
    assert len(said) == 1


def test_it_is_said_beside_the_output(work, capsys):
    work.mkdir()
    (work / "progress.json").write_text("{")
    load(work)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "cannot be understood" in captured.err


def test_what_a_newer_version_adds_is_no_reason_to_forget_the_rest(work):
    work.mkdir()
    lab = {"begun_at": EARLY, "points": 12}
    (work / "progress.json").write_text(json.dumps({"labs": {KEY: lab}, "streak": 3}))
    assert load(work).labs[KEY].begun_at == EARLY


RECORDER = """
import sys
from pathlib import Path
from workshop import progress
for number in range(20):
    progress.record_hint(Path(sys.argv[1]), "01-dynamodb", f"{sys.argv[2]}-{number}", 1)
"""


def test_commands_at_the_same_time_lose_nothing_of_each_other(work):
    writers = [
        subprocess.Popen([sys.executable, "-c", RECORDER, work, name], cwd=ROOT) for name in ("one", "two")
    ]
    assert [writer.wait(60) for writer in writers] == [0, 0]
    assert len(load(work).labs[KEY].hints) == 40
    assert [path.name for path in work.iterdir()] == ["progress.json"]


def test_a_failure_while_writing_leaves_the_old_file(work, monkeypatch):
    progress.record_begin(work, KEY, "python", EARLY)

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(progress.Path, "replace", full)
    with pytest.raises(Problem, match="No space left on device"):
        progress.record_deploy(work, KEY, LATE)
    assert load(work).labs[KEY].deployed_at is None
    assert [path.name for path in work.iterdir()] == ["progress.json"]


def test_work_as_a_file_is_a_problem(work):
    work.write_text("")
    with pytest.raises(Problem, match="it is a file"):
        progress.record_begin(work, KEY, "python", EARLY)
    with pytest.raises(Problem, match="it is a file"):
        load(work)


def test_a_file_one_cannot_read_is_a_problem(work):
    (work / "progress.json").mkdir(parents=True)
    with pytest.raises(Problem, match="Is a directory") as problem:
        load(work)
    assert "ls -ld" in problem.value.do_next


class TestPermissions:
    @pytest.fixture
    def closed(self, tmp_path):
        folder = open_to_all(tmp_path) / "work"
        folder.mkdir()
        (folder / "progress.json").write_text("{")
        folder.chmod(0o555)
        yield folder
        folder.chmod(0o755)

    def test_a_folder_one_may_not_write_to_is_a_problem_with_what_to_type(self, closed):
        with bound_by_permissions(), pytest.raises(Problem, match="nor renamed") as problem:
            load(closed)
        assert "mv " in problem.value.do_next
        (closed / "progress.json").write_text('{"labs": {}}')
        with bound_by_permissions(), pytest.raises(Problem, match="Permission denied") as problem:
            progress.record_deploy(closed, KEY, EARLY)
        assert "chmod u+rwx" in problem.value.do_next


def test_times_are_compared_as_times():
    assert moment(None) < moment("2026-01-01") < moment(EARLY) < moment("2026-01-01T13:00:00+02:00")
    assert moment("2026-01-01T11:00:00Z") == moment(LATE)
    assert moment(now()).utcoffset().total_seconds() == 0
    with pytest.raises(ValueError, match="isoformat"):
        moment("soon")


def test_the_environment_of_the_tests_may_be_roots():
    before = os.geteuid()
    with bound_by_permissions():
        assert os.geteuid() != 0
    assert os.geteuid() == before


def test_what_was_written_before_is_not_newer(tmp_path):
    for _ in range(50):
        (tmp_path / "template.yaml").write_text("")
        noted = now()
        assert moment(noted).timestamp() >= (tmp_path / "template.yaml").stat().st_mtime
