"""Lab 2, IAM: the checks.

Each looks at what the role may do, never at how the template says it: IAM's policy simulator is asked, and at
the end a function runs under the role for a moment. It is called check-…, and the check removes it, its log
and the user it makes.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any

import pytest

from tests.labs.dynamodb.table import UsersTable
from tests.labs.iam import judging, logs, messages, policies, probe
from tests.labs.iam.deployed import as_deployed
from tests.labs.iam.places import FIVE, OTHER_ACTIONS, beyond, other_tables, table_arn
from tests.labs.iam.role import LAMBDA, Role, assumed_by_you, find_role, principals
from tests.labs.standing import layers_below
from workshop.checking import check


@pytest.fixture(scope="module")
def known() -> dict[str, Any]:
    """What the checks of one run have asked already."""
    return {}


@pytest.fixture
def role(lab: Any, known: dict[str, Any]) -> Role:
    """The learner's role; the check ends where there is none."""
    if "role" not in known:
        known["role"] = find_role(lab)
    return known["role"]


@pytest.fixture
def arn(lab: Any, known: dict[str, Any]) -> str:
    """The ARN of the learner's table."""
    if "arn" not in known:
        known["arn"] = table_arn(lab)
    return known["arn"]


@pytest.fixture
def group(lab: Any, role: Role, known: dict[str, Any]) -> str:
    """The log group that the role may write; the check ends where there is none."""
    if "group" not in known:
        known["group"] = logs.writable_group(lab, role)
    return known["group"]


@pytest.fixture
def table(lab: Any) -> Iterator[UsersTable]:
    """The learner's table, without the check's users at the end."""
    users = UsersTable(lab)
    yield users
    users.clean()


@check("What you built in lab 1 still stands", points=0, guide="iam#layers-below")
def test_layers_below(lab):
    layers_below(lab)


@check("The role for your function is there", guide="iam#role", needs=["layers-below"])
def test_role(lab):
    find_role(lab)


@check(
    "Lambda may assume the role, and nobody else may",
    points=2,
    guide="iam#trust",
    needs=["role"],
)
@as_deployed
def test_trust(lab):
    role = find_role(lab)
    trusted = principals(role.trust)
    others = [name for name in trusted if name != LAMBDA]
    if "*" in trusted:
        messages.TRUST_EVERYBODY.fail(role=role.name)
    if LAMBDA not in trusted:
        messages.TRUST_OTHERS.fail(role=role.name, principals=", ".join(trusted) or "nobody")
    session = assumed_by_you(lab, role)
    if session:
        messages.TRUST_YOU.fail(session=session, others=", ".join(others) or "Lambda alone")
    if others:
        messages.TRUST_TOO_MANY.fail(role=role.name, others=", ".join(others))
    try:
        with probe.probe(lab, role):
            pass
    except probe.CannotAssume as error:
        messages.LAMBDA_REFUSED.fail(role=role.name, error=error)


@check(
    "The role may make the five calls on your table",
    points=2,
    guide="iam#table-calls",
    needs=["role"],
)
@as_deployed
def test_table_calls(lab, role, arn):
    judging.must_allow(lab, role, FIVE, arn, "your table", "!GetAtt UsersTable.Arn")


@check(
    "On your table the role may do nothing else",
    points=2,
    guide="iam#no-other-actions",
    needs=["table-calls"],
)
@as_deployed
def test_no_other_actions(lab, role, arn):
    allowed = judging.first_allowed(lab, role, OTHER_ACTIONS, [arn])
    if not allowed:
        return
    policy, statement, evidence = judging.allowing(lab, role, allowed[0])
    judging.fail_if_by_aws(policy, allowed[0], evidence)
    actions = [one.action for one in allowed]
    messages.OTHER_ACTIONS.fail(
        evidence,
        actions=judging.some(actions),
        first=actions[0],
        five=judging.names(FIVE),
        policy=policy.name,
        statement=policies.shown(statement),
    )


@check(
    "The five calls are refused on every other table: another name, region or account",
    points=2,
    guide="iam#no-other-tables",
    needs=["no-other-actions"],
)
@as_deployed
def test_no_other_tables(lab, role, arn):
    others = other_tables(lab, arn)
    for allowed in judging.first_allowed(lab, role, FIVE, list(others)):
        policy, statement, evidence = judging.allowing(lab, role, allowed)
        judging.fail_if_by_aws(policy, allowed, evidence)
        messages.OTHER_TABLES.fail(
            evidence,
            action=allowed.action,
            kind=others[allowed.resource],
            resource=allowed.resource,
            policy=policy.name,
            pattern=judging.pattern(statement, allowed.resource),
            table=arn,
        )


@check(
    "Beyond the table the role may do nothing: no list of tables, no other service",
    points=2,
    guide="iam#nothing-else",
    needs=["no-other-tables"],
)
@as_deployed
def test_nothing_else(lab, role):
    for resource, actions in beyond(role).items():
        for allowed in judging.first_allowed(lab, role, actions, [resource]):
            policy, statement, evidence = judging.allowing(lab, role, allowed)
            judging.fail_if_by_aws(policy, allowed, evidence)
            of_tables = allowed.action.startswith("dynamodb:") and resource == "*"
            message = messages.LIST_TABLES if of_tables else messages.BEYOND
            message.fail(
                evidence,
                action=allowed.action,
                resource=resource,
                policy=policy.name,
                statement=policies.shown(statement),
            )


@check(
    "The function's log group is there, and does not keep its lines for ever",
    guide="iam#log-group",
    needs=["role"],
)
@as_deployed
def test_log_group(lab):
    logs.check_log_group(lab)


@check(
    "The role may write the function's log",
    guide="iam#logs-write",
    needs=["log-group", "table-calls"],
)
@as_deployed
def test_logs_write(lab, role, known):
    known["group"] = logs.writable_group(lab, role)


@check(
    "It may write no other log, and do nothing else with its own",
    guide="iam#logs-only-own",
    needs=["logs-write", "nothing-else"],
)
@as_deployed
def test_logs_only_own(lab, role, group):
    logs.check_only_own(lab, role, group)


@check(
    "The role works: a function under it makes the five calls, writes its log, and is refused a sixth",
    points=3,
    guide="iam#under-a-function",
    needs=["trust", "logs-only-own"],
)
@as_deployed
def test_under_a_function(lab, role, group, table):
    user_id, line = table.new_id(), f"check-{secrets.token_hex(5)}"
    with probe.there(lab, group), probe.probe(lab, role, LoggingConfig={"LogGroup": group}) as function:
        ran = probe.run(lab, function, table.name, user_id, line)
        logged = probe.line_appears(lab, ran, line)
        probe.remove_stream(lab, ran)
    for operation in (name.partition(":")[2] for name in FIVE):
        if operation in ran.refused:
            messages.CALL_REFUSED.fail(operation=operation, error=ran.refused[operation])
    if "Query" not in ran.refused:
        messages.DONE_ALL_THE_SAME.fail(operation="Query")
    if not logged:
        messages.NO_LOG.fail(seconds=f"{probe.LOG_SECONDS:.0f}", group=ran.group, stream=ran.stream)
