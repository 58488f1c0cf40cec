"""What can be set about DynamoDB while the sandbox runs, in one place."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from sandbox.dynamodb.capacity import DEFAULT_LIMITS, Limits
from sandbox.dynamodb.replicas import Replication

TABLE_STATE_SECONDS = 0.05
"""How long a table is CREATING, UPDATING or DELETING: seconds to minutes on AWS."""

TRANSACTION_SECONDS = 0.005
"""How long a transaction holds its items, so that others conflict with it: about as long as on AWS."""


@dataclass
class Options:
    """Settings that all tables share; each may be changed at any time.

    replication: the lag, the seed and the monotonic clock that all timing of items uses.
    limits: what a table takes at once (tables made before a change keep theirs).
    table_state_seconds: how long each state of a table lasts. transaction_seconds: how long the two phases
    of a transaction are apart. now: seconds since 1970, for dates.
    """

    replication: Replication = field(default_factory=Replication)
    limits: Limits = DEFAULT_LIMITS
    table_state_seconds: float = TABLE_STATE_SECONDS
    transaction_seconds: float = TRANSACTION_SECONDS
    now: Callable[[], float] = time.time

    @property
    def clock(self) -> Callable[[], float]:
        """Seconds of a clock that never goes back."""
        return self.replication.clock
