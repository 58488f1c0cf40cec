"""The process behind `Sandbox`: serves until its standard input ends, which is when its parent does.

`python -m sandbox.embedded PORT [STATE]` prints one line of JSON: `{"url": …, "pid": …}` when ready,
`{"error": …}` where it cannot serve.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from sandbox.serving import CannotServe, House, run
from sandbox.settings import Settings


def _announce(house: House) -> None:
    print(json.dumps({"url": house.settings.url, "pid": os.getpid()}), flush=True)


def main(arguments: list[str]) -> int:
    """Serve; exit code 2 if the port is taken or the state folder cannot be written."""
    state = Path(arguments[1]) if len(arguments) > 1 else None
    try:
        run(Settings(port=int(arguments[0]), state=state), _announce, sys.stdin.fileno())
    except CannotServe as error:
        print(json.dumps({"error": str(error)}), flush=True)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
