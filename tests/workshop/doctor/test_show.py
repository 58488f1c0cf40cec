"""What a report looks like, and what an answer alone shows."""

import re

import pytest

from tests.repository.sources import ROOT
from workshop.checking.finding import Call
from workshop.checking.http_call import HttpCall
from workshop.doctor import by_answer, show
from workshop.doctor.cause import Cause
from workshop.doctor.reply import Reply
from workshop.doctor.walk import Examined, Report

HTTP, REST = {"apigw-requestid": "a"}, {"x-amzn-errortype": "E", "x-amzn-requestid": "a"}
URL = "http://127.0.0.1:4566/_aws/execute-api/a1/users"


@pytest.mark.parametrize(
    ("status", "text", "headers", "says"),
    [
        (403, '{"message":"Missing Authentication Token"}', REST, "no such path, or not this method"),
        (403, '{"message":"Forbidden"}', REST, "did not let the request in"),
        (400, '{"message": "Invalid request body"}', REST, "before the function was asked"),
        (500, '{"message": "Internal server error"}', REST, "may not invoke the function"),
        (502, '{"message": "Internal server error"}', REST, "it failed, or its result is no proxy response"),
        (504, '{"message": "Endpoint request timed out"}', REST, "longer than the REST API waits"),
        (429, '{"message":"Too Many Requests"}', REST, "more than the stage lets through"),
        (413, '{"message":"Request Too Long"}', REST, "the function was not heard"),
        (401, '{"message":"Unauthorized"}', HTTP, "who does not show who he is"),
        (403, '{"message":"Forbidden"}', HTTP, "an authorizer"),
        (404, '{"message":"Not Found"}', HTTP, "no route for this method and path"),
        (500, '{"message":"Internal Server Error"}', HTTP, "it may not invoke it, or the function failed"),
        (503, '{"message":"Service Unavailable"}', HTTP, "longer than the HTTP API waits"),
        (500, '{"message": "Internal server error"}', HTTP, "its code met an error and caught it"),
        (404, '{"message": "no such user"}', HTTP, "everything on the way to it is in order"),
        (429, '{"__type": "a.b#TooMany"}', HTTP, "a service gave it (TooMany)"),
        (502, "<html>", {"server": "nginx"}, "no header of API Gateway"),
        (None, "", {}, ""),
    ],
)
def test_what_an_answer_alone_shows(status, text, headers, says):
    found = by_answer.shown(Reply(status, text, headers, 0, 0))
    assert says in found
    assert bool(found) == bool(says)


CALL: Call = HttpCall("POST", URL, "{}", status=500)
MANY_WORDS = "so many words that they do not fit into one line of a narrow terminal " * 2


def report(*examined, **given):
    return Report(
        "POST",
        URL,
        "500 oops",
        (Examined("name and address", "sound", "it answers", (CALL,)), *examined),
        **given,
    )


@pytest.mark.parametrize("width", [60, 80, 110])
def test_a_cause_stands_at_the_end_with_its_mending(width):
    marks = (
        "the policy is on  arn:aws:dynamodb:" + "x" * 90,
        "the function asks arn:aws:dynamodb:" + "y" * 90,
    )
    seen = ("log: " + MANY_WORDS, *marks, " " * 50 + "^")
    cause = Cause("throttled", MANY_WORDS, "BillingMode: X", "aws one; aws two", seen)
    lines = show.text(report(Examined("table", "broken", MANY_WORDS), cause=cause), width).splitlines()
    assert lines[:2] == [f"POST {URL}", "→ 500 oops"]
    start = next(number for number, line in enumerate(lines) if line.startswith("✗ "))
    assert "  ✗ table: broken, see below" in lines[:start]
    assert [f"    {mark}" for mark in marks] == [line for line in lines if "arn:" in line]
    assert (
        lines[-5:-2] == ["Template:  BillingMode: X", "Command:   aws one", "           aws two"]
        or width < 110
    )
    assert lines[-1] == "Read:      docs/troubleshooting/symptoms.md#throttled"
    words = [line for line in lines if "words" in line or line.startswith("Checklist")]
    assert len(words) > 2
    assert max(map(len, words)) <= width


def test_calls_are_told_in_both_ways():
    text = show.text(report(is_fine=True))
    assert CALL.as_curl() in text
    assert CALL.as_requests() in text
    assert text.splitlines()[-1].startswith("✓ Healthy: this is the answer that was meant")


def test_a_right_answer_of_what_may_not_be_read_is_said_to_be_that():
    text = show.text(report(Examined("table", "unread", "no"), is_fine=True))
    assert text.splitlines()[-1].endswith("What could not be read was not looked at.")


def test_one_reason_is_said_once():
    unread = [Examined(name, "unread", "could not be read: x") for name in ("stage", "route")]
    other = Examined("table", "unread", "could not be read: y")
    text = show.text(report(*unread, other, shows="something."))
    assert "? stage: could not be read: x" in text
    assert "? route: could not be read either, for the same reason" in text
    assert "? table: could not be read: y" in text
    assert text.splitlines()[-1] == "  The answer alone shows: something."


def test_the_fields_of_the_json_are_those_of_the_page():
    page = (ROOT / "docs/reference/results.md").read_text().partition("## The doctor's reports")[2]
    of_report, of_cause = page.split("Of a cause:")
    cause = Cause("throttled", "says", "template", "command", layer="table")
    given = report(cause=cause).as_dict()
    assert fields(of_report) == list(given)
    assert sorted(fields(of_cause)) == sorted(given["cause"])
    assert [one.keys() for one in given["layers"]] == [{"layer", "state", "says", "evidence"}]


def fields(text):
    """The names in the first column of a table."""
    rows = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `")]
    return [name for row in rows for name in re.findall(r"`(\w+)`", row)]
