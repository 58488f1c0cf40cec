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
        seconds = int(call.parameters.get("DurationSeconds") or 3600)
        if not match or find_role(match[1], role_arn) is None:
            text = f"User: {caller.arn} is not authorized to perform: sts:AssumeRole on resource: {role_arn}"
            raise AwsError("AccessDenied", text, 403)
        session = open_role_session(self._sessions, match[1], role_arn, name, seconds)
        user = {"AssumedRoleId": session.caller.user_id, "Arn": session.caller.arn}
        return _reply(call, {"Credentials": _credentials(session), "AssumedRoleUser": user})

    async def get_session_token(self, call: ApiCall, caller: Caller) -> Reply:
        if caller.role_arn:
            text = "Cannot call GetSessionToken with session credentials"
            raise AwsError("AccessDenied", text, 403)
        seconds = int(call.parameters.get("DurationSeconds") or 43200)
        session = self._sessions.open(caller.account, caller.arn, caller.user_id, "", seconds)
        return _reply(call, {"Credentials": _credentials(session)})


def _credentials(session: Session) -> dict[str, Any]:
    return {
        "AccessKeyId": session.access_key,
        "SecretAccessKey": session.secret,
        "SessionToken": session.token,
        "Expiration": datetime.datetime.fromtimestamp(int(session.expires), datetime.UTC),
    }


def _reply(call: ApiCall, result: dict[str, Any]) -> Reply:
    return protocols.serialise(call.service, call.operation, result, str(uuid.uuid4()))
