"""Makes the pictures that are named, or all of them: see the package's head."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from pictures import FOLDER, pages, terminal
from pictures.scene import SHOWN, scene
from sandbox import Sandbox

ROOT = Path(__file__).resolve().parents[2]


def main() -> int:
    """Makes them; returns the exit code."""
    parser = argparse.ArgumentParser(description="Make the pictures of README and guide anew.")
    every = [*SHOWN, *pages.PICTURES]
    parser.add_argument("name", nargs="*", help=f"of {', '.join(every)}; without it, all")
    wanted = parser.parse_args().name or every
    if unknown := set(wanted) - set(every):
        parser.error(f"no such picture: {', '.join(sorted(unknown))}")
    (ROOT / FOLDER).mkdir(parents=True, exist_ok=True)
    with Sandbox(port=0) as sandbox, scene(sandbox, ROOT) as here:
        for name in (name for name in SHOWN if name in wanted):
            printed = SHOWN[name](here)
            for theme in terminal.THEMES:
                file = ROOT / FOLDER / f"{name}-{theme}.svg"
                file.write_text(terminal.svg(name, printed, theme), encoding="utf-8")
                print(f"  {file.relative_to(ROOT)}  {file.stat().st_size / 1000:.0f} kB", flush=True)
    return pages.photograph([name for name in pages.PICTURES if name in wanted], ROOT)


if __name__ == "__main__":
    sys.exit(main())
