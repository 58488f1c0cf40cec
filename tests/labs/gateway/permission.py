"""Who may invoke the function: by its resource policy, or by a role that the API takes on.

Sources: API Reference of Lambda, *AddPermission* (without SourceArn, resources of any account of that service
may invoke); API Gateway Developer Guide, *Credentials of a Lambda proxy integration*.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from tests.labs.gateway.api import Api
from tests.labs.gateway.messages import DEPLOY
from tests.labs.gateway.routes import Integration
from workshop.checking.message import Message

PERMISSION_FOR_ALL = Message(
    saw="the statement `{sid}` of {function}'s policy lets {principal} invoke it, whichever API asks",
    expected="a permission with a SourceArn that names your API: arn:aws:execute-api:REGION:ACCOUNT:API-ID/*",
    why="Without SourceArn every API may invoke your function, also one in an account that is not yours.",
    next_step=f"Give the permission a SourceArn with your API's id, and remove the old one. Then: {DEPLOY}",
)
PERMISSION_FOR_ANY_API = Message(
    saw="the statement `{sid}` of {function}'s policy lets {principal} invoke it for {source}",
    expected="a SourceArn with the id of one API: arn:aws:execute-api:REGION:ACCOUNT:API-ID/*",
    why="Least privilege: an API that somebody makes tomorrow has no business with your function.",
    next_step=f"Write the API's id in place of the * (!Ref in the template), then: {DEPLOY}",
)
ROLE_TOO_WIDE = Message(
    saw="{role}, the role of the integration, may also {action} on {resource}",
    expected="a role that may lambda:InvokeFunction on {function}, and nothing else",
    why="API Gateway takes on this role for every request. What the role may do, an integration may do.",
    next_step=f"Name the one action and the function's ARN in the role's policy, then: {DEPLOY}",
)

SERVICE = "apigateway.amazonaws.com"
INVOKE = "lambda:InvokeFunction"
_SOURCE_KEY, _ACCOUNT_KEY = "aws:sourcearn", "aws:sourceaccount"
_ONE_API = re.compile(r"arn:aws[\w-]*:execute-api:[\w-]+:\d{12}:[a-z0-9]+/.*")


@dataclass(frozen=True)
class Grant:
    """A statement that lets API Gateway, or everybody, invoke. source: the ARN it asks for, "" for none."""

    sid: str
    principal: str
    source: str
    account: str

    @property
    def is_for_one_api(self) -> bool:
        """Whether no other API than one may make use of it.

        >>> start = "arn:aws:execute-api:eu-west-1:123456789012:"
        >>> [Grant("", SERVICE, start + end, "").is_for_one_api for end in ("a1b2/*/GET/users", "*/*/*/*")]
        [True, False]
        """
        return all(_ONE_API.fullmatch(one) for one in self.source.split(", "))


def granted(lab: Any, function: str, qualifier: str) -> list[Grant]:
    """Who but the account's own users may invoke the function, as far as API Gateway goes."""
    asked = {"FunctionName": function} | ({"Qualifier": qualifier} if qualifier else {})
    try:
        policy = lab.client("lambda").get_policy(**asked)["Policy"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        return []
    return list(grants(json.loads(policy)["Statement"]))


def check_scope(lab: Any, apis: tuple[Api, ...]) -> None:
    """End the check unless the functions behind the APIs can be invoked by one API each, and no other."""
    for made in dict.fromkeys(_integrations(apis)):
        for grant in granted(lab, made.function, made.qualifier):
            _judge_grant(grant, made.function)
        if made.credentials:
            _judge_role(lab, made)


def _judge_grant(grant: Grant, function: str) -> None:
    said = {"function": function, "sid": grant.sid, "principal": grant.principal, "source": grant.source}
    if not grant.source and not grant.account:
        PERMISSION_FOR_ALL.fail(**said)
    if not grant.is_for_one_api:
        limit = grant.source or f"the account {grant.account}"
        PERMISSION_FOR_ANY_API.fail(**{**said, "source": limit})


def _judge_role(lab: Any, made: Integration) -> None:
    """The integration's role may invoke its function, and nothing else, as far as is tried."""
    own = re.search(r"arn:aws[\w-]*:lambda:[\w-]+:\d{12}:function:[\w-]+", made.uri)
    another = f"{own[0].rpartition(':')[0]}:check-another-function"
    for action, resource in ((INVOKE, another), ("lambda:UpdateFunctionCode", own[0])):
        answer = lab.client("iam").simulate_principal_policy(
            PolicySourceArn=made.credentials, ActionNames=[action], ResourceArns=[resource]
        )
        if answer["EvaluationResults"][0]["EvalDecision"] == "allowed":
            role = made.credentials.rpartition("/")[2]
            ROLE_TOO_WIDE.fail(role=role, action=action, resource=resource, function=own[0])


def _integrations(apis: tuple[Api, ...]) -> Iterator[Integration]:
    for api in apis:
        for route in api.routes:
            if route.integration and route.integration.function:
                yield route.integration


def grants(statements: Iterable[Mapping[str, Any]]) -> Iterator[Grant]:
    """The statements by which API Gateway, or everybody, may invoke."""
    for one in statements:
        principal = _principal(one)
        if one["Effect"] == "Allow" and principal in (SERVICE, "*") and _covers(one.get("Action")):
            asked = {
                key.lower(): ", ".join(_texts(value))
                for operator, keys in one.get("Condition", {}).items()
                if not operator.lower().endswith("ifexists")
                for key, value in keys.items()
            }
            yield Grant(
                one.get("Sid", ""), principal, asked.get(_SOURCE_KEY, ""), asked.get(_ACCOUNT_KEY, "")
            )


def _principal(statement: Mapping[str, Any]) -> str:
    principal = statement.get("Principal", "")
    if principal == "*" or "*" in _texts(principal.get("AWS", "")):
        return "*"
    return SERVICE if SERVICE in _texts(principal.get("Service", "")) else ""


def _covers(action: Any) -> bool:
    return any(one.lower() in (INVOKE.lower(), "lambda:*", "*") for one in _texts(action))


def _texts(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value or [])
