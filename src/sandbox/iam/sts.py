"""STS: who am I, and temporary credentials. Replaces moto's, whose credentials nobody can check."""

from __future__ import annotations

import datetime
import re
import uuid
from typing import Any

from sandbox.api_call import ApiCall
from sandbox.backend import protocols
from sandbox.backend.identities import find_role
from sandbox.errors import AwsError
from sandbox.iam.caller import Caller
from sandbox.iam.sessions import Session, Sessions
from sandbox.messages import Reply

_ROLE_ARN = re.compile(r"arn:aws[a-z-]*:iam::(\d{12}):role/(?:.*/)?([\w+=,.@-]+)")
SHORTEST_SESSION, LONGEST_ROLE_SESSION, LONGEST_SESSION_TOKEN = 900, 43_200, 129_600
"""Seconds."""

_SESSION_NAME = re.compile(r"[\w+=,.@-]{2,64}")


def open_role_session(sessions: Sessions, account: str, role_arn: str, name: str, seconds: float) -> Session:
    """A session of a role, as AssumeRole makes it. Raises AwsError(NoSuchEntity) without the role."""
    role = find_role(account, role_arn)
    if role is None:
        raise AwsError("NoSuchEntity", f"The role {role_arn} cannot be found.", 404)
    arn = f"arn:aws:sts::{account}:assumed-role/{role.name}/{name}"
    return sessions.open(account, arn, f"{role.role_id}:{name}", role_arn, seconds)


class Sts:
    """The operations of STS that the sandbox answers itself."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self.operations = {
            ("sts", "GetCallerIdentity"): self.get_caller_identity,
            ("sts", "AssumeRole"): self.assume_role,
            ("sts", "GetSessionToken"): self.get_session_token,
        }

    async def get_caller_identity(self, call: ApiCall, caller: Caller) -> Reply:
        return _reply(call, {"UserId": caller.user_id, "Account": caller.account, "Arn": caller.arn})

    async def assume_role(self, call: ApiCall, caller: Caller) -> Reply:
        role_arn = str(call.parameters.get("RoleArn", ""))
        name = str(call.parameters.get("RoleSessionName", ""))
        if not role_arn.startswith("arn:"):
            raise AwsError("ValidationError", f"{role_arn} is invalid", 400)
        if not _SESSION_NAME.fullmatch(name):
            text = (
                f"1 validation error detected: Value '{name}' at 'roleSessionName' failed to satisfy "
                "constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*"
            )
            raise AwsError("ValidationError", text, 400)
        match = _ROLE_ARN.fullmatch(role_arn)
        seconds = _seconds(call, 3600, LONGEST_ROLE_SESSION)
        role = find_role(match[1], role_arn) if match else None
        if not match or role is None:
            text = f"User: {caller.arn} is not authorized to perform: sts:AssumeRole on resource: {role_arn}"
            raise AwsError("AccessDenied", text, 403)
        if seconds > role.max_session_duration:
            text = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
            raise AwsError("ValidationError", text, 400)
        session = open_role_session(self._sessions, match[1], role_arn, name, seconds)
        user = {"AssumedRoleId": session.caller.user_id, "Arn": session.caller.arn}
        return _reply(call, {"Credentials": _credentials(session), "AssumedRoleUser": user})

    async def get_session_token(self, call: ApiCall, caller: Caller) -> Reply:
        if caller.role_arn:
            text = "Cannot call GetSessionToken with session credentials"
            raise AwsError("AccessDenied", text, 403)
        seconds = _seconds(call, 43200, LONGEST_SESSION_TOKEN)
        session = self._sessions.open(caller.account, caller.arn, caller.user_id, "", seconds)
        return _reply(call, {"Credentials": _credentials(session)})


def _seconds(call: ApiCall, default: int, most: int) -> int:
    """How long the session lasts. Source: STS API Reference, AssumeRole and GetSessionToken."""
    seconds = int(call.parameters.get("DurationSeconds", default))
    if SHORTEST_SESSION <= seconds <= most:
        return seconds
    limit = (
        f"less than or equal to {most}" if seconds > most else f"greater than or equal to {SHORTEST_SESSION}"
    )
    text = (
        f"1 validation error detected: Value '{seconds}' at 'durationSeconds' failed to satisfy "
        f"constraint: Member must have value {limit}"
    )
    raise AwsError("ValidationError", text, 400)


def _credentials(session: Session) -> dict[str, Any]:
    return {
        "AccessKeyId": session.access_key,
        "SecretAccessKey": session.secret,
        "SessionToken": session.token,
        "Expiration": datetime.datetime.fromtimestamp(int(session.expires), datetime.UTC),
    }


def _reply(call: ApiCall, result: dict[str, Any]) -> Reply:
    return protocols.serialise(call.service, call.operation, result, str(uuid.uuid4()))
