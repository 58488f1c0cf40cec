"""What expressions say of key attributes that their table or index does not allow.

Sources: architect/dynalite `db/index.js` (validateKeyPaths, validateUpdates), `actions/query.js` and their
tests, which ran against AWS.
"""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.dynamodb.model import Definition, Item, KeySchema
from sandbox.dynamodb.requests.words import bad_values, invalid


def check_nested(nested: frozenset[str], definition: Definition) -> None:
    """Pass paths that do not lead into key attributes. Raises AwsError(ValidationException)."""
    if not nested:
        return
    schemas = [("Key", definition.schema), *(("IndexKey", one.schema) for one in definition.indexes.values())]
    for what, schema in schemas:
        for name in schema.names:
            if name in nested:
                raise invalid(
                    "Key attributes must be scalars; list random access '[]' and map lookup '.' are not "
                    f"allowed: {what}: {name}"
                )


def check_filter(attributes: frozenset[str], schema: KeySchema, parameter: str) -> None:
    """Pass a Query's filter that leaves the key to the key condition. Raises AwsError."""
    for name in schema.names:
        if name in attributes:
            raise invalid(
                f"{parameter} can only contain non-primary key attributes: Primary key attribute: {name}"
            )


def check_updated_names(attributes: frozenset[str], schema: KeySchema) -> None:
    """Pass an update that leaves the table's key as it is. Raises AwsError(ValidationException)."""
    for name in schema.names:
        if name in attributes:
            raise bad_values(f"Cannot update attribute {name}. This attribute is part of the key")


def check_updated_kinds(kinds: Mapping[str, str], definition: Definition) -> None:
    """Pass types, as far as they are known beforehand, that index keys can have. Raises AwsError."""
    for index_name in sorted(definition.indexes):
        schema = definition.indexes[index_name].schema
        for name in schema.names:
            kind = kinds.get(name, schema.types[name])
            if kind != schema.types[name]:
                raise bad_values(
                    f"Type mismatch for Index Key {name} Expected: {schema.types[name]} Actual: {kind} "
                    f"IndexName: {index_name}"
                )


def check_computed_kinds(item: Item, before: Item, definition: Definition) -> None:
    """Pass an updated item whose index keys have their types. Raises AwsError(ValidationException)."""
    for index in definition.indexes.values():
        for name in index.schema.names:
            value = item.get(name)
            if value is not None and index.schema.types[name] not in value and before.get(name) != value:
                raise invalid(
                    "The update expression attempted to update the secondary index key to unsupported type"
                )
