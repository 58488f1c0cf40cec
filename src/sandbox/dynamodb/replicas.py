"""When which copy of a table has which write.

A table has a leader (replica 0) and two followers (1 and 2). A write is acknowledged when the leader and one
follower have it; the other has it after a lag. Eventually consistent reads take the three in turn.
Source: "Amazon DynamoDB: A Scalable, Predictably Performant, and Fully Managed NoSQL Database Service"
(USENIX ATC 2022), section 3: replication groups of three, writes acknowledged by a quorum, consistent reads
served by the leader. How long the third copy takes AWS does not say.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

LEADER = 0
FOLLOWERS = (1, 2)

_ONE_IN_A_HUNDRED = 2.326
"""Standard deviations above which a normal distribution has one in a hundred."""


@dataclass(frozen=True)
class Lag:
    """How long a write takes to the second follower, in milliseconds: log-normal, cut off at `longest`.

    One write in a hundred takes the longest. `Lag(0, 0)`: followers have every write at once.
    """

    median: float = 20.0
    longest: float = 150.0

    def draw(self, chance: Random) -> float:
        """One lag, in seconds."""
        if not self.median:
            return 0.0
        spread = math.log(self.longest / self.median) / _ONE_IN_A_HUNDRED
        return min(self.median * math.exp(chance.gauss(0.0, spread)), self.longest) / 1000

    def __str__(self) -> str:
        return f"{self.median:g},{self.longest:g}" if self.median else "0"


NO_LAG = Lag(0.0, 0.0)


def parse_lag(text: str) -> Lag:
    """A lag as it is written in settings: `MEDIAN,LONGEST` in milliseconds, or `0` for none.

    Raises ValueError in words for a person.

    >>> parse_lag("20,150")
    Lag(median=20.0, longest=150.0)
    """
    expected = "expected MEDIAN,LONGEST in milliseconds, such as 20,150, or 0 for none"
    if text.strip() == "0":
        return NO_LAG
    try:
        median, longest = (float(part) for part in text.split(","))
    except ValueError as error:
        raise ValueError(f"'{text}' is no replication lag: {expected}.") from error
    if not (0 < median <= longest < math.inf):
        raise ValueError(
            f"'{text}' is no replication lag: the median must be above 0 and at most the longest; {expected}."
        )
    return Lag(median, longest)


@dataclass
class Replication:
    """What all tables share: the lag, which may be set at any time, the seed, and a clock in seconds."""

    lag: Lag = field(default_factory=Lag)
    seed: int = 0
    clock: Callable[[], float] = time.monotonic


class Replicas:
    """The copies of one table. The same seed, table name and calls give the same choices."""

    def __init__(self, replication: Replication | None = None, table: str = "") -> None:
        self._replication = replication or Replication()
        self._chance = Random(f"{self._replication.seed}/{table}")
        self._reads = 0

    def now(self) -> float:
        """Seconds on the clock."""
        return self._replication.clock()

    def next_replica(self) -> int:
        """The replica that an eventually consistent read asks: 0, 1, 2, 0, …"""
        replica = self._reads % 3
        self._reads += 1
        return replica

    def next_write(self) -> tuple[int, float]:
        """The follower that has a write late, and after how many seconds; 0.0: at once."""
        late = self._chance.choice(FOLLOWERS)
        return late, self._replication.lag.draw(self._chance)
