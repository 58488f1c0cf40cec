"""`up` and `down`, with real processes: what runs is found again, and exactly that is ended."""

import json
import os
import signal
import subprocess
import sys
import threading
from dataclasses import replace

import psutil
import pytest

from sandbox.bound_session import BoundSession
from tests.workshop.small_clone import make_clone
from tests.workshop.waiting import wait_until
from workshop import sandbox_process, sandbox_record, state
from workshop.errors import NotRunning, Problem
from workshop.sandbox_process import down, up
from workshop.sandbox_record import Record
from workshop.start.ports import free_port
from workshop.target import health

NO_PROCESS = Record(2**22 + 1, 1.0, "http://127.0.0.1:1")
"""Linux numbers processes up to 2**22, macOS to 99999."""


@pytest.fixture
def clone(tmp_path):
    """A clone whose sandbox, if one is noted at the end, is ended."""
    yield make_clone(tmp_path)
    record = sandbox_record.read(tmp_path)
    if record is not None and record.runs() and record.pid != os.getpid():
        psutil.Process(record.pid).kill()


@pytest.fixture
def said():
    return []


def dynamodb(url):
    return BoundSession(url, "test", "test", "us-east-1").client("dynamodb")


def make_table(url):
    dynamodb(url).create_table(
        TableName="Users",
        KeySchema=[{"AttributeName": "userId", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "userId", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )


def tables(url):
    return dynamodb(url).list_tables()["TableNames"]


def note(clone):
    return clone / ".sandbox" / "running.json"


def is_running(pid):
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


class TestUpAndDown:
    def test_the_whole_life(self, clone, said):
        environ = {**os.environ, "AWS_PROFILE": "work", "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE"}
        record = up(clone, 0, said.append, environ)
        assert health(record.url)["pid"] == record.pid
        assert json.loads(note(clone).read_text())["url"] == record.url
        log = clone / ".sandbox" / "logs" / "sandbox.log"
        wait_until(lambda: "sandbox ready" in log.read_text(), "the ready line in the log")
        process = psutil.Process(record.pid)
        assert os.getsid(record.pid) == record.pid, "the end of a terminal does not reach it"
        assert not [name for name in process.environ() if name.startswith("AWS_")]
        assert said[0] == "Please wait: starting the local AWS …"
        assert said[1].startswith(f"The local AWS is up: {record.url}, process {record.pid}. Its log is")
        assert said[2].endswith("`workshop down` ends it. What it holds is kept in .sandbox/state/.")

        pointing = f'For aws, sam and boto3 in this terminal: eval "$(sandbox env --port {record.url[17:]})"'
        assert said[3] == pointing

        assert up(clone, 0, said.append) == record
        already = f"The local AWS is up already: {record.url}, process {record.pid}."
        assert said[4:] == [already, pointing]

        down(clone, said.append)
        assert not is_running(record.pid)
        assert health(record.url) is None
        assert not note(clone).exists()
        assert said[6] == (
            f"The local AWS at {record.url} (process {record.pid}) has ended. "
            "What it holds is kept in .sandbox/state/. `workshop up` goes on with it."
        )

        down(clone, said.append)
        assert said[7:] == ["Nothing to end: no local AWS of this clone runs."]

    def test_two_at_once_start_one(self, clone, said):
        code = "import sys, pathlib; from workshop.sandbox_process import up\n"
        code += "print(up(pathlib.Path(sys.argv[1]), 0, lambda line: None).pid)"
        command = [sys.executable, "-c", code, clone]
        two = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
        pids = {process.communicate(timeout=60)[0] for process in two}
        assert len(pids) == 1
        assert is_running(int(pids.pop()))

    def test_a_taken_port_is_replaced_by_the_next_free_one_which_is_said(self, clone, said, sandbox):
        taken = int(sandbox.url.rpartition(":")[2])
        record = up(clone, taken, said.append)
        chosen = record.url.rpartition(":")[2]
        assert said[0] == f"Port {taken} is taken by something else: the local AWS uses {chosen} instead."
        down(clone, said.append)
        assert health(sandbox.url) is not None, "another's is not touched"

    def test_after_kill_9_it_is_started_anew_and_that_is_said(self, clone, said):
        first = up(clone, 0, said.append)
        psutil.Process(first.pid).kill()
        psutil.Process(first.pid).wait()
        second = up(clone, 0, said.append)
        assert second.pid != first.pid
        assert f"The local AWS that was at {first.url} (process {first.pid}) has ended meanwhile." in said

    @pytest.mark.parametrize("lost", ['{"pid": 12', None], ids=["half-written", "gone"])
    def test_a_lost_note_of_a_sandbox_of_this_clone_is_written_anew(self, clone, said, lost):
        port = free_port(0)
        first = up(clone, port, said.append)
        if lost is None:
            note(clone).unlink()
        else:
            note(clone).write_text(lost)
        assert up(clone, port, said.append) == first
        assert sandbox_record.read(clone) == first
        assert said[-2].startswith("The local AWS is up already")


class TestState:
    def test_what_it_holds_is_there_after_down_and_up(self, clone, said):
        first = up(clone, 0, said.append)
        make_table(first.url)
        url = first.url.rpartition(":")[2]
        down(clone, said.append)
        again = up(clone, int(url), said.append)
        assert again.url == first.url
        assert tables(again.url) == ["Users"]
        assert state.line(clone, health(again.url)).startswith("State       .sandbox/state, ")

    def test_after_kill_9_too(self, clone, said):
        first = up(clone, 0, said.append)
        make_table(first.url)
        psutil.Process(first.pid).kill()
        psutil.Process(first.pid).wait()
        assert tables(up(clone, 0, said.append).url) == ["Users"]

    def test_ephemeral_begins_empty_keeps_nothing_and_leaves_the_state_alone(self, clone, said):
        make_table(up(clone, 0, said.append).url)
        down(clone, said.append)
        assert state.line(clone, None).endswith("; `workshop up` goes on with it")

        said.clear()
        record = up(clone, 0, said.append, ephemeral=True)
        assert tables(record.url) == []
        assert said[2].endswith("`workshop down` ends it, and what it holds is gone then.")
        assert state.line(clone, health(record.url)) == (
            "State       in memory only: gone when the local AWS ends"
        )
        assert sandbox_record.read(clone).ephemeral
        down(clone, said.append)
        assert said[4].endswith("has ended. What it held is gone.")

        assert tables(up(clone, 0, said.append).url) == ["Users"]

    def test_a_second_sandbox_on_the_state_is_refused_with_the_firsts_number(self, clone, said):
        first = up(clone, 0, said.append)
        note(clone).unlink()
        with pytest.raises(NotRunning) as problem:
            up(clone, 0, said.append)
        assert str(first.pid) in problem.value.found
        psutil.Process(first.pid).kill()


class TestDown:
    def test_a_note_of_a_process_that_has_ended_is_cleared_away(self, clone, said):
        sandbox_record.write(clone, NO_PROCESS)
        down(clone, said.append)
        where = f"http://127.0.0.1:1 (process {NO_PROCESS.pid})"
        assert said == [f"Nothing to end: the local AWS at {where} has ended already."]
        assert not note(clone).exists()

    @pytest.mark.parametrize("text", ["", '{"pid": 1', "[]", '{"pid": "x", "created": 1, "url": "u"}'])
    def test_a_half_written_note_is_cleared_away(self, clone, said, text):
        note(clone).parent.mkdir()
        note(clone).write_text(text)
        down(clone, said.append)
        assert said == ["Nothing to end: no local AWS of this clone runs."]
        assert not note(clone).exists()

    def test_another_process_of_the_same_number_is_not_ended(self, clone, said):
        with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
            ours = sandbox_record.of_process(other.pid, "http://127.0.0.1:1")
            sandbox_record.write(clone, replace(ours, created=ours.created - 3600))
            down(clone, said.append)
            assert other.poll() is None
            other.communicate(b"\n")
            assert other.returncode == 0
        assert "has ended already" in said[0]

    def test_a_clock_that_was_set_meanwhile_hides_nothing(self, clone, said):
        record = up(clone, 0, said.append)
        sandbox_record.write(clone, replace(record, created=record.created - 3600))
        assert up(clone, 0, said.append).pid == record.pid
        down(clone, said.append)
        assert not is_running(record.pid)
        assert said[-1].endswith(
            "has ended. What it holds is kept in .sandbox/state/. `workshop up` goes on with it."
        )

    def test_one_that_make_start_runs_is_left_to_its_terminal(self, clone, said):
        sandbox_record.write(clone, sandbox_record.of_process(os.getpid(), "http://127.0.0.1:1", by="start"))
        with pytest.raises(Problem, match="belongs to `make start`") as problem:
            down(clone, said.append)
        assert "Ctrl-C" in problem.value.do_next
        assert note(clone).exists()

    def test_one_that_does_not_end_is_killed(self, clone, said, monkeypatch):
        monkeypatch.setattr(sandbox_process, "END_SECONDS", 0.2)
        code = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1, flush=True); input()"
        with subprocess.Popen(
            [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as deaf:
            deaf.stdout.readline()
            sandbox_record.write(clone, sandbox_record.of_process(deaf.pid, "http://127.0.0.1:1"))
            down(clone, said.append)
            assert not is_running(deaf.pid)
        assert "has ended. What it holds is kept in .sandbox/state/." in said[0]


class TestWhatGoesWrong:
    def test_a_sandbox_that_ends_at_once_is_said_with_its_last_lines(self, clone, said, monkeypatch, sandbox):
        monkeypatch.setattr(sandbox_process, "free_port", lambda port: port)
        taken = int(sandbox.url.rpartition(":")[2])
        monkeypatch.setattr(sandbox_process, "health", lambda url: None)
        with pytest.raises(NotRunning, match="has ended by itself") as problem:
            up(clone, taken, said.append)
        assert f"Port {taken} of 127.0.0.1 cannot be listened on" in problem.value.found
        assert "workshop preflight" in problem.value.do_next
        assert not note(clone).exists()

    def test_one_that_says_nothing_is_said_to_have(self, clone, said, monkeypatch):
        monkeypatch.setattr(
            sandbox_process, "sandbox_service", with_command(sys.executable, "-c", "raise SystemExit(4)")
        )
        with pytest.raises(NotRunning, match="without a word"):
            up(clone, 0, said.append)

    def test_one_that_never_answers_is_ended_and_said(self, clone, said, monkeypatch):
        monkeypatch.setattr(sandbox_process, "READY_SECONDS", 0.3)
        monkeypatch.setattr(
            sandbox_process,
            "sandbox_service",
            with_command(sys.executable, "-c", "import time; time.sleep(600)"),
        )
        with pytest.raises(NotRunning, match="has not answered") as problem:
            up(clone, 0, said.append)
        pid = int(problem.value.found.split()[1])
        assert not is_running(pid)
        assert not note(clone).exists()

    def test_ctrl_c_while_it_starts_leaves_nothing(self, clone, said, monkeypatch):
        monkeypatch.setattr(
            sandbox_process,
            "sandbox_service",
            with_command(sys.executable, "-c", "import time; time.sleep(600)"),
        )
        seen = []

        def interrupt():
            wait_until(note(clone).exists, "a note")
            seen.append(sandbox_record.read(clone).pid)
            signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)

        threading.Thread(target=interrupt).start()
        with pytest.raises(KeyboardInterrupt):
            up(clone, 0, said.append)
        assert not is_running(seen[0])
        assert not note(clone).exists()

    def test_a_folder_that_cannot_be_written_to_is_a_problem(self, clone, said):
        (clone / ".sandbox").write_text("")
        for verb in (lambda: up(clone, 0, said.append), lambda: down(clone, said.append)):
            with pytest.raises(Problem, match="it is a file") as problem:
                verb()
            assert "mv " in problem.value.do_next
        assert said == []


def with_command(*command):
    """`sandbox_service`, with another program in place of the sandbox."""
    real = sandbox_process.sandbox_service
    return lambda *arguments, **options: replace(real(*arguments, **options), command=command)


class TestRecord:
    def test_is_written_whole_and_read_back(self, tmp_path):
        record = sandbox_record.of_process(os.getpid(), "http://127.0.0.1:4566")
        sandbox_record.write(tmp_path, record)
        assert sandbox_record.read(tmp_path) == record
        assert [path.name for path in (tmp_path / ".sandbox").iterdir()] == ["running.json"]
        assert record.runs()

    def test_one_that_makes_no_sense_runs_not(self):
        assert not NO_PROCESS.runs()
        assert not Record(-1, 0.0, "").runs()
        assert not Record(10**30, 0.0, "").runs()

    def test_only_ones_own_is_removed(self, tmp_path):
        record = sandbox_record.of_process(os.getpid(), "http://127.0.0.1:4566")
        sandbox_record.write(tmp_path, record)
        sandbox_record.remove(tmp_path, NO_PROCESS)
        assert sandbox_record.read(tmp_path) == record
        sandbox_record.remove(tmp_path, record)
        assert sandbox_record.read(tmp_path) is None
        sandbox_record.remove(tmp_path)
