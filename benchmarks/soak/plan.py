"""The request of a number: made of the seed and the number alone."""

from __future__ import annotations

from random import Random

from benchmarks.soak import broken, control, deployed, own
from benchmarks.soak.target import Target
from benchmarks.soak.wire import Request


def request(seed: int, number: int, target: Target) -> Request:
    """The request `number` (from 0) of the run with `seed`.

    Of 1,000: 440 to deployed APIs, 4 of them costly and 2 large; 220 broken ones; 300 calls of control
    planes; 40 to the doors that are the sandbox's own.
    """
    chance = Random(f"{seed}:{number}")
    place = chance.randrange(1000)
    if place < 440:
        return deployed.make(chance, target, costly=place < 4, large=4 <= place < 6)
    if place < 660:
        return broken.make(chance, target)
    if place < 960:
        return control.make(chance, target)
    return own.make(chance)
