"""What shows a cause in lab 5: the lines that incidents really leave behind, and which causes they show."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest
import yaml

from tests.labs.troubleshooting.proofs import ERROR, PROOFS, calls_for, is_quoted
from workshop.incidents import INCIDENTS

LINES = yaml.safe_load(Path(__file__).with_name("proofs.yaml").read_text())
"""Lines of the log, by incident and language."""

ALIKE = (
    {
        "action-not-allowed",
        "resource-arn-differs",
        "table-name-wrong",
        "table-region-differs",
        "variable-missing",
    },
    {"unhandled-exception", "payload-format", "variable-missing"},
    {"handler-file-missing", "module-missing"},
)
"""Causes whose lines are of one form: what tells them apart is the name or the ARN in the line."""

SHOWN = [
    (one.id, one.causes[0])
    for one in INCIDENTS.values()
    if PROOFS[one.causes[0]].log and not PROOFS[one.causes[0]].ran_well
]


def shows(cause, line):
    return bool(re.search(PROOFS[cause].log, line) and ERROR.search(line))


@pytest.mark.parametrize("language", ["python", "nodejs"])
@pytest.mark.parametrize(("incident", "cause"), SHOWN)
def test_what_an_incident_leaves_behind_shows_its_cause(incident, cause, language):
    assert shows(cause, LINES[incident][language])


def test_it_shows_no_other_cause():
    confused = {
        (cause, other)
        for (incident, cause), (_, other) in product(SHOWN, SHOWN)
        for line in LINES[incident].values()
        if cause != other and shows(other, line) and not any({cause, other} <= group for group in ALIKE)
    }
    assert not confused


@pytest.mark.parametrize(
    ("cause", "line"),
    [
        ("timeout", '{"type":"platform.report","record":{"requestId":"5f0c","status":"timeout"}}'),
        (
            "process-exited",
            '{"type":"platform.report","record":{"status":"error","errorType":"Runtime.ExitError"}}',
        ),
        ("unhandled-exception", '{"level": "ERROR", "errorMessage": "x", "errorType": "LookupError"}'),
        ("unhandled-exception", '{"level":"ERROR","message":{"errorType":"RangeError","errorMessage":"x"}}'),
        (
            "handler-missing",
            '{"level":"ERROR","message":{"errorType":"HandlerNotFound","errorMessage":"not exported"}}',
        ),
    ],
)
def test_lines_in_json_show_a_cause_too(cause, line):
    assert shows(cause, line)
    assert [one for _, one in SHOWN if shows(one, line) and one != cause] == []


def test_a_line_of_a_request_that_went_well_shows_none():
    fine = '{"level": "INFO", "requestId": "5f0c", "route": "POST /users", "status": 201, "userId": "ada"}'
    start, end = "START RequestId: 5f0c Version: $LATEST", "REPORT RequestId: 5f0c Duration: 2.00 ms"
    in_json = '{"type":"platform.report","record":{"requestId":"5f0c","status":"success"}}'
    assert [cause for line in (fine, start, end, in_json) for _, cause in SHOWN if shows(cause, line)] == []


@pytest.mark.parametrize(
    ("cause", "operation", "shown"),
    [
        ("explicit-deny", "iam:GetRolePolicy", True),
        ("explicit-deny", "iam:GetRole", False),
        ("trust-without-lambda", "iam:GetRole", True),
        ("may-not-invoke", "lambda:GetPolicy", True),
        ("may-not-invoke", "lambda:GetFunction", False),
        ("no-such-path", "apigatewayv2:GetRoutes", True),
        ("no-such-path", "apigateway:GetResources", True),
        ("no-such-path", "apigateway:GetStages", False),
        ("not-deployed", "apigateway:GetExport", True),
        ("syntax-error", "lambda:GetFunction", False),
    ],
)
def test_calls_that_tell_of_a_cause(cause, operation, shown):
    assert (calls_for(PROOFS[cause], operation) is not None) is shown


@pytest.mark.parametrize(
    ("words", "text", "quoted"),
    [
        ("POST /user", '"RouteKey": "POST /users"', False),
        ('"RouteKey": "POST /users"', '{"RouteKey":"POST /users"}', True),
        ('"Timeout": 1', '{"Timeout": 10}', False),
        ('"Timeout": 1', '{"Timeout": 1}', True),
    ],
)
def test_words_of_a_sound_stack_are_whole_words(words, text, quoted):
    assert is_quoted(words, text) is quoted
