"""The states of a function: Pending once it was created, and its last update InProgress.

A state lasts `FunctionOptions.state_seconds`, and GetFunction is held back until it is over, for a second
at most: so the answers that begin a state tell it, and a waiter returns at its first look. Meanwhile nothing
else may change the function, one that is Pending is not invoked, and one that is being updated goes on with
its previous code and configuration.

Sources: Lambda Developer Guide, *Lambda function states*; case lam-409-update. The words for one that is
Pending: the same page's troubleshooting, and many public issues.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sandbox.backend.functions import Functions
from sandbox.errors import AwsError
from sandbox.functions.names import LATEST, FunctionName
from sandbox.functions.options import FunctionOptions
from sandbox.iam.caller import Caller

LONGEST_HOLD = 1.0
"""Seconds for which an answer is held back while a state is not final."""

BEING_CREATED = {
    "State": "Pending",
    "StateReason": "The function is being created.",
    "StateReasonCode": "Creating",
}
BEING_UPDATED = {
    "LastUpdateStatus": "InProgress",
    "LastUpdateStatusReason": "The function is being created.",
    "LastUpdateStatusReasonCode": "Creating",
}

Key = tuple[str, str, str]
Retire = Callable[[str, str, str, str | None], None]


@dataclass(eq=False)
class _State:
    """One that is not final. told: what it makes of a configuration. over: done when it is."""

    told: dict[str, str]
    over: asyncio.Future[None]
    timer: asyncio.TimerHandle | None = None


class FunctionStates:
    """The functions of all accounts that are in a state that passes.

    options: how long a state lasts. What CloudFormation does is over at once, as it waits for it in any
    case. retire: ends the environments of what was before an update.
    """

    def __init__(self, functions: Functions, retire: Retire, options: FunctionOptions) -> None:
        self._options = options
        self._functions = functions
        self._retire = retire
        self._states: dict[Key, _State] = {}

    def created(self, function: FunctionName, caller: Caller) -> None:
        """A function was just created: from now on it is Pending."""
        self._last(_key(function), self._begin(function, BEING_CREATED), caller)

    @contextlib.contextmanager
    def updating(self, function: FunctionName, caller: Caller) -> Iterator[None]:
        """For the change itself: once it is made, the update is in progress for its time.

        Raises AwsError where the function is busy already.
        """
        self.check_changeable(function)
        key = _key(function)
        self._functions.hold(*key)
        state = self._begin(function, BEING_UPDATED)
        try:
            yield
        except BaseException:
            self._end(key, state, changed=False)
            raise
        self._last(key, state, caller)

    def check_changeable(self, function: FunctionName) -> None:
        """Raise ResourceConflictException while the function is created or updated."""
        state = self._states.get(_key(function))
        if state is not None and state.told is BEING_UPDATED:
            arn = FunctionName(*_key(function)).qualified_arn
            raise _conflict(f"An update is in progress for resource: {arn}")
        self.check_invocable(function)

    def check_invocable(self, function: FunctionName) -> None:
        """Raise ResourceConflictException while the function is created."""
        if not self._states:
            return
        state = self._states.get(_key(function))
        if state is not None and state.told is BEING_CREATED:
            raise _conflict("The function is currently in the following state: Pending")

    async def settled(self, function: FunctionName) -> None:
        """Wait until the function's state is final, for LONGEST_HOLD at most."""
        state = self._states.get(_key(function))
        if state is not None:
            await asyncio.wait((state.over,), timeout=LONGEST_HOLD)

    def told(self, function: FunctionName, configuration: dict[str, Any]) -> dict[str, Any]:
        """A configuration, with the state that the function is in."""
        state = self._states.get(_key(function))
        if state is None or function.qualifier not in (None, LATEST):
            return configuration
        without = "LastUpdateStatus" if state.told is BEING_CREATED else ""
        return {name: value for name, value in configuration.items() if name != without} | state.told

    def forget(self, function: FunctionName | None = None) -> None:
        """A function is deleted; None: all are."""
        for key in list(self._states) if function is None else [_key(function)]:
            if key in self._states:
                self._end(key, self._states[key])

    def _begin(self, function: FunctionName, told: dict[str, str]) -> _State:
        state = self._states[_key(function)] = _State(told, asyncio.get_running_loop().create_future())
        return state

    def _last(self, key: Key, state: _State, caller: Caller) -> None:
        seconds = 0.0 if caller.via else self._options.state_seconds
        if seconds:
            state.timer = asyncio.get_running_loop().call_later(seconds, self._end, key, state)
        else:
            self._end(key, state)

    def _end(self, key: Key, state: _State, changed: bool = True) -> None:
        if state.timer is not None:
            state.timer.cancel()
        if self._states.get(key) is state:
            del self._states[key]
        self._functions.release(*key)
        if changed and state.told is BEING_UPDATED:
            self._retire(*key, LATEST)
        if not state.over.done():
            state.over.set_result(None)


def _key(function: FunctionName) -> Key:
    return function.account, function.region, function.name


def _conflict(why: str) -> AwsError:
    text = f"The operation cannot be performed at this time. {why}"
    return AwsError("ResourceConflictException", text, 409)
