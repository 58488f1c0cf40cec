"""A table in memory, and requests to it as `sandbox.dynamodb` makes them."""

import asyncio
import json
import re

import pytest

from sandbox.dynamodb.capacity import TableCapacity
from sandbox.dynamodb.contents import Contents
from sandbox.dynamodb.items import prepare
from sandbox.dynamodb.replicas import Lag, Replicas, Replication
from sandbox.dynamodb.requests import check
from sandbox.errors import AwsError
from tests.sandbox.dynamodb.storage.tables import Clock, definition


class Shop:
    """`shop.put_item(Item={…})` gives the answer as a dict; what AWS refuses raises AwsError."""

    def __init__(self, *indexes, lag=None, seed=0, **key):
        self.clock = Clock()
        self.definition = definition(*indexes, **key)
        replication = Replication(lag or Lag(0, 0), seed, self.clock)
        self.contents = Contents(self.definition, Replicas(replication, self.definition.name))
        self.capacity = TableCapacity(self.definition, self.clock)
        self.asked_indexes = []

    def check_index(self, name):
        self.asked_indexes.append(name)

    def raw(self, operation, **parameters):
        given = check(operation, {"TableName": self.definition.name, **parameters})
        return asyncio.run(prepare(operation, given).answer(self))

    def __getattr__(self, name):
        if not name.endswith(("_item", "query", "scan")):
            raise AttributeError(name)
        operation = "".join(part.capitalize() for part in name.split("_"))
        return lambda **parameters: json.loads(self.raw(operation, **parameters))

    def charged(self, kind, operation, **parameters):
        """By how many tokens a request lowers the table's bucket. kind: Read or Write."""
        bucket = self.capacity._buckets[kind][None]
        before = bucket.tokens(self.clock())
        self.raw(operation, **parameters)
        return before - bucket.tokens(self.clock())

    def fill(self, *items):
        for item in items:
            self.put_item(Item=item)


def plain(**attributes):
    """An item of strings and numbers: plain(pk="a", n=1)."""
    kinds = {str: "S", int: "N"}
    return {name: {kinds[type(value)]: str(value)} for name, value in attributes.items()}


def refusal(message, code="ValidationException"):
    """A context in which AWS refuses with just this message."""
    return pytest.raises(AwsError, match=f"^{re.escape(f'{code}: {message}')}$")
