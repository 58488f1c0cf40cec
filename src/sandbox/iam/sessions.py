"""Temporary credentials: made by STS and by Lambda for its execution environments, checked here."""

from __future__ import annotations

import base64
import os
import secrets
import string
import time
from dataclasses import dataclass, replace

from sandbox.iam.caller import Caller
from sandbox.store import StateStore

_KEY_ALPHABET = string.ascii_uppercase + "234567"
_SECRET_ALPHABET = string.ascii_letters + string.digits + "+/"
_SWEEP_EVERY = 256
_TOLD_APART = 3600
"""Seconds for which an expired key is still told apart from an unknown one."""

ROOM = "sessions"
"""Under which credentials are kept."""


@dataclass(frozen=True)
class Session:
    """Temporary credentials and whose they are. expires: epoch seconds."""

    access_key: str
    secret: str
    token: str
    expires: float
    caller: Caller


class Sessions:
    """All temporary credentials that are valid now."""

    def __init__(self) -> None:
        self._by_key: dict[str, Session] = {}
        self._made = 0
        self._not_kept: dict[str, Session] = {}

    def open(
        self, caller: Caller, seconds: float, now: float | None = None, *, lasting: bool = True
    ) -> Session:
        """Make credentials of `caller` (whose access key is made here) that are good for `seconds`.

        lasting: whether they outlive a restart of the sandbox, as those that somebody was given do.
        """
        now = time.time() if now is None else now
        self._made += 1
        if self._made % _SWEEP_EVERY == 0:
            self._sweep(now)
        access_key = "ASIA" + "".join(secrets.choice(_KEY_ALPHABET) for _ in range(16))
        secret = "".join(secrets.choice(_SECRET_ALPHABET) for _ in range(40))
        token = base64.b64encode(os.urandom(192)).decode()
        user = replace(caller, access_key=access_key, administrator=False, issued_at=now)
        session = self._by_key[access_key] = Session(access_key, secret, token, now + seconds, user)
        if lasting:
            self._not_kept[access_key] = session
        return session

    def keep(self, store: StateStore) -> None:
        """Keep the credentials that were made since the last time."""
        for access_key, session in self._not_kept.items():
            store.keep(ROOM, access_key, session)
        self._not_kept.clear()

    def restore(self, store: StateStore, now: float | None = None) -> None:
        """Know the credentials again that were kept; those that ran out long ago are forgotten."""
        now = time.time() if now is None else now
        for access_key, session in store.kept(ROOM):
            if session.expires < now - _TOLD_APART:
                store.forget(ROOM, access_key)
            else:
                self._by_key[access_key] = session

    def find(self, access_key: str) -> Session | None:
        """The session of an access key id, expired or not; None if there never was one."""
        return self._by_key.get(access_key)

    def close(self, access_key: str) -> None:
        """End a session: its key is unknown from now on."""
        self._by_key.pop(access_key, None)

    def clear(self) -> None:
        self._by_key.clear()
        self._not_kept.clear()

    def _sweep(self, now: float) -> None:
        for key in [k for k, s in self._by_key.items() if s.expires < now - _TOLD_APART]:
            del self._by_key[key]
