"""Waits for a state, never for a time."""

import time


def wait_until(condition, what, seconds=20.0):
    """Returns as soon as `condition()` is true; fails after `seconds`, naming `what` was waited for."""
    deadline = time.monotonic() + seconds
    while True:
        result = condition()
        if result:
            return result
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.02)
