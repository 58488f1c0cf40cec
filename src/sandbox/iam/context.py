"""The global condition keys of a request, worked out only when a policy asks for one.

Source: IAM User Guide, *AWS global condition context keys*. Keys that have no value here (those of
organisations, VPCs and MFA devices) are absent, as they are on AWS in an account without them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime

from sandbox.api_call import ApiCall
from sandbox.iam.caller import ANONYMOUS, Caller
from sandbox.iam.variables import Context

Values = tuple[str, ...]


class RequestContext(Mapping[str, Values]):
    """Condition keys (in lower case) of one call: of its service first, then the global ones."""

    def __init__(
        self,
        own: Context,
        caller: Caller,
        call: ApiCall | None,
        tags: Mapping[str, str],
        now: Callable[[], float] = time.time,
    ) -> None:
        self._own = own
        self._caller = caller
        self._call = call
        self._tags = tags
        self._now = now

    def __getitem__(self, key: str) -> Values:
        values = self._own.get(key)
        if values is None:
            values = self._global(key)
        if values is None:
            raise KeyError(key)
        return values

    def __iter__(self) -> Iterator[str]:
        tags = (f"aws:principaltag/{name.lower()}" for name in self._tags)
        known = dict.fromkeys([*self._own, *_ABOUT_CALLER, *_ABOUT_TIME, *_ABOUT_REQUEST, *tags])
        return (key for key in known if key in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _global(self, key: str) -> Values | None:
        if key.startswith("aws:principaltag/"):
            wanted = key.removeprefix("aws:principaltag/")
            return next(((v,) for name, v in self._tags.items() if name.lower() == wanted), None)
        if key in _ABOUT_CALLER:
            return _given(_ABOUT_CALLER[key](self._caller))
        if key in _ABOUT_TIME:
            return (_ABOUT_TIME[key](self._now()),)
        if key in _ABOUT_REQUEST and self._call is not None:
            return _given(_ABOUT_REQUEST[key](self._call))
        return None


def _given(value: str) -> Values | None:
    return (value,) if value else None


def _principal_arn(caller: Caller) -> str:
    """Of a session the ARN of its role, not of the session. Unsigned requests have none."""
    return "" if caller is ANONYMOUS else caller.role_arn or caller.arn


def _principal_type(caller: Caller) -> str:
    if caller.role_arn:
        return "AssumedRole"
    if caller is ANONYMOUS:
        return "Anonymous"
    return "Account" if caller.arn.endswith(":root") else "User"


def _user_name(caller: Caller) -> str:
    return caller.arn.rpartition("/")[2] if ":user/" in caller.arn else ""


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


_ABOUT_CALLER: dict[str, Callable[[Caller], str]] = {
    "aws:principalarn": _principal_arn,
    "aws:principalaccount": lambda caller: caller.account,
    "aws:principaltype": _principal_type,
    "aws:principalisawsservice": lambda caller: "" if caller is ANONYMOUS else "false",
    "aws:viaawsservice": lambda caller: "true" if caller.via else "false",
    "aws:calledvia": lambda caller: caller.via,
    "aws:calledviafirst": lambda caller: caller.via,
    "aws:calledvialast": lambda caller: caller.via,
    "aws:userid": lambda caller: caller.user_id,
    "aws:username": _user_name,
    "aws:tokenissuetime": lambda caller: _iso(caller.issued_at) if caller.issued_at else "",
    "aws:multifactorauthpresent": lambda caller: "false" if caller.issued_at else "",
    "aws:sourceidentity": lambda caller: caller.source_identity,
}

_ABOUT_TIME: dict[str, Callable[[float], str]] = {
    "aws:currenttime": _iso,
    "aws:epochtime": lambda seconds: str(int(seconds)),
}

_ABOUT_REQUEST: dict[str, Callable[[ApiCall], str]] = {
    "aws:requestedregion": lambda call: call.region,
    "aws:securetransport": lambda call: "true",  # loopback stands for AWS's endpoints, which speak TLS
    "aws:sourceip": lambda call: call.request.client,
    "aws:useragent": lambda call: call.request.header("user-agent"),
    "aws:referer": lambda call: call.request.header("referer"),
}
