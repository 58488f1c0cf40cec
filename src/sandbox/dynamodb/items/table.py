"""What the operations need of a table."""

from __future__ import annotations

from typing import Protocol

from sandbox.dynamodb.capacity import TableCapacity
from sandbox.dynamodb.contents import Contents
from sandbox.dynamodb.model import Definition


class ItemTable(Protocol):
    """A table that is there and usable: `sandbox.dynamodb.tables.Table`."""

    definition: Definition
    contents: Contents
    capacity: TableCapacity

    def check_index(self, name: str) -> None:
        """Refuse to read an index that is still being made. Raises AwsError."""
