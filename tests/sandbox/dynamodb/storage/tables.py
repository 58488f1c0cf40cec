"""Tables to store into, and a clock that stands until it is told."""

from sandbox.dynamodb.contents import Contents
from sandbox.dynamodb.model import Definition, Index, KeySchema
from sandbox.dynamodb.replicas import Lag, Replicas, Replication


class Clock:
    """Seconds that pass only by `pass_by`."""

    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now

    def pass_by(self, milliseconds):
        self.now += milliseconds / 1000


def index(name, hash_key, range_key=None, projected=None, is_global=True, types=None):
    """An index; types: kinds of its key's attributes, strings if not said."""
    types = types or {}
    schema = KeySchema(
        hash_key, range_key, {key: types.get(key, "S") for key in (hash_key, range_key) if key}
    )
    return Index(name, schema, is_global, projected)


def definition(*indexes, hash_key="pk", range_key=None, types=None, name="things"):
    """A table on demand; types: kinds of its key's attributes, strings if not said."""
    types = types or {}
    schema = KeySchema(
        hash_key, range_key, {key: types.get(key, "S") for key in (hash_key, range_key) if key}
    )
    arn = f"arn:aws:dynamodb:us-east-1:123456789012:table/{name}"
    return Definition(
        name, "123456789012", "us-east-1", arn, schema, indexes={one.name: one for one in indexes}
    )


def contents(*indexes, lag=None, clock=None, seed=0, **key):
    """Empty contents, without lag unless one is given."""
    replication = Replication(lag or Lag(0, 0), seed, clock or Clock())
    made = definition(*indexes, **key)
    return Contents(made, Replicas(replication, made.name))
