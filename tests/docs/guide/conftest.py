"""The guide, built once, and looked at once in a browser, for all workers of a run."""

import functools
import http.server
import json
import os
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.addons import on_demand
from tests.docs.guide import browser, tools
from tests.docs.guide.pages import page_paths
from tests.repository.sources import ROOT
from workshop.addons import npm
from workshop.lock import alone_in

HERE = Path(__file__).parent
WITH_TABS = "/layers/1-dynamodb/"
MADE_BADLY = "/made-badly/"
"""A page that is not the guide's, and has every fault that is looked for (made_badly.html)."""
LOOK_SECONDS = 240


@pytest.fixture(scope="session")
def shared(tmp_path_factory):
    """A folder that all workers of this run have."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@contextmanager
def one_worker(folder):
    """One worker at a time; the others wait, and find what it made."""
    folder.mkdir(exist_ok=True)
    with alone_in(folder):
        yield


@pytest.fixture(scope="session")
def site(shared):
    """The folder of the guide, as `mkdocs build --strict` makes it."""
    folder, built = shared / "guide", shared / "guide-is-built"
    with one_worker(shared / "building"):
        if not built.exists():
            command = [Path(sys.executable).with_name("mkdocs"), "build", "--strict", "--site-dir", folder]
            environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
            done = subprocess.run(
                command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=110
            )
            assert done.returncode == 0, done.stderr
            built.touch()
    return folder


@pytest.fixture(scope="session")
def looked(site, shared):
    """What a browser saw of every page: see look.mjs and keyboard.mjs."""
    report = shared / "looked.json"
    with one_worker(shared / "looking"):
        if not report.exists():
            report.write_text(look(site))
    return json.loads(report.read_text())


def look(site):
    """Runs browse.mjs: on all pages at phone width; on two on a wide screen, as the sidebars are alike."""
    chosen, packages = browser.chosen(), on_demand(tools.checks)
    every = page_paths(site)
    with serving(site) as address:
        asked = {
            "packages": str(packages),
            "executable": chosen.executable,
            "environment": chosen.environment,
            "site": address,
            "pages": {"phone": [*every, MADE_BADLY], "wide": ["/", WITH_TABS]},
            "withTabs": WITH_TABS,
        }
        done = subprocess.run(
            [npm.node(), HERE / "browse.mjs"],
            input=json.dumps(asked),
            capture_output=True,
            text=True,
            timeout=LOOK_SECONDS,
        )
    assert done.returncode == 0, done.stderr
    return done.stdout


class Files(http.server.SimpleHTTPRequestHandler):
    """Serves the site, and the page that is made badly."""

    protocol_version = "HTTP/1.1"

    def translate_path(self, path):
        return str(HERE / "made_badly.html") if path == MADE_BADLY else super().translate_path(path)

    def end_headers(self):
        self.send_header("Cache-Control", "max-age=600")
        super().end_headers()

    def log_message(self, *message):
        """Says nothing."""


@contextmanager
def serving(folder):
    """The address of a server of `folder`, on loopback, at a port that was free."""
    handler = functools.partial(Files, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
