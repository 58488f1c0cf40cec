"""What the doctor reads out of the log of a function whose log format is JSON."""

import json

import pytest

from tests.workshop.doctor.test_layers import HTTP, SETTINGS, context
from workshop.doctor import loglines
from workshop.doctor.layers import logs

ID, OTHER = "11111111-2222-3333-4444-555555555555", "99999999-2222-3333-4444-555555555555"


def event(kind, **record):
    return json.dumps({"time": "t", "type": kind, "record": record}, separators=(",", ":"))


def invocations(*lines):
    events = [{"timestamp": n, "message": line, "logStreamName": "s"} for n, line in enumerate(lines)]
    return loglines.invocations(events)


def invocation(*lines, **record):
    start, report = (event(f"platform.{name}", requestId=ID, **record) for name in ("start", "report"))
    (found,) = invocations(start, *lines, report)
    return found


PYTHON = {"timestamp": "t", "level": "ERROR"}
TRACE = {"stackTrace": ['  File "/var/task/app.py", line 3, in handler\n']}
ERROR = {"errorMessage": "'x'", "errorType": "KeyError", **TRACE}
NODE = {
    "errorType": "TypeError",
    "errorMessage": "no",
    "stackTrace": ["at f (file:///var/task/app.mjs:36:8)"],
}


@pytest.mark.parametrize(
    ("line", "type_", "place", "caught"),
    [
        ({**PYTHON, **ERROR, "requestId": ID}, "KeyError", "app.py:3", False),
        ({**PYTHON, **ERROR, "message": "it broke", "logger": "root"}, "KeyError", "app.py:3", True),
        ({**PYTHON, "requestId": ID, "message": NODE}, "TypeError", "app.mjs:36", False),
        ({"level": "INFO", "message": json.dumps({"error": "ValueError: bad"})}, "ValueError", "", True),
    ],
)
def test_the_error_of_an_invocation(line, type_, place, caught):
    found = invocation('{"level":"INFO","message":"before"}', json.dumps(line)).trouble
    assert (found.type, found.place, found.caught) == (type_, place, caught)


def test_an_error_that_node_goes_on_after_was_caught():
    found = invocation(json.dumps({**PYTHON, "message": NODE}), '{"level":"INFO","message":"after"}').trouble
    assert found.caught


def test_what_lambda_says_of_the_end():
    found = invocation(status="timeout", metrics={"memorySizeMB": 128, "maxMemoryUsedMB": 64})
    assert (bool(found.timed_out), found.memory, found.ended, found.own) == (True, (128, 64), True, ())
    assert invocation(status="error", errorType="Runtime.ExitError").runtime_error == "Runtime.ExitError"
    assert not invocation(status="success").timed_out
    note = event("sandbox.note", message="declared nodejs22.x")
    assert invocation(note, "mine").own == ("mine",)


def test_without_start_and_report_the_ids_part_invocations():
    """At the SystemLogLevel WARN."""
    lines = [
        json.dumps({"level": "INFO", "message": str(n), "requestId": one})
        for n, one in enumerate((ID, OTHER))
    ]
    found = invocations("while loading", lines[0], "printed", lines[1])
    assert [(one.request_id, len(one.lines), one.ended) for one in found] == [(ID, 3, True), (OTHER, 1, True)]


def quiet(level):
    return {**SETTINGS, "LoggingConfig": {"LogFormat": "JSON", "SystemLogLevel": level}}


def test_time_outs_of_requests_before_are_counted_once():
    told = [event(f"platform.{name}", requestId=ID, status="timeout") for name in ("runtimeDone", "report")]
    found = {"events": [{"timestamp": n, "message": line} for n, line in enumerate(told)]}
    case = context(HTTP, 200, "fine", GetFunctionConfiguration=quiet("INFO"), FilterLogEvents=found)
    cause = logs.earlier_timeout(case)
    assert "1 of the last requests were" in cause.says
    assert '"type":"platform.report"' in cause.seen[0]


@pytest.mark.parametrize(("level", "said"), [("INFO", False), ("WARN", True)])
def test_a_log_without_lines_of_lambdas_own(level, said):
    case = context(HTTP, 200, "fine", GetFunctionConfiguration=quiet(level))
    case.__dict__["events"] = []
    assert logs.sound(case).endswith("Lambda writes none") is said
