"""How many invocations run at once, and which is one too many.

A function with reserved concurrency has its own limit. All others of an account and region share what of
the account's limit is not reserved (Lambda Developer Guide, *Configuring reserved concurrency*).
"""

from __future__ import annotations

from collections.abc import Callable

from sandbox.backend.functions import reserved_in
from sandbox.errors import AwsError
from sandbox.functions.options import FunctionOptions

LEAST_UNRESERVED = 100
"""What functions may not reserve of the account's concurrency (Lambda quotas)."""

Place = tuple[str, ...]
"""Account and region, or account, region and function."""


def least_unreserved(limit: int) -> int:
    """What must stay unreserved of an account's concurrency: all of it where there are at most 100.

    Answers of accounts with a limit of 10 and of 50 name 10 and 50: github.com
    awslabs/fhir-works-on-aws-deployment issue 691, awslabs/amazon-neptune-tools issue 324.
    """
    return min(LEAST_UNRESERVED, limit)


def unreserved(limit: int, reserved: int) -> int:
    """What functions without reserved concurrency share; the least stays where a limit was lowered later."""
    return max(least_unreserved(limit), limit - reserved)


class Concurrency:
    """The invocations under way. reserved: what is reserved in an account and region."""

    def __init__(self, options: FunctionOptions, reserved: Callable[[str, str], int] = reserved_in) -> None:
        self._options = options
        self._reserved = reserved
        self._running: dict[Place, int] = {}

    def enter(self, account: str, region: str, name: str, reserved: int | None) -> tuple[Place, ...]:
        """Count an invocation that begins; what it returns is given to `leave`.

        reserved: the function's reserved concurrency. Raises AwsError where it is one too many.
        """
        function, everyone = (account, region, name), (account, region)
        running = self._running
        places: tuple[Place, ...]
        if reserved is None:
            if not self._is_room(everyone, running.get(everyone, 0)):
                raise _throttled("ConcurrentInvocationLimitExceeded")
            places = (function, everyone)
        else:
            if running.get(function, 0) >= reserved:
                raise _throttled("ReservedFunctionConcurrentInvocationLimitExceeded")
            places = (function,)
        for place in places:
            running[place] = running.get(place, 0) + 1
        return places

    def leave(self, places: tuple[Place, ...]) -> None:
        """Count an invocation that has ended."""
        for place in places:
            left = self._running[place] - 1
            if left:
                self._running[place] = left
            else:
                del self._running[place]

    def _is_room(self, everyone: tuple[str, str], running: int) -> bool:
        limit = self._options.account_concurrency
        # What is reserved is added up only where it matters: this is on every request's way.
        return running < least_unreserved(limit) or running < unreserved(limit, self._reserved(*everyone))


def _throttled(reason: str) -> AwsError:
    """There is no Retry-After: localstack/localstack, test_lambda.snapshot.json, TestLambdaConcurrency."""
    return AwsError("TooManyRequestsException", "Rate Exceeded.", 429, message_key="message", Reason=reason)
