"""What survives a restart: one SQLite file in the state folder."""

from sandbox.store.contract import LogRow, NotKept, StateStore
from sandbox.store.faults import StateUnusable, not_taken_up
from sandbox.store.nothing import NoStore
from sandbox.store.store import Store

__all__ = ["LogRow", "NoStore", "NotKept", "StateStore", "StateUnusable", "Store", "not_taken_up"]
