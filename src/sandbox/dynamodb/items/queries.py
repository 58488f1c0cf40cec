"""Query and Scan: which places are read; the page is `collecting`'s.

Sources: architect/dynalite `actions/query.js`, `actions/scan.js` and their tests, which ran against AWS (the
order of the checks, their words); cases ddb-1mb-page, ddb-gsi-consistent, ddb-index-missing.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from sandbox.dynamodb import keys
from sandbox.dynamodb.expressions import Condition, KeyCondition
from sandbox.dynamodb.items import checks, compiling
from sandbox.dynamodb.items.collecting import Asked, collect
from sandbox.dynamodb.items.table import ItemTable
from sandbox.dynamodb.model import Definition, Index, Item, KeySchema
from sandbox.dynamodb.requests.against_table import check_against_table
from sandbox.dynamodb.requests.words import bad_values, invalid

ALL: keys.Range = (b"", None)


class _Paging(ABC):
    """What Query and Scan have in common. operation: its name; legacy_filter: the filter's older name."""

    operation: str
    legacy_filter: str

    def __init__(self, given: dict[str, Any]) -> None:
        self.given = given
        self.known = compiling.placeholders(given)
        self.filter: Condition | None = compiling.filter_of(given, self.known, self.legacy_filter)
        self.read_keys()
        self.projection = compiling.projection(given, self.known)
        self.known.check_all_used()

    @abstractmethod
    def read_keys(self) -> None:
        """Read the expression that says which keys are wanted, if there is one."""

    @abstractmethod
    def within(self, definition: Definition, schema: KeySchema) -> keys.Range:
        """The places that are read. schema: of what is read, table or index. Raises AwsError."""

    async def answer(self, table: ItemTable) -> bytes:
        definition, given = table.definition, self.given
        check_against_table(self.operation, given, definition)
        index = None if "IndexName" not in given else definition.indexes[given["IndexName"]]
        schema = definition.schema if index is None else index.schema
        within = self.within(definition, schema)
        self._check_attributes(definition, index)
        if index is not None:
            table.check_index(index.name)
        return await collect(table, Asked(given, index, within, self.filter, self.projection))

    def _check_attributes(self, definition: Definition, index: Index | None) -> None:
        if self.projection is not None:
            checks.check_nested(self.projection.nested, definition)
            self._check_projected(self.projection.attributes, definition, index)
        if self.filter is not None:
            checks.check_nested(self.filter.nested, definition)

    @staticmethod
    def _check_projected(wanted: frozenset[str], definition: Definition, index: Index | None) -> None:
        """A global index has only what is projected to it; a local one can look into its table."""
        if index is None or not index.is_global or index.projected is None:
            return
        missing = sorted(wanted - index.projected - {*index.schema.names, *definition.schema.names})
        if missing:
            raise bad_values(f"Global secondary index {index.name} does not project [{', '.join(missing)}]")


class Query(_Paging):
    """A Query whose expressions are read."""

    operation = "Query"
    legacy_filter = "QueryFilter"

    def read_keys(self) -> None:
        self._clauses = compiling.key_clauses(self.given, self.known)

    def within(self, definition: Definition, schema: KeySchema) -> keys.Range:
        condition = self._clauses.against(schema)
        start = self.given.get("ExclusiveStartKey")
        if start is not None:
            _check_start(start, condition, schema)
        if self.filter is not None:
            called = "QueryFilter" if "QueryFilter" in self.given else "Filter Expression"
            checks.check_filter(self.filter.attributes, schema, called)
        operator, operands = condition.range or (None, [])
        return keys.matching(condition.hash, operator, tuple(operands))


class Scan(_Paging):
    """A Scan whose expressions are read."""

    operation = "Scan"
    legacy_filter = "ScanFilter"

    def read_keys(self) -> None:
        """A Scan reads all keys."""

    def within(self, definition: Definition, schema: KeySchema) -> keys.Range:
        total, number = self.given.get("TotalSegments"), self.given.get("Segment")
        if total is None or number is None:
            return ALL
        low, high = keys.segment(number, total)
        start = self.given.get("ExclusiveStartKey")
        if start is not None:
            place = keys.digest(start[schema.hash_key])
            if place < low or (high is not None and place >= high):
                raise invalid(
                    "The provided starting key is invalid: Invalid ExclusiveStartKey. Please use "
                    f"ExclusiveStartKey with correct Segment. TotalSegments: {total} Segment: {number}"
                )
        return low, high


def _check_start(start: Item, condition: KeyCondition, schema: KeySchema) -> None:
    """Pass a starting key that the condition could have given. Raises AwsError(ValidationException)."""
    elsewhere = keys.digest(start[schema.hash_key]) != keys.digest(condition.hash)
    if condition.range is None or schema.range_key is None:
        if elsewhere:
            text = "outside query boundaries based on provided conditions"
            raise invalid(f"The provided starting key is {text}")
    elif not condition.includes(start[schema.range_key]):
        raise invalid("The provided starting key does not match the range key predicate")
    elif elsewhere:
        raise invalid("The query can return at most one row and cannot be restarted")
