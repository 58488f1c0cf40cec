"""UpdateTable: billing modes and provisioned throughput, of the table and its global indexes.

Sources: case ddb-switch-mode; Developer Guide *Quotas* (decreases, switches of mode); what was measured on
AWS in October 2026 by the ACK API-quirks lab (DDB-TABLE-056 to 064, 157, 164, 165, 183 to 185, 443).
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from sandbox.dynamodb import states
from sandbox.dynamodb.describe import decreases_today
from sandbox.dynamodb.effects import UNITS, BecomeOnDemand, Effect, Refresh, SetThroughput
from sandbox.dynamodb.states import Step
from sandbox.dynamodb.tables import Table
from sandbox.dynamodb.update_indexes import IndexUpdates
from sandbox.errors import AwsError

Json = dict[str, Any]

MOST_SWITCHES = 4
"""To on demand, in a rolling day; back, as often as one likes."""
FREE_DECREASES = 4
MOSTUNITS = 40_000
"""Of one table, by the default quota."""

_DAY, _HOUR = 24 * 3600, 3600


class ThroughputUpdate:
    """The part of one UpdateTable that concerns capacity.

    is_told_anew: whether a table on demand is asked to be so, which changes nothing (DDB-TABLE-183).
    """

    def __init__(self, table: Table, given: Json, indexes: IndexUpdates) -> None:
        self._table = table
        self._moto = table.handle.table
        self._now = table.options.now()
        self._given = given.get("ProvisionedThroughput")
        self._indexes = indexes
        mode = given.get("BillingMode")
        was = table.handle.on_demand
        self._to_on_demand = mode == "PAY_PER_REQUEST" and not was
        self._to_provisioned = mode == "PROVISIONED" and was
        self.is_told_anew = mode == "PAY_PER_REQUEST" and was

    def check(self) -> None:
        """Raise AwsError for what cannot be done."""
        if self._given is None and not self._to_on_demand and not self._indexes.throughputs:
            return
        if self._given is not None or self._to_on_demand:
            refused = states.refusal_of_iops(self._table.progress, self._table.name)
            if refused is not None:
                raise refused
        if self._to_on_demand:
            self._check_switches()
        elif not self._to_provisioned:
            for _, kept, wanted in self._changes():
                self._check_decrease(kept, wanted)
        for what, _, wanted in self._changes():
            _check_quota(what, wanted, self._table.handle.region)

    def apply(self) -> None:
        """Begin the change."""
        if self._to_on_demand:
            self._switch_to_on_demand()
        elif self._to_provisioned:
            self._switch_to_provisioned()
        elif self._given is not None:
            self._begin(self._change("", self._given))
        if not (self._to_on_demand or self._to_provisioned):
            for name, wanted in self._indexes.throughputs.items():
                effect = self._change(name, wanted)
                step = Step("index", self._table.until(), effect, index=name, index_status="UPDATING")
                self._table.begin(step)

    def _changes(self) -> Iterator[tuple[str, Json, Json]]:
        """What changes (`table`, `index NAME`), its throughput and the one wanted."""
        if self._given is not None:
            yield "table", self._moto.throughput, self._given
        for name, wanted in self._indexes.throughputs.items():
            yield f"index {name}", self._table.handle.global_index(name).throughput, wanted

    def _check_decrease(self, kept: Json, wanted: Json) -> None:
        decreases = decreases_today(kept, self._now)
        last = float(kept.get("LastDecreaseDateTime", 0))
        if _decreases(kept, wanted) and decreases >= FREE_DECREASES and self._now < last + _HOUR:
            following = min(last + _HOUR, (last // _DAY + 1) * _DAY)
            raise AwsError(
                "LimitExceededException",
                "Subscriber limit exceeded: Provisioned throughput decreases are limited within a given UTC "
                "day. After the first 4 decreases, each subsequent decrease in the same UTC day can be "
                f"performed at most once every 3600 seconds. Number of decreases today: {decreases}. Last "
                f"decrease at {_moment(last)}. Next decrease can be made at {_moment(following)}.",
                400,
            )

    def _check_switches(self) -> None:
        recent = [one for one in self._table.switches if one > self._now - _DAY]
        if len(recent) < MOST_SWITCHES:
            return
        raise AwsError(
            "LimitExceededException",
            f"Subscriber limit exceeded: Update to PayPerRequest mode are limited to {MOST_SWITCHES} times "
            f"in 1 day(s). Last update at {_stamp(recent[-1])}. Next update can be made at "
            f"{_stamp(recent[0] + _DAY)}",
            400,
        )

    def _change(self, index: str, wanted: Json) -> Effect:
        """Note a change of throughput in moto's table or index; the answer makes it (DDB-TABLE-184)."""
        holder = self._table.handle.global_index(index) if index else self._moto
        kept = holder.throughput
        decreased = _decreases(kept, wanted)
        count = decreases_today(kept, self._now)
        increased = any(int(wanted[unit]) > int(kept[unit]) for unit in UNITS)
        holder.throughput = {**kept, "NumberOfDecreasesToday": count}
        if increased:
            holder.throughput["LastIncreaseDateTime"] = self._now
        if decreased:
            holder.throughput["LastDecreaseDateTime"] = self._now
        read, write = (int(wanted[unit]) for unit in UNITS)
        return SetThroughput(index, read, write, count + decreased)

    def _switch_to_on_demand(self) -> None:
        table = self._table
        table.switches = [*table.switches, self._now][-MOST_SWITCHES:]
        self._moto.billing_mode = "PAY_PER_REQUEST"
        holders = [self._moto, *self._moto.global_indexes]
        for holder in holders:
            stamps = {"NumberOfDecreasesToday": 0, "LastDecreaseDateTime": self._now}
            holder.throughput = {**holder.throughput, **dict.fromkeys(UNITS, 0), **stamps}
        self._begin(BecomeOnDemand())

    def _switch_to_provisioned(self) -> None:
        self._moto.billing_mode = "PROVISIONED"
        for what, _, wanted in list(self._changes()):
            holder = self._moto if what == "table" else self._table.handle.global_index(what[6:])
            holder.throughput = {
                **holder.throughput,
                **{unit: int(wanted[unit]) for unit in UNITS},
                "NumberOfDecreasesToday": 0,
            }
        self._begin(Refresh())

    def _begin(self, effect: Effect) -> None:
        self._table.begin(Step("iops", self._table.until(), effect, table="UPDATING"))


def _decreases(kept: Json, wanted: Json) -> bool:
    return any(int(wanted[unit]) < int(kept[unit]) for unit in UNITS)


def _check_quota(what: str, wanted: Json, region: str) -> None:
    for unit in UNITS:
        if int(wanted[unit]) > MOSTUNITS:
            of, per = ("", "table") if what == "table" else (f" for {what}", "index")
            raise AwsError(
                "LimitExceededException",
                f"The requested {unit}{of}, {wanted[unit]}, is above the per {per} maximum for the account "
                f"in {region}. Per {per} maximum: {MOSTUNITS}. Refer to the Amazon DynamoDB Developer Guide "
                "for current limits and how to request higher limits.",
                400,
            )


def _moment(seconds: float) -> str:
    """`Thursday, October 8, 2026 at 11:20:48 PM Coordinated Universal Time`."""
    at = time.gmtime(seconds)
    hour = at.tm_hour % 12 or 12
    day = time.strftime(f"%A, %B {at.tm_mday}, %Y at {hour}:%M:%S %p", at)
    return f"{day} Coordinated Universal Time"


def _stamp(seconds: float) -> str:
    """`Sat Feb 23 03:07:45 UTC 2019`."""
    return time.strftime("%a %b %d %H:%M:%S UTC %Y", time.gmtime(seconds))
