"""Token buckets, by which DynamoDB admits requests.

A bucket fills at a table's rate and holds what was not used for a while. A request is admitted while there
is any token left; what it costs is known once it is done, and is then taken out, if need be into debt.
(M. Elhemali and others, *Amazon DynamoDB: A Scalable, Predictably Performant, and Fully Managed NoSQL
Database Service*, USENIX ATC 2022, section 4: a partition is admitted by its allocated tokens, and beyond
them by a bucket of unused ones. Here a table is one partition, and one bucket is both.)
"""

from __future__ import annotations

PEAK_HOLDS = 1800.0
"""Seconds after which a new peak may be doubled again (*DynamoDB on-demand capacity mode*)."""


class Bucket:
    """Tokens are units. rate: units a second. capacity: the most it holds. It starts full.

    Times are seconds of one clock that never goes back.
    """

    __slots__ = ("_capacity", "_rate", "_tokens", "_when")

    def __init__(self, rate: float, capacity: float, now: float) -> None:
        self._rate = rate
        self._capacity = capacity
        self._tokens = capacity
        self._when = now

    def tokens(self, now: float) -> float:
        """What is in it; below 0 is debt."""
        tokens = self._tokens + (now - self._when) * self._rate
        self._tokens = tokens if tokens < self._capacity else self._capacity
        self._when = now
        return self._tokens

    def take(self, units: float, now: float) -> None:
        """Take out what a request cost."""
        self._tokens = self.tokens(now) - units

    def configure(self, rate: float, capacity: float, now: float) -> None:
        """Go on at another rate. Tokens stay, as far as there is room for them, and so does debt."""
        self._tokens = min(self.tokens(now), capacity)
        self._rate = rate
        self._capacity = capacity


class OnDemandBucket(Bucket):
    """The bucket of a table on demand: it takes twice its previous peak, and holds a second of that.

    What was consumed in the busiest second of half an hour becomes the previous peak after it, if it is
    more: "throttling can occur if you exceed double your previous peak within 30 minutes"
    (*DynamoDB on-demand capacity mode*, *Peak traffic and scaling properties*).
    """

    __slots__ = ("_busiest", "_peak", "_second", "_since", "_used")

    def __init__(self, peak: float, now: float) -> None:
        super().__init__(2 * peak, 2 * peak, now)
        self._peak = peak
        self._since = now
        self._busiest = 0.0
        self._second = int(now)
        self._used = 0.0

    def tokens(self, now: float) -> float:
        if now - self._since >= PEAK_HOLDS:
            self._grow(now)
        return super().tokens(now)

    def take(self, units: float, now: float) -> None:
        super().take(units, now)
        second = int(now)
        if second != self._second:
            self._second, self._used = second, 0.0
        self._used += units
        if self._used > self._busiest:
            self._busiest = self._used

    def _grow(self, now: float) -> None:
        if self._busiest > self._peak:
            self._peak = self._busiest
            self._rate = self._capacity = 2 * self._peak
        self._since, self._busiest = now, 0.0
