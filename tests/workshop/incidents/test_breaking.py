"""`workshop break` refuses what would be unfair, and leaves a stack that can be mended whatever happens."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace

import pytest

from tests.repository.sources import ROOT
from tests.workshop.incidents.stage import PREFIX, Stage, stage
from workshop.errors import Problem
from workshop.incidents import HTTP, INCIDENTS, REST, breaking, health, places, record
from workshop.incidents.breaking import Wish, break_stack
from workshop.incidents.incident import Incident
from workshop.incidents.pick import seed_of

EXPLICIT_DENY = seed_of([INCIDENTS["explicit-deny"]], HTTP)


@pytest.fixture
def here(stage_in):
    """The Python stack, with a clone of its own."""
    there = stage(stage_in("python").target)
    yield there
    there.mend()


def break_it(here: Stage, seed=EXPLICIT_DENY, **wish):
    return break_stack(here.target, PREFIX, here.clone, Wish(seed, **wish))


def test_a_ticket_is_noted_with_the_stack_as_it_was(here):
    before = places.read(here.stack)
    ticket = break_it(here)
    assert record.read(here.folder) == (ticket,)
    assert ticket.before == before
    assert ticket.answer["status"] == 500
    assert ticket.target == {"kind": "sandbox", "account": here.target.account, "region": "us-east-1"}
    assert places.read(here.stack)["role"] != before["role"]
    assert here.mend().sick is None
    assert places.read(here.stack) == before


def test_without_a_seed_one_is_drawn_that_gives_the_same_again(here):
    ticket = break_it(here, seed=None)
    assert break_seed(ticket) == ticket.parts[0].incident.id


def break_seed(ticket):
    return breaking.pick(ticket.seed)[0].id


def test_no_users_are_left_behind(here):
    client = here.stack.client("dynamodb")
    before = client.scan(TableName=here.stack.table, ConsistentRead=True)["Count"]
    break_it(here, seed_of([INCIDENTS["no-status-code"]], HTTP))
    here.mend()
    assert client.scan(TableName=here.stack.table, ConsistentRead=True)["Count"] == before


def test_the_files_of_the_learner_stay_as_they_are(here):
    (here.clone / "work" / "04-api-gateway").mkdir()
    mine = here.clone / "work" / "04-api-gateway" / "app.py"
    mine.write_text("mine")
    break_it(here, seed_of([INCIDENTS["syntax-error"]], HTTP))
    assert mine.read_text() == "mine"
    assert sorted(path.name for path in here.folder.iterdir()) == [record.FILE]


def test_a_second_ticket_is_refused_and_changes_nothing(here):
    break_it(here)
    broken = places.read(here.stack)
    with pytest.raises(Problem, match="a ticket that is open"):
        break_it(here, 2)
    assert places.read(here.stack) == broken
    assert len(record.read(here.folder)) == 1


def test_without_a_folder_of_lab_5(here):
    here.folder.rmdir()
    with pytest.raises(Problem, match="workshop begin 5"):
        break_it(here)
    with pytest.raises(Problem, match="workshop begin 5"):
        here.mend()
    here.folder.mkdir()


def test_without_a_stack(here):
    with pytest.raises(Problem, match="no stack another, and no table named another-users"):
        break_stack(here.target, "another", here.clone, Wish(7))
    assert record.read(here.folder) == ()


def test_an_unhealthy_stack_is_refused_and_nothing_is_noted(here):
    iam, role = here.stack.client("iam"), here.stack.role
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}
    iam.put_role_policy(RoleName=role, PolicyName="earlier", PolicyDocument=json.dumps(document))
    with pytest.raises(Problem) as refused:
        break_it(here)
    iam.delete_role_policy(RoleName=role, PolicyName="earlier")
    assert "POST /users on the HTTP API answers 500" in refused.value.found
    assert f"workshop doctor {here.stack.url(HTTP)}/users -X POST --data" in refused.value.do_next
    assert record.read(here.folder) == ()


def test_numbers_of_incidents_that_no_ticket_has(here):
    with pytest.raises(Problem, match="1 or 2"):
        break_it(here, together=3)


def other_incident(monkeypatch, break_it, places=frozenset({"role"})):
    """Every seed gives this one."""
    one = replace(INCIDENTS["explicit-deny"], break_it=break_it, places=places)
    assert isinstance(one, Incident)
    monkeypatch.setattr(breaking, "pick", lambda seed, together: (one,))
    return one


def test_what_shows_nothing_is_put_back_and_no_ticket(here, monkeypatch):
    def harmless(stack, kind):
        stack.client("iam").put_role_policy(
            RoleName=stack.role,
            PolicyName="harmless",
            PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [ALLOW_NOTHING]}),
        )

    before = places.read(here.stack)
    other_incident(monkeypatch, harmless)
    with pytest.raises(Problem, match="this seed changes nothing on your stack"):
        break_it(here)
    assert places.read(here.stack) == before
    assert record.read(here.folder) == ()


ALLOW_NOTHING = {"Effect": "Allow", "Action": "sqs:ListQueues", "Resource": "*"}


def test_an_error_halfway_puts_back_what_was_done(here, monkeypatch):
    def halfway(stack, kind):
        INCIDENTS["explicit-deny"].break_it(stack, kind)
        raise RuntimeError("the network is gone")

    before = places.read(here.stack)
    other_incident(monkeypatch, halfway)
    with pytest.raises(RuntimeError, match="the network is gone"):
        break_it(here)
    assert places.read(here.stack) == before
    assert record.read(here.folder) == ()


KILLED = """
import os, signal, sys
from pathlib import Path
from workshop.incidents import breaking
from workshop.incidents.breaking import Wish
from workshop.target import Target
url, account, clone, seed = sys.argv[1:]
target = Target("sandbox", url, account, "us-east-1", account)
def killed(*_):
    os.kill(os.getpid(), signal.SIGKILL)
breaking.{where} = killed
breaking.break_stack(target, "workshop", Path(clone), Wish(int(seed)))
"""


@pytest.mark.parametrize("where", ["_broken", "observe"])
def test_a_process_that_is_killed_leaves_what_can_be_mended(here, where):
    """Killed after the note and before the change, and after the change and before the ticket is told."""
    before = places.read(here.stack)
    words = [here.target.url, here.target.account, str(here.clone), str(EXPLICIT_DENY)]
    ended = subprocess.run(
        [sys.executable, "-c", KILLED.replace("{where}", where), *words],
        cwd=ROOT,
        env=os.environ,
        check=False,
    )
    assert ended.returncode == -signal.SIGKILL
    assert (places.read(here.stack) == before) == (where == "_broken")
    assert record.open_ticket(here.folder).answer is None
    with pytest.raises(Problem, match="never told"):
        break_it(here)
    found = here.mend()
    assert (found.sick, found.ticket.closed_by) == (None, "mend")
    assert places.read(here.stack) == before


def test_a_temporary_file_of_a_killed_process_is_in_nobodys_way(here):
    (here.folder / f".{record.FILE}.half").write_text('{"tickets": [')
    break_it(here)
    assert len(record.read(here.folder)) == 1


def test_all_of_the_api_is_looked_at_before(here):
    """A fault of one route of one API is enough to be refused."""
    client = here.stack.client("apigatewayv2")
    routes = client.get_routes(ApiId=here.stack.http_id)["Items"]
    (one,) = (each for each in routes if each["RouteKey"] == "DELETE /users/{userId}")
    client.update_route(ApiId=here.stack.http_id, RouteId=one["RouteId"], RouteKey="DELETE /users/{id}/x")
    found = health.sick(here.stack)
    client.update_route(ApiId=here.stack.http_id, RouteId=one["RouteId"], RouteKey=one["RouteKey"])
    assert (found.kind, found.request.method, found.answer.status) == (HTTP, "DELETE", 404)
    assert health.sick(here.stack) is None


def test_a_break_takes_a_moment(here):
    began = time.monotonic()
    break_it(here, seed_of([INCIDENTS["route-path-wrong"]], REST))
    assert time.monotonic() - began < 20
