"""The role by which API Gateway writes the logs of REST APIs: one for an account and region.

Sources: API Gateway Developer Guide, *Set up CloudWatch logging for REST APIs* (the role trusts
apigateway.amazonaws.com and may write logs); words: aws-cloudformation/rain, issue 163, and
VirtusLab/besom, issue 347.
"""

from __future__ import annotations

from sandbox.backend import rest_apis
from sandbox.backend.identities import Role, find_role
from sandbox.errors import AwsError
from sandbox.gateway.control import bad_request
from sandbox.gateway.permission import SESSION_NAME
from sandbox.gateway.stage_log import STREAM
from sandbox.iam.actions import asks
from sandbox.iam.judge import API_GATEWAY, as_role, judge, judge_trust

_WELCOME = "/aws/apigateway/welcome"
"""The group that API Gateway writes to when an account gets its role."""


def check(account: str, region: str, role_arn: str) -> None:
    """Raise BadRequestException unless API Gateway can take the role on and write logs by it."""
    if not _may(account, region, role_arn, _WELCOME, ("CreateLogGroup", "CreateLogStream", "PutLogEvents")):
        raise bad_request(
            "The role ARN does not have required permissions configured. "
            "Please grant trust permission for API Gateway and add the required role policy."
        )


def may_write(account: str, region: str, group: str, group_there: bool, stream_there: bool) -> bool:
    """Whether the account's role lets API Gateway write into a group, and make it first if it must."""
    needed = ["PutLogEvents"]
    if not stream_there:
        needed.insert(0, "CreateLogStream")
    if not group_there:
        needed.insert(0, "CreateLogGroup")
    return _may(account, region, rest_apis.cloudwatch_role(account, region), group, tuple(needed))


def not_set() -> AwsError:
    """For a log that is asked for where the account has no role."""
    return bad_request("CloudWatch Logs role ARN must be set in account settings to enable logging")


def _may(account: str, region: str, role_arn: str, group: str, operations: tuple[str, ...]) -> bool:
    role = find_role(account, role_arn) if role_arn else None
    if role is None or not judge_trust(API_GATEWAY, role).decision.allowed:
        return False
    return all(_allowed(role, operation, group, region, account) for operation in operations)


def _allowed(role: Role, operation: str, group: str, region: str, account: str) -> bool:
    where = {"logGroupName": group, "logStreamName": STREAM}
    asked = asks("logs", operation, where, region, account)
    caller = as_role(role, SESSION_NAME)
    return all(judge(caller, ask).decision.allowed for ask in asked)
