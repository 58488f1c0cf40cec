"""The function's log group: those that may be meant, and those that are not."""

from __future__ import annotations

from typing import Any

from tests.labs.iam import judging, messages, policies
from tests.labs.iam.role import Role
from tests.labs.iam.simulator import simulate

WRITE = ("logs:CreateLogStream", "logs:PutLogEvents")
"""What Lambda needs of the role (Lambda Developer Guide, *Working with Lambda function logs*)."""

OTHERS = ("logs:DeleteLogGroup", "logs:DeleteLogStream", "logs:FilterLogEvents", "logs:PutSubscriptionFilter")
"""What a function has no business with in its own log group."""

ANYWHERE = (*WRITE, "logs:CreateLogGroup", "logs:DeleteLogGroup", "logs:FilterLogEvents")
BASIC = "AWSLambdaBasicExecutionRole"
STREAM = "check-stream"
LAMBDA_GROUPS = "/aws/lambda/"


def log_groups(lab: Any) -> list[dict[str, Any]]:
    """The log groups that may be the function's: the stack's, and those named `/aws/lambda/workshop-…`."""
    logs = lab.client("logs")
    of_stack = [name for kind, name in lab.stack_resources().values() if kind == "AWS::Logs::LogGroup"]
    found: dict[str, dict[str, Any]] = {}
    for prefix in (*of_stack, f"{LAMBDA_GROUPS}{lab.prefix}-"):
        for group in logs.describe_log_groups(logGroupNamePrefix=prefix)["logGroups"]:
            found[group["logGroupName"]] = group
    return list(found.values())


def check_log_group(lab: Any) -> None:
    """End the check unless there is a log group, and one that does not keep its lines for ever."""
    groups = log_groups(lab)
    if not groups:
        messages.NO_LOG_GROUP.fail(prefix=lab.prefix)
    if not any("retentionInDays" in group for group in groups):
        messages.KEPT_FOREVER.fail(group=groups[0]["logGroupName"])


def writable_group(lab: Any, role: Role) -> str:
    """The name of the log group that the role may write; the check ends if there is none.

    Of a group that is not there yet the name is `/aws/lambda/workshop-check`: the role may write whatever
    functions of the workshop are called.
    """
    there = [group["logGroupName"] for group in log_groups(lab)]
    candidates = [*there, f"{LAMBDA_GROUPS}{lab.prefix}-users", f"{LAMBDA_GROUPS}{lab.prefix}-check"]
    verdicts = simulate(lab, role, WRITE, [stream_arn(role, name) for name in candidates])
    for name in candidates:
        of_group = [one for one in verdicts if one.resource == stream_arn(role, name)]
        if all(one.allowed or one.undecided for one in of_group):
            return name
    arn = stream_arn(role, candidates[0])
    judging.must_allow(lab, role, WRITE, arn, f"the log group {candidates[0]}", "!GetAtt UsersLogGroup.Arn")
    return candidates[0]


def stream_arn(role: Role, group: str, stream: str = STREAM) -> str:
    """The ARN of a log stream: what writing asks for, also when it makes the stream."""
    return f"arn:aws:logs:{role.region}:{role.account}:log-group:{group}:log-stream:{stream}"


def check_only_own(lab: Any, role: Role, group: str) -> None:
    """End the check if the role may write another log, or do more than write its own."""
    others = [stream_arn(role, f"{LAMBDA_GROUPS}orders"), stream_arn(role, "orders")]
    for allowed in judging.first_allowed(lab, role, ANYWHERE, others):
        policy, statement, evidence = judging.allowing(lab, role, allowed)
        if policy.name == BASIC:
            messages.BASIC_EXECUTION_ROLE.fail(evidence, action=allowed.action, resource=allowed.resource)
        judging.fail_if_by_aws(policy, allowed, evidence)
        messages.OTHER_LOGS.fail(
            evidence,
            action=allowed.action,
            resource=allowed.resource,
            policy=policy.name,
            pattern=judging.pattern(statement, allowed.resource),
        )
    more = judging.first_allowed(lab, role, OTHERS, [stream_arn(role, group)])
    if more:
        policy, statement, evidence = judging.allowing(lab, role, more[0])
        actions = judging.names([one.action for one in more])
        said = policies.shown(statement)
        messages.LOG_ACTIONS.fail(evidence, actions=actions, policy=policy.name, statement=said)
