"""Waiting for AWS: a change of IAM, of a function or of a stage takes seconds to arrive everywhere."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from workshop.target import Target

TRIES_HERE, TRIES_ON_AWS = 5, 20
PAUSE_ON_AWS = 3.0
"""Seconds between two looks: a minute in all (IAM User Guide, *Changes that I make are not always immediately
visible*; Lambda and API Gateway take a few seconds)."""

Seen = TypeVar("Seen")


def until(
    target: Target,
    look: Callable[[], Seen],
    is_settled: Callable[[Seen], bool],
    sleep: Callable[[float], object] = time.sleep,
) -> Seen:
    """What `look` sees when it is as wanted, or at last. On AWS it is looked at for a minute."""
    seen = look()
    tries, pause = (TRIES_ON_AWS, PAUSE_ON_AWS) if target.kind == "aws" else (TRIES_HERE, 0.0)
    for _ in range(tries - 1):
        if is_settled(seen):
            break
        sleep(pause)
        seen = look()
    return seen
