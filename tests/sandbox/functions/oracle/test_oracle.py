"""The sandbox's Python runtime answers and logs what AWS's own does, handler by handler.

Left out of the comparison: request ids, times, the folders files lie in, the lines of a runtime's own
code, and those of the platform (INIT_START, START, END, REPORT and how a process ended), which the emulator
words otherwise than Lambda does, the first of two init phases, which it leaves out, and the sandbox's own
`[sandbox]` line.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.addons import on_demand
from tests.sandbox.functions.conftest import OWN_PYTHON
from tests.sandbox.functions.oracle import emulator
from tests.sandbox.functions.oracle.handlers import GIVEN, Given
from tests.sandbox.functions.oracle.json_handlers import IN_JSON

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="awslambdaric is made for Linux only")

PLATFORM = re.compile(
    r"(INIT_START|INIT_REPORT|START|END|REPORT|RequestId:|\[sandbox\]) "
    r'|\{"time":"[^"]*","type":"(platform|sandbox)\.'
)
FIRST_INIT_FAILED = re.compile(
    r'INIT_REPORT .*\tPhase: init\t|\{.*"type":"platform\.initReport".*"phase":"init"'
)
LIBRARY = re.escape(str(Path(os.__file__).parent))
ALIKE = (
    (re.compile(LIBRARY), f"/var/lang/lib/{OWN_PYTHON}"),
    (re.compile(r"[^ \"]*/sandbox-[^ \"]*/code/[0-9a-f]+/"), "/var/task/"),
    (re.compile(r"[^ \"]*/awslambdaric/bootstrap.py"), "/var/runtime/bootstrap.py"),
    (re.compile(r"[^ \"]*/(python|bootstrap)\.py:\d+: "), "RUNTIME: "),
    (re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"), "ID"),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"), "TIME"),
    (re.compile(r" at 0x[0-9a-f]+"), " at ADDRESS"),
)


@pytest.fixture(scope="module")
def rie() -> Path:
    return on_demand(lambda clone, say: emulator.binary(clone))


@pytest.mark.parametrize("given", GIVEN + IN_JSON, ids=str)
def test_the_runtime_answers_as_awss_own(given: Given, rie, deploy, tmp_path):
    oracle = emulator.Emulator(rie, given, tmp_path)
    try:
        payloads = [oracle.invoke(event).decode() for event in given.events]
        wanted = [alike(payload, oracle.task) for payload in payloads]
    finally:
        oracle.stop()
    deployed = deploy(
        given.files,
        given.runtime,
        FunctionName="oracle",
        Handler=given.handler,
        **({"LoggingConfig": logging_of(given)} if given.level else {}),
    )
    found = [alike(deployed.invoke(json.dumps(event).encode()).payload.decode()) for event in given.events]
    assert found == wanted
    logged = [message for message in begun_anew(deployed.log()) if not PLATFORM.match(message)]
    assert without_own_code(map(alike, logged)) == without_own_code(
        alike(line, oracle.task) for line in oracle.log()
    )


def logging_of(given: Given) -> dict[str, str]:
    return {"LogFormat": "JSON", "ApplicationLogLevel": given.level}


def begun_anew(messages: list[str]) -> list[str]:
    """The messages since the init phase was begun anew; all of them where it was not."""
    reports = [place for place, message in enumerate(messages) if FIRST_INIT_FAILED.match(message)]
    return messages[reports[-1] + 1 :] if reports else messages


def without_own_code(lines: Iterable[str]) -> list[str]:
    """The lines but for those that show where in the runtime a warning or its end came from."""
    kept = [""]
    for line in lines:
        if not (line.startswith("  ") and kept[-1].startswith(("RUNTIME: ", "Traceback "))):
            kept.append(line)
    return kept[1:]


def alike(text: str, task: Path | None = None) -> str:
    """`text` without what differs from run to run and from machine to machine."""
    if task is not None:
        text = text.replace(str(task), "/var/task")
    for pattern, word in ALIKE:
        text = pattern.sub(word, text)
    return text
