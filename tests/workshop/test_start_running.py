"""Starting, attending and ending services, with stand-ins for the real ones, as processes."""

import os
import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import psutil
import pytest

from tests.workshop.waiting import wait_until
from workshop.start import running
from workshop.start.ports import free_port
from workshop.start.services import Service

FAKE = Path(__file__).with_name("fake_service.py")
RUNNER = """
import sys
from pathlib import Path
from tests.workshop.test_start_running import fake
from workshop.start.running import run
folder, *specs = sys.argv[1:]
services = [fake(folder, n, int(s.split(",")[0]), *s.split(",")[1:]) for n, s in enumerate(specs)]
say = lambda line: print(line, flush=True)
sys.exit(run(services, Path(folder), say, lambda: say("all up")))
"""


def fake(folder, number, port, *options):
    """A service that is the stand-in, on a port."""
    url = f"http://127.0.0.1:{port}/"
    command = (sys.executable, "-u", str(FAKE), str(port), *options)
    return Service(f"fake{number}", f"fake {number}", command, url, url, Path(folder), dict(os.environ))


class Running:
    """`run` in a process of its own, as `workshop start` is."""

    def __init__(self, folder, *specs):
        self.folder = folder
        self.ports = [free_port(0) for _ in specs]
        arguments = [",".join((str(port), *spec)) for port, spec in zip(self.ports, specs, strict=True)]
        self.output = folder / "output"
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-c", RUNNER, folder, *arguments],
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                cwd=Path(__file__).parents[2],
            )

    def said(self):
        return self.output.read_text()

    def wait_until_up(self):
        wait_until(lambda: "all up" in self.said(), f"all up, in: {self.said()}")

    def pids(self):
        """The processes that the stand-ins said they are, with their wrappers."""
        text = "".join(path.read_text() for path in self.folder.glob("fake*.log"))
        stand_ins = [int(pid) for pid in re.findall(r"pid (\d+)", text)]
        return stand_ins + [child.pid for child in psutil.Process(self.process.pid).children()]


@pytest.fixture
def run(tmp_path):
    started = []

    def start(*specs):
        started.append(Running(tmp_path, *specs))
        return started[-1]

    yield start
    for one in started:
        one.process.kill()
        one.process.wait()


def all_gone(pids):
    return not any(psutil.pid_exists(pid) and not is_zombie(pid) for pid in pids)


def is_zombie(pid):
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_all_of_it_in_good_order(run, number):
    started = run([], ["--child"], [])
    started.wait_until_up()
    pids = started.pids()
    assert len(pids) == 4 + 3
    started.process.send_signal(number)
    assert started.process.wait(15) == 0
    assert "Ending" in started.said()
    assert all_gone(pids)


def test_kill_9_leaves_nothing(run):
    started = run(["--child"], [])
    started.wait_until_up()
    pids = started.pids()
    started.process.kill()
    wait_until(lambda: all_gone(pids), f"the end of {pids}")


def test_a_service_that_ignores_signals_is_killed_after_its_grace(run, tmp_path):
    from workshop.start.children import Child

    child = Child(fake(tmp_path, 0, free_port(0), "--ignore-signals"), tmp_path / "log", grace=0.2)
    wait_until(lambda: "pid" in child.log.read_text(), "its first line")
    child.ask_to_end()
    child.ask_to_end()
    assert child.wait() == 128 + signal.SIGKILL


def test_one_that_dies_at_start_ends_the_rest_and_its_words_are_shown(run):
    started = run([], ["--die", "no such table of contents"])
    assert started.process.wait(20) == running.OURS
    said = started.said()
    assert "fake 1 has ended by itself, with exit code 5" in said
    assert "    no such table of contents" in said
    assert "fake1.log" in said
    assert "workshop preflight" in said


def test_one_that_dies_later_ends_the_rest(run):
    started = run([], [])
    started.wait_until_up()
    pids = started.pids()
    urllib.request.urlopen(f"http://127.0.0.1:{started.ports[0]}/die", timeout=5).close()
    assert started.process.wait(20) == running.OURS
    assert "fake 0 has ended by itself, with exit code 9" in started.said()
    assert "    about to fail" in started.said()
    assert all_gone(pids)


def test_ctrl_c_before_anything_is_ready(run):
    started = run(["--never-answer"])
    wait_until(
        lambda: (
            list(started.folder.glob("fake0.log")) and "pid" in (started.folder / "fake0.log").read_text()
        ),
        "it",
    )
    pids = started.pids()
    started.process.send_signal(signal.SIGINT)
    assert started.process.wait(15) == 0
    assert all_gone(pids)


def run_here(services, folder):
    said = []
    return running.run(services, folder, said.append, lambda: said.append("all up")), "\n".join(said)


def test_one_that_never_answers_is_named_with_its_address(tmp_path, monkeypatch):
    monkeypatch.setattr(running, "READY_WITHIN_SECONDS", 0.3)
    service = fake(tmp_path, 0, free_port(0), "--never-answer")
    code, said = run_here([service], tmp_path)
    assert code == running.OURS
    assert f"does not answer at {service.probe}" in said


def test_a_program_that_does_not_exist_is_named(tmp_path):
    from dataclasses import replace

    service = replace(fake(tmp_path, 0, free_port(0)), command=("/no/such/program",))
    code, said = run_here([service], tmp_path)
    assert code == running.OURS
    assert "exit code 127" in said
    assert "/no/such/program does not start" in said


def test_a_service_without_words_says_so(tmp_path):
    from dataclasses import replace

    service = replace(fake(tmp_path, 0, free_port(0)), command=(sys.executable, "-c", "raise SystemExit(4)"))
    code, said = run_here([service], tmp_path)
    assert code == running.OURS
    assert "It wrote nothing to" in said


def test_signals_are_as_before_afterwards(tmp_path):
    before = signal.getsignal(signal.SIGTERM)
    run_here([fake(tmp_path, 0, free_port(0), "--die", "x")], tmp_path)
    assert signal.getsignal(signal.SIGTERM) == before
