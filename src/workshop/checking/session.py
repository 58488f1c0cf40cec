"""A session whose every call is recorded and bounded in time.

The calls are seen by botocore's event system (boto3 guide, *Extensibility guide*), so clients, resources,
waiters and paginators are all seen.
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import replace
from typing import Any

from workshop.checking.evidence import Evidence, excerpt
from workshop.checking.finding import Call
from workshop.target import Target

CONNECT_SECONDS = 3
READ_SECONDS = 20
ATTEMPTS = 3
ATTEMPTS_ON_AWS = 8
"""Thirty learners share the rates of an account; standard mode waits up to 20 s between two attempts."""
MOST_CALLS = 6
"""How many calls a finding shows: the last ones."""

_KEY = "workshop_evidence"


class Recorder:
    """The calls of the check that runs."""

    def __init__(self) -> None:
        self._calls: list[Call] = []

    def forget(self) -> None:
        """A new check begins."""
        self._calls.clear()

    def calls(self) -> tuple[Call, ...]:
        """The last calls, oldest first."""
        return tuple(self._calls[-MOST_CALLS:])

    def watch(self, session: Any) -> None:
        """Record what the clients made by this boto3 session do from now on."""
        # The bare name is called last: by then a resource has turned Python's values into DynamoDB's.
        session.events.register_last("before-parameter-build", self._asked)
        session.events.register("after-call", self._answered)
        session.events.register("after-call-error", self._broken)

    def _asked(self, params: dict[str, Any], model: Any, context: dict[str, Any], **_: Any) -> None:
        context[_KEY] = Evidence(model.service_model.service_name, model.name, params)

    def _answered(self, parsed: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
        error = parsed.get("Error")
        if error:
            said = f"{error.get('Code')}: {error.get('Message', '')}"
            self.keep(replace(context[_KEY], error=said))
        else:
            self.keep(replace(context[_KEY], answer=excerpt(parsed)))

    def _broken(self, exception: Exception, context: dict[str, Any], **_: Any) -> None:
        self.keep(replace(context[_KEY], error=f"{type(exception).__name__}: {exception}"))

    def keep(self, call: Call) -> None:
        """One more call; one that is the same as the last is counted."""
        last = self._calls[-1] if self._calls else None
        if last is not None and replace(last, times=1) == call:
            self._calls[-1] = replace(last, times=last.times + 1)
        else:
            self._calls.append(call)


current: ContextVar[Recorder | None] = ContextVar("current", default=None)
"""The recorder of the check that runs."""


def recorded() -> tuple[Call, ...]:
    """The calls the running check has made so far; none outside of a check."""
    recorder = current.get()
    return recorder.calls() if recorder else ()


def recording_session(target: Target, recorder: Recorder) -> Any:
    """A boto3 session of the target that `recorder` watches; no call waits long or is repeated for long."""
    from botocore.config import Config

    session = target.session()
    attempts = ATTEMPTS if target.kind != "aws" else ATTEMPTS_ON_AWS
    # boto3 has no public way to it; clients merge what they are given into it.
    session._session.set_default_client_config(
        Config(
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            retries={"mode": "standard", "total_max_attempts": attempts},
        )
    )
    recorder.watch(session)
    return session
