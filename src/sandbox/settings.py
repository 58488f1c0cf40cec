"""What can be set about a sandbox, in one place."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from sandbox.dynamodb.replicas import Lag

DEFAULT_PORT = 4566
"""The port that AWS emulators share."""

DEFAULT_ACCOUNT = "123456789012"
DEFAULT_REGION = "us-east-1"
DEFAULT_STATE = Path(".sandbox/state")
"""Below the folder in which the sandbox is started: each project has a state of its own."""


@dataclass(frozen=True)
class Settings:
    """Settings of one running sandbox.

    port: TCP port on loopback; 0 takes a free one.
    host: the address that is listened on, always a loopback one.
    account: the account of the keys `test`/`test`.
    region: the region that `sandbox env` exports.
    state: folder in which everything is kept, and for unpacked code; None keeps nothing, and makes a folder
    that goes at the end.
    temporary: whether the state folder goes at the end, also when the sandbox is killed.
    traces: how many requests' traces are kept.
    replication_lag: how long DynamoDB's second follower lacks a write; seed: of what is left to chance.
    """

    port: int = DEFAULT_PORT
    host: str = "127.0.0.1"
    account: str = DEFAULT_ACCOUNT
    region: str = DEFAULT_REGION
    state: Path | None = None
    temporary: bool = False
    traces: int = 500
    replication_lag: Lag = field(default_factory=Lag)
    seed: int = 0

    @property
    def url(self) -> str:
        """The endpoint URL clients use."""
        return f"http://{self.host}:{self.port}"
