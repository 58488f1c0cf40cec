"""What comes from a child, piece by piece: its messages, and what its code prints."""

from __future__ import annotations

import json
from collections import deque
from typing import Any


class Messages:
    """Puts lines together and reads them as JSON objects."""

    def __init__(self) -> None:
        self.whole: deque[dict[str, Any]] = deque()
        self._rest = bytearray()

    def add(self, data: bytes, most: int) -> None:
        """Add the messages that `data` completes. Raises ValueError for what is none, or too long."""
        self._rest += data
        if len(self._rest) > most:
            raise ValueError("longer than any message")
        if b"\n" not in data:
            return
        *lines, self._rest = self._rest.split(b"\n")
        for line in lines:
            message = json.loads(line)
            if not isinstance(message, dict):
                raise ValueError("not an object")
            self.whole.append(message)


class Printed:
    """Keeps the first part of what is printed, and counts the rest."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept = bytearray()
        self._size = 0
        self.seen = 0

    def add(self, data: bytes) -> None:
        self.seen += len(data)
        self._size += len(data)
        self._kept += data[: max(0, self._most - len(self._kept))]

    def take(self) -> str:
        """What was printed since the last time."""
        text = self._kept.decode("utf-8", "replace")
        left_out = self._size - len(self._kept)
        self._kept, self._size = bytearray(), 0
        return f"{text}\n… and {left_out} bytes more" if left_out else text
