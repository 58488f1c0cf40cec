"""`workshop mend` undoes what is still broken, whatever the learner has repaired, and only once."""

import json
from dataclasses import replace

import pytest

from tests.solutions.deployed import fresh_account, target_in
from tests.workshop.incidents.stage import PREFIX, stage
from workshop.errors import Problem
from workshop.incidents import HTTP, INCIDENTS, REST, mending, places, record, words
from workshop.incidents.breaking import Wish, break_stack
from workshop.incidents.places.function import kept_package


@pytest.fixture
def here(stage_in):
    there = stage(stage_in("nodejs").target)
    yield there
    there.mend()


def test_asked_twice_it_does_nothing_more(here):
    before = places.read(here.stack)
    here.break_by("syntax-error", kind=REST)
    assert here.mend().ticket.closed_by == "mend"
    assert places.read(here.stack) == before
    again = here.mend()
    assert again.ticket is None
    assert words.mended(again) == "No ticket is open: there is nothing to mend."


def test_what_the_learner_has_repaired_by_another_way_becomes_as_it_was(here):
    before = places.read(here.stack)
    here.break_by("put-item-missing", kind=HTTP)
    iam = here.stack.client("iam")
    iam.attach_role_policy(
        RoleName=here.stack.role, PolicyArn="arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess"
    )
    iam.delete_role_policy(RoleName=here.stack.role, PolicyName="users-table")
    assert here.mend().sick is None
    assert places.read(here.stack) == before


def test_a_route_that_was_made_anew_makes_way_for_the_one_that_was(here):
    ticket = here.break_by("route-method-wrong", kind=HTTP)
    client, api = here.stack.client("apigatewayv2"), {"ApiId": here.stack.http_id}
    (target,) = (
        one["Target"] for one in ticket.before["http"]["Routes"].values() if one["RouteKey"] == "POST /users"
    )
    client.create_route(**api, RouteKey="POST /users", Target=target)
    assert here.mend().sick is None
    assert places.read(here.stack)["http"] == ticket.before["http"]


def test_an_integration_or_route_that_was_deleted_comes_back(here):
    ticket = here.break_by("integration-to-a-missing-function", kind=HTTP)
    client, api = here.stack.client("apigatewayv2"), {"ApiId": here.stack.http_id}
    (route,) = (one for one in client.get_routes(**api)["Items"] if one["RouteKey"] == "POST /users")
    client.delete_route(**api, RouteId=route["RouteId"])
    client.delete_integration(**api, IntegrationId=route["Target"].rpartition("/")[2])
    found = mending.mend(here.target, PREFIX, here.clone)
    assert found.sick is None
    assert found.ticket.opened_at == ticket.opened_at


def test_a_resource_of_a_rest_api_that_was_deleted_comes_back(here):
    here.break_by("route-path-wrong", kind=REST)
    client, api = here.stack.client("apigateway"), {"restApiId": here.stack.rest_id}
    resources = client.get_resources(**api)["items"]
    (user,) = (one for one in resources if one["path"] == "/user")
    client.delete_resource(**api, resourceId=user["id"])
    assert here.mend().sick is None


def test_a_resource_that_took_the_path_of_another_makes_way_for_it(here):
    ticket = here.break_by("route-path-wrong", kind=REST)
    client, api = here.stack.client("apigateway"), {"restApiId": here.stack.rest_id}
    (root,) = (one["id"] for one in client.get_resources(**api)["items"] if one["path"] == "/")
    client.create_resource(**api, parentId=root, pathPart="users")
    assert here.mend().sick is None
    assert places.read(here.stack)["rest"] == ticket.before["rest"]


def test_the_stage_serves_the_deployment_that_it_served(here):
    before = places.read(here.stack)["rest"]["Stages"]
    here.break_by("change-not-deployed", kind=REST)
    here.stack.client("apigateway").create_deployment(restApiId=here.stack.rest_id, stageName="prod")
    here.mend()
    assert places.read(here.stack)["rest"]["Stages"] == before


def test_variables_that_came_meanwhile_and_secrets(here):
    """What was before is again; the value of a variable whose name says secret is in no file."""
    client, function = here.stack.client("lambda"), here.stack.function
    right = client.get_function_configuration(FunctionName=function)["Environment"]["Variables"]
    mine = {**right, "API_SECRET": "s3cret-value"}
    client.update_function_configuration(FunctionName=function, Environment={"Variables": mine})
    here.break_by("table-name-wrong", kind=HTTP)
    assert "s3cret-value" not in (here.folder / record.FILE).read_text()
    here.mend()
    told = client.get_function_configuration(FunctionName=function)["Environment"]["Variables"]
    client.update_function_configuration(FunctionName=function, Environment={"Variables": right})
    assert told == mine


def test_a_reserved_concurrency_of_before(here):
    client, function = here.stack.client("lambda"), here.stack.function
    client.put_function_concurrency(FunctionName=function, ReservedConcurrentExecutions=5)
    here.break_by("reserved-concurrency-zero", kind=HTTP)
    here.mend()
    told = client.get_function_concurrency(FunctionName=function)["ReservedConcurrentExecutions"]
    client.delete_function_concurrency(FunctionName=function)
    assert told == 5


def test_a_stack_that_is_gone_closes_the_ticket(here, sandbox):
    here.break_by("explicit-deny", kind=HTTP)
    other = target_in(sandbox, fresh_account())
    found = mending.mend(other, PREFIX, here.clone)
    assert (found.is_there, found.ticket.closed_by) == (False, "mend")
    assert "is gone, so there is nothing to put back" in words.mended(found)
    places.restore(here.stack, found.ticket.before, frozenset({"role"}))


def test_a_ticket_that_was_put_aside_by_a_reset_is_mended(here):
    before = places.read(here.stack)
    here.break_by("explicit-deny", kind=HTTP)
    aside = here.clone / "work" / ".aside" / f"{record.LAB}-20261123-010203"
    aside.parent.mkdir(exist_ok=True)
    here.folder.rename(aside)
    here.folder.mkdir()
    with pytest.raises(Problem, match="a ticket that is open"):
        break_stack(here.target, PREFIX, here.clone, Wish(7))
    found = here.mend()
    assert (found.sick, record.open_ticket(aside)) == (None, None)
    assert places.read(here.stack) == before


def test_users_that_could_not_be_removed_at_once_are_removed_later(here):
    """What a load has stored in a table that takes one write a second."""
    client = here.stack.client("dynamodb")
    client.put_item(TableName=here.stack.table, Item={"userId": {"S": "ticket-left"}})
    ticket = here.break_by("explicit-deny", kind=HTTP)
    record.put(here.folder, replace(ticket, answer={**ticket.answer, "left": ["ticket-left"]}))
    here.mend()
    told = client.get_item(
        TableName=here.stack.table, Key={"userId": {"S": "ticket-left"}}, ConsistentRead=True
    )
    assert "Item" not in told


def test_another_fault_is_named_after_the_mending(here):
    here.break_by("explicit-deny", kind=HTTP)
    iam, role = here.stack.client("iam"), here.stack.role
    right = json.dumps(iam.get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"])
    functions = here.stack.client("lambda")
    functions.put_function_concurrency(FunctionName=here.stack.function, ReservedConcurrentExecutions=0)
    found = here.mend()
    functions.delete_function_concurrency(FunctionName=here.stack.function)
    assert json.dumps(iam.get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"]) == right
    assert "POST /users on the HTTP API answers 503" in str(found.sick)
    assert "something else is wrong" in words.mended(found)


def test_a_package_that_was_lost_is_said(here):
    ticket = here.break_by("handler-renamed", kind=HTTP)
    file = kept_package(here.stack, ticket.before["code"]["CodeSha256"])
    content = file.read_bytes()
    file.unlink()
    with pytest.raises(Problem, match="the package that the function had before"):
        here.mend()
    assert record.open_ticket(here.folder) is not None
    file.write_bytes(content)
    assert here.mend().sick is None


@pytest.mark.parametrize("incident", ["boundary-without-the-table", "trust-of-another-service"])
def test_what_was_mended_by_hand_stays_mended(here, incident):
    ticket = here.break_by(incident, kind=HTTP)
    places.restore(here.stack, ticket.before, INCIDENTS[incident].places)
    assert here.mend().sick is None
