"""Throttling: whether a table and its indexes take a request, and in which words they refuse it.

    capacity = TableCapacity(definition)
    capacity.admit_write(["by_email"])      # raises AwsError, before any effect
    …
    capacity.charge(consumed)               # what it really cost, after the effect

A table and each of its global indexes have buckets of their own; local indexes use their table's.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from sandbox.dynamodb.buckets import Bucket, OnDemandBucket
from sandbox.dynamodb.consumed import Consumed
from sandbox.dynamodb.model import Definition, Throughput
from sandbox.dynamodb.usage import TableUsage
from sandbox.errors import AwsError

Kind = Literal["Read", "Write"]
Clock = Callable[[], float]
"""Seconds of a clock that never goes back."""


FIRST_PEAK = Throughput(read=6_000, write=2_000)
TABLE_QUOTA = Throughput(read=40_000, write=40_000)


@dataclass(frozen=True)
class Limits:
    """What AWS does not let one set, or only on request; a test or a lesson may lower it.

    burst_seconds: for how long unused capacity is kept (*DynamoDB burst and adaptive capacity*).
    first_peak: what a new table on demand takes for its previous peak; it takes twice that at once
    (*DynamoDB on-demand capacity mode*, *Initial throughput*).
    table: units a second that a table on demand takes with its indexes, by the account's quota
    (*Quotas in Amazon DynamoDB*, *Throughput default quotas*).
    """

    burst_seconds: float = 300.0
    first_peak: Throughput = FIRST_PEAK
    table: Throughput = TABLE_QUOTA


DEFAULT_LIMITS = Limits()

_TABLE_EXCEEDED = (
    "The level of configured provisioned throughput for the table was exceeded. "
    "Consider increasing your provisioning level with the UpdateTable API."
)
_INDEX_EXCEEDED = (
    "The level of configured provisioned throughput for one or more global secondary indexes of the table "
    "was exceeded. Consider increasing your provisioning level for the under-provisioned global secondary "
    "indexes with the UpdateTable API"
)
_ON_DEMAND_EXCEEDED = (
    "Throughput exceeds the current capacity of your table or index. DynamoDB is automatically scaling your "
    "table or index so please try again shortly. If exceptions persist, check if you have a hot key: "
    "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html"
)
_ON_DEMAND_INDEX_EXCEEDED = (
    "Throughput exceeds the current capacity for one or more global secondary indexes. "
    "DynamoDB is automatically scaling your index so please try again shortly."
)
_ACCOUNT_EXCEEDED = (
    "Throughput exceeds the current throughput limit for your account. "
    "To request a limit increase, contact AWS Support at https://aws.amazon.com/support."
)


class TableCapacity:
    """The buckets of one table.

    clock: seconds that never go back. usage: where what is charged is counted, if anywhere.
    """

    def __init__(
        self,
        definition: Definition,
        clock: Clock = time.monotonic,
        limits: Limits = DEFAULT_LIMITS,
        usage: TableUsage | None = None,
    ) -> None:
        self._definition = definition
        self._clock = clock
        self._limits = limits
        self._usage = usage
        # By index; None is the table itself.
        self._buckets: dict[Kind, dict[str | None, Bucket]] = {"Read": {}, "Write": {}}
        # What the account's quota leaves to a table on demand and its indexes.
        self._quotas: dict[Kind, Bucket] = {}
        self.configure(definition)

    def configure(self, definition: Definition) -> None:
        """Take a definition's mode and throughput from now on.

        At another throughput tokens and debt stay: UpdateTable brings no fresh burst, a debt is repaid at
        the new rate, and what is over the new burst is lost. A new table, a new index and another mode
        begin with full buckets: AWS's own lab writes 500 items at once, and 2,000 more in two minutes, to
        a table of 5 units just made (aws-samples/amazon-dynamodb-labs, design-patterns, exercise 1).
        """
        now = self._clock()
        before, self._definition = self._definition, definition
        if before.on_demand != definition.on_demand:
            self._buckets = {"Read": {}, "Write": {}}
        wanted = _throughputs(definition)
        provisioned = _throughputs(before)
        for kind, buckets in self._buckets.items():
            for gone in buckets.keys() - wanted.keys():
                del buckets[gone]
            for name, throughput in wanted.items():
                if throughput is not None:
                    self._provision(buckets, name, _units(throughput, kind), now)
                elif name not in buckets:
                    peak = max(_units(self._limits.first_peak, kind), _units(provisioned.get(name), kind))
                    buckets[name] = OnDemandBucket(peak, now)
            quota = _units(self._limits.table, kind)
            self._quotas.setdefault(kind, Bucket(quota, quota, now))
        if self._usage is not None:
            self._usage.configure(definition, now)

    def _provision(
        self, buckets: dict[str | None, Bucket], name: str | None, rate: float, now: float
    ) -> None:
        capacity = rate * self._limits.burst_seconds
        bucket = buckets.get(name)
        if bucket is None:
            buckets[name] = Bucket(rate, capacity, now)
        else:
            bucket.configure(rate, capacity, now)

    def admit_read(self, index: str | None = None) -> None:
        """Let a read of the table, or of one of its indexes, go ahead.

        Raises AwsError (ProvisionedThroughputExceededException, ThrottlingException,
        RequestLimitExceeded) if it is to be refused; nothing is taken then.
        """
        name = index if index in self._buckets["Read"] else None  # a local index reads by its table
        self._admit("Read", (name,))

    def admit_write(self, indexes: Iterable[str] = ()) -> None:
        """Let a write go ahead. indexes: the global ones that it will change; each must have room.

        Raises AwsError as `admit_read` does.
        """
        self._admit("Write", (None, *indexes))

    def charge(self, consumed: Consumed) -> None:
        """Take what a request cost, once it is done, also where its condition failed."""
        now = self._clock()
        read, write = consumed.read, consumed.write
        for units in consumed.local_indexes.values():
            read += units[0]
            write += units[1]
        self._take(None, read, write, now)
        for name, units in consumed.global_indexes.items():
            self._take(name, *units, now)
        if self._usage is not None:
            self._usage.charge(consumed)

    def _take(self, name: str | None, read: float, write: float, now: float) -> None:
        if read:
            self._take_kind("Read", name, read, now)
        if write:
            self._take_kind("Write", name, write, now)

    def _take_kind(self, kind: Kind, name: str | None, units: float, now: float) -> None:
        self._buckets[kind][name].take(units, now)
        if self._definition.on_demand:
            self._quotas[kind].take(units, now)

    def _admit(self, kind: Kind, names: tuple[str | None, ...]) -> None:
        now = self._clock()
        buckets = self._buckets[kind]
        if self._definition.on_demand and self._quotas[kind].tokens(now) <= 0:
            raise self._refused("RequestLimitExceeded", kind, "AccountLimitExceeded", names[:1])
        empty = tuple([name for name in names if buckets[name].tokens(now) <= 0])
        if not empty:
            return
        if self._definition.on_demand:
            raise self._refused("ThrottlingException", kind, "KeyRangeThroughputExceeded", empty)
        code = "ProvisionedThroughputExceededException"
        raise self._refused(code, kind, "ProvisionedThroughputExceeded", empty)

    def _refused(self, code: str, kind: Kind, limit: str, names: tuple[str | None, ...]) -> AwsError:
        """The error with its reasons (*Diagnosing throttling*); ThrottlingException spells the list with a
        small t, as botocore's model has it. The words are those listed at TransactWriteItems, whose
        cancellation reasons are the same."""
        arn = self._definition.arn
        reasons = [
            {
                "reason": f"{'Index' if name else 'Table'}{kind}{limit}",
                "resource": f"{arn}/index/{name}" if name else arn,
            }
            for name in names
        ]
        if code == "ThrottlingException":
            message = _ON_DEMAND_EXCEEDED if None in names else _ON_DEMAND_INDEX_EXCEEDED
            return AwsError(code, message, throttlingReasons=reasons)
        if code == "RequestLimitExceeded":
            return AwsError(code, _ACCOUNT_EXCEEDED, ThrottlingReasons=reasons)
        message = _TABLE_EXCEEDED if None in names else _INDEX_EXCEEDED
        return AwsError(code, message, ThrottlingReasons=reasons)


def _throughputs(definition: Definition) -> dict[str | None, Throughput | None]:
    """Of the table, under None, and of each global index; None where they are on demand."""
    indexes = (index for index in definition.indexes.values() if index.is_global)
    return {None: definition.throughput, **{index.name: index.throughput for index in indexes}}


def _units(throughput: Throughput | None, kind: Kind) -> float:
    if throughput is None:
        return 0.0
    return throughput.read if kind == "Read" else throughput.write
