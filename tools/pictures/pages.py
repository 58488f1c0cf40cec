"""Parts of the guide's pages, photographed in Chromium, light and dark.

Playwright is no dependency of the workshop: where it is missing, it is said how to get it. The browser is the
machine's own Chromium.
"""

from __future__ import annotations

import functools
import http.server
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pictures import FOLDER

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SIZE = {"width": 1280, "height": 900}
COLOURS = 96
"""Of the palette that a picture is reduced to: letters stay sharp, and a file small."""


@dataclass(frozen=True)
class Part:
    """A part of a page: from the first to the last of the elements that hold these words."""

    page: str
    element: str
    first: str
    last: str


PICTURES = {
    "notebook": Part("notebooks/01-dynamodb/", ".jp-Cell", "reads = []", "Stale reads over the age"),
}


def photograph(names: Sequence[str], root: Path) -> int:
    """Makes these pictures of the guide as it is built now; returns the exit code."""
    if not names:
        return 0
    try:
        from PIL import Image
        from playwright.sync_api import sync_playwright
    except ImportError:
        print("Not made: " + ", ".join(names) + ". Playwright and Pillow are not installed.")
        print("Do next: .venv/bin/uv pip install playwright pillow, then: make pictures")
        return 1
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        site = Path(folder)
        mkdocs = str(Path(sys.executable).with_name("mkdocs"))
        environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
        subprocess.run(
            [mkdocs, "build", "--quiet", "--site-dir", folder], cwd=root, env=environment, check=True
        )
        browser = playwright.chromium.launch(executable_path=_chromium(), args=["--no-sandbox"])
        with _served(site) as address:
            for name in names:
                for theme in ("light", "dark"):
                    file = root / FOLDER / f"{name}-{theme}.png"
                    _photograph(browser, address, PICTURES[name], theme, file)
                    image = Image.open(file).convert("RGB").quantize(COLOURS)
                    image.save(file, optimize=True)
                    print(f"  {file.relative_to(root)}  {file.stat().st_size / 1000:.0f} kB", flush=True)
        browser.close()
    return 0


def _photograph(browser: Any, address: str, part: Part, theme: str, file: Path) -> None:
    page = browser.new_page(viewport=SIZE, color_scheme=theme, device_scale_factor=1.5)
    page.goto(address + part.page)
    page.add_style_tag(content=".md-header, .md-top { display: none !important }")
    cells = page.locator(part.element)
    first = cells.filter(has_text=part.first).first.bounding_box()
    last = cells.filter(has_text=part.last).first.bounding_box()
    bottom = last["y"] + last["height"]
    clip = {**first, "height": bottom - first["y"]}
    page.screenshot(path=str(file), clip=clip, full_page=True)
    page.close()


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder))
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


def _chromium() -> str:
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        raise SystemExit(f"No browser on the PATH; expected one of {', '.join(BROWSERS)}. Install Chromium.")
    return found
