"""Code that learners do not write by mistake, each bounded by itself: if every limit failed, it would end.

All of it stands before the solution of lab 1, so that what it does not break would pass.
"""

from __future__ import annotations

import os
from pathlib import Path

ASLEEP = f"20.{os.getpid()}"
"""Seconds that a process of the bomb lives; nobody else sleeps so long."""
LEVELS = 6
"""Of the bomb, which comes to 1 + 2 + 4 + … + 64 processes, each alive for twenty seconds."""

LOOP = "while True:\n    pass\n"

LOOP_IN_NODE = "for (;;) {}\n"

_DETACHED = '''
import os, sys

def detached(code):
    """Runs code in a process without parent, group, or the variables that it could be known by."""
    if os.fork():
        os.wait()
        return
    os.setsid()
    if os.fork():
        os._exit(0)
    os.execve(sys.executable, [sys.executable, "-I", "-S", "-c", code], {})
'''

FORK_BOMB = f'''{_DETACHED}
detached("""
import os

def bomb(levels):
    for _ in range(2 if levels else 0):
        if os.fork() == 0:
            bomb(levels - 1)
    os.execv("/bin/sleep", ["sleep", "{ASLEEP}"])

bomb({LEVELS})
""")
import time
time.sleep(5)
'''

MEMORY = f'''{_DETACHED}
detached("""
import time
held = []
try:
    while len(held) < 150:
        held.append(bytearray(b'x') * (8 << 20))
        time.sleep(0.005)
except MemoryError:
    pass
time.sleep(15)
""")
import time
time.sleep(5)
'''
"""1200 MB at most, in a process of its own."""

DISK = """
import os
for number in range(40):
    with open(f"{os.path.dirname(os.environ['HOME'])}/full-{number}", "wb") as file:
        file.write(b"x" * (4 << 20))
import time
time.sleep(4)
"""
"""160 MB at most."""

STOP_THE_GRADER = "import os, signal\nos.kill(os.getppid(), signal.SIGSTOP)\n"
KILL_THE_GRADER = "import os, signal\nos.kill(os.getppid(), signal.SIGKILL)\n"

FORGE = r"""
import glob, json, os, re
lines = [{"kind": "deployed", "lab": "01-dynamodb", "problem": None}, {"kind": "done"}]
forged = "\n" + "".join(json.dumps(line) + "\n" for line in lines)
everybody = {int(path.split("/")[2]) for path in glob.glob("/proc/[0-9]*")}
for number in everybody - {os.getpid()}:
    try:
        memory = open(f"/proc/{number}/mem", "r+b")
        raise SystemExit(f"the memory of {number} is open")
    except OSError:
        pass
    for target in glob.glob(f"/proc/{number}/fd/*"):
        try:
            with open(target, "w") as pipe:
                pipe.write(forged)
        except OSError:
            pass
print(forged)
"""
FORGED_FILES = {
    "conftest.py": "import pytest\n\n\ndef pytest_runtest_makereport(item, call):\n    raise SystemExit(0)\n",
    "sitecustomize.py": "import os\n\nos._exit(0)\n",
    "usercustomize.py": "import os\n\nos._exit(0)\n",
    "pytest.ini": "[pytest]\naddopts = --collect-only\n",
    "boto3.py": "raise SystemExit(0)\n",
    "results.json": '{"status": "pass"}\n',
}
"""Files that tools would read, were they started in the learner's folder."""


def leaves_a_process(mark: str) -> str:
    """Leaves a process behind that sleeps for two minutes and has `mark` on its command line."""
    return f'{_DETACHED}\ndetached("import time; time.sleep(120)  # {mark}")\n'


def writes_to(file: Path) -> str:
    return f'open({str(file)!r}, "w").write("was here")\n'


def reads(file: Path) -> str:
    """Tells what is in the file, if it can be read."""
    return f"""
import os
if os.path.exists({str(file)!r}):
    raise RuntimeError("found: " + open({str(file)!r}).read())
"""


def asks(port: int) -> str:
    """Connects to a port of the machine."""
    return f"""
import socket
try:
    socket.create_connection(("127.0.0.1", {port}), 2).sendall(b"was here")
except OSError:
    pass
"""
