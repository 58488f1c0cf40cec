"""Lab 1, DynamoDB: the checks.

Each looks at what runs: at the table by its API, at users.py or users.mjs by calling its functions. The users
that a check puts into your table are called check-…, and it removes them at its end; yours are left alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.labs import standing
from tests.labs.dynamodb import capacity, deployed, freshness, messages, numbers, pages, requests
from tests.labs.dynamodb.judging import (
    fail_if_checked_first,
    fail_if_key_moves,
    fail_unless_kind,
    holds,
)
from tests.labs.dynamodb.table import UsersTable
from tests.labs.learner_code import LearnerCode, evidence, where
from workshop.checking import check

CODE = ["create-user"]
"""What the checks of the code need: a module that can be loaded and makes a user."""


@pytest.fixture
def table(lab: Any) -> Iterator[UsersTable]:
    """The learner's table, without the check's users at the end."""
    users = UsersTable(lab)
    yield users
    users.clean()


@check("Your table is there, and ACTIVE", guide="dynamodb#table-active")
def test_table_active(lab):
    found = standing.find_resource(lab, "UsersTableName")
    status = standing.describe_table(lab, found)["TableStatus"]
    if status != "ACTIVE":
        messages.NOT_ACTIVE.fail(table=found.name, status=status)


@check(
    "The table's partition key is `userId`, a string, and there is no sort key",
    points=2,
    guide="dynamodb#partition-key",
    needs=["table-active"],
)
def test_partition_key(lab):
    table = standing.describe_table(lab, lab.find("UsersTableName"))
    keys = {key["KeyType"]: key["AttributeName"] for key in table["KeySchema"]}
    types = {one["AttributeName"]: one["AttributeType"] for one in table["AttributeDefinitions"]}
    name = table["TableName"]
    if keys["HASH"] != "userId":
        deployed.fail_if_only_saved(lab, name, "HASH", keys["HASH"], "userId")
        messages.WRONG_KEY.fail(table=name, key=keys["HASH"])
    if types["userId"] != "S":
        messages.WRONG_TYPE.fail(table=name, type=types["userId"])
    if "RANGE" in keys:
        messages.SORT_KEY.fail(table=name, key=keys["RANGE"])


@check("The table is on-demand: the traffic is unknown", guide="dynamodb#on-demand", needs=["table-active"])
def test_on_demand(lab):
    table = standing.describe_table(lab, lab.find("UsersTableName"))
    # A table that has always been provisioned has no BillingModeSummary (API Reference, TableDescription).
    if table.get("BillingModeSummary", {}).get("BillingMode") != "PAY_PER_REQUEST":
        deployed.fail_if_only_saved(lab, table["TableName"], "BillingMode", "PROVISIONED", "PAY_PER_REQUEST")
        units = table["ProvisionedThroughput"]
        messages.PROVISIONED.fail(
            table=table["TableName"],
            reads=units["ReadCapacityUnits"],
            writes=units["WriteCapacityUnits"],
        )


@check(
    "`create_user` stores a new user and gives it back",
    guide="dynamodb#create-user",
    needs=["partition-key"],
)
def test_create_user(lab, table):
    code = LearnerCode(lab, "create-user")
    user = {"userId": table.new_id(), "town": "London", "tags": ["first"], "home": {"floor": "third"}}
    call = code.shown_call("create_user", user)
    answer = code.call("create_user", user)
    weak = requests.eventually_consistent(answer.requests)
    if weak is not None:
        freshness.fail_if_create_reads_old(code, table, weak.operation)
    value = code.value_of(answer, f"the user {user['userId']} created", "create_user", user)
    stored = table.stored(user["userId"])
    if stored is None:
        messages.CREATE_NOT_STORED.fail(
            call=call, user_id=user["userId"], table=table.name, function=code.name("create_user")
        )
    if not holds(stored, user):
        messages.CREATE_STORED.fail(call=call, stored=code.show(stored), user=code.show(user))
    if not holds(value, user):
        messages.CREATE_RETURNED.fail(
            call=call, value=code.show(value), user=code.show(user), function=code.name("create_user")
        )


@check(
    "`create_user` refuses a `userId` that is taken, and leaves the user as it is",
    points=2,
    guide="dynamodb#create-duplicate",
    needs=CODE,
)
def test_create_duplicate(lab, table):
    code = LearnerCode(lab, "create-duplicate")
    before = table.put(town="London")
    another = {"userId": before["userId"], "town": "Paris"}
    answer = code.call("create_user", another)
    after = table.stored(before["userId"])
    values = {"call": code.shown_call("create_user", another), "wanted": "UserExists"}
    values["function"] = code.name("create_user")
    if after != before:
        messages.OVERWRITTEN.fail(before=code.show(before), after=code.show(after), **values)
    if answer.error is None:
        messages.DUPLICATE_IN_SILENCE.fail(user_id=before["userId"], value=code.show(answer.value), **values)
    fail_unless_kind(answer, "UserExists", values)
    fresh = {"userId": table.new_id(), "town": "London"}
    values["call"] = code.shown_call("create_user", fresh)
    fail_if_checked_first(code.call("create_user", fresh), values)


@check(
    "`get_user` gives a user back, and sees the last write: its read is strongly consistent",
    points=2,
    guide="dynamodb#get-user",
    needs=CODE,
)
def test_get_user(lab, table):
    code = LearnerCode(lab, "get-user")
    user = table.put(town="London", tags=["first"])
    answer = code.call("get_user", user["userId"])
    values = {"call": code.shown_call("get_user", user["userId"]), "function": code.name("get_user")}
    sent = evidence(answer.requests)
    if any(request.operation == "Scan" for request in answer.requests):
        messages.GET_SCANS.fail(sent, **values)
    weak = requests.eventually_consistent(answer.requests)
    if weak is not None:
        values["operation"] = weak.operation
        freshness.fail_if_get_is_stale(code, table, user, values)
        messages.GET_EVENTUAL.fail(sent, **values)
    value = code.value_of(answer, f"the user {user['userId']}", "get_user", user["userId"])
    if not answer.requests:
        messages.GET_FROM_MEMORY.fail(value=code.show(value), **values)
    if not holds(value, user):
        messages.GET_RETURNED.fail(sent, value=code.show(value), user=code.show(user), **values)


@check(
    "`get_user` shows each write at once, where default reads do not",
    guide="dynamodb#get-fresh",
    needs=["get-user"],
)
def test_get_fresh(lab, table):
    freshness.check_get_is_fresh(LearnerCode(lab, "get-fresh"), table)


@check("`get_user` raises UserNotFound for nobody", guide="dynamodb#get-missing", needs=["get-user"])
def test_get_missing(lab, table):
    code = LearnerCode(lab, "get-missing")
    nobody = table.new_id()
    answer = code.call("get_user", nobody)
    values = {"call": code.shown_call("get_user", nobody), "wanted": "UserNotFound"}
    values["function"] = code.name("get_user")
    if answer.error is None:
        messages.MISSING_RETURNED.fail(user_id=nobody, value=code.show(answer.value), **values)
    fail_unless_kind(answer, "UserNotFound", values)


@check(
    "`list_users` gives all users, page by page, at most `limit` at once, also past 1 MB",
    points=3,
    guide="dynamodb#list-users",
    needs=["create-user", "on-demand"],
)
def test_list_users(lab, table):
    code = LearnerCode(lab, "list-users")
    # A page ends with the third large user, which passes 1 MB: wherever that is, a fourth one is behind it.
    users = table.put_many([{"notes": "x" * 390_000}] * 4 + [{"town": "Rome"}] * 2)
    table.wait_until_settled(users)
    for walked in (pages.walk(code, limit=2, most_pages=2), pages.walk(code, limit=100)):
        missing = [user for user in users if user["userId"] not in walked.users]
        if walked.ended and missing:
            pages.LIST_MISSED.fail(walked.sent, missing=len(missing), count=len(users), call=walked.last_call)
    for user in users:
        value = walked.users[user["userId"]]
        if not holds(value, user):
            pages.LIST_RETURNED.fail(
                walked.sent, call=walked.last_call, value=code.show(value), user=code.show(user)
            )


@check(
    "`update_user` changes what it is told, keeps the rest, and gives the whole user back",
    points=2,
    guide="dynamodb#update-user",
    needs=CODE,
)
def test_update_user(lab, table):
    code = LearnerCode(lab, "update-user")
    before = table.put(town="London", nickname="Ada")
    table.wait_until_settled([before])
    changes = {"town": "Paris", "phone": "123"}
    wanted = before | changes
    call = code.shown_call("update_user", before["userId"], changes)
    answer = code.call("update_user", before["userId"], changes)
    after = table.stored(before["userId"])
    weak = requests.eventually_consistent(answer.requests)
    if weak is not None and holds(after, wanted):
        freshness.fail_if_update_builds_on_old(code, table, after, weak.operation)
    value = code.value_of(answer, f"the user {code.show(wanted)}", "update_user", before["userId"], changes)
    if not holds(after, wanted):
        messages.UPDATE_LOST.fail(
            before=code.show(before), call=call, after=code.show(after), wanted=code.show(wanted)
        )
    if not holds(value, wanted):
        messages.UPDATE_RETURNED.fail(call=call, value=code.show(value), wanted=code.show(wanted))
    fail_if_key_moves(code, table, before["userId"])


@check(
    "`update_user` raises UserNotFound for nobody, and creates nothing",
    points=2,
    guide="dynamodb#update-missing",
    needs=["update-user"],
)
def test_update_missing(lab, table):
    code = LearnerCode(lab, "update-missing")
    nobody, changes = table.new_id(), {"town": "Paris"}
    answer = code.call("update_user", nobody, changes)
    stored = table.stored(nobody)
    values = {"call": code.shown_call("update_user", nobody, changes), "wanted": "UserNotFound"}
    values["function"] = code.name("update_user")
    if stored is not None:
        messages.UPDATE_CREATED.fail(user_id=nobody, stored=code.show(stored), **values)
    if answer.error is None:
        messages.UPDATE_IN_SILENCE.fail(user_id=nobody, value=code.show(answer.value), **values)
    fail_unless_kind(answer, "UserNotFound", values)
    user = table.put(town="London")
    values["call"] = code.shown_call("update_user", user["userId"], changes)
    fail_if_checked_first(code.call("update_user", user["userId"], changes), values)


@check(
    "`update_user` takes attributes of any name, reserved words too",
    points=2,
    guide="dynamodb#reserved-names",
    needs=["update-user"],
)
def test_reserved_names(lab, table):
    code = LearnerCode(lab, "reserved-names")
    reserved = {"name": "Ada", "status": "new", "role": "poet"}
    odd = {"home-town": "Rome", "e.mail": "a@b", "first name": "Ada"}
    for changes in (reserved, odd):
        before = table.put(town="London")
        call = code.shown_call("update_user", before["userId"], changes)
        answer = code.call("update_user", before["userId"], changes)
        if answer.error is not None:
            sent = evidence(answer.requests)
            messages.NAME_REFUSED.fail(sent, where(answer.error), call=call, error=answer.error)
        after = table.stored(before["userId"])
        if not holds(after, before | changes):
            messages.NAME_LOST.fail(call=call, after=code.show(after), wanted=code.show(before | changes))


@check(
    "Numbers survive: what goes in as a number comes out as the same number",
    points=2,
    guide="dynamodb#numbers",
    needs=["create-user", "get-user", "list-users", "update-user"],
)
def test_numbers(lab, table):
    numbers.check_numbers(LearnerCode(lab, "numbers"), table)


@check(
    "`delete_user` removes a user, and raises UserNotFound for nobody",
    points=2,
    guide="dynamodb#delete-user",
    needs=CODE,
)
def test_delete_user(lab, table):
    code = LearnerCode(lab, "delete-user")
    user = table.put(town="London")
    values = {"call": code.shown_call("delete_user", user["userId"]), "function": code.name("delete_user")}
    code.value(f"the user {user['userId']} removed", "delete_user", user["userId"])
    stored = table.stored(user["userId"])
    if stored is not None:
        messages.DELETE_LEFT.fail(stored=code.show(stored), user_id=user["userId"], **values)
    again = code.call("delete_user", user["userId"])
    values["wanted"] = "UserNotFound"
    if again.error is None:
        messages.DELETE_IN_SILENCE.fail(user_id=user["userId"], **values)
    fail_unless_kind(again, "UserNotFound", values)


@check(
    "capacity.yaml: how much capacity, and which mode",
    points=3,
    guide="dynamodb#capacity",
    stretch=True,
)
def test_capacity(lab):
    capacity.check_answers(lab.folder / "capacity.yaml")
