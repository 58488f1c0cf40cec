"""Checks run inside whatever process asks: a test, a notebook, a worker of xdist; and leave it as it was."""

import logging
import os
import subprocess
import sys
import textwrap
import time
import warnings
from pathlib import Path

import pytest

from workshop.checking.grading import Began, CheckBegan, CheckEnded

ONE = """
    @check("x", guide="d#one")
    def test_one(lab): {}
"""


def state():
    return {
        "folder": Path.cwd(),
        "environment": dict(os.environ),
        "path": list(sys.path),
        "meta path": list(sys.meta_path),
        "modules": {name for name in sys.modules if "01_dynamodb" in name or name.startswith("tests.labs")},
        "streams": (sys.stdin, sys.stdout, sys.stderr),
        "hooks": (sys.excepthook, sys.unraisablehook),
        "handlers": list(logging.getLogger().handlers),
        "filters": list(warnings.filters),
    }


@pytest.mark.parametrize("body", ["pass", "1 / 0", "import os; os.environ['LEFT'] = 'x'"])
def test_the_process_is_as_before(clone, monkeypatch, body):
    monkeypatch.setenv("PYTEST_ADDOPTS", "--no-such-option")
    monkeypatch.setenv("LEFT", "x")
    clone.run(ONE.format("pass"))  # what is imported once stays
    before = state()
    clone.run(ONE.format(body))
    assert state() == before


def test_each_run_reads_the_graders_anew(clone):
    for word in ("one", "another"):
        one = clone.one(ONE.format(f"fail({word!r}, '', '', '')"))
        assert one.message == word


NOTEBOOK = """
import json, os, sys
from pathlib import Path
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
shell.run_cell('''
import os, sys
from pathlib import Path
from workshop.checking import run_checks
from workshop.target import sandbox_at
folder = Path(sys.argv[1])
target = sandbox_at(os.environ["SANDBOX_URL"], os.environ["AWS_ACCESS_KEY_ID"])
def run():
    (one,) = run_checks(folder / "tests" / "labs", folder / "work", target, ["01-dynamodb"]).checks()
    print("SAID", one.message, one.output.strip(), sorted(name for name in sys.modules if "labs" in name))
''')
shell.run_cell("run()")
words = Path(sys.argv[1]) / "tests" / "labs" / "words.py"
words.write_text("WORD = 'another one'")
shell.run_cell("run()")
"""


def test_in_a_notebook_with_modules_beside_the_graders(clone, tmp_path):
    (clone.graders / "__init__.py").touch()
    (clone.graders.parent / "__init__.py").touch()
    (clone.graders / "words.py").write_text("WORD = 'first'")
    body = "print('printed'); fail(WORD, '', '', '')"
    clone.write_checks("from tests.labs.words import WORD\n" + textwrap.dedent(ONE.format(body)))
    done = subprocess.run(
        [sys.executable, "-c", NOTEBOOK, clone.folder],
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "IPYTHONDIR": str(tmp_path), **clone.environ},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert done.stdout == "SAID first printed []\nSAID another one printed []\n"
    assert done.stderr == ""


def test_events_tell_how_far_it_is(clone):
    events = []
    code = ONE.format("pass") + ONE.format("not_shown('never')").replace("test_one", "test_two")
    one, two = clone.run(code, on_event=events.append).checks()
    assert events == [
        Began(2),
        CheckBegan("01-dynamodb", one.check, 1),
        CheckEnded(one),
        CheckBegan("01-dynamodb", two.check, 2),
        CheckEnded(two),
    ]


def test_an_interrupt_ends_the_run(clone):
    with pytest.raises(KeyboardInterrupt):
        clone.run(ONE.format("raise KeyboardInterrupt"))
    assert clone.run(ONE.format("pass")).exit_code == 0


def test_it_costs_little(clone):
    clone.run(ONE.format("pass"))
    times = []
    for _ in range(3):
        before = time.process_time()
        clone.run()
        times.append(time.process_time() - before)
    assert min(times) < 0.25, f"seconds of this process's work: {times}"
