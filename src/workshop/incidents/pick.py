"""From a seed to incidents: the same on every machine, and nearly the same when incidents are added. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import count, permutations

from workshop.doctor.layers import LAYERS
from workshop.errors import Problem
from workshop.incidents.defined import apis, code, roles, settings, tables
from workshop.incidents.incident import HOW_FAR, KINDS, Incident

INCIDENTS: Mapping[str, Incident] = {
    one.id: one for module in (apis, settings, code, roles, tables) for one in module.INCIDENTS
}
"""By their ids."""

MOST = 2
"""So many incidents a ticket has at most."""

_ORDER = [layer.NAME for layer in LAYERS]


def pick(seed: int, together: int = 1) -> tuple[Incident, ...]:
    """The incidents of a seed, the outer one first. Raises Problem for another number of them than 1 or 2.

    Each choice has a number by the hash of seed and name, and the highest wins: so a new incident takes
    only its own share of the seeds.

    >>> [one.id for one in pick(7)] == [one.id for one in pick(7)]
    True
    """
    if together not in (1, MOST):
        raise Problem(
            f"--together {together}",
            "no number of incidents that a ticket can have",
            "1 or 2",
            "--together 2",
        )
    choices: Sequence[tuple[Incident, ...]] = (
        pairs() if together == MOST else [(o,) for o in INCIDENTS.values()]
    )
    return max(choices, key=lambda one: _weight(seed, *(each.id for each in one)))


def kind_of(seed: int, chosen: Iterable[Incident]) -> str:
    """The API that a ticket is about: `HttpApiUrl` or `RestApiUrl`."""
    incidents = tuple(chosen)
    kinds = [kind for kind in KINDS if all(kind in one.kinds for one in incidents)]
    return max(kinds, key=lambda kind: _weight(seed, kind))


def seed_of(incidents: Sequence[Incident], kind: str) -> int:
    """The lowest seed that gives these incidents on this kind of API."""
    wanted = tuple(incidents)
    return next(
        seed for seed in count(1) if pick(seed, len(wanted)) == wanted and kind_of(seed, wanted) == kind
    )


@cache
def pairs() -> tuple[tuple[Incident, Incident], ...]:
    """Every outer incident with every inner one that shows only when the outer one is mended."""
    return tuple((one, other) for one, other in permutations(INCIDENTS.values(), 2) if _hides(one, other))


def _hides(outer: Incident, inner: Incident) -> bool:
    return (
        not (outer.load or inner.load)
        and HOW_FAR[outer.stops] < HOW_FAR[inner.stops]
        and _ORDER.index(outer.layer) < _ORDER.index(inner.layer)
        and str(outer.request) == str(inner.request)
        and not outer.places & inner.places
        and not set(outer.causes) & set(inner.causes)
        and bool(set(outer.kinds) & set(inner.kinds))
    )


def _weight(seed: int, *names: str) -> bytes:
    return hashlib.sha256(":".join(("incident", str(seed), *names)).encode()).digest()
