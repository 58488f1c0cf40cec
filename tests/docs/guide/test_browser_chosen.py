"""Which browser looks at the guide."""

import os
import subprocess

import pytest

from tests.docs.guide import browser
from tests.docs.guide.browser import REGISTRY, SETTING, chosen


def nothing(name):
    return None


def only(name):
    """A PATH on which there is one command."""
    return lambda asked: f"/opt/{asked}" if asked == name else None


@pytest.fixture
def registry(monkeypatch):
    monkeypatch.setattr(browser, "from_the_registry", lambda: "of the registry")


def x86():
    return "x86_64"


def test_the_one_that_is_named():
    assert chosen({SETTING: "/opt/mine"}, "linux", x86, only("chromium")).executable == "/opt/mine"


@pytest.mark.parametrize("name", ["chromium", "google-chrome"])
def test_else_the_machines(name):
    assert chosen({}, "linux", x86, only(name)).executable == f"/opt/{name}"


@pytest.mark.parametrize(
    ("environ", "which"), [({}, nothing), ({SETTING: REGISTRY}, only("chromium"))], ids=["none", "hidden"]
)
def test_else_the_registrys_never_a_skip_on_linux(environ, which, registry):
    assert chosen(environ, "linux", x86, which) == "of the registry"


@pytest.mark.parametrize(("system", "machine"), [("darwin", "arm64"), ("linux", "aarch64")])
def test_else_the_tests_are_skipped_and_say_why(system, machine, monkeypatch, registry):
    monkeypatch.setattr(browser, "ON_A_MAC", ())
    with pytest.raises(pytest.skip.Exception, match=f"no Chromium on this machine.*{SETTING}="):
        chosen({}, system, lambda: machine, nothing)


def test_on_a_mac_an_application_will_do(monkeypatch, tmp_path):
    monkeypatch.setattr(browser, "ON_A_MAC", (str(tmp_path),))
    assert chosen({}, "darwin", lambda: "arm64", nothing).executable == str(tmp_path)


def test_the_one_that_is_chosen_starts():
    found = chosen()
    command = [found.executable, "--version"]
    environment = {**os.environ, **found.environment}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert any(name in done.stdout for name in ("Chromium", "Chrome", "Edge")), done.stdout
