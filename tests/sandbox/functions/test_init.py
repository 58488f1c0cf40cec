"""Init phases that fail are begun anew; how AWS words that and every other end in the log.

The lines are as in logs that people publish: two INIT_REPORT lines before START, no Init Duration in REPORT.
"""

from __future__ import annotations

import re

import pytest

ID = "[0-9a-f-]{36}"
MS = r"\d+\.\d\d ms"
REPORT = rf"REPORT RequestId: {ID}\tDuration: {MS}\tBilled Duration: \d+ ms\tMemory Size: 128 MB\t"
FIRST = """
import os, pathlib, sys, tempfile, time
first = not os.path.exists(tempfile.gettempdir() + "/begun")
pathlib.Path(tempfile.gettempdir(), "begun").touch()
print("first" if first else "again", flush=True)
"""
HANDLER = "\ndef handler(event, context): return context.get_remaining_time_in_millis()\n"


def framed(function):
    """Its log from the first INIT_REPORT on."""
    log = function.log()
    begin = next(place for place, line in enumerate(log) if line.startswith("INIT_REPORT"))
    return log[begin:]


def matched(lines, patterns):
    assert len(lines) == len(patterns), lines
    for line, pattern in zip(lines, patterns, strict=True):
        assert re.fullmatch(pattern + "\n", line), (line, pattern)


def init_report(phase, status, kind=""):
    return rf"INIT_REPORT Init Duration: {MS}\tPhase: {phase}\tStatus: {status}" + (
        rf"\tError Type: {kind}" if kind else ""
    )


def test_an_init_phase_that_fails_twice(deploy):
    function = deploy(FIRST + "os._exit(7)")
    answer = function.invoke()
    assert answer.json["errorMessage"].endswith("Error: Runtime exited with error: exit status 7")
    lines = [
        init_report("init", "error", "Runtime.ExitError"),
        "again",
        init_report("invoke", "error", "Runtime.ExitError"),
        rf"START RequestId: {ID} Version: \$LATEST",
        rf"RequestId: {answer.request_id} Error: Runtime exited with error: exit status 7\nRuntime.ExitError",
        rf"END RequestId: {ID}",
        REPORT + r"Max Memory Used: \d+ MB\tStatus: error\tError Type: Runtime.ExitError\t",
    ]
    matched(framed(function), lines)
    # The tail has all that the init phases have written, but for INIT_START.
    matched(answer.log.splitlines(keepends=True)[0:2], ["first", lines[0]])
    assert "INIT_START" not in answer.log


def test_an_init_phase_that_succeeds_the_second_time_is_part_of_the_duration(deploy):
    function = deploy(FIRST + "if first: sys.exit(1)\ntime.sleep(0.3)" + HANDLER, Timeout=9)
    answer = function.invoke()
    assert answer.json < 8700
    matched(
        framed(function),
        [
            init_report("init", "error", "Runtime.ExitError"),
            "again",
            rf"START RequestId: {ID} Version: \$LATEST",
            rf"END RequestId: {ID}",
            REPORT + r"Max Memory Used: \d+ MB\t",
        ],
    )
    assert float(re.search(r"\tDuration: ([\d.]+) ms", answer.log)[1]) > 300
    assert function.invoke().json > 8800  # a warm one has all its time


def test_the_second_init_phase_has_the_functions_time_out(deploy):
    function = deploy(FIRST + "os._exit(1) if first else time.sleep(60)" + HANDLER, Timeout=1)
    answer = function.invoke()
    assert answer.json["errorType"] == "Sandbox.Timedout"
    assert answer.json["errorMessage"].endswith("Error: Task timed out after 1.00 seconds")
    assert 1000 <= float(re.search(r"\tDuration: ([\d.]+) ms", answer.log)[1]) < 5000
    matched(
        framed(function),
        [
            init_report("init", "error", "Runtime.ExitError"),
            "again",
            init_report("invoke", "timeout"),
            rf"START RequestId: {ID} Version: \$LATEST",
            rf"\S+Z {ID} Task timed out after 1.00 seconds\n",
            rf"END RequestId: {ID}",
            REPORT + r"Max Memory Used: \d+ MB\tStatus: timeout\t",
        ],
    )


def test_the_first_init_phase_has_ten_seconds(deploy):
    function = deploy(FIRST + "if first: time.sleep(60)" + HANDLER, Timeout=5)
    assert function.invoke().json < 5000
    lines = framed(function)
    matched(lines[:2], [init_report("init", "timeout"), "again"])
    assert 10_000 <= float(re.search(r"Init Duration: ([\d.]+) ms", lines[0])[1]) < 12_000


@pytest.mark.parametrize(
    ("source", "said"),
    [
        pytest.param(
            "os._exit(0)", r"Runtime exited without providing a reason\nRuntime.ExitError", id="exit"
        ),
        pytest.param(
            "b'1' * 400_000_000",
            r"Runtime exited with error: signal: killed\nRuntime.OutOfMemory",
            id="memory",
        ),
    ],
)
def test_how_the_runtime_ended_stands_before_end(deploy, source, said):
    function = deploy(
        f"import os\ndef handler(event, context):\n    x = {source}\n    return len(x)", Timeout=9
    )
    answer = function.invoke()
    kind = answer.json["errorType"]
    lines = function.log()
    matched(lines[-3:-1], [f"RequestId: {answer.request_id} Error: {said}", rf"END RequestId: {ID}"])
    assert lines[-1].endswith(f"\tStatus: error\tError Type: {kind}\t\n")


def test_what_the_init_phase_prints_is_in_the_tail_of_the_first_invocation(deploy):
    function = deploy("print('loading')\ndef handler(event, context): print('event')")
    first = function.invoke().log.splitlines()
    assert [line.split(" ")[0] for line in first] == ["loading", "START", "event", "END", "REPORT"]
    assert function.invoke().log.splitlines()[0].startswith("START")


def test_after_a_time_out_the_handler_has_all_its_time_again(deploy):
    """Otherwise than on AWS: a slow machine must not keep a function from ever starting again."""
    function = deploy(
        "import time\ntime.sleep(1.2)\ndef handler(event, context): time.sleep(event.get('sleep', 0))",
        Timeout=1,
    )
    assert function.invoke({"sleep": 9}).json["errorType"] == "Sandbox.Timedout"
    answer = function.invoke()
    assert answer.error == ""
    assert float(re.search(r"\tDuration: ([\d.]+) ms", answer.log)[1]) > 1200
    assert "Init Duration" not in answer.log
