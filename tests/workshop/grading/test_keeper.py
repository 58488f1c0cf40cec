"""The process around a submission: its limits, and an end that leaves nothing behind."""

import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from tests.repository.sources import ROOT
from tests.workshop.grading.hostile import leaves_a_process
from tests.workshop.waiting import wait_until
from workshop.grading.limits import MEGABYTE, Limits

LIMITS = Limits(seconds=30, processes=12, memory=150 * MEGABYTE, processor_seconds=20)
LINUX = sys.platform == "linux"
FILES = "import os, time\nfolder = os.environ['FOLDER']\n"
MARK = f"left-by-{os.getpid()}"


class Kept:
    """A keeper with a Python program in place of a cell."""

    def __init__(self, program, folder, limits=LIMITS):
        (folder / "written").mkdir(exist_ok=True)
        order = {
            "command": [sys.executable, "-I", "-S", "-c", program],
            "environment": {"FOLDER": str(folder / "written")},
            "folder": str(folder),
            "log": str(folder / "log"),
            "watched": [str(folder / "written")],
            "limits": limits.as_dict(),
            "input": {"hello": "cell"},
        }
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-s", "-m", "workshop.grading.keeper"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={"PYTHONPATH": str(ROOT / "src")},
        )
        self.process.stdin.write(json.dumps(order).encode() + b"\n")
        self.process.stdin.flush()

    def ended(self):
        """What it said, and how it ended."""
        lines = [line for line in self.process.stdout if line.strip()]
        self.process.stdin.close()
        assert self.process.wait(20) == 0
        self.process.stdout.close()
        return [line.decode() for line in lines[:-1]], json.loads(lines[-1])


def left(mark):
    """Processes that have `mark` on their command line."""
    found = []
    for process in psutil.process_iter():
        try:
            if any(mark in word for word in process.cmdline()) and process.pid != os.getpid():
                found.append(process)
        except psutil.Error:
            continue
    return found


def test_a_cell_gets_its_order_and_is_heard(tmp_path):
    program = "import sys; print('heard', sys.stdin.readline()); print('aside', file=sys.stderr); sys.exit(7)"
    said, ended = Kept(program, tmp_path).ended()
    assert said == ['heard {"hello": "cell"}\n']
    assert (ended["reason"], ended["status"], ended["clean"]) == ("", 7, True)
    assert (tmp_path / "log").read_text() == "aside\n"


@pytest.mark.parametrize(
    ("name", "program", "limits"),
    [
        ("seconds", "import time; time.sleep(60)", replace(LIMITS, seconds=0.5)),
        ("processor_seconds", "while True: pass", replace(LIMITS, processor_seconds=0.5)),
        ("memory", "held = b'x' * (200 << 20); import time; time.sleep(60)", LIMITS),
        (
            "processes",
            "import os, time\nfor _ in range(5):\n    os.fork()\ntime.sleep(60)",  # 32 at most
            LIMITS,
        ),
        (
            "disk",
            f"{FILES}open(folder + '/full', 'wb').write(b'x' * (8 << 20))\ntime.sleep(60)",
            replace(LIMITS, disk=4 * MEGABYTE),
        ),
        (
            "disk",
            f"{FILES}for n in range(200):\n    open(f'{{folder}}/{{n}}', 'w')\ntime.sleep(60)",
            replace(LIMITS, files=100),
        ),
    ],
    ids=["seconds", "processor", "memory", "processes", "disk", "files"],
)
def test_each_limit_ends_it_and_is_named(name, program, limits, tmp_path):
    began = time.monotonic()
    _, ended = Kept(f"{program}  # {MARK}-{name}", tmp_path, limits).ended()
    assert (ended["reason"], ended["clean"]) == (name, True)
    assert time.monotonic() - began < 25
    assert left(f"{MARK}-{name}") == []
    assert "{" not in limits.reason(name)


@pytest.mark.skipif(not LINUX, reason="only Linux gives orphans to the keeper")
def test_a_process_that_left_its_group_and_its_parent_is_ended(tmp_path):
    mark = f"{MARK}-orphan"
    _, ended = Kept(leaves_a_process(mark) + "\nimport time; time.sleep(1)", tmp_path).ended()
    assert (ended["reason"], ended["status"], ended["clean"]) == ("", 0, True)
    assert ended["processes"] == 2
    assert left(mark) == []


def test_it_ends_with_whoever_asked_for_it(tmp_path):
    mark = f"{MARK}-abandoned"
    kept = Kept(f"import time; time.sleep(60)  # {mark}", tmp_path)
    wait_until(lambda: len(left(mark)) == 1, "the program")
    kept.process.stdin.close()
    last = kept.process.stdout.read().splitlines()[-1]
    assert json.loads(last)["reason"] == "abandoned"
    assert kept.process.wait(20) == 0
    kept.process.stdout.close()
    assert left(mark) == []


def test_what_it_cannot_parse_of_a_cell_does_not_hide_its_own_line(tmp_path):
    said, ended = Kept('import os; os.write(1, b\'{"kind": "che\'); os._exit(0)', tmp_path).ended()
    assert said == ['{"kind": "che\n']
    assert ended["status"] == 0


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="no /proc")
@pytest.mark.skipif(os.geteuid() == 0, reason="root may read all memory")
def test_its_memory_cannot_be_read(tmp_path):
    kept = Kept("import time; time.sleep(60)", tmp_path)
    wait_until(lambda: (tmp_path / "log").exists(), "the cell")
    with pytest.raises(PermissionError):
        Path(f"/proc/{kept.process.pid}/environ").read_bytes()
    kept.process.stdin.close()
    kept.process.wait(20)
    kept.process.stdout.close()
