"""Every incident on both kinds of API and in both languages: broken, told, diagnosed, mended."""

import json

import pytest

from tests.docs import symptoms
from tests.solutions.deployed import LANGUAGES
from workshop.doctor.checklist import CAUSES
from workshop.incidents import HTTP, INCIDENTS, REST, record, words
from workshop.incidents.incident import KIND_NAMES

SAYS = {
    "route-path-wrong": "no route for the path /users",
    "route-method-wrong": "not the method POST",
    "few-requests-a-second": "fewer requests through than come",
    "change-not-deployed": "never deployed",
    "integration-to-a-missing-function": "no such function",
    "integration-to-a-missing-alias": "no such version or alias",
    "payload-format": "payload format 1.0",
    "integration-by-a-role": "takes on the role",
    "invoke-permission-missing": "may not invoke",
    "permission-of-another-api": "none of its permissions fits",
    "timeout-too-short": "Timeout of 1 s",
    "reserved-concurrency-zero": "reserved concurrency of 0",
    "table-name-wrong": "the table that is meant is",
    "handler-of-another-file": "has no file",
    "no-status-code": "no statusCode",
    "body-not-a-string": "not a string",
    "unhandled-exception": "nothing in the code catches it",
    "syntax-error": "syntax error",
    "handler-renamed": "renamed",
    "key-name-wrong": "`userId`",
    "module-missing": "which is neither in the function's package nor part of the runtime",
    "region-in-the-code": "asks the table",
    "out-of-memory": "memory",
    "process-ended": "ended by itself",
    "variable-of-another-name": "USERS_TABLE",
    "put-item-missing": "dynamodb:PutItem",
    "arn-of-another-region": "region",
    "arn-one-letter-off": "name",
    "explicit-deny": "explicitly",
    "boundary-without-the-table": "but its permissions boundary AWSLambdaBasicExecutionRole does not",
    "trust-of-another-service": "lambda.amazonaws.com",
    "one-write-unit": "provisioned to 1 write",
}
"""Words of the doctor's sentence, by the id of the incident."""

ANSWERS = {
    (HTTP, "route-path-wrong"): 404,
    (REST, "route-path-wrong"): 403,
    (HTTP, "route-method-wrong"): 404,
    (REST, "route-method-wrong"): 403,
    (REST, "change-not-deployed"): 403,
    (HTTP, "reserved-concurrency-zero"): 503,
    (REST, "reserved-concurrency-zero"): 500,
    (HTTP, "no-status-code"): 200,
    (HTTP, "few-requests-a-second"): 429,
    (REST, "few-requests-a-second"): 429,
}
"""Statuses that are neither 500 nor 502."""

OF_ONE_API = frozenset({"http", "rest"})
CASES = [
    pytest.param(language, incident, kinds, id=f"{language}-{incident.id}{suffix}")
    for language in LANGUAGES
    for incident in INCIDENTS.values()
    for kinds, suffix in (
        [((kind,), f"-{kind[:4]}") for kind in incident.kinds]
        if incident.places & OF_ONE_API
        else [(incident.kinds, "")]
    )
]
"""What is broken behind the APIs is broken once, for both."""


@pytest.mark.parametrize(("language", "incident", "kinds"), CASES)
def test_an_incident_is_told_diagnosed_and_mended(stage_in, language, incident, kinds):
    stage = stage_in(language)
    ticket = stage.break_by(incident.id, kind=kinds[0])
    try:
        tickets = [ticket, *(stage.as_of(ticket, kind) for kind in kinds[1:])]
        reports = [stage.diagnose(one) for one in tickets]
        leaves = [] if incident.load else [stage.decision(one) for one in tickets]
    finally:
        found = stage.mend()
    for leaf in leaves:
        assert any(leaf.leads_to(layer) for layer in incident.layers), leaf
    for one, report in zip(tickets, reports, strict=True):
        assert report.cause is not None, [(one.layer, one.state, one.says) for one in report.examined]
        assert report.cause.id == incident.causes[0], report.cause.says
        assert SAYS[incident.id] in report.cause.says
        assert report.cause.layer in incident.layers
        assert [layer.state for layer in report.examined[:-1]] == ["sound"] * (len(report.examined) - 1)
        _is_told(one, report)
    assert found.sick is None, str(found.sick)
    assert record.open_ticket(stage.folder) is None


def _is_told(ticket, report):
    """What the ticket says is what the request is answered."""
    said, status = words.ticket(ticket), ticket.answer["status"]
    assert status in (ANSWERS.get((ticket.kind, ticket.parts[0].incident.id)), 500, 502)
    assert f"on the {KIND_NAMES[ticket.kind]} " in words.symptom(ticket)
    assert f" {status}" in words.symptom(ticket)
    if not ticket.request["load"]:
        assert report.answer.startswith(str(status))
        symptoms.expect(report, ticket.kind)
    told = " ".join(said.split())
    assert not any(cause in told for cause in CAUSES)


def test_the_record_names_no_incident(stage_in):
    stage = stage_in("python")
    ticket = stage.break_by("handler-renamed", kind=HTTP)
    stage.mend()
    (written,) = (
        one
        for one in json.loads((stage.folder / record.FILE).read_text())["tickets"]
        if one["opened_at"] == ticket.opened_at
    )
    assert not {incident for incident in INCIDENTS if incident in json.dumps(written)}
    assert record.read(stage.folder)[-1].parts[0].incident is INCIDENTS["handler-renamed"]


def test_each_incident_has_its_words():
    assert SAYS.keys() == INCIDENTS.keys()
    assert all(cause in CAUSES for one in INCIDENTS.values() for cause in one.causes)
