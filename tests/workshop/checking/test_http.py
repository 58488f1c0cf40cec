"""HTTP requests of a check: sent once, kept as evidence, and to be sent again by whoever reads it."""

import json
import shlex
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import jsonschema
import pytest

from tests.repository.sources import ROOT
from workshop.checking.evidence import LONGEST_ANSWER
from workshop.checking.http_call import HttpCall

BODY = '{"userId": "it\'s"}'
CODE = """
@check("It is", guide="d#one")
def test_one(lab):
    answer = lab.request({arguments})
    fail(f"{{answer.status_code}} {{answer.text[:60]}}", "b", "c", "d")
"""


class Echo(BaseHTTPRequestHandler):
    """Answers with what it was sent; /long at length, /away with a redirect."""

    def do_POST(self):
        sent = self.rfile.read(int(self.headers["content-length"] or 0)).decode()
        text = "x" * 1000 if self.path == "/long" else f"{self.command} {self.path} {sent}"
        self.send_response(302 if self.path == "/away" else 201)
        self.send_header("location", "http://127.0.0.1:1/")
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    do_GET = do_POST

    def log_message(self, *_):
        """Says nothing."""


@pytest.fixture(scope="module")
def url():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def finding(clone, *arguments, **named):
    given = ", ".join([*map(repr, arguments), *(f"{name}={value!r}" for name, value in named.items())])
    return clone.one(CODE.format(arguments=given)).finding


def test_a_request_is_the_evidence_of_a_finding(clone, url):
    found = finding(clone, "POST", f"{url}/users", body=BODY, headers={"Authorization": "hush"})
    assert found.saw == f"201 POST /users {BODY}"
    (call,) = found.evidence
    assert (call.status, call.answer) == (201, f"POST /users {BODY}")
    shown = "\n".join(call.lines())
    assert "hush" not in shown + json.dumps(call.as_dict())
    assert shown.endswith(f"→ 201 POST /users {BODY}")


def test_both_lines_ask_the_same_again(clone, url):
    (call,) = finding(clone, "POST", f"{url}/a%20b?c=d&e=f", body=BODY).evidence
    python = [sys.executable, "-c", f"import requests; print({call.as_requests()}.text)"]
    for command in (python, shlex.split(call.as_curl())):
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        assert done.stdout.strip().endswith(f"?c=d&e=f {BODY}"), done.stdout + done.stderr


def test_the_json_of_a_request_is_as_the_schema_says(clone, url):
    schema = json.loads((ROOT / "docs/reference/results.schema.json").read_text())
    (call,) = finding(clone, "GET", url).evidence
    jsonschema.validate(call.as_dict(), {"$defs": schema["$defs"], "$ref": "#/$defs/evidence"})


def test_a_long_answer_is_cut_and_a_redirect_is_not_followed(clone, url):
    (call,) = finding(clone, "GET", f"{url}/long").evidence
    assert len(call.answer) == LONGEST_ANSWER
    assert finding(clone, "GET", f"{url}/away").saw.startswith("302 ")


def test_no_answer_is_evidence_too(clone):
    code = """
        import requests
        @check("It is", guide="d#one")
        def test_one(lab):
            try:
                lab.request("GET", "http://127.0.0.1:1/users")
            except requests.ConnectionError:
                fail("a", "b", "c", "d")
    """
    (call,) = clone.one(code).finding.evidence
    assert call.status is None
    assert list(call.lines())[-1].startswith("  → no answer: ConnectionError: ")


def test_the_same_request_is_counted():
    assert list(HttpCall("GET", "u", status=200, times=3).lines())[-1] == "  → 200  (3 times)"
