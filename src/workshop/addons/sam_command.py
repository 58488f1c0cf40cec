"""The command `sam`: the clone's own AWS SAM CLI, for those who type its commands themselves."""

from __future__ import annotations

import os
import sys

from workshop.addons.sam_cli import sam
from workshop.clone import clone_folder
from workshop.errors import USAGE, Problem


def main() -> None:
    """Entry point of the console script: becomes the AWS SAM CLI, which it installs at its first use.

    Arguments, folder and environment are the caller's; only its telemetry is off unless they say otherwise.
    Exit code 2 if it cannot be installed.
    """
    try:
        command = sam(clone_folder(), _say)
    except Problem as problem:
        _say(f"The AWS SAM CLI is not there.\n{problem}")
        raise SystemExit(USAGE) from problem
    os.execve(command, [str(command), *sys.argv[1:]], {"SAM_CLI_TELEMETRY": "0", **os.environ})


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
