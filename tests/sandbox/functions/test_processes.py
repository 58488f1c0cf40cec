"""Execution environments as processes: frozen, reused, and never left behind."""

from __future__ import annotations

import contextlib
import os
import signal
import stat
import sys
import threading
import time
import urllib.request
from pathlib import Path

import psutil
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from sandbox import Sandbox
from tests.sandbox.functions.conftest import OWN_PYTHON, invoke, zipped
from tests.sandbox.roles import make_role

LINUX = sys.platform == "linux"
ONLY_LINUX = "elsewhere there is no /proc to look into, no subreaper, and nothing is frozen"


def until(condition, what, seconds=15.0):
    """Wait until a condition holds."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds:g} s: {what}")
        time.sleep(0.01)


def gone(pid):
    """Whether a process has ended (one that nobody has reaped yet has)."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


REPORT_PIDS = """
import os, subprocess, sys, time
SLEEP = [sys.executable, '-c', 'import time; time.sleep(600)']
children = []
def handler(event, context):
    if event.get('child'):
        children.append(subprocess.Popen(SLEEP, start_new_session=event['child'] == 'daemon').pid)
    if event.get('sleep'):
        time.sleep(event['sleep'])
    return [os.getpid(), *children]
"""


@pytest.mark.parametrize(
    "kind", ["group", pytest.param("daemon", marks=pytest.mark.skipif(not LINUX, reason=ONLY_LINUX))]
)
def test_a_child_that_outlives_its_handler_ends_with_the_environment(deploy, client, kind):
    function = deploy(REPORT_PIDS)
    pids = function.invoke({"child": kind}).json
    assert len(pids) == 2
    assert function.invoke().json == pids  # it did not disturb the environment
    assert not any(map(gone, pids))
    client("lambda").delete_function(FunctionName=function.name)
    until(lambda: all(map(gone, pids)), f"the end of {pids}")


def test_a_timeout_ends_the_children_too(deploy):
    source = (
        "import os, subprocess, sys, time\n"
        "def handler(event, context):\n"
        "    child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "    print('pids', os.getpid(), child.pid)\n"
        "    time.sleep(600)\n"
    )
    answer = deploy(source, Timeout=1).invoke()
    assert answer.json["errorType"] == "Sandbox.Timedout"
    line = next(line for line in answer.log.splitlines() if line.startswith("pids"))
    pids = [int(pid) for pid in line.split()[1:]]
    until(lambda: all(map(gone, pids)), f"the end of {pids}")


def test_an_update_ends_the_old_environment(deploy, client):
    function = deploy(REPORT_PIDS)
    (pid,) = function.invoke().json
    client("lambda").update_function_configuration(FunctionName=function.name, Timeout=9)
    until(lambda: gone(pid), "the end of the old environment")
    assert function.invoke().json != [pid]


def test_an_update_lets_the_old_environment_finish(deploy, client):
    function = deploy(REPORT_PIDS, Timeout=20)
    answers = []
    thread = threading.Thread(target=lambda: answers.append(function.invoke({"sleep": 1.5}).json))
    function.invoke()
    thread.start()
    until(lambda: len([x for x in function.log() if x.startswith("START")]) >= 1, "a start")
    client("lambda").update_function_configuration(FunctionName=function.name, MemorySize=256)
    thread.join()
    assert len(answers[0]) == 1
    until(lambda: gone(answers[0][0]), "the end of the old environment")


@pytest.mark.skipif(not LINUX, reason=ONLY_LINUX)
def test_frozen_between_invocations(deploy):
    function = deploy(
        "import os, threading, time\nticks = 0\n"
        "def tick():\n    global ticks\n    while True:\n        ticks += 1\n        time.sleep(0.01)\n"
        "threading.Thread(target=tick, daemon=True).start()\n"
        "def handler(event, context): return [os.getpid(), ticks]\n"
    )
    pid, before = function.invoke().json
    until(lambda: psutil.Process(pid).status() == psutil.STATUS_STOPPED, "the environment to be frozen")
    time.sleep(0.5)  # in which a process that is not frozen would tick 50 times
    assert function.invoke().json[1] - before < 25


@pytest.mark.skipif(not LINUX, reason=ONLY_LINUX)
def test_work_that_nobody_awaits_goes_on_in_the_next_invocation(deploy):
    function = deploy(
        "export const handler = async (event) => {\n"
        "  if (event.start) setTimeout(() => console.log('late'), 100);\n"
        "  else await new Promise((done) => setTimeout(done, 200));\n};",
        "nodejs24.x",
    )
    function.invoke({"start": True})
    time.sleep(0.4)
    assert not [line for line in function.log() if "late" in line]
    function.invoke()
    assert [line for line in function.log() if "late" in line]


def test_no_descriptor_of_the_sandbox_reaches_a_handler(deploy):
    function = deploy(
        "import os\ndef handler(event, context):\n"
        "    return [os.readlink(f'/proc/self/fd/{n}') for n in os.listdir('/proc/self/fd') if int(n) > 2"
        " and os.path.exists(f'/proc/self/fd/{n}')]"
    )
    if not LINUX:
        pytest.skip(ONLY_LINUX)
    open_files = function.invoke().json
    assert len([name for name in open_files if name.startswith("socket:")]) == 1  # the Runtime API
    assert not [name for name in open_files if name.startswith(("pipe:", "anon_inode:"))]


# ---- the end of the sandbox itself -----------------------------------------------------------------------


@pytest.fixture
def own_sandbox():
    """A sandbox of this test's own, with a function `f` in it, and what is needed to end it."""
    sandbox = Sandbox(port=0)
    sandbox.start()
    sandbox.settings(function_state_ms=0)
    session = sandbox.session()
    role = make_role(session.client("iam"), "r")
    session.client("lambda").create_function(
        FunctionName="f",
        Runtime=OWN_PYTHON,
        Role=role,
        Handler="index.handler",
        Timeout=60,
        Code={"ZipFile": zipped({"index.py": REPORT_PIDS})},
    )
    plain = Config(retries={"max_attempts": 0}, max_pool_connections=4)
    yield sandbox, session.client("lambda", config=plain)
    with contextlib.suppress(Exception):
        sandbox.stop()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_nothing_is_left_when_the_sandbox_ends(own_sandbox, how):
    sandbox, api = own_sandbox
    # One environment with a request under way, one idle with a child.
    busy = threading.Thread(target=_invoke_in_vain, args=(api,), daemon=True)
    busy.start()
    process = psutil.Process(sandbox.pid)
    until(lambda: _environments(process), "a request under way")
    pids = invoke(api, "f", {"child": "daemon" if LINUX else "group"}).json
    pids += [pid for pid in _environments(process) if pid not in pids]
    assert len(pids) == 3
    guard = [p.pid for p in process.children() if any("guard.py" in part for part in p.cmdline())]
    state = Path(psutil.Process(pids[0]).cwd()).parents[1]  # the code is in STATE/code/HASH
    assert state.name.startswith("sandbox-")
    assert stat.S_IMODE(state.stat().st_mode) == 0o700
    os.kill(sandbox.pid, how)
    until(lambda: all(map(gone, pids)), f"the end of {pids}")
    until(lambda: all(map(gone, guard)), "the end of the guard")
    until(lambda: not state.exists(), "the end of the state folder")
    busy.join(15)
    assert not busy.is_alive()


def test_a_sandbox_without_functions_leaves_no_folder_when_it_is_killed(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    sandbox = Sandbox(port=0).start()
    os.kill(sandbox.pid, signal.SIGKILL)
    sandbox.stop()
    assert list(tmp_path.iterdir()) == []


def _invoke_in_vain(api):
    with contextlib.suppress(Exception):
        invoke(api, "f", {"sleep": 60})


def _environments(process):
    """The process ids of a sandbox's execution environments."""
    found = []
    for child in process.children():
        with contextlib.suppress(psutil.Error):
            if any(part.endswith("runtimes/python.py") for part in child.cmdline()):
                found.append(child.pid)
    return found


def test_a_reset_ends_requests_under_way(own_sandbox):
    sandbox, api = own_sandbox
    process = psutil.Process(sandbox.pid)
    errors = []

    def busy():
        try:
            invoke(api, "f", {"sleep": 60})
        except ClientError as error:
            errors.append(error.response["Error"])

    thread = threading.Thread(target=busy, daemon=True)
    thread.start()
    until(lambda: _environments(process), "a request under way")
    (pid,) = _environments(process)
    urllib.request.urlopen(urllib.request.Request(f"{sandbox.url}/_sandbox/reset", method="POST")).close()
    until(lambda: gone(pid), "the end of the environment")
    thread.join(15)
    assert [error["Code"] for error in errors] == ["ServiceException"]
    assert "it was reset, or is ending" in errors[0]["Message"]
    assert sandbox.session().client("lambda").list_functions()["Functions"] == []
