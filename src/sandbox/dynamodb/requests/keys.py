"""Keys and items beside a table's definition: what only a known table can refuse. No message has a prefix.

Sources: cases ddb-missing-key-put, ddb-key-type-put, ddb-key-empty, ddb-index-key-type, ddb-range-size;
paritysuite/dynamodb-conformance `captures/cross-region-latest.json` (bw_table_*, del_key_*, get_key_*);
nubo-db/dynoxide `src/actions/helpers.rs` (index keys, in the order of the indexes' names);
architect/dynalite `actions/query.js` and `scan.js` (starting keys).
"""

from __future__ import annotations

from sandbox.dynamodb.model import AttributeValue, Definition, Index, Item, KeySchema
from sandbox.dynamodb.requests.words import NO_MATCH, bad_values, empty_key, invalid
from sandbox.errors import AwsError

MOST_HASH_BYTES = 2048
MOST_RANGE_BYTES = 1024

_WORDS = {"S": "string", "B": "binary"}
_BAD_START = "The provided starting key is invalid"


def check_key(key: Item, schema: KeySchema) -> None:
    """Pass the key of an item, no attribute more or less. Raises AwsError(ValidationException)."""
    if len(key) != len(schema.names):
        raise invalid(NO_MATCH)
    for name in schema.names:
        value = key.get(name)
        if value is None or schema.types[name] not in value:
            raise invalid(NO_MATCH)
        _check_content(name, value, schema)


def check_item_keys(item: Item, definition: Definition, *, in_batch: bool = False) -> None:
    """Pass an item that has the table's key, and fits the indexes whose key attributes it has.

    in_batch: BatchWriteItem words a key of another type otherwise. Raises AwsError(ValidationException).
    """
    schema = definition.schema
    for name in schema.names:
        value = item.get(name)
        if value is None:
            raise bad_values(f"Missing the key {name} in the item")
        if schema.types[name] not in value:
            if in_batch:
                raise invalid(NO_MATCH)
            expected, actual = schema.types[name], next(iter(value))
            raise bad_values(f"Type mismatch for key {name} expected: {expected} actual: {actual}")
        _check_content(name, value, schema)
    check_index_keys(item, definition)


def check_index_keys(item: Item, definition: Definition, before: Item | None = None) -> None:
    """Pass an item whose attributes fit the keys of the indexes. Raises AwsError(ValidationException).

    before: the item that an update began with, whose unchanged attributes are not looked at again.
    """
    for name in sorted(definition.indexes):
        index = definition.indexes[name]
        for attribute in index.schema.names:
            value = item.get(attribute)
            if value is None or (before is not None and before.get(attribute) == value):
                continue
            _check_index_value(attribute, value, index, by_update=before is not None)


def _check_index_value(attribute: str, value: AttributeValue, index: Index, *, by_update: bool) -> None:
    kind = index.schema.types[attribute]
    if kind not in value:
        raise bad_values(
            f"Type mismatch for Index Key {attribute} Expected: {kind} Actual: {next(iter(value))} "
            f"IndexName: {index.name}"
        )
    if value[kind] == "":
        raise _empty_index_key(attribute, index.name, _WORDS[kind], by_update)
    _check_size(attribute, value, index.schema)


def _empty_index_key(attribute: str, index: str, word: str, by_update: bool) -> AwsError:
    start = "One or more parameter values are not valid."
    empty = f"The AttributeValue for a key attribute cannot contain an empty {word} value."
    if by_update:
        return invalid(
            f"{start} The update expression attempted to update a secondary index key to a value that is not "
            f"supported. {empty}"
        )
    return invalid(
        f"{start} A value specified for a secondary index key is not supported. {empty} "
        f"IndexName: {index}, IndexKey: {attribute}"
    )


def _check_content(name: str, value: AttributeValue, schema: KeySchema) -> None:
    kind = schema.types[name]
    if value[kind] == "":
        raise empty_key(name, _WORDS[kind])
    _check_size(name, value, schema)


def _check_size(name: str, value: AttributeValue, schema: KeySchema) -> None:
    size = _bytes(value)
    if name == schema.hash_key and size > MOST_HASH_BYTES:
        raise bad_values(f"Size of hashkey has exceeded the maximum size limit of{MOST_HASH_BYTES} bytes")
    if name == schema.range_key and size > MOST_RANGE_BYTES:
        raise bad_values(
            f"Aggregated size of all range keys has exceeded the size limit of {MOST_RANGE_BYTES} bytes"
        )


def _bytes(value: AttributeValue) -> int:
    """The size of a string or binary; a number is always small enough."""
    if "S" in value:
        return len(value["S"].encode())
    if "B" in value:
        text: str = value["B"]
        return len(text) // 4 * 3 - text.count("=")
    return 0


def check_start_key(key: Item, definition: Definition, index: Index | None) -> None:
    """Pass an ExclusiveStartKey: the table's key, and the index's where one is read. Raises AwsError."""
    table = definition.schema
    wanted = set(table.names) | (set(index.schema.names) if index else set())
    if len(key) != len(wanted) or not wanted <= key.keys():
        raise invalid(_BAD_START if index else f"{_BAD_START}: {NO_MATCH}")
    if index:
        check_key({name: key[name] for name in index.schema.names}, index.schema)
    try:
        check_key({name: key[name] for name in table.names}, table)
    except AwsError as error:
        raise invalid(f"{_BAD_START}: {error.message}") from error
