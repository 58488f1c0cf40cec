"""Lab 3, Lambda: the checks.

Each sends your function events as an HTTP API would send them, by Invoke, and looks at the results, at the
table and at the log. The users that a check needs are called check-…, and it removes them at its end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.labs import standing
from tests.labs.dynamodb.table import UsersTable
from tests.labs.function import answers, events, inside, logs, messages, package, pages
from tests.labs.function.invoking import Api, found_function
from tests.labs.function.judging import answered, fail_for_status, fail_unless_message, holds, refused
from tests.labs.function.running import fail_unless_loaded
from tests.labs.function.shape import reply_to, shown
from workshop.checking import check, not_shown

A_USER = "an answer 201 with the user"
MADE_BY_AWS = r"-[A-Za-z0-9]{10,}"
"""How a name ends that CloudFormation has made up: it cannot stand in a file by chance."""


@pytest.fixture(scope="module")
def shared() -> dict[str, Any]:
    """What the checks of one run share."""
    return {}


@pytest.fixture
def api(lab: Any, shared: dict[str, Any]) -> Api:
    """The learner's function, asked as an API would ask it."""
    if "api" not in shared:
        shared["api"] = Api(lab)
    return shared["api"]


@pytest.fixture
def table(lab: Any) -> Iterator[UsersTable]:
    """The learner's table, without the check's users at the end."""
    users = UsersTable(lab)
    yield users
    users.clean()


@check("What you built before still stands: table and role", points=0, guide="lambda#layers-below")
def test_layers_below(lab):
    standing.layers_below(lab)


@check("Your function is there, and Active", guide="lambda#function-active", needs=["layers-below"])
def test_function_active(lab):
    function = standing.describe_function(lab, found_function(lab))
    if function["State"] not in ("Active", "Inactive"):  # inactive: AWS wakes it with the next invocation
        messages.NOT_ACTIVE.fail(
            function=function["FunctionName"],
            state=function["State"],
            reason=function.get("StateReason", "no reason given"),
        )


@check(
    "The function learns the name of its table from TABLE_NAME",
    guide="lambda#table-name",
    needs=["function-active"],
)
def test_table_name(lab, api, shared):
    variables = api.configuration.get("Environment", {}).get("Variables", {})
    name = variables.get("TABLE_NAME")
    if name is None:
        others = ", ".join(variables) or "none"
        messages.NO_TABLE_NAME.fail(function=api.name, table=api.table, others=others)
    if name != api.table and not name.endswith(f":table/{api.table}"):
        messages.WRONG_TABLE_NAME.fail(value=name or '""', table=api.table)
    shared["package"] = deployed = package.package_of(lab, api.name)
    file = deployed and re.search(MADE_BY_AWS, api.table) and deployed.file_with(api.table)
    if file:
        messages.HARD_CODED.fail(table=api.table, file=file)


@check(
    "Lambda finds your handler and can load it",
    points=2,
    guide="lambda#handler",
    needs=["table-name"],
)
def test_handler(api, shared):
    fail_unless_loaded(api, api.created.invocation, shared.get("package"))


@check(
    "The result is a proxy response: a statusCode, and a body that is JSON text",
    points=2,
    guide="lambda#proxy-response",
    needs=["handler"],
)
def test_proxy_response(api):
    reply_to(api.created.invocation, A_USER, api.table)


@check("POST /users creates a user: 201", points=2, guide="lambda#create-user", needs=["proxy-response"])
def test_create_user(api):
    user, invocation = api.created.user, api.created.invocation
    reply = answered(invocation, 201, answers.CREATE_STATUS, table=api.table, expected=A_USER)
    sent, request = invocation.evidence, invocation.request
    if not holds(api.created.stored, user):
        answers.CREATE_NOT_STORED.fail(
            sent,
            request=request,
            table=api.table,
            stored=shown(api.created.stored or "no such user"),
            user=shown(user),
        )
    if not holds(reply.value, user):
        answers.CREATE_ANSWER.fail(sent, request=request, body=reply.shown, user=shown(user))


@check("GET /users/{userId} gives a user: 200", guide="lambda#get-user", needs=["create-user"])
def test_get_user(api):
    user, invocation = api.found.user, api.found.invocation
    reply = answered(invocation, 200, answers.GET_STATUS, table=api.table)
    if not holds(reply.value, user):
        answers.GET_ANSWER.fail(
            invocation.evidence, request=invocation.request, body=reply.shown, user=shown(user)
        )


@check(
    "Each invocation leaves a line of its own: request id and userId",
    points=2,
    guide="lambda#log-line",
    needs=["get-user"],
)
def test_log_line(lab, api):
    for one in (api.created, api.found):
        logs.check_line(lab, api, one.invocation, one.user["userId"])


@check(
    "POST of a userId that is taken: 409, and the user stays as it is",
    guide="lambda#create-duplicate",
    needs=["get-user"],
)
def test_create_duplicate(api, table):
    before = table.put(town="London")
    invocation = api.invoke(events.create({"userId": before["userId"], "town": "Paris"}))
    after = table.stored(before["userId"])
    refused(invocation, 409, answers.DUPLICATE_STATUS, table=api.table)
    if after != before:
        answers.OVERWRITTEN.fail(
            invocation.evidence, request=invocation.request, stored=shown(after), user=shown(before)
        )


@check(
    "What is not there: 404, for a user and for a route",
    points=2,
    guide="lambda#not-found",
    needs=["create-duplicate"],
)
def test_not_found(api):
    refused(api.nobody, 404, answers.MISSING_STATUS, table=api.table)
    refused(api.invoke(events.elsewhere("/nothing-here")), 404, answers.ROUTE_STATUS, table=api.table)


@check(
    "An error leaves its line, too",
    guide="lambda#error-line",
    needs=["log-line", "not-found"],
)
def test_error_line(lab, api):
    logs.check_line(lab, api, api.nobody, api.nobody.request.user_id)


@check(
    "A body that is no user: 400",
    points=2,
    guide="lambda#bad-request",
    needs=["not-found"],
)
def test_bad_request(api, table):
    bodies = {
        "without a body": None,
        "with a body that is no JSON": "no json",
        "with a list for a body": "[]",
        "without a userId": {"town": "London"},
        "with a number for a userId": {"userId": 7},
        "with an empty userId": {"userId": ""},
        "with a / in the userId": {"userId": f"{table.new_id('/b')}"},
        "with a userId of more than 64 characters": {"userId": table.new_id("x" * 60)},
    }
    for what, body in bodies.items():
        invocation = api.invoke(events.create(body))
        refused(invocation, 400, answers.BAD_BODY_STATUS, table=api.table, what=what)


@check(
    "An error that you did not expect tells nothing of the inside",
    guide="lambda#inside-hidden",
    needs=["bad-request"],
)
def test_inside_hidden(api, table):
    user = {"userId": table.new_id(), "notes": "x" * 410_000}  # more than an item of DynamoDB holds
    invocation = api.invoke(events.create(user))
    reply = reply_to(invocation, "an error without anything of the inside", api.table)
    sent, request = invocation.evidence, invocation.request
    if reply.status < 400:
        answers.ERROR_AS_SUCCESS.fail(sent, request=request, status=reply.status, body=reply.shown)
    found = inside.found_in(reply.text, [api.table, api.name])
    if found:
        answers.INSIDE_SHOWN.fail(sent, request=request, status=reply.status, found=found, body=reply.shown)
    fail_unless_message(invocation, reply)


@check("A body in base64 is decoded", guide="lambda#base64-body", needs=["get-user"])
def test_base64_body(api, table):
    user = {"userId": table.new_id(), "town": "Zürich"}
    invocation = api.invoke(events.create(user, in_base64=True))
    reply = answered(invocation, 201, answers.BASE64, table=api.table, user=shown(user))
    if not holds(table.stored(user["userId"]), user):
        fail_for_status(invocation, reply, answers.BASE64, table=api.table, user=shown(user))


@check(
    "PATCH /users/{userId} merges: 200 with the whole user, 404 for nobody, 400 for what cannot be",
    points=2,
    guide="lambda#update-user",
    needs=["bad-request"],
)
def test_update_user(api, table):
    before = table.put(town="London", nickname="Ada")
    changes = {"town": "Paris", "status": "new"}
    wanted = before | changes
    invocation = api.invoke(events.update(before["userId"], changes))
    reply = answered(invocation, 200, answers.UPDATE_STATUS, table=api.table)
    sent, request = invocation.evidence, invocation.request
    after = table.stored(before["userId"])
    if not holds(after, wanted):
        answers.UPDATE_LOST.fail(sent, request=request, stored=shown(after), user=shown(wanted))
    if not holds(reply.value, wanted):
        answers.UPDATE_ANSWER.fail(sent, request=request, body=reply.shown, user=shown(wanted))
    nobody = table.new_id()
    missing = api.invoke(events.update(nobody, {"town": "Paris"}))
    if stored := table.stored(nobody):
        answers.UPDATE_CREATED.fail(missing.evidence, request=missing.request, stored=shown(stored))
    refused(missing, 404, answers.MISSING_STATUS, table=api.table)
    bodies = {
        "with nothing in it": {},
        "with another userId": {"userId": table.new_id(), "town": "Rome"},
        "with a body that is no JSON": "no json",
        "with a list for a body": "[]",
    }
    for what, body in bodies.items():
        invocation = api.invoke(events.update(before["userId"], body))
        refused(invocation, 400, answers.BAD_CHANGE_STATUS, table=api.table, what=what)


@check(
    "DELETE /users/{userId} removes a user: 204 without a body, 404 for nobody",
    guide="lambda#delete-user",
    needs=["bad-request"],
)
def test_delete_user(api, table):
    user = table.put(town="London")
    invocation = api.invoke(events.delete(user["userId"]))
    reply = answered(invocation, 204, answers.DELETE_STATUS, table=api.table)
    sent, request = invocation.evidence, invocation.request
    if reply.text:
        answers.DELETE_BODY.fail(sent, request=request, body=reply.shown)
    if stored := table.stored(user["userId"]):
        answers.DELETE_LEFT.fail(sent, request=request, stored=shown(stored))
    refused(api.invoke(events.delete(user["userId"])), 404, answers.MISSING_STATUS, table=api.table)


@check(
    "GET /users gives all users, page by page, and refuses a bad limit",
    points=2,
    guide="lambda#list-users",
    needs=["bad-request"],
)
def test_list_users(api, table):
    users = table.put_many([{"town": "Rome"}] * 25) + table.put_many([{"town": "Oslo"}] * 2)
    table.wait_until_settled(users)
    pages.check_default(api, api.table, len(users))
    pages.check_all_come(api, api.table, users, limit=20)
    for what, query in {
        "with a limit of nothing": {"limit": "0"},
        "with a limit of more than 100": {"limit": "101"},
        "with a limit that is no number": {"limit": "ten"},
    }.items():
        invocation = api.invoke(events.page(**query))
        refused(invocation, 400, answers.BAD_PAGE_STATUS, table=api.table, what=what)
    pages.check_strange_next(api, api.table)


@check(
    "The package is under 1 MB, without the SDK v2",
    guide="lambda#package",
    needs=["function-active"],
)
def test_package(lab, api, shared):
    deployed = shared.get("package") or package.package_of(lab, api.name)
    if deployed is None:
        not_shown("the package cannot be downloaded from the link that GetFunction gives")
    if deployed.sdk_v2:
        messages.SDK_V2.fail(file=deployed.sdk_v2)
    if deployed.size >= package.LARGEST:
        messages.TOO_LARGE.fail(
            function=api.name, size=f"{deployed.size // 1024:,}", files=deployed.shown_largest
        )
