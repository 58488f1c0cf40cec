"""The process behind `Sandbox`: serves until its standard input ends, which is when its parent does.

`python -m sandbox.embedded PORT LAG SEED [STATE]` prints one line of JSON: `{"url": …, "pid": …}` when ready,
`{"error": …}` where it cannot serve. LAG: `MEDIAN,LONGEST` in milliseconds, or `0`.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from sandbox.dynamodb.replicas import parse_lag
from sandbox.house import House
from sandbox.sealing import seal
from sandbox.serving import CannotServe, run
from sandbox.settings import Settings


def _announce(house: House) -> None:
    print(json.dumps({"url": house.settings.url, "pid": os.getpid()}), flush=True)


def main(arguments: list[str]) -> int:
    """Serve; exit code 2 if the port is taken or the state folder cannot be written."""
    seal()
    port, lag, seed, *rest = arguments
    state = Path(rest[0]) if rest else None
    try:
        settings = Settings(port=int(port), state=state, replication_lag=parse_lag(lag), seed=int(seed))
        run(settings, _announce, sys.stdin.fileno())
    except (CannotServe, ValueError) as error:
        print(json.dumps({"error": str(error)}), flush=True)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
