"""AWS's own Python runtime, `awslambdaric`, under AWS's Runtime Interface Emulator.

The emulator is the one inside the SAM CLI's wheel. The runtime's log goes where Lambda has it go: frames
to the descriptor of `_LAMBDA_TELEMETRY_LOG_FD`, what is printed to standard output; both are one file
here, so they keep their order.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import requests

from tests.sandbox.functions.oracle.handlers import Given
from tests.sandbox.ports import free_port
from workshop.addons import sam_cli

SECONDS = 20
FRAME = b"\xa5\x5a\x00"
"""How a frame of any type begins; its length stands in bytes 4 to 7, its text from byte 16 on."""


class Emulator:
    """The oracle's run of one function: `invoke` it, then read its `log`."""

    def __init__(self, binary: Path, given: Given, folder: Path) -> None:
        self.task = folder / "task"
        self.output = folder / "output"
        for name, text in given.files.items():
            file = self.task / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        boot = folder / "bootstrap"
        boot.write_text(
            f'#!/bin/sh\ncd "{self.task}" && exec "{sys.executable}" -m awslambdaric "{given.handler}" '
            f'>>"{self.output}" 2>&1 3>&1\n'
        )
        boot.chmod(0o755)
        self.url = f"http://127.0.0.1:{free_port()}"
        command = [
            str(binary),
            *("--runtime-interface-emulator-address", self.url.removeprefix("http://")),
            *("--runtime-api-address", f"127.0.0.1:{free_port()}"),
            str(boot),
        ]
        self.process = subprocess.Popen(
            command,
            env=environment(given, self.task),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def invoke(self, event: object) -> bytes:
        """The payload that it answers, once it listens."""
        until = time.monotonic() + SECONDS
        while True:
            try:
                answer = requests.post(
                    f"{self.url}/2015-03-31/functions/function/invocations",
                    data=json.dumps(event),
                    timeout=SECONDS,
                )
                return answer.content
            except requests.ConnectionError:
                if time.monotonic() > until or self.process.poll() is not None:
                    raise
                time.sleep(0.02)

    def log(self) -> list[str]:
        """The log's events."""
        return list(events(self.output.read_bytes()))

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(SECONDS)


def environment(given: Given, task: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "LANG": "en_US.UTF-8",
        "PYTHONIOENCODING": "utf-8",
        "TZ": ":UTC",
        "LAMBDA_TASK_ROOT": str(task),
        "PYTHONPATH": str(task),
        "AWS_LAMBDA_FUNCTION_NAME": "oracle",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128",
        "AWS_LAMBDA_FUNCTION_TIMEOUT": "3",
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{given.runtime}",
        "_LAMBDA_TELEMETRY_LOG_FD": "3",
        **({"AWS_LAMBDA_LOG_FORMAT": "JSON", "AWS_LAMBDA_LOG_LEVEL": given.level} if given.level else {}),
    }


def events(output: bytes) -> Iterator[str]:
    """Frames and lines, in the order they were written."""
    while output:
        if output.startswith(FRAME):
            end = 16 + int.from_bytes(output[4:8], "big")
            yield output[16:end].decode()
            output = output[end:]
            continue
        ends = [at for at in (output.find(b"\n") + 1, output.find(FRAME)) if at > 0]
        end = min(ends, default=len(output))
        yield output[:end].decode()
        output = output[end:]


def binary(clone: Path) -> Path:
    """The emulator for this machine's processor, inside the SAM CLI's environment."""
    sam = sam_cli.sam(clone, print)
    processor = "arm64" if platform.machine() in ("aarch64", "arm64") else "x86_64"
    found = list(sam.parents[1].rglob(f"samcli/local/rapid/aws-lambda-rie-{processor}"))
    assert len(found) == 1, f"the SAM CLI at {sam} holds these emulators: {found}"
    return found[0]
