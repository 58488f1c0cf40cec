"""What survives a restart: one SQLite file in the state folder."""

from sandbox.store.contract import LogRow, NotKept, StateStore
from sandbox.store.nothing import NoStore

__all__ = ["LogRow", "NoStore", "NotKept", "StateStore"]
