"""load.py of lab 5: it sends many requests, counts the answers, and says clearly what it cannot do."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import ClassVar

import pytest

from tests.repository.sources import ROOT

SCRIPT = ROOT / "labs" / "05-troubleshooting" / "load.py"
SECONDS = 30


class Answering(BaseHTTPRequestHandler):
    """Answers 201 with the body; every id that was seen before with 500."""

    seen: ClassVar[set[str]] = set()

    def do_POST(self) -> None:
        user = json.loads(self.rfile.read(int(self.headers["content-length"])))["userId"]
        self.answer(500 if user in self.seen else 201, {"userId": user})
        self.seen.add(user)

    def do_GET(self) -> None:
        self.answer(404, {"message": "Not Found"})

    def answer(self, status: int, value: object) -> None:
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing beside the tests' own output."""


@pytest.fixture
def url() -> Iterator[str]:
    Answering.seen = set()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/users"
    server.shutdown()
    server.server_close()


def load(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(SCRIPT), *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=SECONDS)


def test_each_request_has_an_id_of_its_own(url):
    done = load(url, "--data", '{"userId": "{id}"}', "--count", "30")
    assert done.returncode == 0, done.stdout
    assert done.stdout.startswith(f"30 requests POST {url}, 8 at once, ")
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("201")]
    assert line.split()[1:3] == ["30", "100%"]
    assert line.endswith('{"userId": "{id}"}')


def test_what_fails_is_counted_by_its_status(url):
    done = load(url, "--data", '{"userId": "ada"}', "--count", "10", "--at-once", "1")
    assert done.returncode == 1
    counted = {line.split()[0]: line.split()[1] for line in done.stdout.splitlines()[3:]}
    assert counted == {"201": "1", "500": "9"}


def test_what_the_caller_does_wrong_is_no_trouble_of_the_api(url):
    done = load(url, "--count", "3")
    assert (done.returncode, done.stdout.split()[2]) == (0, "GET")


def test_where_nobody_answers_it_says_so():
    done = load("http://127.0.0.1:9/users", "--count", "2")
    assert done.returncode == 1
    assert done.stdout.splitlines()[-1].split()[0] == "none"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["users"], "users is no URL"),
        (["http://127.0.0.1:9", "--data", "{"], "--data is not JSON"),
        (["http://127.0.0.1:9", "--count", "0"], "--count must be 1 or more"),
        (["http://127.0.0.1:9", "--at-once", "99"], "--at-once 1 to 50"),
        ([], "URL"),
    ],
)
def test_what_makes_no_sense_is_refused(words, said):
    done = load(*words)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
