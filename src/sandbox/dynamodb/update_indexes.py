"""UpdateTable: global secondary indexes, one made or deleted at a time.

Sources: API Reference *UpdateTable*; what was measured on AWS in October 2026 by the ACK API-quirks lab
(DDB-TABLE-148, 149, 159, 162, 170, 380, 442, 446).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sandbox.dynamodb import states
from sandbox.dynamodb.effects import DropIndex, Refresh
from sandbox.dynamodb.states import Step
from sandbox.dynamodb.tables import Table
from sandbox.errors import AwsError, NotModelled

Json = dict[str, Any]

_INVALID = "One or more parameter values were invalid: "


def invalid(message: str) -> AwsError:
    """DynamoDB's refusal of a request."""
    return AwsError("ValidationException", message, 400)


class IndexUpdates:
    """The part of one UpdateTable that concerns indexes.

    throughputs: the throughput wanted of indexes that are there, by name.
    """

    def __init__(self, table: Table, given: Json) -> None:
        self._table = table
        self._definitions: list[Json] = list(given.get("AttributeDefinitions") or ())
        updates: list[Json] = list(given.get("GlobalSecondaryIndexUpdates") or ())
        self._made = [one["Create"] for one in updates if one.get("Create")]
        self._changed = [one["Update"] for one in updates if one.get("Update")]
        self._changed_names = [str(one["IndexName"]) for one in self._changed]
        self._deleted = [str(one["Delete"]["IndexName"]) for one in updates if one.get("Delete")]
        self.throughputs: dict[str, Json] = {
            str(one["IndexName"]): one["ProvisionedThroughput"]
            for one in self._changed
            if one.get("ProvisionedThroughput")
        }

    def check_names(self) -> None:
        """Refuse what changes an index that there is not."""
        for verb, names in (("update", self._changed_names), ("delete", self._deleted)):
            for name in names:
                self._check_there(name, verb)

    def check(self) -> None:
        """Raise AwsError for what cannot be done."""
        table = self._table
        self._refuse_not_modelled()
        for made in self._made:
            self._check_new(made)
        made_names = [str(one["IndexName"]) for one in self._made]
        changed = self._changed_names
        refused = states.refusal_of_index(table.progress, table.name, made_names, changed, self._deleted)
        if refused is not None:
            raise refused

    def apply(self) -> None:
        """Begin to make and delete; throughput is not changed here."""
        for made in self._made:
            self._make(made)
        for name in self._deleted:
            self._delete(name)

    def _refuse_not_modelled(self) -> None:
        for one in (*self._made, *self._changed):
            if one.get("OnDemandThroughput"):
                raise NotModelled("OnDemandThroughput of a global secondary index")
        for one in self._changed:
            if one.get("WarmThroughput"):
                raise NotModelled("a change of a global secondary index's WarmThroughput")
        for one in self._made:
            kinds = [key["KeyType"] for key in one["KeySchema"]]
            if kinds.count("HASH") > 1 or kinds.count("RANGE") > 1:
                raise NotModelled("global secondary indexes with several attributes in a key")

    def _check_new(self, made: Json) -> None:
        """The request itself has to define the keys of a new index."""
        name = str(made["IndexName"])
        if not self._definitions:
            raise invalid(f"{_INVALID}AttributeDefinitions is not specified for index: {name}")
        defined = [str(one["AttributeName"]) for one in self._definitions]
        missing = [k["AttributeName"] for k in made["KeySchema"] if k["AttributeName"] not in defined]
        if missing:
            raise invalid(
                f"{_INVALID}Some index key attributes are not defined in AttributeDefinitions. "
                f"Keys: [{', '.join(missing)}], AttributeDefinitions: [{', '.join(defined)}]"
            )

    def _check_there(self, name: str, verb: str) -> None:
        if any(one.name == name for one in self._table.handle.table.indexes):
            raise invalid(f"Cannot {verb} an index that is not a GlobalSecondaryIndex: {name}")
        if self._table.handle.global_index(name) is None:
            text = f"Requested resource not found: Index {name} for table {self._table.name}"
            raise AwsError("ResourceNotFoundException", text, 400)

    def _make(self, made: Json) -> None:
        """Resources first, while the table is UPDATING, then the items that are there (DDB-TABLE-148)."""
        table, name = self._table, str(made["IndexName"])
        table.handle.add_global_index(made, self._definitions)
        kept = table.handle.global_index(name)
        kept.throughput = {"NumberOfDecreasesToday": 0, **kept.throughput}
        building = Step("index", table.until(2), Refresh(), index=name, index_status="CREATING")
        table.begin(replace(building, until=table.until(), effect=states.NOTHING, table="UPDATING"))
        table.begin(building)

    def _delete(self, name: str) -> None:
        table = self._table
        table.begin(
            Step(
                "index", table.until(), DropIndex(name), table="UPDATING", index=name, index_status="DELETING"
            )
        )
