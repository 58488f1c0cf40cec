"""`workshop seal`: the evidence is looked up, the symptom noted, and sealed is sealed."""

import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest
import requests

from tests.workshop.incidents.stage import PREFIX, stage
from workshop.errors import Problem
from workshop.incidents import HTTP, INCIDENTS, REST, log_evidence, places, record, sealing, words
from workshop.incidents.diagnosis import Diagnosis
from workshop.incidents.log_evidence import SKEW, holds
from workshop.incidents.showing import Shown
from workshop.incidents.symptom import Answer
from workshop.progress import moment

SECONDS = 60


@pytest.fixture
def here(stage_in):
    there = stage(stage_in("python").target)
    yield there
    there.mend()


def seal(here):
    return sealing.seal(here.target, PREFIX, here.clone)


def log(here, ticket):
    """The lines that the function has logged since the ticket."""
    group = ticket.before["configuration"]["LogGroup"]
    start = int(moment(ticket.opened_at).timestamp() * 1000) - SKEW
    events = here.stack.client("logs").filter_log_events(logGroupName=group, startTime=start)["events"]
    return [one["message"] for one in events]


def request_ids(lines):
    return re.findall(r"START RequestId: (\S+)", "\n".join(lines))


def test_a_log_line_is_found_and_kept_with_its_invocation(here):
    ticket = here.break_by("put-item-missing", kind=HTTP)
    here.write("role", "action-not-allowed", log_line="AccessDeniedException … dynamodb:PutItem")
    told, part = seal(here)
    assert record.open_ticket(here.folder) == told
    assert told.unsealed is None
    assert part.diagnosis["layer"] == "role of the function"
    assert part.evidence["form"] == "log-line"
    assert "AccessDeniedException" in part.evidence["line"]
    assert part.evidence["request-id"] in request_ids(log(here, ticket))
    assert any("REPORT" in line for line in part.evidence["lines"])
    assert (part.symptom_at_seal["status"], part.symptom_at_seal["shows"]) == (500, True)
    assert "Now repair it" in words.sealed(told, part)


def test_a_request_id_is_found(here):
    ticket = here.break_by("unhandled-exception", kind=REST)
    request_id = request_ids(log(here, ticket))[-1]
    here.write("logs", "unhandled-exception", request_id=request_id)
    _, part = seal(here)
    assert part.evidence["request-id"] == request_id
    assert any("KeyError" in line for line in part.evidence["lines"])


CALLS = {
    ("explicit-deny", HTTP): ("iam get-role-policy --policy-name freeze-writes", '"Effect": "Deny"'),
    ("invoke-permission-missing", REST): ("aws lambda get-policy", "ResourceNotFoundException"),
    ("route-path-wrong", HTTP): ("apigatewayv2 get-routes --query 'Items[].RouteKey'", 'POST /user"'),
    ("route-path-wrong", REST): ("apigateway get-resources --embed methods", "/user/{userId}"),
    ("table-name-wrong", HTTP): ("boto3.client('lambda').get_function_configuration()", "TABLE_NAME"),
    ("trust-of-another-service", HTTP): ("iam.get_role()", "ec2.amazonaws.com"),
    ("change-not-deployed", REST): (
        "apigateway get-export --stage-name prod --export-type oas30 --parameters extensions=integrations",
        "/users/{userId}",
    ),
}
"""By incident and API, a call whose answer shows it, and words of the answer."""


@pytest.mark.parametrize(("incident", "kind"), CALLS)
def test_a_call_is_made_again_and_its_answer_kept(here, incident, kind):
    call, shows = CALLS[incident, kind]
    (part,) = here.break_by(incident, kind=kind).parts
    here.write(part.incident.layer, part.incident.causes[0], call=call, shows=shows)
    _, part = seal(here)
    assert part.evidence["form"] == "call"
    assert part.evidence["operation"].startswith(("Get", "List"))
    assert holds(part.evidence["answer"], shows)
    assert part.symptom_at_seal["shows"] is True


def test_what_is_secret_by_its_name_goes_into_no_file(here):
    client, function = here.stack.client("lambda"), here.stack.function
    right = client.get_function_configuration(FunctionName=function)["Environment"]["Variables"]
    mine = {**right, "API_SECRET": "s3cret-value"}
    client.update_function_configuration(FunctionName=function, Environment={"Variables": mine})
    here.break_by("explicit-deny", kind=HTTP)
    here.write("role", "explicit-deny", call="lambda get-function-configuration", shows="TABLE_NAME")
    seal(here)
    client.update_function_configuration(FunctionName=function, Environment={"Variables": right})
    assert "s3cret-value" not in (here.folder / record.FILE).read_text()


def test_it_is_not_said_whether_the_diagnosis_is_right(here):
    here.break_by("put-item-missing", kind=HTTP)
    here.write("table", "throttled", log_line="AccessDeniedException")
    told, part = seal(here)
    said = words.sealed(told, part)
    assert "layer table, cause throttled" in said
    assert not re.search("right|wrong", said)


REFUSED = [
    ({"log_line": "this was never logged"}, "no invocation since the ticket"),
    ({"request_id": "00000000-0000-0000-0000-000000000000"}, "no invocation since the ticket"),
    ({"call": "iam delete-role --role-name r", "shows": "anything"}, "DeleteRole is a call that may change"),
    ({"call": "iam put-role-policy", "shows": "something"}, "PutRolePolicy is a call that may change"),
    ({"call": "lambda invoke", "shows": "statusCode"}, "Invoke is a call that may change something"),
    ({"call": "dynamodb scan", "shows": "Items is there"}, "Scan is a call that may change something"),
    ({"call": "lambda get-polici", "shows": "SourceArn"}, "lambda has no operation `get-polici`"),
    ({"call": "lamda get-policy", "shows": "SourceArn"}, "there is no service `lamda`"),
    ({"call": "iam get-role --role r", "shows": "SourceArn"}, "get-role has no option `role`"),
    ({"call": "iam get-user-policy --user-name u", "shows": "SourceArn"}, "get-user-policy needs PolicyName"),
    ({"call": "lambda", "shows": "SourceArn"}, "names no service and operation"),
    ({"call": "iam get-role", "shows": "ec2.amazonaws.com"}, "its answer does not have `ec2.amazonaws.com`"),
    ({"call": "lambda list-functions --most 5", "shows": "users or so"}, "has no option `most`"),
    ({"call": "logs filter-log-events --limit many", "shows": "users or so"}, "write it as JSON"),
]  # fmt: skip


@pytest.fixture(scope="module")
def broken(stage_in):
    """A stack that stays broken for all evidence that is refused."""
    there = stage(stage_in("nodejs").target)
    there.break_by("put-item-missing", kind=HTTP)
    yield there
    there.mend()


@pytest.mark.parametrize(("evidence", "found"), REFUSED)
def test_evidence_that_is_not_there_is_refused_and_nothing_sealed(broken, evidence, found):
    broken.write("role", "action-not-allowed", **evidence)
    before = places.read(broken.stack)
    with pytest.raises(Problem) as refused:
        seal(broken)
    assert found in refused.value.found
    assert record.open_ticket(broken.folder).unsealed is not None
    assert places.read(broken.stack) == before


def test_evidence_of_an_invocation_that_went_well_is_refused(broken):
    url = broken.stack.url(HTTP, "/health")
    assert requests.get(url, timeout=SECONDS).status_code == 200
    fine = request_ids(log(broken, record.open_ticket(broken.folder)))[-1]
    for evidence in ({"request_id": fine}, {"log_line": "GET /health"}):
        broken.write("role", "action-not-allowed", **evidence)
        with pytest.raises(Problem, match="which went well"):
            seal(broken)


def test_what_was_logged_before_the_ticket_is_no_evidence(broken):
    ticket = record.open_ticket(broken.folder)
    later = replace(ticket, opened_at=(moment(ticket.opened_at) + timedelta(minutes=5)).isoformat())
    written = Diagnosis("role of the function", "action-not-allowed", "log-line", "AccessDeniedException")
    shown = Shown(Answer("", 500, ""), True, ticket.parts[0])
    assert log_evidence.verify(broken.stack, ticket, written, shown)["line"]
    with pytest.raises(Problem, match="no invocation since the ticket"):
        log_evidence.verify(broken.stack, later, written, shown)


def test_a_diagnosis_that_is_not_well_formed_is_refused_with_its_line(broken):
    (broken.folder / "diagnosis.yaml").write_text("layer: role\ncause: none\n")
    with pytest.raises(Problem, match=r"diagnosis\.yaml, line 2"):
        seal(broken)


def test_sealed_is_sealed(here):
    here.break_by("explicit-deny", kind=HTTP)
    here.write("role", "explicit-deny", log_line="with an explicit deny")
    first, _ = seal(here)
    here.write("role", "action-not-allowed", log_line="AccessDeniedException")
    with pytest.raises(Problem, match="sealed is sealed"):
        seal(here)
    assert record.open_ticket(here.folder) == first


def test_after_the_repair_it_is_sealed_and_that_is_noted(here):
    ticket = here.break_by("explicit-deny", kind=HTTP)
    places.restore(here.stack, ticket.before, INCIDENTS["explicit-deny"].places)
    here.write("role", "explicit-deny", log_line="with an explicit deny")
    told, part = seal(here)
    assert (part.symptom_at_seal["status"], part.symptom_at_seal["shows"]) == (201, False)
    assert "repaired before the seal" in words.sealed(told, part)


def test_a_result_that_nobody_can_use_leaves_no_error_in_the_log(here):
    """The invocation itself ended well: the seal takes it, as its request failed."""
    ticket = here.break_by("no-status-code", kind=REST)
    request_id = request_ids(log(here, ticket))[-1]
    here.write("result", "no-status-code", request_id=request_id)
    _, part = seal(here)
    assert part.symptom_at_seal["status"] == 502
    assert not re.search("Error|Traceback", json.dumps(part.evidence["lines"]))


def test_without_a_ticket_or_a_stack(here, sandbox):
    with pytest.raises(Problem, match="none is open"):
        seal(here)
    ticket = here.break_by("explicit-deny", kind=HTTP)
    here.write("role", "explicit-deny", log_line="with an explicit deny")
    record.put(here.folder, ticket)
    other = stage(here.target)
    moved = {**ticket.before, "rest": {**ticket.before["rest"], "id": "another"}}
    record.add(other.folder, replace(ticket, before=moved))
    other.write("role", "explicit-deny", log_line="with an explicit deny")
    with pytest.raises(Problem, match="not the one that was broken"):
        seal(other)
