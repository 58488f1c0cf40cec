"""What the doctor reads out of texts: log lines, packages, answers; and out of another server."""

import doctest
import http.server
import importlib
import json
import pkgutil
import threading
from contextlib import contextmanager

import pytest

from tests.repository.sources import ROOT
from workshop import doctor
from workshop.doctor import asking, checklist, loglines, result_source
from workshop.doctor.asking import Wish
from workshop.doctor.aws_errors import find_error
from workshop.doctor.cause import Cause
from workshop.doctor.package import Package
from workshop.doctor.reply import Reply
from workshop.doctor.routes import Route, best
from workshop.errors import Problem
from workshop.target import Target

MODULES = [module.name for module in pkgutil.walk_packages(doctor.__path__, "workshop.doctor.")]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_in_the_docstrings(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_a_cause_is_one_of_the_checklist():
    assert set(checklist.CAUSES.values()) == set(checklist.ENTRIES)
    with pytest.raises(KeyError, match="bad luck"):
        Cause("bad luck", "", "", "")


ID = "11111111-2222-3333-4444-555555555555"


def invocation(*lines):
    events = [{"timestamp": n, "message": line, "logStreamName": "s"} for n, line in enumerate(lines)]
    (found,) = loglines.invocations(events)
    return found


START, END, REPORT = (
    f"START RequestId: {ID}",
    f"END RequestId: {ID}",
    f"REPORT RequestId: {ID}\tDuration: 1 ms",
)


IN_PYTHON = r"""[ERROR] KeyError: 'x'
Traceback (most recent call last):
  File "/var/task/app.py", line 3, in handler"""
IN_NODE = (
    '2026-11-22T22:31:38.498Z\tid\tERROR\tInvoke Error \t{"errorType":"TypeError","errorMessage":"no",'
    '"stack":["TypeError: no","    at handler (file:///var/task/app.mjs:36:8)"]}'
)
CAUGHT = json.dumps(
    {
        "level": "ERROR",
        "error": "Traceback (most recent call last):\n"
        '  File "/var/task/users.py", line 9, in f\nValueError: bad',
    }
)


@pytest.mark.parametrize(
    ("line", "type_", "text", "place", "caught"),
    [
        (IN_PYTHON, "KeyError", "'x'", "app.py:3", False),
        (IN_NODE, "TypeError", "no", "app.mjs:36", False),
        (CAUGHT, "ValueError", "bad", "users.py:9", True),
        ("2026-11-22T22:31:38Z\tid\tERROR\tError: it broke", "Error", "it broke", "", True),
    ],
)
def test_an_error_in_the_log(line, type_, text, place, caught):
    found = invocation(START, line, END, REPORT).trouble
    assert (found.type, found.text, found.place, found.caught) == (type_, text, place, caught)


def test_a_log_in_json():
    found = invocation(
        f'{{"time":"t","type":"platform.start","record":{{"requestId":"{ID}","version":"$LATEST"}}}}',
        '{"level":"ERROR","message":"gone","errorType":"LookupError","errorMessage":"gone","stackTrace":[]}',
        f'{{"time":"t","type":"platform.report","record":{{"requestId":"{ID}"}}}}',
    )
    assert (found.request_id, found.ended, found.trouble.type) == (ID, True, "LookupError")


def test_each_invocation_has_its_own_lines():
    other = ID.replace("1", "9")
    lines = [START, "mine", END, REPORT, f"START RequestId: {other}", "other's", f"REPORT RequestId: {other}"]
    events = [{"timestamp": n, "message": line, "logStreamName": "s"} for n, line in enumerate(lines)]
    found = loglines.invocations(events)
    assert [one.own for one in found] == [("mine",), ("other's",)]
    assert loglines.of_request(found, "") == found[0]
    assert loglines.of_request(found, other) == found[1]
    assert loglines.of_request([], "") is None


def test_an_error_of_a_service_in_both_languages():
    python = "An error occurred (AccessDeniedException) when calling the PutItem operation: User: a is not"
    assert find_error(f"x\nbotocore.exceptions.ClientError: {python}").operation == "PutItem"
    assert find_error("AccessDeniedException: User: a").code == "AccessDeniedException"
    assert find_error("ValueError: no") is None


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("app.py", 'return {"statusCode": 200, "body": json.dumps(x)}', []),
        ("app.py", 'return {"statusCode": 200, "body": {"a": 1}}', ["body-not-a-string"]),
        ("app.py", 'return {"status": 200, "headers": {}, "body": "x"}', ["no-status-code"]),
        ("app.py", 'body = json.dumps(x)\nreturn {"statusCode": 200, "body": body}', []),
        ("app.py", 'return {"statusCode": 200, "body": f"{x}"}', []),
        ("app.mjs", "return { statusCode: 200, body: JSON.stringify(x) };", []),
        ("app.mjs", "return { statusCode: 200, body: x };", ["body-not-a-string"]),
        ("app.mjs", "const body = JSON.stringify(x); return { statusCode, headers, body };", []),
        ("app.mjs", "return { status: 200, headers: { a: 1 }, body: `x` };", ["no-status-code"]),
        ("app.mjs", "fetch(url, { method: 'POST', body: x });", []),
    ],
)
def test_how_a_result_is_built(name, text, found):
    code = f"def f():\n    {text}".replace("\nreturn", "\n    return") if name.endswith(".py") else text
    assert [one.what for one in result_source.suspects(Package((name,), {name: code}))] == found


@pytest.mark.parametrize(
    ("name", "text", "exports"),
    [
        ("app.py", "from x import handler\ndef other(): pass\nname = 1", ("other", "handler", "name")),
        ("app.mjs", "export const handler = 1; export { a as b, c };", ("handler", "b", "c")),
        ("app.js", "exports.handler = 1; module.exports = { other, more: 2 };", ("handler", "other", "more")),
    ],
)
def test_what_a_file_exports(name, text, exports):
    assert Package((name,), {name: text}).exports(name) == exports


def test_the_most_specific_route_is_taken():
    routes = [
        Route("ANY", "/{proxy+}"),
        Route("GET", "/users/{id}"),
        Route("GET", "/users/me"),
        Route("ANY", "$default"),
    ]
    taken = [str(best(routes, "GET", path)) for path in ("/users/me", "/users/ada", "/a/b", "/")]
    assert taken == ["GET /users/me", "GET /users/{id}", "ANY /{proxy+}", "$default"]


@pytest.mark.parametrize(
    ("status", "text", "headers", "by_gateway", "fine"),
    [
        (500, '{"message":"Internal Server Error"}', {"apigw-requestid": "a"}, True, False),
        (500, '{"message":"Internal server error"}', {"apigw-requestid": "a"}, False, False),
        (404, '{"message":"Not Found"}', {"apigw-requestid": "a"}, True, False),
        (404, '{"message":"no such user"}', {"apigw-requestid": "a"}, False, True),
        (403, '{"message":"Forbidden"}', {"x-amzn-errortype": "ForbiddenException"}, True, False),
        (200, "", {}, False, True),
        (404, "<?xml?><Error><Code>NoSuchBucket</Code></Error>", {}, False, False),
        (429, '{"__type": "TooManyRequestsException"}', {}, False, False),
        (200, '{"__type": "a user may have that"}', {}, False, True),
        (None, "", {}, False, False),
    ],
)
def test_whose_answer_it_is(status, text, headers, by_gateway, fine):
    reply = Reply(status, text, headers, 0, 0)
    assert (reply.by_gateway, reply.is_fine) == (by_gateway, fine)


@contextmanager
def emulator(status, body):
    """The URL of another AWS-compatible server, which answers every call so; its API answers 500."""

    class Odd(http.server.BaseHTTPRequestHandler):
        def answer(self):
            of_api = "/_aws/execute-api/" in self.path
            self.rfile.read(int(self.headers.get("content-length", 0)))
            self.send_response(500 if of_api else status)
            self.send_header("x-amzn-requestid", "1")
            self.end_headers()
            self.wfile.write(b'{"message": "oops"}' if of_api else body)

        do_GET = do_POST = do_PUT = answer

        def log_message(self, *args):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Odd) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


NAMELESS = b'{"protocolType": "HTTP", "items": [{}]}'


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (501, b"not implemented here"),
        (404, b"<!doctype html><h1>Not Found</h1>"),
        (200, b"<!doctype html><h1>Hello</h1>"),
        (200, NAMELESS),
        (200, b'{"protocolType": "HTTP", "items": [{"stageName": "$default", "autoDeploy": true}]}'),
    ],
)
def test_another_server_ends_without_a_traceback(status, body):
    with emulator(status, body) as url:
        target = Target("endpoint", url, "000000000000", "us-east-1", "test")
        report = asking.diagnose(target, f"{url}/_aws/execute-api/abc/users", Wish())
        with pytest.raises(Problem, match=r"cannot be read|no such stack"):
            asking.urls_of(target, "workshop", None)
    assert report.exit_code == 4
    assert "unread" in {one.state for one in report.examined[1:]}
    assert report.shows.startswith("if this server answers as AWS does, the function itself gave it")


def test_the_sandbox_has_no_such_excuse():
    """What AWS never answers is a mistake of ours, unless another emulator gave it."""
    with emulator(200, NAMELESS) as url:
        target = Target("sandbox", url, "000000000000", "us-east-1", "test")
        with pytest.raises(KeyError):
            asking.diagnose(target, f"{url}/_aws/execute-api/abc/users", Wish())


def test_every_cause_is_one_that_a_layer_names():
    source = "".join(path.read_text() for path in (ROOT / "src/workshop/doctor/layers").glob("*.py"))
    assert [name for name in checklist.CAUSES if f'"{name}"' not in source] == []
