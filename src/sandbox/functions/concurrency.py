"""How many invocations run at once, and which is one too many.

A function with reserved concurrency has its own limit. All others of an account and region share what of
the account's limit is not reserved (Lambda Developer Guide, *Configuring reserved concurrency*).
"""

from __future__ import annotations

from collections import Counter

from sandbox.backend.functions import reserved_in
from sandbox.errors import AwsError
from sandbox.functions.options import Options

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


def unreserved(limit: int, account: str, region: str) -> int:
    """What functions without reserved concurrency share."""
    return max(0, limit - reserved_in(account, region))


class Concurrency:
    """The invocations under way."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._running: Counter[Place] = Counter()

    def enter(self, account: str, region: str, name: str, reserved: int | None) -> tuple[Place, ...]:
        """Count an invocation that begins; what it returns is given to `leave`.

        reserved: the function's reserved concurrency. Raises AwsError where it is one too many.
        """
        function, everyone = (account, region, name), (account, region)
        places: tuple[Place, ...] = (function,)
        if reserved is not None:
            if self._running[function] >= reserved:
                raise _throttled("ReservedFunctionConcurrentInvocationLimitExceeded")
        else:
            if self._running[everyone] >= unreserved(self._options.account_concurrency, account, region):
                raise _throttled("ConcurrentInvocationLimitExceeded")
            places = (function, everyone)
        self._running.update(places)
        return places

    def leave(self, places: tuple[Place, ...]) -> None:
        """Count an invocation that has ended."""
        for place in places:
            self._running[place] -= 1
            if not self._running[place]:
                del self._running[place]


def _throttled(reason: str) -> AwsError:
    """There is no Retry-After: localstack/localstack, test_lambda.snapshot.json, TestLambdaConcurrency."""
    return AwsError("TooManyRequestsException", "Rate Exceeded.", 429, message_key="message", Reason=reason)
