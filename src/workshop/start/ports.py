"""Free TCP ports on loopback."""

from __future__ import annotations

import socket
from collections.abc import Callable, Collection

from workshop.errors import Problem

LOOPBACK = "127.0.0.1"
TRIES = 50


def is_free(port: int) -> bool:
    """Whether a server could listen on this port of 127.0.0.1 now. This is a read-only operation."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As servers do: a port whose last connections are still closing counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def free_port(wanted: int, avoid: Collection[int] = (), is_free: Callable[[int], bool] = is_free) -> int:
    """`wanted`, or the next free port above it that is not in `avoid`; for 0, any free port.

    Raises Problem if the 50 ports from `wanted` on are taken.

    >>> free_port(8888, is_free=lambda port: port > 8889)
    8890
    """
    if wanted == 0:
        return _any_port(avoid)
    last = min(wanted + TRIES - 1, 65535)
    for port in range(wanted, last + 1):
        if port not in avoid and is_free(port):
            return port
    raise Problem(
        f"the ports {wanted} to {last} of {LOOPBACK}",
        "all of them are taken",
        "a free one",
        f"end what listens there (lsof -iTCP:{wanted} -sTCP:LISTEN names it), or choose another port",
    )


def _any_port(avoid: Collection[int]) -> int:
    while True:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.bind((LOOPBACK, 0))
            port: int = probe.getsockname()[1]
        if port not in avoid:
            return port
