"""What runs in a function may not look into the process that serves it."""

from __future__ import annotations

import ctypes
import sys

_PR_SET_DUMPABLE = 4


def seal() -> None:
    """No other process of the same user may read or change this one's memory from now on (Linux).

    Elsewhere the system decides that, and nothing is done. Source: prctl(2), PR_SET_DUMPABLE, and ptrace(2),
    *Ptrace access mode checking*.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
