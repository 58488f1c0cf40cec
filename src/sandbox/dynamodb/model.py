"""The words in which the rest of this package speaks: values, items, keys, indexes, tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

AttributeValue = dict[str, Any]
"""One value as it stands on the wire: {"S": "ada"}, {"N": "42"}, {"B": "<base64>"}, {"M": {…}} …"""

Item = dict[str, AttributeValue]
"""Attribute values by attribute name."""


@dataclass(frozen=True)
class KeySchema:
    """The key of a table or an index. types: `S`, `N` or `B` by the names of its attributes."""

    hash_key: str
    range_key: str | None
    types: Mapping[str, str]

    @property
    def names(self) -> tuple[str, ...]:
        """The key's attributes, the partition key first."""
        return (self.hash_key,) if self.range_key is None else (self.hash_key, self.range_key)


@dataclass(frozen=True)
class Throughput:
    """Provisioned units a second."""

    read: int
    write: int


@dataclass(frozen=True)
class Index:
    """A secondary index.

    projected: the top-level attributes that it holds, keys among them; None means all.
    throughput: of a global index of a provisioned table; a local index shares its table's.
    """

    name: str
    schema: KeySchema
    is_global: bool
    projected: frozenset[str] | None
    throughput: Throughput | None = None


@dataclass(frozen=True)
class Definition:
    """What a table is. throughput: None where the table is on demand."""

    name: str
    account: str
    region: str
    arn: str
    schema: KeySchema
    throughput: Throughput | None = None
    indexes: Mapping[str, Index] = field(default_factory=dict)
    has_stream: bool = False

    @property
    def on_demand(self) -> bool:
        """Whether its billing mode is PAY_PER_REQUEST."""
        return self.throughput is None
