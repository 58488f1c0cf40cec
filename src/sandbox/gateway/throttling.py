"""Throttling of stages: a token bucket for each route or method, where a token is a request.

"API Gateway throttles requests to your API using the token bucket algorithm, where a token counts for a
request"; the burst is the size of the bucket (API Gateway Developer Guide, *Throttle requests to your HTTP
APIs*, *Throttle requests to your REST APIs*). What a stage sets is of each of its routes or methods, and a
route's own settings stand in place of the stage's, whole: what they leave out is the account's, not the
stage's (terraform-aws-modules/terraform-aws-apigateway-v2, pull request 80). 0 lets nothing through (the same
repository, issue 59).

    throttle = Throttle(Limit(1.0, 2), {}, clock)
    [throttle.admits("GET /users") for _ in range(3)]     # [True, True, False]
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

ACCOUNT_RATE = 10_000.0
"""Requests a second of an account and region, and so what is not set (*Amazon API Gateway quotas*)."""
ACCOUNT_BURST = 5_000


@dataclass(frozen=True, slots=True)
class Limit:
    """rate: requests a second, in the long run. burst: the most that the bucket holds."""

    rate: float = ACCOUNT_RATE
    burst: float = ACCOUNT_BURST

    @property
    def is_the_accounts(self) -> bool:
        """Whether it lets no less through than the account does, whose limit is not kept here."""
        return self.rate >= ACCOUNT_RATE and self.burst >= ACCOUNT_BURST


class _Bucket:
    """It starts full, and fills at the limit's rate. Times are seconds of one clock."""

    __slots__ = ("_limit", "_tokens", "_when")

    def __init__(self, limit: Limit, now: float) -> None:
        self._limit = limit
        self._tokens = float(limit.burst)
        self._when = now

    def take(self, now: float) -> bool:
        """Take a token out; False if there is none."""
        filled = self._tokens + (now - self._when) * self._limit.rate
        self._tokens, self._when = min(filled, self._limit.burst), now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True


class Throttle:
    """The buckets of one stage. limits: by route key or method; default: of all others."""

    def __init__(self, default: Limit, limits: Mapping[str, Limit], clock: Callable[[], float]) -> None:
        self._default = default
        self._limits = limits
        self._clock = clock
        self._buckets: dict[str, _Bucket] = {}

    def limit(self, place: str) -> Limit:
        """The limit of a route or method."""
        return self._limits.get(place, self._default)

    def admits(self, place: str) -> bool:
        """Whether one more request to a route or method may pass; it takes a token."""
        limit = self.limit(place)
        if limit.is_the_accounts:
            return True
        bucket = self._buckets.get(place)
        if bucket is None:
            bucket = self._buckets[place] = _Bucket(limit, self._clock())
        return bucket.take(self._clock())
