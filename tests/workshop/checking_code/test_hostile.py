"""Code that hangs, exits, floods or meddles ends its own process and nothing else."""

import _thread
import gc
import os
import signal
import subprocess
import sys
import threading

import psutil
import pytest

from tests.workshop.checking_code.conftest import SHORT, processes_in, still_in
from workshop.checking.code import (
    ANSWER_TOO_LARGE,
    EXITED,
    LOST_CONTACT,
    OUT_OF_MEMORY,
    TIMED_OUT,
    CannotLoad,
    Limits,
    Opaque,
)

SMALL = Limits(seconds=8, memory=300 * 1024 * 1024, output=1000, answer=100_000)


def test_an_endless_loop_and_a_fresh_process_after_it(load, language):
    source = {
        "python": """
            def loop(table):
                print("before")
                while True:
                    pass
            def f(table): return 1
        """,
        "nodejs": "export function loop() { console.log('before'); for (;;); }\nexport const f = () => 1;",
    }
    module = load(limits=SHORT, **{language: source[language]})
    answer = module.call("loop")
    assert answer.error.kind == TIMED_OUT
    assert answer.error.message == "loop did not end within 1.5 seconds"
    assert answer.output == "before\n"
    assert 1.4 < answer.seconds < 5
    if language == "python":
        assert answer.error.file == "users.py"
        assert answer.error.line in (4, 5)
        assert "while True" in answer.error.traceback or "pass" in answer.error.traceback
    assert module.call("f").value == 1


def test_a_loop_that_catches_everything(load):
    source = """
        import signal
        signal.signal(signal.SIGUSR1, signal.SIG_IGN)
        def loop(table):
            while True:
                try:
                    while True: pass
                except BaseException:
                    pass
    """
    error = load(limits=SHORT, python=source).call("loop").error
    assert (error.kind, error.line) == (TIMED_OUT, None)


def test_requests_before_a_time_out_are_known(run):
    answer = run(
        "get",
        limits=SHORT,
        python="""
            import time
            def get(table):
                table.get_item(Key={"userId": "x"})
                time.sleep(60)
        """,
        nodejs="""
            import { GetCommand } from "@aws-sdk/lib-dynamodb";
            export async function get({ client, TableName }) {
              await client.send(new GetCommand({ TableName, Key: { userId: "x" } }));
              await new Promise(() => {});
            }
        """,
    )
    assert answer.error.kind == TIMED_OUT
    assert [request.operation for request in answer.requests] == ["GetItem"]


@pytest.mark.parametrize(
    ("python", "nodejs", "said"),
    [
        ("import os; os._exit(7)", "process.exit(7)", "exit code 7"),
        ("import os; os.kill(os.getpid(), 9)", "process.kill(process.pid, 'SIGKILL')", "killed by SIGKILL"),
        ("import os; os.abort()", "process.abort()", "killed by SIGABRT"),
    ],
)
def test_an_end_of_its_own_process(run, python, nodejs, said):
    # kill() is answered before the signal comes.
    source = {
        "python": f"def f(table): {python}",
        "nodejs": f"export const f = async () => {{ {nodejs}; await new Promise(() => {{}}); }}",
    }
    answer = run("f", **source)
    assert answer.error.kind == EXITED
    assert answer.error.message == f"f ended its process: {said}"


def test_exits_name_their_line(run):
    answer = run(
        "f", python="\ndef f(table): raise SystemExit(2)", nodejs="\nexport function f() { process.exit(2); }"
    )
    assert (answer.error.kind, answer.error.line) == (EXITED, 2)


def test_an_end_between_calls(load):
    source = """
        import os, threading
        def f(table):
            threading.Timer(0.05, lambda: os._exit(5)).start()
            return os.getpid()
    """
    module = load(python=source)
    process = psutil.Process(module.call("f").value)
    psutil.wait_procs([process], timeout=5)
    assert module.call("f").value != process.pid


def test_ten_megabytes_of_output(run):
    answer = run(
        "f",
        limits=SMALL,
        python="def f(table):\n    for _ in range(100): print('x' * 100_000)\n    return 1",
        nodejs="""
            export function f() {
              for (let i = 0; i < 100; i += 1) console.log('x'.repeat(100000));
              return 1;
            }
        """,
    )
    assert answer.value == 1
    assert answer.output == "x" * 1000 + "\n… and 9999100 bytes more"


def test_output_that_never_ends(run):
    answer = run(
        "f",
        limits=SHORT,
        python="def f(table):\n    while True: print('x' * 1000)",
        nodejs="export function f() { for (;;) console.log('x'.repeat(1000)); }",
    )
    assert answer.error.kind == TIMED_OUT
    assert answer.output.endswith("bytes more")


def test_two_gigabytes(run):
    answer = run(
        "f",
        limits=SMALL,
        python="def f(table):\n    held = [b'x' * 10_000_000 for _ in range(200)]\n    return len(held)",
        nodejs="export function f() { const all = []; for (;;) all.push(Buffer.alloc(1e7, 1)); }",
    )
    assert (answer.error.kind, answer.error.message) == (OUT_OF_MEMORY, "f used more than 300 MB of memory")


def test_a_full_heap_of_node(load):
    source = "export function f() { const all = []; for (;;) all.push({ a: [all.length] }); }"
    assert load(nodejs=source, limits=SMALL).call("f").error.kind == OUT_OF_MEMORY


def test_deep_recursion(run, language):
    answer = run(
        "f",
        python="def f(table): return f(table)",
        nodejs="export function f(table) { return f(table) + 1; }",
    )
    assert answer.error.kind == {"python": "RecursionError", "nodejs": "RangeError"}[language]
    assert answer.error.line == 1
    assert len(answer.error.traceback) < 8001


def test_an_answer_too_large(load, language):
    source = {
        "python": "def f(table): return 'x' * 200_000\ndef g(table): return 1",
        "nodejs": "export const f = () => 'x'.repeat(200000), g = () => 1;",
    }
    module = load(limits=SMALL, **{language: source[language]})
    error = module.call("f").error
    assert error.kind == ANSWER_TOO_LARGE
    assert error.message.startswith("f came back with 200,0")
    assert module.call("g").value == 1


def test_an_answer_within_itself(run):
    answer = run(
        "f",
        python="def f(table):\n    x = []\n    x.append(x)\n    return x",
        nodejs="export function f() { const x = []; x.push(x); return x; }",
    )
    value = answer.value
    while isinstance(value, list):
        value = value[0]
    assert value.text == "more than 100 levels deep"
    assert answer.not_json.endswith("is more than 100 levels deep")


def test_answers_that_cannot_leave(run, language):
    answer = run(
        "f",
        python="class Table: pass\ndef f(table): return Table",
        nodejs="export const f = () => class Table {};",
    )
    assert isinstance(answer.value, Opaque)
    assert "Table" in str(answer.value)
    assert answer.not_json == {"python": "answer is a type", "nodejs": "answer is a function"}[language]


def test_objects_that_fight_back(load):
    source = """
        class E(Exception):
            def __str__(self): raise ValueError
        class V:
            def __repr__(self): raise ValueError
        class D(dict):
            def items(self): raise KeyError("no")
        def error(table): raise E
        def value(table): return V()
        def keys(table): return D(a=1)
    """
    module = load(python=source)
    assert module.call("error").error.message == "(its __str__ raises ValueError)"
    assert str(module.call("value").value) == "a V whose repr() raises ValueError"
    assert module.call("keys").error.kind == "KeyError"


def test_objects_that_fight_back_in_node(load):
    source = """
        export const value = () => ({ get x() { throw new TypeError("no"); } });
        export const error = () => { throw { toString() { throw new TypeError("no"); } }; };
    """
    module = load(nodejs=source)
    assert module.call("value").error.kind == "TypeError"
    assert module.call("error").error.message == "(its toString throws TypeError)"


def test_what_it_replaces_is_its_own_affair(run):
    answer = run(
        "f",
        python="""
            import json, sys, builtins
            def f(table):
                json.dumps = json.loads = print = None
                sys.stdout = sys.stderr = None
                return {"a": 1}
        """,
        nodejs="""
            export function f() { JSON.stringify = JSON.parse = console.log = null; return { a: 1 }; }
        """,
    )
    assert answer.value == {"a": 1}


def test_closing_the_channel(run):
    answer = run(
        "f",
        limits=SHORT,
        python="import os\ndef f(table):\n    os.closerange(0, 256)\n    return 1",
        nodejs="""
            import { closeSync, fstatSync } from "node:fs";
            export function f() {
              for (let fd = 3; fd < 256; fd += 1) {
                try { if (fstatSync(fd).isSocket()) closeSync(fd); } catch {}
              }
              return 1;
            }
        """,
    )
    assert answer.error.kind == LOST_CONTACT


WRITES = {
    "python": """
        import os, stat
        def sockets():
            for fd in range(3, 256):
                try:
                    if stat.S_ISSOCK(os.fstat(fd).st_mode): yield fd
                except OSError: pass
        def write(text):
            for fd in sockets(): os.write(fd, text.encode())
        def f(table, text):
            write(text)
            return 1
    """,
    "nodejs": """
        import { fstatSync, writeSync } from "node:fs";
        export function f(table, text) {
          for (let fd = 3; fd < 256; fd += 1) {
            try { if (fstatSync(fd).isSocket()) writeSync(fd, text); } catch {}
          }
          return 1;
        }
    """,
}


TEXTS = (
    "garbage\n",
    "[1]\n",
    '{"kind": "answer", "call": 1}\n',
    '{"kind": "answer", "call": 1, "value": {"$": "decimal", "v": "x"}, "not_json": null}\n',
    '{"kind": "answer", "call": 1, "error": {"kind": "X"}}\n',
    '{"kind": "answer", "call": 1, "missing": 3}\n',
    '{"kind": "sent", "call": 1}\n',
    '{"kind": "where"}\n["',
    "[" * 100_000 + "\n",
    "\xff\n",
)


def test_writing_into_the_channel(load, language):
    module = load(limits=SHORT, **{language: WRITES[language]})
    for number, text in enumerate(TEXTS):
        named = text.replace('"call": 1', f'"call": {2 * number + 1}')
        assert module.call("f", named).error.kind == LOST_CONTACT, text[:80]
        assert module.call("f", "").value == 1, text[:80]  # in a fresh process


def test_writing_into_the_channel_at_import(load):
    for text in ('{"kind": "failed"}\n', "garbage\n", '{"kind": "failed", "error": 1}\n'):
        with pytest.raises(CannotLoad) as caught:
            load(
                limits=SHORT,
                python=WRITES["python"].rstrip() + f"\n        write({text!r})\n        while True: pass",
            )
        assert caught.value.kind == LOST_CONTACT


FORKS = """
    import os, sys, time, subprocess
    def stay(table):
        if os.fork() == 0:
            time.sleep(60)
            os._exit(0)
        return os.getpid()
    def both_return(table):
        os.fork()
        return os.getpid()
    def escape(table):
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                time.sleep(60)
            os._exit(0)
        return os.wait()[0]
    def start(table):
        return subprocess.Popen(["sleep", "60"], start_new_session=True).pid
    def loop(table):
        os.fork()
        while True: pass
"""


@pytest.mark.parametrize("function", ["stay", "both_return", "escape", "start"])
def test_processes_left_behind(load, tmp_path, function):
    module = load(python=FORKS)
    assert module.call(function).error is None
    module.call(function)
    if function in ("stay", "start"):
        assert len(processes_in(tmp_path)) == 3
    module.close()
    assert still_in(tmp_path) == []


def test_a_forked_process_is_not_mistaken_for_the_first(load):
    module = load(python=FORKS)
    first = [module.call("both_return").value for _ in range(5)]
    assert len(set(first)) == 1


def test_processes_left_behind_by_node(load, tmp_path):
    source = """
        import { spawn } from "node:child_process";
        export const f = () => {
          spawn("sleep", ["60"], { detached: true, stdio: "ignore" }).unref();
          return 1;
        };
    """
    module = load(nodejs=source)
    assert module.call("f").value == 1
    assert len(processes_in(tmp_path)) == 2
    module.close()
    assert still_in(tmp_path) == []


def test_a_time_out_ends_the_whole_group(load, tmp_path):
    module = load(python=FORKS, limits=SHORT)
    assert module.call("loop").error.kind == TIMED_OUT
    assert still_in(tmp_path) == []


def test_an_interrupted_call_ends_the_process(load, tmp_path):
    module = load(python="def f(table):\n    while True: pass\ndef g(table): return 1")
    assert module.call("g").value == 1
    interrupt = threading.Timer(0.3, _thread.interrupt_main)
    interrupt.start()
    with pytest.raises(KeyboardInterrupt):
        module.call("f")
    interrupt.join()
    assert still_in(tmp_path) == []
    assert module.call("g").value == 1


def test_a_module_that_is_forgotten_ends_too(tmp_path, target, table):
    from workshop.checking.code import load_module

    (tmp_path / "users.py").touch()
    module = load_module(tmp_path, "users", target, table)
    assert len(processes_in(tmp_path)) == 1
    del module
    gc.collect()
    assert still_in(tmp_path) == []


GRADER = """
import os, signal, sys, threading
from pathlib import Path
from workshop.checking.code import Limits, languages, load_module
from workshop.target import Target

languages._ALARM_SECONDS = 0.5
folder, url, kill_after = Path(sys.argv[1]), sys.argv[2], float(sys.argv[3])
target = Target("sandbox", url, "", "us-east-1", "test")
loaded = load_module(folder, "users", target, "users", Limits(seconds=2))
threading.Timer(kill_after, lambda: os.kill(os.getpid(), signal.SIGKILL)).start()
loaded.call("f")
"""


def kill_grader(tmp_path, target):
    """Start a grader that calls `f`, and is killed soon after; what it leaves behind."""
    arguments = [sys.executable, "-c", GRADER, str(tmp_path), target.url, "0.5"]
    environment = {**os.environ, "TMPDIR": str(tmp_path)}  # nobody is left to remove the home folder
    ended = subprocess.run(
        arguments, cwd="/", env=environment, timeout=60, capture_output=True, text=True, check=False
    )
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    return processes_in(tmp_path)


@pytest.mark.parametrize("source", ["while True: pass", "time.sleep(60)"])
def test_a_grader_that_is_killed_leaves_no_endless_call(tmp_path, target, source):
    (tmp_path / "users.py").write_text(f"import time\ndef f(table):\n    {source}")
    left = kill_grader(tmp_path, target)
    assert len(left) == 1
    _, alive = psutil.wait_procs(left, timeout=15)
    assert alive == []


def test_an_idle_module_ends_with_its_grader(tmp_path, target, language):
    source = {"python": "def f(table): return 1", "nodejs": "export const f = () => 1;"}
    (tmp_path / {"python": "users.py", "nodejs": "users.mjs"}[language]).write_text(source[language])
    _, alive = psutil.wait_procs(kill_grader(tmp_path, target), timeout=15)
    assert alive == []
