"""`python -m benchmarks.soak`: exit code 1 if anything is wrong; each failure says how to send it again."""

from __future__ import annotations

import argparse
import sys

import benchmarks.soak
from benchmarks.soak.run import run


def main() -> int:
    """Run the soak; print what was found."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=benchmarks.soak.__doc__)
    parser.add_argument("--requests", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--only", help="a request's number, or FIRST-LAST: send no others")
    options = parser.parse_args()
    report = run(_numbers(options.only, options.requests), options.seed)
    print(report.told(options.seed))
    return 0 if report.passed else 1


def _numbers(only: str | None, requests: int) -> range:
    if not only:
        return range(requests)
    first, _, last = only.partition("-")
    return range(int(first), int(last or first) + 1)


if __name__ == "__main__":
    sys.exit(main())
