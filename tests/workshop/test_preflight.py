"""Every check of `workshop preflight` is made to succeed and to fire, and a failed line has its remedy."""

import json
import socket
import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner

from workshop import preflight
from workshop.cli import app
from workshop.preflight import GB
from workshop.preflight_line import FAIL, OK, WARN, Line, report
from workshop.start.services import Ports


def script(folder, text):
    """An executable in `folder` that runs `text`."""
    path = folder / "node"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


SANDBOX = {"AWS_ENDPOINT_URL": "http://127.0.0.1:4600", "AWS_ACCESS_KEY_ID": "test"}

# Check, what makes it fire, the status, words of what was found, words of the remedy.
FIRING = [
    ("python_version", {"version": (3, 10, 1)}, FAIL, "3.10.1", "make setup PYTHON="),
    ("virtual_environment", {"prefix": "/usr", "base_prefix": "/usr"}, FAIL, "none", "activate"),
    ("packages", {"names": ("boto3", "no_such_package")}, FAIL, "without no_such_package", "make setup"),
    ("nodejs", {"binary": lambda: None}, FAIL, "not installed", "make setup"),
    ("nodejs", {"binary": lambda: Path("/no/such/node")}, FAIL, "does not start", "make setup"),
    ("javascript_sdk", {"installed": lambda: None}, FAIL, "not installed", "sandbox setup"),
    ("loopback", {"host": "192.0.2.1"}, FAIL, "", "ping"),
    ("ports", {"wanted": Ports(1, 2, 3), "is_free": lambda port: port == 2}, WARN, "taken: 1, 3", "lsof"),
    ("disk_space", {"free": lambda folder: GB // 2}, FAIL, "0.5 GB", "du -sh"),
    ("memory", {"total": GB // 2}, FAIL, "0.5 GB", "more memory"),
    ("memory", {"total": GB}, WARN, "1.0 GB", "without notebooks: workshop up"),
    ("memory", {"total": GB // 2, "release": "5.15-microsoft-standard-WSL2"}, FAIL, "0.5 GB", ".wslconfig"),
    (
        "proxy",
        {"environ": {"https_proxy": "http://proxy:8080", "NO_PROXY": "a,b"}},
        FAIL,
        "HTTPS_PROXY",
        "NO_PROXY",
    ),
    (
        "system_proxy",
        {
            "environ": {},
            "found": lambda: {"http": "http://me:secret@corp:8080"},
            "bypassed": lambda host: False,
        },
        FAIL,
        "http by corp, for 127.0.0.1 too",
        "export NO_PROXY",
    ),
    (
        "proxy_answers",
        {"environ": {"https_proxy": "http://me:secret@192.0.2.1:x"}},
        WARN,
        "Port could not be cast",
        "unset HTTP_PROXY",
    ),
    ("make", {"which": lambda name: None, "system": "Linux"}, WARN, "not on", "python3 tools/bootstrap.py"),
    ("make", {"which": lambda name: None, "system": "Darwin"}, WARN, "not on", "xcode-select"),
    ("windows", {"release": "4.4.0-19041-Microsoft"}, FAIL, "WSL 1", "wsl --set-version"),
    (
        "windows",
        {"release": "5.15.1-microsoft-standard-WSL2", "folder": Path("/mnt/c/clone")},
        WARN,
        "Windows' disk: /mnt/c/clone",
        'cd ~/"clone"',
    ),
    ("first_start", {"start": lambda: 9.0}, WARN, "9.0 s", "virus scanner"),
    ("ambient_aws", {"environ": {"AWS_PROFILE": "work"}}, WARN, "AWS_PROFILE", "unset AWS_PROFILE"),
    (
        "ambient_aws",
        {"environ": {**SANDBOX, "AWS_PROFILE": "work"}},
        WARN,
        "AWS_PROFILE",
        "unset AWS_PROFILE",
    ),
    ("writable", {"folder": Path("/no/such/folder")}, FAIL, "No such file", "chown"),
    (
        "git",
        {"which": lambda name: None, "system": "Linux"},
        WARN,
        "not on the PATH",
        "apt-get install -y git",
    ),
    ("git", {"which": lambda name: None, "system": "Darwin"}, WARN, "not on the PATH", "xcode-select"),
]

FINE = [
    ("python_version", {}),
    ("virtual_environment", {"prefix": "/clone/.venv", "base_prefix": "/usr"}),
    ("packages", {}),
    ("nodejs", {}),
    ("javascript_sdk", {"installed": lambda: Path("/somewhere")}),
    ("loopback", {}),
    ("ports", {"is_free": lambda port: True}),
    ("disk_space", {"free": lambda folder: GB}),
    ("memory", {"total": 2 * GB}),
    ("proxy", {"environ": {}}),
    ("proxy", {"environ": {"HTTP_PROXY": "http://proxy", "no_proxy": "localhost, 127.0.0.1"}}),
    ("ambient_aws", {"environ": {}}),
    ("ambient_aws", {"environ": SANDBOX}),
    ("writable", {}),
    ("git", {"which": lambda name: "/usr/bin/git"}),
    ("system_proxy", {"environ": {}, "found": dict}),
    ("system_proxy", {"environ": {}, "found": lambda: {"http": "x"}, "bypassed": lambda host: True}),
    ("system_proxy", {"environ": {"NO_PROXY": "127.0.0.1"}, "found": lambda: {"no": "127.0.0.1"}}),
    ("proxy_answers", {"environ": {}}),
    ("proxy_answers", {"environ": {"HTTP_PROXY": "corp:8080"}, "connect": lambda host, port: None}),
    ("make", {"which": lambda name: "/usr/bin/make"}),
    ("windows", {"release": "6.8.0-generic", "folder": Path("/mnt/c")}),
    ("windows", {"release": "5.15.1-microsoft-standard-WSL2", "folder": Path("/home/ada")}),
    ("first_start", {"start": lambda: 0.5}),
]


@pytest.mark.parametrize(("name", "given", "status", "found", "remedy"), FIRING)
def test_fires_and_says_what_mends_it(name, given, status, found, remedy):
    line = getattr(preflight, name)(**given)
    assert line.status == status
    assert found in line.found
    assert remedy in line.remedy
    assert line.looked_at
    assert line.expected
    text = report([line])
    assert text.startswith(status)
    assert line.remedy in text
    assert line.expected in text


@pytest.mark.parametrize(("name", "given"), FINE)
def test_is_ok_and_then_says_no_remedy(name, given):
    line = getattr(preflight, name)(**given)
    assert (line.status, line.remedy) == (OK, "")
    assert line.found


def test_every_check_is_made_to_fire_and_to_succeed():
    names = {check.__name__ for check in preflight.CHECKS}
    assert names == {name for name, *_ in FIRING} == {name for name, _ in FINE}


def test_a_node_that_ends_with_an_error_shows_its_words(tmp_path):
    binary = script(tmp_path, "echo libatomic.so.1 is missing >&2; exit 127")
    line = preflight.nodejs(lambda: binary)
    assert line.status == FAIL
    assert "libatomic.so.1 is missing" in line.found


def test_a_proxy_that_is_silent_is_seen_for_real_and_its_password_is_not_shown():
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://me:secret@127.0.0.1:{server.getsockname()[1]}"
        assert preflight.proxy_answers({"ALL_PROXY": address}).status == OK
    line = preflight.proxy_answers({"ALL_PROXY": address})
    assert line.status == WARN
    assert "127.0.0.1: " in line.found
    assert "secret" not in str(line)


def test_the_first_start_is_measured():
    line = preflight.first_start(most=100)
    assert line.status == OK
    assert 0 < float(line.found.removesuffix(" s")) < 100


def test_a_start_that_does_not_end_is_a_slow_one():
    line = preflight.first_start(lambda: preflight._start(0.001), most=0.0005)
    assert line.status == WARN
    assert "virus scanner" in line.remedy


def test_a_taken_port_is_seen_for_real():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert str(port) in preflight.ports(Ports(port, 0, 0)).found


def test_writable_leaves_nothing_behind(tmp_path):
    preflight.writable(tmp_path)
    assert not list(tmp_path.iterdir())


def test_outside_of_a_clone_the_current_folder_is_looked_at(monkeypatch, tmp_path):
    from workshop.errors import Problem

    def nowhere():
        raise Problem("", "", "", "")

    monkeypatch.setattr(preflight, "clone_folder", nowhere)
    monkeypatch.chdir(tmp_path)
    assert preflight.here() == tmp_path


BAD = Line(FAIL, "a thing", "broken", "whole", "mend it")
GOOD = Line(OK, "a thing", "whole", "whole")


class TestCommand:
    @pytest.fixture
    def run(self, monkeypatch):
        def run(lines, *arguments):
            monkeypatch.setattr(preflight, "run", lambda: lines)
            return CliRunner().invoke(app, ["preflight", *arguments])

        return run

    def test_ready(self, run):
        result = run([GOOD])
        assert result.exit_code == 0
        assert "This machine is ready." in result.output

    def test_something_to_mend(self, run):
        result = run([GOOD, BAD])
        assert result.exit_code == 1
        assert "FAIL  a thing: broken" in result.output
        assert "type      mend it" in result.output
        assert "1 to mend" in result.output

    def test_a_warning_is_no_failure(self, run):
        assert run([Line(WARN, "a", "b", "c", "d")]).exit_code == 0

    def test_json(self, run):
        result = run([BAD], "--json")
        assert result.exit_code == 1
        assert json.loads(result.output) == [BAD.as_dict()]

    def test_for_real(self):
        assert {line.looked_at for line in preflight.run()} >= {"Python", "git", "proxy"}
