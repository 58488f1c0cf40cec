"""STS: who am I, and temporary credentials. Replaces moto's, whose credentials nobody can check."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from sandbox.api_call import ApiCall
from sandbox.backend import protocols
from sandbox.backend.identities import find_role
from sandbox.errors import AwsError
from sandbox.iam import assume_role
from sandbox.iam.assume_role import Wanted
from sandbox.iam.caller import Caller
from sandbox.iam.sessions import Session, Sessions
from sandbox.messages import Reply

LONGEST_SESSION_TOKEN = 129_600
"""Seconds."""


def open_role_session(sessions: Sessions, account: str, role_arn: str, name: str, seconds: float) -> Session:
    """A session of a role, as a service makes it for what ends with the sandbox.

    Raises AwsError(NoSuchEntity) without the role.
    """
    role = find_role(account, role_arn)
    if role is None:
        raise AwsError("NoSuchEntity", f"The role {role_arn} cannot be found.", 404)
    caller = Wanted(account, role_arn, name, 0, None).caller_of(role)
    return sessions.open(caller, seconds, lasting=False)


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
        """Temporary credentials of a role. That the caller may have them has been authorised before."""
        wanted = assume_role.wanted(call, caller)
        role = find_role(wanted.account, wanted.role_arn)
        if role is None:
            text = f"User: {caller.arn} is not authorized to perform: sts:AssumeRole on resource: "
            raise AwsError("AccessDenied", text + wanted.role_arn, 403)
        if wanted.seconds > role.max_session_duration:
            text = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
            raise AwsError("ValidationError", text, 400)
        session = self._sessions.open(wanted.caller_of(role), wanted.seconds)
        user = {"AssumedRoleId": session.caller.user_id, "Arn": session.caller.arn}
        result: dict[str, Any] = {"Credentials": _credentials(session), "AssumedRoleUser": user}
        if wanted.policies:
            size = sum(len("".join(text.split())) for text in wanted.policies)
            result["PackedPolicySize"] = max(1, size * 100 // assume_role.LONGEST_SESSION_POLICY)
        if wanted.source_identity:
            result["SourceIdentity"] = wanted.source_identity
        return _reply(call, result)

    async def get_session_token(self, call: ApiCall, caller: Caller) -> Reply:
        if caller.role_arn:
            text = "Cannot call GetSessionToken with session credentials"
            raise AwsError("AccessDenied", text, 403)
        seconds = assume_role.seconds(call, 43200, LONGEST_SESSION_TOKEN)
        session = self._sessions.open(caller, seconds)
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
