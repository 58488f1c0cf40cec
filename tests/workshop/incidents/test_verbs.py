"""`workshop break`, `seal` and `mend` as they are typed, and the doctor that is shut meanwhile."""

import json
from dataclasses import replace

import pytest
from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError
from typer.testing import CliRunner

from tests.workshop.incidents.stage import PREFIX, stage
from workshop import clone as clones
from workshop.cli import app
from workshop.doctor import verb
from workshop.doctor.asking import Wish
from workshop.errors import Problem
from workshop.incidents import HTTP, INCIDENTS, REST, places, record
from workshop.incidents.pick import seed_of
from workshop.incidents.refusals import told


@pytest.fixture
def here(stage_in, monkeypatch):
    there = stage(stage_in("python").target)
    monkeypatch.setattr(clones, "clone_folder", lambda: there.clone)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", there.target.account)
    monkeypatch.setenv("SANDBOX_URL", there.target.url)
    yield there
    there.mend()


def typed(*words):
    return CliRunner().invoke(app, words)


def seed(incident, kind):
    return str(seed_of([INCIDENTS[incident]], kind))


def doctor(here, url=None, stack=None):
    return verb.doctor(url, stack, Wish(), here.target.url, False, lambda said: None, here.clone)


def test_a_whole_ticket(here):
    number = seed("route-path-wrong", HTTP)
    told = typed("break", "--seed", number)
    assert told.exit_code == 0, told.output
    assert told.stdout.startswith(f"Ticket of seed {number} ")
    assert "POST /users on the HTTP API answers 404 since " in told.stdout
    assert f"curl -i -X POST {here.stack.url(HTTP)}/users" in told.stdout
    here.write("route", "no-such-path", call="apigatewayv2 get-routes", shows='POST /user"')
    sealed = typed("seal")
    assert sealed.exit_code == 0, sealed.output
    assert "Sealed: layer route and method, cause no-such-path." in sealed.stdout
    given_up = typed("mend")
    assert given_up.exit_code == 0, given_up.output
    assert "answers as it should" in given_up.stdout
    assert "closed as given up" in given_up.stdout


def test_mend_says_when_something_else_is_wrong(here):
    typed("break", "--seed", seed("explicit-deny", HTTP))
    client = here.stack.client("lambda")
    client.put_function_concurrency(FunctionName=here.stack.function, ReservedConcurrentExecutions=0)
    given_up = typed("mend")
    client.delete_function_concurrency(FunctionName=here.stack.function)
    assert given_up.exit_code == 1
    assert "something else is wrong" in given_up.stdout


def test_the_list_for_instructors_names_every_incident(monkeypatch):
    monkeypatch.setattr(clones, "clone_folder", lambda: pytest.fail("no clone is needed"))
    lines = typed("break", "--list").stdout.splitlines()
    assert len(lines) == 1 + sum(len(one.kinds) for one in INCIDENTS.values())
    for one in INCIDENTS.values():
        assert any(f"  {one.id}: {one.layer}, {one.causes[0]}" in line for line in lines)
    assert f"{seed('payload-format', HTTP):>4}  HTTP API  payload-format: " in "\n".join(lines)


def test_the_list_of_pairs(monkeypatch):
    lines = typed("break", "--list", "--together", "2").stdout.splitlines()
    assert len(lines) == 41
    assert all("; then " in line for line in lines[1:])


@pytest.mark.parametrize("words", [("--seed", "-1"), ("--together", "3"), ("--seed", "seven")])
def test_options_that_are_none(words):
    assert typed("break", *words).exit_code == 2


def test_the_doctor_is_shut_until_the_seal(here):
    here.break_by("explicit-deny", kind=REST)
    for asked in (
        {},
        {"stack": PREFIX},
        {"url": "/users"},
        {"url": here.stack.url(HTTP, "/users")},
        {"url": here.stack.url(REST, "/health")},
    ):
        with pytest.raises(Problem, match="what shows now is not sealed") as refused:
            doctor(here, **asked)
        assert "workshop seal" in refused.value.do_next
    here.write("role", "explicit-deny", log_line="with an explicit deny")
    assert typed("seal").exit_code == 0
    assert doctor(here, here.stack.url(HTTP, "/users")) == 0
    here.mend()
    assert doctor(here) == 0


def test_the_doctor_is_open_for_other_stacks_and_other_accounts(here, stage_in):
    here.break_by("explicit-deny", kind=REST)
    other = stage_in("nodejs")
    url = other.stack.url(HTTP, "/users")
    assert verb.doctor(url, None, Wish(), other.target.url, False, print, here.clone) in (0, 1, 4)
    with pytest.raises(Problem, match="no such stack"):
        doctor(here, stack="another")


def test_the_doctor_is_open_without_a_ticket_and_without_a_clone(here):
    assert doctor(here, here.stack.url(HTTP, "/health")) == 0
    here.break_by("explicit-deny", kind=REST)
    said = []
    assert verb.doctor(here.stack.url(HTTP, "/health"), None, Wish(), here.target.url, True, said.append) == 0
    assert json.loads(said[0])[0]["verdict"] == "healthy"


def test_the_doctor_is_open_when_the_stack_of_the_ticket_is_gone(here):
    ticket = here.break_by("explicit-deny", kind=REST)
    gone = {**ticket.before, "stack": {"StackId": "another"}}
    record.put(here.folder, replace(ticket, before=gone))
    assert doctor(here, here.stack.url(HTTP, "/health")) == 0
    record.put(here.folder, ticket)


@pytest.mark.parametrize("words", [("break", "--seed", "7"), ("seal",), ("mend",)])
def test_a_caller_who_may_not_is_told_which_call_was_refused(here, monkeypatch, words):
    here.break_by("explicit-deny", kind=HTTP)
    if words[0] == "break":
        here.mend()
    here.write("role", "explicit-deny", log_line="with an explicit deny")

    def refused(*_):
        error = {"Error": {"Code": "AccessDenied", "Message": "not authorized"}}
        raise ClientError(error, "DescribeTable")

    monkeypatch.setattr("workshop.incidents.places.table.read", refused)
    monkeypatch.setitem(places.PLACES, "table", places.Place(refused, refused))
    ended = typed(*words)
    monkeypatch.undo()
    assert isinstance(ended.exception, Problem)
    assert ended.exception.looked_at == "the call DescribeTable"
    assert ended.exception.found == "refused with AccessDenied: not authorized"


def test_another_server_that_does_not_know_a_call_or_answers_nonsense():
    for error in (ClientError({}, "GetRole"), ResponseParserError("no XML"), KeyError("Table")):
        with pytest.raises(Problem, match="workshop status"), told("workshop status"):
            raise error
