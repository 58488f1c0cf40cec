"""DynamoDB's tables as moto keeps them: what a table is, its tags, its time to live, its backups.

Items, streams and states are the sandbox's own (`sandbox.dynamodb`); `backend.dynamodb_stores` lets what is
still moto's (backups, exports and imports) see them. What the sandbox adds to a table hangs on moto's
own object: it goes when the table goes, and when moto is reset.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from sandbox.backend import dynamodb_stores
from sandbox.dynamodb.model import Definition, Index, KeySchema, Throughput
from sandbox.errors import NotModelled

Json = dict[str, Any]


class Handle:
    """One table, found: its account and region, and moto's object of it."""

    __slots__ = ("_backend", "account", "region", "table")

    def __init__(self, account: str, region: str, backend: Any, table: Any) -> None:
        self.account = account
        self.region = region
        self._backend = backend
        self.table = table

    def alive(self) -> bool:
        """Whether the table is still there; one made anew under the same name is another."""
        return self._backend.tables.get(self.table.name) is self.table

    @property
    def name(self) -> str:
        return str(self.table.name)

    @property
    def arn(self) -> str:
        return str(self.table.table_arn)

    @property
    def table_id(self) -> str:
        """The same as long as the table lives, beyond the sandbox's end too."""
        found: str = vars(self.table).setdefault(dynamodb_stores.TABLE_ID, str(uuid.uuid4()))
        return found

    def remove(self) -> None:
        """Delete the table, whatever protects it."""
        if self.alive():
            del self._backend.tables[self.table.name]
            self._backend.resource_policies.pop(self.arn, None)

    @property
    def on_demand(self) -> bool:
        return bool(self.table.billing_mode == "PAY_PER_REQUEST")

    @property
    def stream_view_type(self) -> str:
        """What the table's stream holds of an item; "" where there is none."""
        found = self.table.stream_specification or {}
        return str(found.get("StreamViewType", "")) if found.get("StreamEnabled") else ""

    def global_index(self, name: str) -> Any:
        """moto's object of a global index; None if there is none of this name."""
        return next((one for one in self.table.global_indexes if one.name == name), None)

    def add_global_index(self, given: Json, definitions: list[Json]) -> None:
        """Add an index as UpdateTable describes it, and the key attributes that it brings."""
        from moto.dynamodb.models.table import GlobalSecondaryIndex

        index = GlobalSecondaryIndex.create(given, self.table.table_key_attrs)
        self.table.global_indexes = [*self.table.global_indexes, index]
        known = {one["AttributeName"] for one in self.table.attr}
        self.table.attr = [*self.table.attr, *(d for d in definitions if d["AttributeName"] not in known)]
        self._forget_unused_attributes()

    def drop_global_index(self, name: str) -> None:
        """Take an index away, and the key attributes that only it had (DDB-TABLE-149)."""
        self.table.global_indexes = [one for one in self.table.global_indexes if one.name != name]
        self._forget_unused_attributes()

    def _forget_unused_attributes(self) -> None:
        used = set(self.table.attribute_keys)
        self.table.attr = [one for one in self.table.attr if one["AttributeName"] in used]

    def definition(self) -> Definition:
        """What the table is, for whoever keeps and counts its items."""
        table = self.table
        types = {one["AttributeName"]: one["AttributeType"] for one in table.attr}
        on_demand = self.on_demand
        indexes = [_index(one, types, is_global=False, throughput=None) for one in table.indexes] + [
            _index(one, types, is_global=True, throughput=None if on_demand else _units(one.throughput))
            for one in table.global_indexes
        ]
        return Definition(
            name=self.name,
            account=self.account,
            region=self.region,
            arn=self.arn,
            schema=_schema(table.schema, types),
            throughput=None if on_demand else _units(table.throughput),
            indexes={index.name: index for index in indexes},
            has_stream=bool(self.stream_view_type),
        )


def find(account: str, region: str, name_or_arn: str) -> Handle | None:
    """The table of a name or ARN in one account and region; None if there is none. Raises NotModelled."""
    backend = _backend(account, region)
    name = name_or_arn
    if name_or_arn.startswith("arn:"):
        parts = name_or_arn.split(":", 5)
        if len(parts) < 6 or parts[3:5] != [region, account] or not parts[5].startswith("table/"):
            return None
        name = parts[5].removeprefix("table/")
    table = backend.tables.get(name)
    return Handle(account, region, backend, table) if table is not None else None


def names(account: str, region: str) -> list[str]:
    """The names of all tables, in no order."""
    return list(_backend(account, region).tables)


def handles(account: str, region: str) -> Iterator[Handle]:
    """All tables of one account and region."""
    backend = _backend(account, region)
    for table in list(backend.tables.values()):
        yield Handle(account, region, backend, table)


def everywhere() -> Iterator[Handle]:
    """All tables of all accounts and regions."""
    from moto.dynamodb.models import dynamodb_backends

    for account, region, _ in list(dynamodb_backends.iter_backends()):
        yield from handles(account, region)


def _backend(account: str, region: str) -> Any:
    from moto.dynamodb.models import dynamodb_backends

    try:
        return dynamodb_backends[account][region]
    except KeyError as error:
        raise NotModelled(f"the region '{region}'") from error


def _schema(elements: list[Json], types: dict[str, str]) -> KeySchema:
    by_kind = {"HASH": [], "RANGE": []}  # type: dict[str, list[str]]
    for one in elements:
        by_kind[one["KeyType"]].append(one["AttributeName"])
    keys = [*by_kind["HASH"], *by_kind["RANGE"]]
    range_key = by_kind["RANGE"][0] if by_kind["RANGE"] else None
    return KeySchema(by_kind["HASH"][0], range_key, {key: types[key] for key in keys})


def _index(found: Any, types: dict[str, str], is_global: bool, throughput: Throughput | None) -> Index:
    kind = (found.projection or {}).get("ProjectionType", "ALL")
    schema = _schema(found.schema, types)
    projected = None
    if kind != "ALL":
        named = found.projection.get("NonKeyAttributes") or () if kind == "INCLUDE" else ()
        projected = frozenset((*found.table_key_attrs, *schema.names, *named))
    return Index(found.name, schema, is_global, projected, throughput)


def _units(throughput: Json) -> Throughput:
    return Throughput(int(throughput["ReadCapacityUnits"]), int(throughput["WriteCapacityUnits"]))
