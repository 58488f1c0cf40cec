"""Installs every add-on now, rather than at its first use: `python -m workshop.addons`."""

from __future__ import annotations

import sys

from workshop.addons.bundler import esbuild
from workshop.addons.sam_cli import sam
from workshop.clone import clone_folder
from workshop.errors import OURS, Problem


def main() -> int:
    """Installs what is not there yet; the exit code."""
    try:
        for addon in (esbuild, sam):
            print(f"  {addon(clone_folder(), print)}", flush=True)
    except Problem as problem:
        print(f"The add-ons cannot be installed.\n{problem}", file=sys.stderr)
        return OURS
    return 0


if __name__ == "__main__":
    sys.exit(main())
